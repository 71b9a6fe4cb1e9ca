"""Routes and rules of security groups in templates of CloudFormation and Cloud Control: that they are there is seen.

What they say is not read: they are told of as not proven.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from plan.model import Unknown
from policies.network.inputs import hidden

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from plan.model import Resource, Value

_BODIES: Final = {
    "aws:cloudformation/stack:Stack": ("templateBody",),
    "aws:cloudformation/stackSet:StackSet": ("templateBody",),
    "aws:cloudcontrol/resource:Resource": ("typeName", "desiredState"),
}
_ADDRESS: Final = "templateUrl"  # of a file that stands in the template's place
_ROUTES: Final = re.compile(r"AWS::EC2::(?:Route|SubnetRouteTableAssociation)\b")
_INGRESS: Final = re.compile(r"SecurityGroupIngress\b")


def with_routes(graph: Graph) -> Iterator[Resource]:
    """Each that makes a route or joins a subnet to a table, or may."""
    return _with(graph, _ROUTES)


def with_ingress(graph: Graph) -> Iterator[Resource]:
    """Each that lets somebody in by a security group, or may."""
    return _with(graph, _INGRESS)


def _with(graph: Graph, form: re.Pattern[str]) -> Iterator[Resource]:
    for kind, names in _BODIES.items():
        for each in graph.of_type(kind):
            first, *more = (_text(each.inputs.get(name)) for name in names)
            elsewhere = first is None or each.inputs.get(_ADDRESS) not in (None, "")
            if not each.external and (
                elsewhere or form.search("\n".join([first or "", *(text or "" for text in more)]))
            ):
                yield each


def _text(value: Value) -> str | None:
    """A text with its references inside; None where it is hidden."""
    if isinstance(value, Unknown) and value.text and value.target is None:
        return value.text
    return None if hidden(value) else str(value or "")
