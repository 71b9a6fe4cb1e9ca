"""A plan as a graph: resources by URN, type and parent, and the references between them. Every look-up is O(1)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from plan.model import STACK_TYPE, Unknown

if TYPE_CHECKING:
    from collections.abc import Collection

    from plan.model import Plan, Resource, Value


class Graph:
    """Look-ups in one plan, prepared once."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._by_urn = {resource.urn: resource for resource in plan.resources}
        self._by_type: defaultdict[str, list[Resource]] = defaultdict(list)
        self._by_parent: defaultdict[str, list[Resource]] = defaultdict(list)
        for resource in plan.resources:
            self._by_type[resource.type].append(resource)
            self._by_parent[resource.parent].append(resource)

    @property
    def stack_urn(self) -> str:
        """The URN of the stack's root resource, which need not be in the plan."""
        plan = self.plan
        return f"urn:pulumi:{plan.stack}::{plan.project}::{STACK_TYPE}::{plan.project}-{plan.stack}"

    def get(self, urn: str) -> Resource | None:
        """The resource of that URN, None where the plan has none."""
        return self._by_urn.get(urn)

    def of_type(self, kind: str) -> tuple[Resource, ...]:
        """The resources of one type token, in the plan's order."""
        return tuple(self._by_type.get(kind, ()))

    def children(self, urn: str) -> tuple[Resource, ...]:
        """The resources whose parent has that URN, in the plan's order."""
        return tuple(self._by_parent.get(urn, ()))

    def follow(self, resource: Resource, name: str, kinds: Collection[str]) -> Resource | None:
        """The resource of one of these types that a top-level input is taken from; None where that is not certain.

        Only for an input that is one value: of a list or a map the engine does not tell which part waits for what.

        A leaf that is one whole reference names it. Otherwise the resources that the input waits for do, where
        exactly one of them is of these types: that is all that the engine tells of an unknown leaf.
        """
        value: Value = resource.inputs.get(name)
        if isinstance(value, Unknown) and value.target is not None:
            return self._of_kinds(value.target.urn, kinds)
        if isinstance(value, (list, tuple, dict)):
            return None
        urns = dict.fromkeys(resource.property_dependencies.get(name, ()))
        if isinstance(value, Unknown):
            urns.update(dict.fromkeys(value.dependencies))
        found = [each for each in (self._of_kinds(urn, kinds) for urn in urns) if each is not None]
        return found[0] if len(found) == 1 else None

    def _of_kinds(self, urn: str, kinds: Collection[str]) -> Resource | None:
        resource = self._by_urn.get(urn)
        return resource if resource is not None and resource.type in kinds else None
