"""In how many availability zones something stands, told by the subnets that it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plan.model import Unknown

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource
    from policies.inputs import Answer, Field

_SUBNETS = ("aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet")
_ENOUGH = 2


def distinct(field: Field) -> Answer:
    """Whether a list has two entries or more that are not the same."""
    if field.hidden:
        return None
    told = [_identity(each) for each in field.items()]
    known = set(told) - {None}
    return True if len(known) >= _ENOUGH else None if len(known) + told.count(None) >= _ENOUGH else False


def several_zones(graph: Graph, subnets: Field) -> Answer:
    """Whether subnets lie in two zones or more; None where the plan does not hold the subnets or their zones."""
    if distinct(subnets) is False:
        return False
    found = _subnets(graph, subnets)
    if found is None:
        return None
    zones = [_zone(each) for each in found]
    known = {zone for zone in zones if zone}
    if len(known) >= _ENOUGH:
        return True
    return False if all(zones) else None


def _subnets(graph: Graph, field: Field) -> list[Resource] | None:
    """The subnets that a list names. Where single leaves do not tell, all that the list waits for are meant.

    None where one of them is not in the plan.
    """
    leaves = [each.value for each in field.items()]
    urns = [leaf.target.urn for leaf in leaves if isinstance(leaf, Unknown) and leaf.target]
    if len(urns) < len(leaves):
        if not all(isinstance(leaf, Unknown) for leaf in leaves):
            return None
        top = field.path.partition(".")[0].partition("[")[0]
        urns = list(field.resource.property_dependencies.get(top, ()))
    found = [graph.get(urn) for urn in urns]
    subnets = [each for each in found if each is not None and each.type in _SUBNETS]
    return subnets or None


def _zone(subnet: Resource) -> str:
    """The zone of a subnet; empty where the plan does not tell."""
    for name in ("availabilityZone", "availabilityZoneId"):
        zone = subnet.inputs.get(name)
        if isinstance(zone, str) and zone:
            return zone
    return ""


def _identity(entry: Field) -> str | None:
    """What tells one entry from another; None where nothing is known. Two that come from others are taken for two."""
    value = entry.value
    if isinstance(value, Unknown):
        return value.text or (entry.path if value.dependencies else None)
    return value if isinstance(value, str) else None if entry.hidden else entry.path
