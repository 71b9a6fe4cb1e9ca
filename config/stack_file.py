"""A stack's file, `config/Pulumi.<stack>.yaml`, read without Pulumi."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from config.documents import Document, read_document
from config.errors import ConfigError, dotted
from config.resolve import KEYS, NAMESPACE, PLAIN_KEYS, Given, read_application
from config.settings import nearest

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator

    from config.errors import Path
    from config.values import Json

FOLDER = "config"
_SECRETS = "secrets:"


def stacks(root: pathlib.Path) -> list[str]:
    """The stacks that have a file, in order of name."""
    return sorted(file.name.removeprefix("Pulumi.").removesuffix(".yaml") for file in _files(root))


def read_stack_file(root: pathlib.Path, stack: str) -> Document:
    """The file of a stack. Raises `ConfigError`, with the stacks that there are, where there is none."""
    shown = f"{FOLDER}/Pulumi.{stack}.yaml"
    known = stacks(root)
    if stack not in known:
        remedy = f"{nearest(stack, known)}write one of these, or add the file"
        raise ConfigError([f"{shown}: there is no stack {stack!r}; stacks here: {', '.join(known)}; {remedy}"])
    return read_document(root / shown, shown)


def read_given(root: pathlib.Path, stack: str) -> Given:
    """What a stack's file and its application's say. Raises `ConfigError` for what no model can see."""
    file = read_stack_file(root, stack)
    values = stack_values(file)
    application = read_application(root, values.get("app"), _place(file, "app"))
    return Given(values, application, file)


def stack_values(file: Document) -> dict[str, Json]:
    """The settings in a stack's file by key without `slipway:`, as the engine hands them to a program.

    Raises `ConfigError` for an unknown key, a secret in clear, or a secret where none belongs.
    """
    config = file.data.get("config")
    if not isinstance(config, dict):
        what = "missing" if config is None else "given something else"
        line = file.line(("config",))
        raise ConfigError(
            [f"{file.file}:{line}: config: {what}; a mapping of keys such as slipway:app is wanted; add it"]
        )
    wrong = [message for key in config for message in _wrong(file, key, config[key])]
    if wrong:
        raise ConfigError(wrong)
    own = {key.removeprefix(f"{NAMESPACE}:"): value for key, value in config.items() if _is_own(key)}
    return {key: as_given(key, value, _place(file, key)) for key, value in own.items()}


def as_given(key: str, value: Json, place: str) -> Json:
    """One setting as a model takes it: a text for `app` and `environment`, else the data that a JSON text holds.

    Raises `ConfigError` for a text that is not JSON.
    """
    if key in PLAIN_KEYS:
        return value if isinstance(value, str | dict | list) or value is None else json.dumps(value)
    if not isinstance(value, str):
        return value
    try:
        parsed: Json = json.loads(value)
    except ValueError:
        raise ConfigError(
            [f"{place}: given a text; a mapping of settings is wanted; write it as in {{key: value}}"]
        ) from None
    return parsed


def _files(root: pathlib.Path) -> Iterator[pathlib.Path]:
    return (root / FOLDER).glob("Pulumi.?*.yaml")


def _is_own(key: str) -> bool:
    return key.startswith(f"{NAMESPACE}:")


def _place(file: Document, key: str) -> str:
    full = f"{NAMESPACE}:{key}"
    return f"{file.file}:{file.line((FOLDER, full))}: {full}"


def _wrong(file: Document, key: str, value: Json) -> list[str]:
    place = f"{file.file}:{file.line(('config', key))}: {key}"
    if key.startswith(_SECRETS):
        return [] if _is_secure(value) else [_in_clear(place, key)]
    if ":" not in key or (_is_own(key) and key.removeprefix(f"{NAMESPACE}:") not in KEYS):
        allowed = [f"{NAMESPACE}:{name}" for name in KEYS]
        wanted = key if ":" in key else f"{NAMESPACE}:{key}"
        return [
            f"{place}: unknown key; allowed: {', '.join(allowed)}; {nearest(wanted, allowed)}take it out or correct it"
        ]
    if not _is_own(key):
        return []
    return [_secret_here(file, key, path) for path in _secure_paths(value, ())]


def _in_clear(place: str, key: str) -> str:
    return f"{place}: given a value in clear; a secret must be encrypted; run: pulumi config set --secret {key}"


def _secret_here(file: Document, key: str, path: Path) -> str:
    line = file.line(("config", key, *path))
    return (
        f"{file.file}:{line}: {dotted((key, *path))}: given secure; no secret belongs here; give its name here, and its"
        f" value with: pulumi config set --secret secrets:NAME"
    )


def _is_secure(value: Json) -> bool:
    return isinstance(value, dict) and set(value) == {"secure"}


def _secure_paths(value: Json, path: Path) -> Iterator[Path]:
    if _is_secure(value):
        yield path
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _secure_paths(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _secure_paths(item, (*path, index))
