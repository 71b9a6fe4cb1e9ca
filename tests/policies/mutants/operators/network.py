"""Mutations of where things stand in a network: routes, subnets, addresses, and the roles of machines."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from plan.graph import Graph
from tests.policies.mutants.changes import added, at, both, dropped, edited, hidden, named, new, put, ref, removed
from tests.policies.mutants.mutation import NOT_IN_DEVELOPMENT, Operator
from tests.policies.mutants.operators.groups import opens
from tests.policies.mutants.operators.places import (
    ACL,
    ACL_RULE,
    ASSOCIATION,
    BALANCER,
    CACHE,
    DATABASE,
    EGRESS_ONLY,
    ENDPOINT,
    FLOW_LOG,
    GATEWAY,
    GROUP,
    IN,
    INSTANCE,
    IS_NAT,
    MACHINES,
    MAIN,
    NAT,
    PLACES,
    ROUTE,
    SUBNET,
    TABLE,
    TEMPLATE,
    VPC,
    WORLD,
    WORLD_V6,
    alone,
    of_nat,
    of_the_lone_machine,
    rule_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from plan.model import Plan, Resource, Value
    from tests.policies.mutants.changes import Change

FORWARDS, SINGLE = "nat-instance-forwards-only", "single-server-closed"
PRIVATE, SUBNETS = "private-without-public-address", "subnets-give-no-public-address"
NO_DEFAULT = "no-default-vpc"


def tables(graph: Graph, kind: str) -> tuple[Resource, ...]:
    """The route tables of the subnets in which things of a kind stand."""
    place, path = PLACES[kind]
    subnets = {each.urn for group in graph.of_type(place) for each in named(graph, group, path)}
    found = [
        table
        for each in graph.of_type(ASSOCIATION)
        if subnets & {subnet.urn for subnet in named(graph, each, "subnetId")}
        for table in named(graph, each, "routeTableId")
    ]
    return tuple({each.urn: each for each in found}.values())


def leads_out(kind: str, key: str, through: str, block: str = WORLD) -> Change:
    """A route more in the tables of a kind, through the first resource of a type."""

    def make(graph: Graph, table: Resource) -> Iterator[Resource]:
        for target in graph.of_type(through)[:1]:
            given: dict[str, Value] = {key: ref(target)}
            where = "destinationIpv6CidrBlock" if ":" in block else "destinationCidrBlock"
            yield new(table, ROUTE, f"{table.name}-out", routeTableId=ref(table), **{where: block}, **given)

    return added(TABLE, make, lambda graph, table: table in tables(graph, kind))


def leads_out_by_egress_only(kind: str) -> Change:
    def make(graph: Graph, table: Resource) -> Iterator[Resource]:
        for vpc in named(graph, table, "vpcId"):
            gateway = new(table, EGRESS_ONLY, "egress-only", vpcId=ref(vpc))
            yield gateway
            yield new(
                table, ROUTE, f"{table.name}-out", routeTableId=ref(table), destinationIpv6CidrBlock=WORLD_V6,
                egressOnlyGatewayId=ref(gateway),
            )  # fmt: skip

    return added(TABLE, make, lambda graph, table: table in tables(graph, kind))


def inline_route(kind: str) -> Change:
    def edit(graph: Graph, _table: Resource, _old: Value) -> Value:
        return [{"cidrBlock": WORLD, "gatewayId": ref(each)} for each in graph.of_type(GATEWAY)] or None

    return edited(TABLE, "routes", edit, lambda graph, table: table in tables(graph, kind), missing=True)


def public_tables(graph: Graph) -> list[Resource]:
    return [
        table
        for route in graph.of_type(ROUTE)
        if any(each.type == GATEWAY for each in named(graph, route, "gatewayId"))
        for table in named(graph, route, "routeTableId")
    ]


def in_the_public_table(kind: str) -> Change:
    def edit(graph: Graph, _association: Resource, old: Value) -> Value:
        return next((ref(each) for each in public_tables(graph)), old)

    return edited(ASSOCIATION, "routeTableId", edit, lambda graph, each: _places(graph, each, kind))


def in_the_main_table(kind: str) -> Change:
    """No association of its own any more: the subnet has the network's main table, which leads out."""

    def make(graph: Graph, vpc: Resource) -> Iterator[Resource]:
        own = [table for table in public_tables(graph) if vpc in named(graph, table, "vpcId")]
        yield from (new(vpc, MAIN, "main", vpcId=ref(vpc), routeTableId=ref(each)) for each in own[:1])

    return both(added(VPC, make), dropped(ASSOCIATION, lambda graph, each: _places(graph, each, kind, _main(graph))))


