"""What a Worker is bound to, by one name each, and what in the account takes a name that is another's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.cloudflare_stores import DEAD
from config.pages import EdgePages
from config.settings import refused_at
from config.values import Deletion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import InitErrorDetails

    from config.application import Application
    from config.cloudflare import Cloudflare


def bindings(topology: Cloudflare, application: Application) -> Iterator[InitErrorDetails]:
    """Names under which a Worker would find two things; paths are relative to the topology."""
    told = topology.bound(application)
    parts: dict[tuple[str, ...], tuple[str, ...]] = {
        ("worker", "objects"): tuple(topology.worker.objects),
        ("namespaces",): tuple(topology.namespaces),
        ("queues",): tuple(topology.queues),
    }
    for path, names in parts.items():
        for name in names:
            if told.count(name) > 1:
                rule = f"the Worker finds something else as {name}"
                yield refused_at((*path, name, "[key]"), name, rule, "give one of them another name")
    for name, queue in topology.queues.items():
        dead = f"{name}_{DEAD.upper()}"
        if dead in topology.queues and queue.work is not None and queue.work.dead_letters:
            rule = f"what {name} gives up goes to a queue of that name"
            yield refused_at(("queues", dead, "[key]"), dead, rule, "give one of the two another name")


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
        if deletion is Deletion.DESTROY:
            yield refused_at((*path, "deletion"), "destroy", "production keeps its data", "write protect or retain")
