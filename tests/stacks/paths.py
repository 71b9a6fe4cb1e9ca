"""Who can reach whom in a plan: what security groups let through, and where subnets' routes lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plan.model import Unknown
from tests.components.planning import inside, target

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource, Value

INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
CLOSED_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
MACHINES = "aws:autoscaling/group:Group"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
ROUTE, TABLE = "aws:ec2/route:Route", "aws:ec2/routeTable:RouteTable"
ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
WORLD, S3 = "world", "S3"
# Ways by which something that is not in its subnet can be asked, by the input of a route that names it.
WAYS = {"gatewayId": "internet gateway", "natGatewayId": "NAT", "networkInterfaceId": "NAT"}

Edge = tuple[str, str, object]


def connections(graph: Graph) -> set[Edge]:
    """Who may connect to whom on which port: what one side lets out and the other lets in.

    What lies outside the plan has no side of its own: the world, S3, a block of addresses, a group that was there.
    """
    out = {(_own(rule), peer(rule), _port(rule)) for rule in graph.of_type(EGRESS)}
    within = {(peer(rule), _own(rule), _port(rule)) for rule in graph.of_type(INGRESS)}
    inside_ = {found.name for found in graph.of_type(GROUP)}
    one_sided = {edge for edge in out | within if not {edge[0], edge[1]} <= inside_}
    return (out & within) | one_sided


def halves(graph: Graph) -> tuple[int, int]:
    """How many rules of either direction name another group of the plan."""
    named = "referencedSecurityGroupId"
    return (
        sum(named in rule.inputs for rule in graph.of_type(INGRESS)),
        sum(named in rule.inputs for rule in graph.of_type(EGRESS)),
    )


def _own(rule: Resource) -> str:
    return target(rule.inputs["securityGroupId"])


def peer(rule: Resource) -> str:
    """The other end of a rule: a group's name, the world, S3 or a block of addresses."""
    (key,) = {"referencedSecurityGroupId", "cidrIpv4", "cidrIpv6", "prefixListId"} & rule.inputs.keys()
    if key == "referencedSecurityGroupId":
        return target(rule.inputs[key])
    if key == "prefixListId":
        assert target(rule.inputs[key]).endswith("-s3")
        return S3
    block = str(rule.inputs[key])
    return WORLD if block in ("0.0.0.0/0", "::/0") else block


def _port(rule: Resource) -> object:
    """One port; several as their bounds."""
    assert rule.inputs["ipProtocol"] == "tcp"
    first, last = rule.inputs["fromPort"], rule.inputs["toPort"]
    return first if first == last else (first, last)


def memberships(graph: Graph) -> dict[str, list[str]]:
    """The security groups of the machines of each group, by the group's name."""
    found = {}
    for template in graph.of_type(TEMPLATE):
        if not template.name.endswith("-machines"):
            continue  # of a NAT instance
        groups = inside(template.inputs, "networkInterfaces", 0, "securityGroups")
        assert isinstance(groups, list)
        name = template.name.removesuffix("-machines")
        found[name] = [target(each) if isinstance(each, Unknown) else str(each) for each in groups]
    return found


def subnets_of(graph: Graph, kind: str, key: str) -> set[str]:
    """The names of the subnets that all resources of a type stand in."""
    found: set[str] = set()
    for each in graph.of_type(kind):
        found |= {target(subnet) for subnet in values(each.inputs[key])}
    return found


def values(value: Value) -> list[Value]:
    """A list's items."""
    assert isinstance(value, list)
    return value


def ways_out(graph: Graph, subnet: str) -> set[str]:
    """What the routes of a subnet lead to, S3's endpoint included."""
    tables = {
        target(each.inputs["routeTableId"])
        for each in graph.of_type(ASSOCIATION)
        if target(each.inputs["subnetId"]) == subnet
    }
    assert len(tables) == 1, f"{subnet} has the routes of {tables}"
    assert not any(table.inputs.get("routes") for table in graph.of_type(TABLE)), "routes stand alone"
    routes = [route for route in graph.of_type(ROUTE) if target(route.inputs["routeTableId"]) in tables]
    known = {"destinationCidrBlock", "routeTableId", *WAYS}
    assert not [route.name for route in routes if not route.inputs.keys() <= known]
    led = {way for route in routes for key, way in WAYS.items() if key in route.inputs}
    gateways = [each for each in graph.of_type(ENDPOINT) if each.inputs["vpcEndpointType"] == "Gateway"]
    to_s3 = {target(table) for each in gateways for table in values(each.inputs["routeTableIds"])}
    return led | ({S3} if tables & to_s3 else set())
