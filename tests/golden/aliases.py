"""What each resource of a plan may have been called: its own aliases, and those that follow from its parents'.

The program sends its own only; the engine adds the others when it looks for a resource in the state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plan.model import STACK_TYPE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plan.model import Plan, Resource


def former_urns(plan: Plan) -> dict[str, set[str]]:
    """The URNs that each resource answers to beside its own, by its own."""
    resources = {resource.urn: resource for resource in plan.resources}
    found: dict[str, set[str]] = {}
    for resource in plan.resources:
        _find(resource, resources, found)
    return found


def _find(resource: Resource, resources: Mapping[str, Resource], found: dict[str, set[str]]) -> set[str]:
    if resource.urn not in found:
        names = {resource.urn, *resource.aliases}
        parent = resources.get(resource.parent)
        if parent is not None and parent.type != STACK_TYPE:
            formers = _find(parent, resources, found)
            names |= {
                _below(former, parent.urn, name, resource)
                for former in formers
                for name in names
                if _is_below(name, parent)
            }
        found[resource.urn] = names - {resource.urn}
    return found[resource.urn]


def _is_below(urn: str, parent: Resource) -> bool:
    return urn.split("::")[2].startswith(f"{_types(parent.urn)}$")


def _below(former: str, parent: str, urn: str, resource: Resource) -> str:
    """The URN of a child below what its parent was called: a name that begins with the parent's begins with that."""
    beginning, types, name = former.rpartition("::")[0].rpartition("::")[0], _types(former), urn.split("::", 3)[3]
    old, new = former.split("::", 3)[3], parent.split("::", 3)[3]
    if name == resource.name and name.startswith(new):
        name = f"{old}{name[len(new) :]}"
    return f"{beginning}::{types}${_types(urn).rpartition('$')[2]}::{name}"


def _types(urn: str) -> str:
    return urn.split("::", 3)[2]
