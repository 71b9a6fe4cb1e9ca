"""Ends, the connections between them, and the paths that these take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policies.network.blocks import Blocks
    from policies.network.groups import GroupRule
    from policies.network.routes import Route
    from policies.network.traffic import Traffic
    from policies.network.zones import Zone


@dataclass(frozen=True, slots=True)
class End:
    """One end of a connection: something in a subnet, the internet, a service of AWS, or a network outside the plan."""

    name: str
    kind: str
    urn: str = ""


@dataclass(frozen=True, slots=True)
class Connection:
    """What one end can send to another and is answered. `path` is one way that it takes, from the source on.

    It is not `certain` where it depends on what the plan does not tell.
    """

    source: End
    destination: End
    traffic: Traffic
    certain: bool
    path: tuple[str, ...]


def end_of(zone: Zone) -> End:
    """A zone as an end."""
    return End(zone.name, zone.kind, zone.urn)


def named(rules: Iterable[GroupRule], traffic: Traffic) -> Iterator[str]:
    """The names of the rules that let some traffic pass."""
    seen: set[str] = set()
    for rule in rules:
        if rule.traffic & traffic and rule.declared.urn not in seen:
            seen.add(rule.declared.urn)
            yield f"rule {rule.declared.name}"


def route_to(routes: Iterable[Route], destination: Blocks) -> Route | None:
    """The route that addresses take which no route tells apart: the most specific one that leads to them."""
    best: tuple[int, Route] | None = None
    for route in routes:
        if route.blocks is None:
            continue
        width = _width(route.blocks, destination)
        if width is not None and (best is None or width < best[0]):
            best = (width, route)
    return best[1] if best is not None else None


def _width(blocks: Blocks, destination: Blocks) -> int | None:
    spans, wanted = (blocks.v4, destination.v4) if destination.v4 else (blocks.v6, destination.v6)
    if not wanted:
        return None
    first, last = wanted.parts[0]
    return next((end - start for start, end in spans.parts if start <= first and last <= end), None)
