"""Containers that others of the same description ask as their Redis: whatever their image is, they are one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policies.redis.described import container_of, is_container
from policies.redis.loopback import asked_hosts, passes_on
from policies.sighting import Sighting

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST = 20_000  # parts of one document
_NAMES = ("name", "containername", "container_name", "hostname")


def neighbour_sightings(tree: Any) -> Iterator[Sighting]:  # Any: whatever a document holds
    """What a document shows by what one container of it says of another."""
    named: dict[str, str] = {}
    asked: set[str] = set()
    waiting: list[tuple[str, Any]] = [("", tree)]
    for _ in range(_MOST):
        if not waiting:
            break
        key, node = waiting.pop()
        if isinstance(node, list):
            waiting += [(key, each) for each in node]
        elif isinstance(node, dict):
            if is_container(node):
                keys = {str(name).lower(): value for name, value in node.items()}
                image, variables = container_of(node)
                named |= {
                    str(name).lower(): image for name in (key, *map(keys.get, _NAMES)) if isinstance(name, str) and name
                }
                asked |= {host for each in variables for host in asked_hosts(each)}
            waiting += [(str(name), value) for name, value in node.items()]
    for name in sorted(asked & named.keys()):
        if not passes_on(named[name]):
            yield Sighting("starts", f"has a container that programs beside it ask as their Redis ({name})")
