"""A plan as a tree of resources, for a terminal or a file."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from rich.text import Text
from rich.tree import Tree

from plan.model import STACK_TYPE, Secret, Unknown

if TYPE_CHECKING:
    from plan.model import Plan, Resource, Value

_LONGEST = 60  # characters of one shown value
_MOST = 3  # items of a list, or references of one value, that are shown


def plan_tree(plan: Plan) -> Tree:
    """Every resource below its parent, in the order of names, with what is known of it."""
    children: dict[str, list[Resource]] = defaultdict(list)
    for resource in plan.resources:
        children[resource.parent].append(resource)
    urns = {resource.urn for resource in plan.resources}
    roots = [resource for resource in plan.resources if resource.parent not in urns]
    stack = next((resource for resource in roots if resource.type == STACK_TYPE), None)
    count = sum(resource.type != STACK_TYPE for resource in plan.resources)
    tree = Tree(Text.assemble((plan.stack, "bold"), f"  {plan.topology or plan.project}, {count} resources"))
    for root in roots:
        if root is not stack:
            _add(tree, root, children)
    if stack is not None:
        for child in _in_order(children[stack.urn]):
            _add(tree, child, children)
    return tree


def outputs_text(plan: Plan) -> list[Text]:
    """The stack's outputs, one line each."""
    return [Text.assemble(("  " + name, "bold"), f"  {shown(value)}") for name, value in plan.outputs.items()]


def shown(value: Value) -> str:
    """A value in one short line. Unknown and secret values are named as such."""
    if isinstance(value, Secret):
        return "[secret]"
    if isinstance(value, Unknown):
        return _unknown(value)
    if isinstance(value, str):
        line = " ".join(value.split())
        return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
    if isinstance(value, dict):
        return f"{{{len(value)}}}" if value else "{}"
    if isinstance(value, list):
        return "[" + ", ".join(shown(item) for item in value) + "]" if len(value) <= _MOST else f"[{len(value)}]"
    return str(value)


def _unknown(value: Unknown) -> str:
    if not value.references:
        return "(known after deployment)"
    target = value.target
    if target is not None:
        return f"→ {target.urn.rpartition('::')[2]}.{target.property}"
    names = dict.fromkeys(f"{reference.urn.rpartition('::')[2]}.{reference.property}" for reference in value.references)
    shown_names = list(names)[:_MOST]
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return f"→ {', '.join(shown_names)}{more}"


def _add(tree: Tree, resource: Resource, children: dict[str, list[Resource]]) -> None:
    mark, style = ("=", "cyan") if resource.external else ("+", "green")
    label = Text.assemble((f"{mark} ", style), (resource.name, "bold" if not resource.custom else ""))
    label.append(f"  {short_type(resource.type)}", style="dim")
    if resource.protect:
        label.append("  protected", style="yellow")
    branch = tree.add(label)
    for child in _in_order(children[resource.urn]):
        _add(branch, child, children)


def short_type(token: str) -> str:
    """`aws:ec2/vpc:Vpc` as `aws:ec2:Vpc`, the way people write it."""
    package, _, rest = token.partition(":")
    module, _, name = rest.rpartition(":")
    return f"{package}:{module.partition('/')[0]}:{name}"


def _in_order(resources: list[Resource]) -> list[Resource]:
    return sorted(resources, key=lambda resource: (resource.custom, resource.name, resource.type))
