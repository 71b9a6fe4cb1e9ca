"""Plans of the small programs beside this file, recorded as `slipway plan` records them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from plan.graph import Graph
from plan.model import Unknown
from slipway.planning import Order, plan_stack
from slipway.project import Project
from tests.once import once

if TYPE_CHECKING:
    from plan.model import Resource, Value


@cache
def planned(folder: Path, stack: str) -> Graph:
    """The plan of a stack of the project in a folder; each is recorded once a run."""
    order = Order(Project.find(folder), {}, timeout=_PATIENCE)
    return Graph(once(f"program-{folder.name}-{stack}", lambda: plan_stack(order, stack).plan))


def part_of(graph: Graph, component: str, kind: str) -> list[Resource]:
    """The children of a component (by name) whose type ends with `kind`, such as `Subnet`."""
    parents = [found.urn for found in graph.plan.resources if found.name == component and not found.custom]
    return [child for urn in parents for child in graph.children(urn) if child.type.rpartition(":")[2] == kind]


def the_part(graph: Graph, component: str, kind: str) -> Resource:
    """The one child of a component of that type."""
    (found,) = part_of(graph, component, kind)
    return found


def target(value: Value) -> str:
    """The name of the resource that a reference leads to."""
    assert isinstance(value, Unknown), f"{value!r} is no reference"
    assert value.target is not None, f"{value!r} is not one whole reference"
    return value.target.urn.rpartition("::")[2]


def inside(value: Value, *path: str | int) -> Value:
    """The part of a value that a path leads to."""
    for step in path:
        assert isinstance(value, dict | list)
        value = value[step]  # type: ignore[index]  # text for mappings, a number for lists
    return value


_PATIENCE = 300.0  # seconds: every component of every cloud, on a machine that does much else
HERE = Path(__file__).parent