def _main(graph: Graph) -> set[str]:
    """The networks that have a main table of the plan."""
    return {vpc.urn for each in graph.of_type(MAIN) for vpc in named(graph, each, "vpcId")}


def _places(graph: Graph, association: Resource, kind: str, networks: Collection[str] = ()) -> bool:
    """Whether an association gives things of a kind their table; where networks are named, one of theirs."""
    return any(
        each in tables(graph, kind)
        and (not networks or any(vpc.urn in networks for vpc in named(graph, each, "vpcId")))
        for each in named(graph, association, "routeTableId")
    )


def private(kind: str) -> tuple[Operator, ...]:
    rule = f"{kind}-subnets-private"
    place, path = PLACES[kind]
    found = (
        Operator(rule, "a route to the internet gateway", leads_out(kind, "gatewayId", GATEWAY)),
        Operator(rule, "half the world to the internet gateway", leads_out(kind, "gatewayId", GATEWAY, "128.0.0.0/1")),
        Operator(rule, "a route of IPv6 to the internet gateway", leads_out(kind, "gatewayId", GATEWAY, WORLD_V6)),
        Operator(rule, "an egress-only gateway", leads_out_by_egress_only(kind)),
        Operator(rule, "an inline route to the internet gateway", inline_route(kind)),
        Operator(rule, "its subnets in the public route table", in_the_public_table(kind)),
        Operator(rule, "its subnets in the main route table, which is public", in_the_main_table(kind)),
        Operator(rule, "a subnet by a plain id", put(place, f"{path}.0", "subnet-0123456789abcdef0"), "unproven"),
        Operator(rule, "subnets that only deployment tells", hidden(place, path), "unproven"),
        Operator(
            rule,
            "a route to a transit gateway outside the plan",
            added(TABLE, _transit, lambda graph, table: table in tables(graph, kind)),
            "unproven",
        ),
    )
    nat = Operator(rule, "a route to a NAT gateway", leads_out(kind, "natGatewayId", NAT))
    return found if kind == "compute" else (*found, nat)


def _transit(_graph: Graph, table: Resource) -> Iterator[Resource]:
    yield new(
        table, ROUTE, f"{table.name}-out", routeTableId=ref(table), destinationCidrBlock="8.0.0.0/8",
        transitGatewayId="tgw-0123456789abcdef0",
    )  # fmt: skip


def default_network(_graph: Graph, vpc: Resource) -> Iterator[Resource]:
    yield new(vpc, "aws:ec2/defaultVpc:DefaultVpc", "default")


def default_subnet(_graph: Graph, vpc: Resource) -> Iterator[Resource]:
    yield new(vpc, "aws:ec2/defaultSubnet:DefaultSubnet", "default", availabilityZone="us-east-1a")


def open_list(_graph: Graph, vpc: Resource) -> Iterator[Resource]:
    entry: Value = {
        "ruleNo": 100, "action": "allow", "protocol": "tcp", "cidrBlock": WORLD, "fromPort": 0, "toPort": 65535
    }  # fmt: skip
    yield new(vpc, ACL, "open", vpcId=ref(vpc), ingress=[entry])


def open_list_apart(_graph: Graph, vpc: Resource) -> Iterator[Resource]:
    acl = new(vpc, ACL, "open", vpcId=ref(vpc))
    yield acl
    yield new(
        vpc, ACL_RULE, "open", networkAclId=ref(acl), ruleNumber=100, ruleAction="allow", protocol="-1",
        ipv6CidrBlock=WORLD_V6, egress=False,
    )  # fmt: skip


