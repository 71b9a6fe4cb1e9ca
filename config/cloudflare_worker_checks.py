"""What a Worker is bound to, by one name each, and what in the account takes a name that is another's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.cloudflare_stores import DEAD
from config.cloudflare_turnstile import BOUND
from config.pages import EdgePages
from config.production import KEPT, unsafe_settings
from config.settings import below, refused_at
from config.values import Deletion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import InitErrorDetails

    from config.application import Application
    from config.cloudflare import Cloudflare


_UP = ("..", "application")  # leads from the topology to the application's part of the stack
_RENAME = "give one of them another name"


def bindings(topology: Cloudflare, application: Application) -> Iterator[InitErrorDetails]:
    """Names under which a Worker would find two things.

    Paths are relative to the topology; what begins with `..` is the application's.
    """
    told, files = topology.bound(application), topology.worker.assets
    parts: dict[tuple[str, ...], tuple[str, ...]] = {
        ("worker", "objects"): tuple(topology.worker.objects),
        ("namespaces",): tuple(topology.namespaces),
        ("queues",): tuple(topology.queues),
    }
    for path, names in parts.items():
        for name in names:
            if told.count(name) > 1:
                yield refused_at((*path, name, "[key]"), name, _taken(name), _RENAME)
    if files is not None and files.binding is not None and told.count(files.binding) > 1:
        path = ("worker", "assets", "binding")
        yield refused_at(path, files.binding, _taken(files.binding), "give the files another name, as in ASSETS")


def dead_letters(topology: Cloudflare, _: Application) -> Iterator[InitErrorDetails]:
    """Queues with the name that another one's dead letters have in the account; paths are relative to the topology."""
    for name, queue in topology.queues.items():
        dead = f"{name}_{DEAD.upper()}"
        if dead in topology.queues and queue.work is not None and queue.work.dead_letters:
            rule = f"what {name} gives up goes to a queue of that name"
            yield refused_at(("queues", dead, "[key]"), dead, rule, "give one of the two another name")


def one_environment(topology: Cloudflare, application: Application) -> Iterator[InitErrorDetails]:
    """Variables of which a Worker would find two values, since it is all services; paths as in `bindings`."""
    bound = topology.bound(application)
    first: dict[str, tuple[str, object]] = {}
    for name, service in application.services.items():
        told: dict[str, object] = {**service.env, **service.derived, **dict.fromkeys(service.secrets, "a secret")}
        for variable, value in told.items():
            part = "env" if variable in service.env else "derived" if variable in service.derived else "secrets"
            path = (*_UP, "services", name, part)
            owner, other = first.setdefault(variable, (name, value))
            if variable in bound and not (topology.turnstile and BOUND.get(variable) is value):
                yield refused_at(path, variable, _taken(variable), _RENAME)
            elif other != value:
                rule = f"all services are one Worker here, and services.{owner} has another value of {variable}"
                yield refused_at(path, variable, rule, "give both the same, or one of them another name")


def kept(topology: Cloudflare) -> Iterator[InitErrorDetails]:
    """What production would throw away; paths are relative to the topology."""
    frontend = topology.frontend
    parts: dict[tuple[str, ...], Deletion] = {
        **({("frontend",): frontend.deletion} if isinstance(frontend, EdgePages) else {}),
        ("database",): topology.database.deletion,
        ("uploads",): topology.uploads.deletion,
        **{("namespaces", name): each.deletion for name, each in topology.namespaces.items()},
        **{("queues", name): each.deletion for name, each in topology.queues.items()},
    }
    for path, deletion in parts.items():
        unsafe = unsafe_settings((deletion is Deletion.DESTROY, "deletion", "destroy", *KEPT))
        yield from (below(path, each) for each in unsafe)


def _taken(name: str) -> str:
    return f"the Worker finds something else as {name}"
