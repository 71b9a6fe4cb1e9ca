"""Every text and every secret of a plan, found in one walk for all rules that look for secrets everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from plan.model import Secret
from plan.paths import join

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource, Value

Steps = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A text or a secret in the inputs of a resource. `name` is the nearest name above it, which lists have not."""

    resource: Resource
    name: str
    steps: Steps
    value: str | Secret

    @property
    def path(self) -> str:
        """Where it stands, in Pulumi's syntax."""
        path = ""
        for step in self.steps:
            path = join(path, step) if isinstance(step, str) else f"{path}[{step}]"
        return path


_FOUND: WeakKeyDictionary[Graph, tuple[Leaf, ...]] = WeakKeyDictionary()


def leaves(graph: Graph) -> tuple[Leaf, ...]:
    """Those of all resources that the plan makes, in its order. Empty texts are none."""
    found = _FOUND.get(graph)
    if found is None:
        made = (each for each in graph.plan.resources if each.custom and not each.external)
        found = _FOUND[graph] = tuple(leaf for each in made for leaf in _of(each))
    return found


def _of(resource: Resource) -> list[Leaf]:
    """Written as a loop, not as generators inside each other: this looks at every value of a plan."""
    found: list[Leaf] = []
    waiting: list[tuple[Steps, str, Value]] = [((), "", resource.inputs)]
    while waiting:
        steps, name, value = waiting.pop()
        if isinstance(value, str | Secret):
            if value:
                found.append(Leaf(resource, name, steps, value))
        elif isinstance(value, dict | Mapping):
            waiting += [((*steps, key), key, each) for key, each in list(value.items())[::-1]]
        elif isinstance(value, list | tuple):
            waiting += [((*steps, at), name, value[at]) for at in range(len(value) - 1, -1, -1)]
    return found