def target(graph: Graph, machine: Resource) -> Iterator[Resource]:
    for group in graph.of_type("aws:lb/targetGroup:TargetGroup")[:1]:
        yield new(
            machine, "aws:lb/targetGroupAttachment:TargetGroupAttachment", "more", targetGroupArn=ref(group, "arn"),
            targetId=ref(machine),
        )  # fmt: skip


def with_groups(_graph: Graph, machine: Resource) -> bool:
    return bool(at(machine.inputs, "networkInterfaces.0.securityGroups"))


def _addresses_by_subnets(plan: Plan) -> Iterator[Plan]:
    """The template says nothing of addresses, and the subnets of its machines give one."""
    for bare in removed(TEMPLATE, "networkInterfaces.0.associatePublicIpAddress", with_groups)(plan):
        graph = Graph(bare)
        urns = {each.urn for group in graph.of_type(MACHINES) for each in named(graph, group, "vpcZoneIdentifiers")}
        giving = tuple(
            replace(each, inputs={**each.inputs, "mapPublicIpOnLaunch": True}) if each.urn in urns else each
            for each in bare.resources
        )
        yield replace(bare, resources=giving)


OPERATORS = (
    *private("compute"),
    *private("cache"),
    *private("database"),
    Operator(
        PRIVATE,
        "an address by the template",
        put(TEMPLATE, "networkInterfaces.0.associatePublicIpAddress", "true", with_groups),
    ),
    Operator(PRIVATE, "an address by the subnets", _addresses_by_subnets),
    Operator(PRIVATE, "a public database", put(DATABASE, "publiclyAccessible", value=True)),
    Operator(
        PRIVATE,
        "an address that only deployment tells",
        hidden(TEMPLATE, "networkInterfaces.0.associatePublicIpAddress", with_groups),
        "unproven",
    ),
    Operator(FORWARDS, "the internet lets itself in", opens(WORLD, ports=(443, 443), where=of_nat)),
    Operator(FORWARDS, "a target of the load balancer", added(INSTANCE, target, IS_NAT)),
    Operator(FORWARDS, "who only deployment tells", hidden(IN, "cidrIpv4", rule_of(of_nat)), "unproven"),
    Operator(SINGLE, "the application's port", opens(WORLD, ports=(3000, 3000), where=of_the_lone_machine)),
    Operator(SINGLE, "the web's rule widened", put(IN, "fromPort", 1, rule_of(of_the_lone_machine))),
    Operator(
        SINGLE,
        "a group by a plain id",
        put(INSTANCE, "vpcSecurityGroupIds", ["sg-0123456789abcdef0"], alone),
        "unproven",
    ),
    Operator(NO_DEFAULT, "the default network", added(VPC, default_network)),
    Operator(NO_DEFAULT, "a default subnet", added(VPC, default_subnet)),
    Operator(NO_DEFAULT, "a group of no network", removed(GROUP, "vpcId")),
    Operator(NO_DEFAULT, "a load balancer of no subnet", removed(BALANCER, "subnets")),
    Operator(NO_DEFAULT, "the default subnets of caches", put(CACHE, "subnetGroupName", "default")),
    Operator(SUBNETS, "addresses for all", put(SUBNET, "mapPublicIpOnLaunch", value=True)),
    Operator(SUBNETS, "the same as a text", put(SUBNET, "mapPublicIpOnLaunch", "true")),
    Operator(SUBNETS, "whether, only deployment tells", hidden(SUBNET, "mapPublicIpOnLaunch"), "unproven"),
    Operator("flow-logs-kept", "no flow log", dropped(FLOW_LOG), environments=NOT_IN_DEVELOPMENT),
    Operator(
        "flow-logs-kept",
        "only what was let through",
        put(FLOW_LOG, "trafficType", "ACCEPT"),
        environments=NOT_IN_DEVELOPMENT,
    ),
    Operator("network-acl-admin-ports-closed", "a list that lets all in", added(VPC, open_list)),
    Operator("network-acl-admin-ports-closed", "a rule apart that lets all in over IPv6", added(VPC, open_list_apart)),
    Operator(
        "registry-reached-privately",
        "no endpoint of the registry",
        dropped(ENDPOINT, lambda _graph, each: ".ecr." in str(each.inputs.get("serviceName"))),
    ),
)
