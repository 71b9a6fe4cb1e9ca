"""What opens a container's Redis to other machines than its own, as Docker's inputs say it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from policies.redis.loopback import is_loopback
from policies.redis.names import PORT, image_in
from policies.sighting import MARK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Any: whatever a document holds, with `MARK` for what is not in the plan
Tree = Any

_YES = frozenset({"true", "1"})


class Opening(NamedTuple):
    """What opens it, or may where that is not certain. `what` is a sentence: "its ports publish 6379"."""

    what: str
    certain: bool = True


def opening(container: Mapping[str, Tree]) -> Opening | None:
    """What opens a container to others, the certain before the possible; None where nothing does."""
    return min(_openings(container), key=lambda each: not each.certain, default=None)


def _openings(container: Mapping[str, Tree]) -> Iterator[Opening]:
    mode = container.get("networkMode")
    if mode == "host":
        yield Opening("networkMode is host")
    elif _unknown(mode) and str(mode).startswith(MARK):
        yield Opening("networkMode is hidden", certain=False)
    everything = container.get("publishAllPorts")
    if str(everything).lower() in _YES:
        yield Opening("publishAllPorts is true")
    elif _unknown(everything):
        yield Opening("publishAllPorts is hidden", certain=False)
    ports = container.get("ports")
    for each in ports if isinstance(ports, list) else [ports]:
        if _unknown(each):
            yield Opening("its ports are hidden", certain=False)
        elif isinstance(each, dict):
            yield from _port(container, each)


def _port(container: Mapping[str, Tree], published: Mapping[str, Tree]) -> Iterator[Opening]:
    address, inner = published.get("ip") or "", published.get("internal")
    if is_loopback(str(address)):
        return
    if _unknown(inner):
        yield Opening("its ports publish a hidden one", certain=False)
    elif _is_redis_s(container, str(inner)) and _unknown(address):
        yield Opening(f"where its ports publish {inner} is hidden", certain=False)
    elif _is_redis_s(container, str(inner)):
        yield Opening(f"its ports publish {inner}")


def _is_redis_s(container: Mapping[str, Tree], port: str) -> bool:
    """Whether a port may be the server's: its usual one, one that the command names, any of a server's own image."""
    given = [container.get(name) for name in ("command", "entrypoints")]
    words = {str(word) for listed in given if isinstance(listed, list) for word in listed}
    named = any(word == port or word.endswith(f"={port}") for word in words)
    return port == str(PORT) or named or bool(image_in(str(container.get("image", ""))))


def _unknown(value: Tree) -> bool:
    return isinstance(value, str) and MARK in value
