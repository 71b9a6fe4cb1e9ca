"""What a real provider and a real cloud refuse, and what else a cloud does with what it is given.

Each service of a package has a module, `checks/<package>/<service>.py`; the service is the part of a type token before
its slash (`aws:ec2/subnet:Subnet`: `aws/ec2.py`, `cloudflare:index/zone:Zone`: `cloudflare/index.py`), and of one
without a slash the whole middle (`docker-build:index:Image`: `docker_build/index.py`). It may have
these maps, all by a type's name (`Subnet`); a type without an entry is taken as it is:

| map | function | is asked |
|---|---|---|
| `INPUTS` | `(Asked) -> Iterable[Refusal]` | in Check, also in a preview: by inputs alone; unknown ones pass |
| `CREATING`, `UPDATING` | `(Asked, Cloud) -> None`, raises `ApiError` | before an object is made or changed |
| `DELETING` | `(Object, Cloud) -> None`, raises `ApiError` | before an object is deleted |
| `GIVES` | `(Asked, Cloud) -> dict` | for outputs, `id` among them, that follow from other objects |
| `DELETED` | `(Object, Cloud) -> None` | after an object is deleted: leaves what a real cloud leaves |

What holds for many types is data: `data/<package>-inputs.json` (`rules`, `choices`) and `data/<package>-relations.json`
(`relations`); and the SDK itself (`shape`).
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import ApiError
from slipway.simulated.checks.choices import broken_choices
from slipway.simulated.checks.relations import (
    check_references,
    check_unique,
    check_unused,
    remove_what_goes_with,
)
from slipway.simulated.checks.rules import broken_rules
from slipway.simulated.checks.shape import misfits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud
    from slipway.simulated.store import Object


def refusals(asked: Asked, sdk: Path) -> tuple[str, ...]:
    """What a provider says of a resource's inputs; nothing where they are in order.

    `sdk` is the folder of the package's SDK. Inputs that do not have the SDK's form are judged no further.
    """
    found = tuple(misfits(asked.inputs, sdk, asked.token))
    if not found:
        found = (*broken_rules(asked), *broken_choices(asked), *_of("INPUTS", asked.token, asked))
    return tuple(dict.fromkeys(refusal.told(asked.name) for refusal in found))


def before_create(asked: Asked, cloud: Cloud) -> None:
    """Raise `ApiError` where the cloud does not make what is asked."""
    with _in_words_of("creating", asked.token, asked.name):
        _check_any(asked)
        check_references(asked, cloud)
        check_unique(asked, cloud)
        _call("CREATING", asked.token, asked, cloud)


def before_update(asked: Asked, cloud: Cloud) -> None:
    """Raise `ApiError` where the cloud does not change an object into what is asked."""
    with _in_words_of("updating", asked.token, asked.id):
        _check_any(asked)
        check_references(asked, cloud)
        check_unique(asked, cloud)
        _call("UPDATING", asked.token, asked, cloud)


def before_delete(held: Object, cloud: Cloud) -> None:
    """Raise `ApiError` where the cloud does not delete an object."""
    with _in_words_of("deleting", held.type, held.id):
        _call("DELETING", held.type, held, cloud)
        check_unused(held, cloud)


def after_delete(held: Object, cloud: Cloud) -> None:
    """Delete what the cloud deletes with an object, and leave what it leaves of it."""
    remove_what_goes_with(held, cloud)
    _call("DELETED", held.type, held, cloud)


def given_by_cloud(asked: Asked, cloud: Cloud) -> dict[str, Any]:
    """The outputs, and perhaps the `id`, that follow from other objects in the cloud. Any JSON, hence `Any`."""
    function = _function("GIVES", asked.token)
    return function(asked, cloud) if function else {}


@contextmanager
def _in_words_of(doing: str, token: str, name: str) -> Iterator[None]:
    """A refusal as the package's provider words it: `told(doing, token, name, says)` of `checks/<package>`."""
    try:
        yield
    except ApiError as error:
        told = getattr(_package(token.partition(":")[0]), "told", None)
        raise (type(error)(told(doing, token, name, str(error))) if told else error) from None


def _check_any(asked: Asked) -> None:
    """What the package demands of every type: `check_any(asked)` of `checks/<package>`."""
    check = getattr(_package(asked.token.partition(":")[0]), "check_any", None)
    if check:
        check(asked)


def _of(name: str, token: str, asked: Asked) -> Any:
    function = _function(name, token)
    return function(asked) if function else ()


def _call(name: str, token: str, *arguments: object) -> None:
    function = _function(name, token)
    if function:
        function(*arguments)


def _function(name: str, token: str) -> Any:
    package, module, kind = token.split(":")
    found: Mapping[str, Any] = getattr(_service(f"{package}:{module.partition('/')[0]}"), name, {})
    return found.get(kind)


@functools.cache
def _package(package: str) -> object:
    """The package of checks of `aws`; None where there is none."""
    name = f"{__name__}.{_python_name(package)}"
    return importlib.import_module(name) if importlib.util.find_spec(name) else None


@functools.cache
def _service(module: str) -> object:
    """The module of `aws:ec2`; None where there is none. Imported when the first object of its types is asked for."""
    package, _, service = module.partition(":")
    name = f"{__name__}.{_python_name(package)}.{service}"
    there = service.isidentifier() and _package(package) is not None
    return importlib.import_module(name) if there and importlib.util.find_spec(name) else None


def _python_name(package: str) -> str:
    return package.replace("-", "_")
