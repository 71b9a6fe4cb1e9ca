"""Which resources of the plan an input names: by reference, by what it waits for, by name, or by the id of a read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from plan.model import Unknown
from policies.network.inputs import hidden, items

if TYPE_CHECKING:
    from collections.abc import Collection

    from plan.graph import Graph
    from plan.model import Resource, Value

VPC: Final = "aws:ec2/vpc:Vpc"
DEFAULT_VPC: Final = "aws:ec2/defaultVpc:DefaultVpc"
VPCS: Final = frozenset({VPC, DEFAULT_VPC})
_NAMES: Final = ("name", "identifier", "clusterIdentifier", "replicationGroupId", "family")
_DEPTH: Final = 8  # a chain of resources that hand on what another one is made from


@dataclass(frozen=True, slots=True)
class Found:
    """The resources that an input names, and in words what is not in the plan. Where none is named, both are empty."""

    resources: tuple[Resource, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def one(self) -> Resource | None:
        """The resource where there is exactly one and nothing is lost."""
        return self.resources[0] if len(self.resources) == 1 and not self.lost else None


class Links:
    """Look-ups of named resources in one plan."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._by_text: dict[tuple[str, str], Resource] = {}
        for resource in graph.plan.resources:
            given = [resource.id, *(resource.inputs.get(name) for name in _NAMES)]
            for text in map(_text, given):
                if text:
                    self._by_text[resource.type, text] = resource

    def known(self, value: Value) -> Value:
        """A leaf, or what the plan knows it to be: the input of another resource that an output hands on."""
        for _ in range(_DEPTH):
            if not isinstance(value, Unknown) or value.target is None:
                return value
            source = self.graph.get(value.target.urn)
            handed_on = source.inputs.get(value.target.property) if source is not None else None
            if handed_on is None:
                return value
            value = handed_on
        return value

    def find(self, value: Value, kinds: Collection[str], what: str = "") -> Found:
        """The resources of these types that a leaf or a list names; `what` says in words of what is lost what that is.

        A list of unknown leaves is as good as known where it waits for as many such resources as it has leaves: which
        leaf is which does not matter to a list. That is all that the engine tells.
        """
        value = self.known(value)
        found: dict[str, Resource] = {}
        lost: list[str] = []
        opaque: dict[str | int, Unknown] = {}
        for item in items(value):
            leaf = self.known(item)
            if isinstance(leaf, Unknown) and leaf.target is None and not leaf.references:
                opaque[leaf.text or len(opaque)] = leaf
                continue
            one = self._named(leaf, kinds)
            if one is None:
                lost.append(_told(leaf, what))
            else:
                found[one.urn] = one
        waited = self._waited(opaque.values(), kinds)
        if len(waited) < len(opaque):
            lost.append(f"{what} is only known after deployment")
        else:
            found |= {each.urn: each for each in waited}
        return Found(tuple(found.values()), tuple(dict.fromkeys(lost)))

    def _named(self, leaf: Value, kinds: Collection[str]) -> Resource | None:
        if isinstance(leaf, Unknown) and leaf.target is not None:
            source = self.graph.get(leaf.target.urn)
            if source is not None and source.type in kinds:
                # A VPC stands for what AWS makes with it, by another of its outputs than its id.
                stands_in = source.type in VPCS and not VPCS.issuperset(kinds)
                return None if stands_in and leaf.target.property == "id" else source
        text = _text(leaf)
        return next((self._by_text[kind, text] for kind in kinds if (kind, text) in self._by_text), None)

    def _waited(self, opaque: Collection[Unknown], kinds: Collection[str]) -> list[Resource]:
        urns = dict.fromkeys(urn for leaf in opaque for urn in leaf.dependencies)
        found = (self.graph.get(urn) for urn in urns)
        return [each for each in found if each is not None and each.type in kinds]


def _text(value: Value) -> str:
    """A name, as a text; one that is put together is the same wherever it is put together from the same."""
    return value if isinstance(value, str) else value.text if isinstance(value, Unknown) else ""


def _told(leaf: Value, what: str) -> str:
    if isinstance(leaf, Unknown) and leaf.target is not None:
        return f"{what} {leaf.target.urn.rpartition('::')[2]}.{leaf.target.property} is not one that the plan shows"
    if hidden(leaf):
        return f"{what} is only known after deployment"
    return f"{what} {leaf} is not in the plan"
