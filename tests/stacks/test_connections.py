"""Who can connect to whom in a stack of the topology `aws-ec2`, whatever the application and the way out."""

from __future__ import annotations

import pytest

from tests.stacks import paths
from tests.stacks.forms import FORMS
from tests.stacks.paths import S3, WORLD, connections, memberships, subnets_of, ways_out
from tests.stacks.project import ON_MACHINES, graph

STACKS = (*FORMS, *ON_MACHINES)
CACHE_SUBNETS = "aws:elasticache/subnetGroup:SubnetGroup"
DATABASE_SUBNETS = "aws:rds/subnetGroup:SubnetGroup"


def test_these_connections_are_possible_in_the_seed_s_production_and_no_others() -> None:
    found = graph("orders-production")
    assert connections(found) == {
        (WORLD, "orders-lb-sg", 80),
        (WORLD, "orders-lb-sg", 443),
        ("orders-lb-sg", "orders-api-sg", 3001),
        ("orders-cache-clients-sg", "orders-cache-sg", 6379),
        ("orders-api-sg", WORLD, 443),
        ("orders-api-sg", WORLD, 5432),
    }
    assert memberships(found) == {"orders-api": ["orders-api-sg", "orders-cache-clients-sg"]}


def test_one_machine_lets_the_balancer_in_on_each_public_port_and_holds_no_other_way() -> None:
    found = graph("helpdesk-production")
    assert connections(found) == {
        (WORLD, "helpdesk-lb-sg", 80),
        (WORLD, "helpdesk-lb-sg", 443),
        ("helpdesk-lb-sg", "helpdesk-web-sg", 8080),
        ("helpdesk-lb-sg", "helpdesk-web-sg", 3001),
        ("helpdesk-web-sg", WORLD, 443),
    }
    assert memberships(found) == {"helpdesk-web": ["helpdesk-web-sg"]}


def test_each_group_of_machines_stands_alone_and_the_balancer_reaches_the_public_one_only() -> None:
    found = graph("orders-jobs")
    inner = {edge for edge in connections(found) if WORLD not in edge and "-nat-" not in edge[1]}
    assert inner == {
        ("orders-lb-sg", "orders-api-sg", 3001),
        ("orders-cache-clients-sg", "orders-cache-sg", 6379),
    }
    assert memberships(found) == {
        "orders-api": ["orders-api-sg", "orders-cache-clients-sg"],
        "orders-jobs": ["orders-jobs-sg", "orders-cache-clients-sg"],
    }


def test_a_managed_database_is_reached_by_machines_alone() -> None:
    found = graph("drops-production")
    assert {edge for edge in connections(found) if "sg" in edge[0] and edge[1] != WORLD} == {
        ("drops-lb-sg", "drops-app-sg", 3000),
        ("drops-cache-clients-sg", "drops-cache-sg", 6379),
        ("drops-database-clients-sg", "drops-database-sg", 5432),
    }
    assert memberships(found) == {
        "drops-app": ["drops-app-sg", "drops-cache-clients-sg", "drops-database-clients-sg"],
    }


@pytest.mark.parametrize(
    ("stack", "ports"),
    [
        ("drops-production", {443}),
        ("mentors-production", {443, 5432}),
        ("videochat-staging", {443, 5432, 6379}),
        ("videochat-production", {80, 443, 5432, 6379}),  # as containers, whose engine comes over 80
        ("drops-closed", set()),
        ("helpdesk-closed", set()),
    ],
)
def test_machines_connect_out_on_the_ports_that_they_need_and_no_others(stack: str, ports: set[int]) -> None:
    own = {name for groups in memberships(graph(stack)).values() for name in groups}
    assert {port for source, peer, port in connections(graph(stack)) if source in own and peer == WORLD} == ports


@pytest.mark.parametrize("stack", STACKS)
def test_only_the_load_balancer_is_open_to_the_world(stack: str) -> None:
    found = graph(stack)
    app, https = stack.partition("-")[0], not stack.endswith(("-development", "-dev"))
    let_in = {edge[1:] for edge in connections(found) if edge[0] == WORLD}
    assert let_in == {(f"{app}-lb-sg", port) for port in ((80, 443) if https else (80,))}
    facing = [each.name for each in found.of_type(paths.BALANCER) if each.inputs["internal"] is False]
    assert facing == [f"{app}-lb-alb"]


@pytest.mark.parametrize("stack", STACKS)
def test_rules_stand_alone_and_each_has_its_other_half(stack: str) -> None:
    found = graph(stack)
    groups = [*found.of_type(paths.GROUP), *found.of_type(paths.CLOSED_GROUP)]
    assert [each.name for each in groups if {"ingress", "egress"} & each.inputs.keys()] == []
    names = {each.name for each in found.of_type(paths.GROUP)}
    both = [edge for edge in connections(found) if {edge[0], edge[1]} <= names]
    assert paths.halves(found) == (len(both), len(both))


@pytest.mark.parametrize("stack", STACKS)
def test_each_tier_has_the_way_out_that_its_name_promises(stack: str) -> None:
    found, closed = graph(stack), stack.endswith("-closed")
    machines = subnets_of(found, paths.MACHINES, "vpcZoneIdentifiers")
    data = {*subnets_of(found, CACHE_SUBNETS, "subnetIds"), *subnets_of(found, DATABASE_SUBNETS, "subnetIds")}
    public = subnets_of(found, paths.BALANCER, "subnets")
    assert {frozenset(ways_out(found, each)) for each in machines} == {frozenset({S3} if closed else {"NAT", S3})}
    assert {way for each in data for way in ways_out(found, each)} == set()
    assert {frozenset(ways_out(found, each)) for each in public} == {frozenset({"internet gateway"})}


@pytest.mark.parametrize("stack", STACKS)
def test_nothing_but_what_faces_the_internet_has_a_public_address(stack: str) -> None:
    found = graph(stack)
    assert [each.name for each in found.of_type("aws:ec2/subnet:Subnet") if each.inputs["mapPublicIpOnLaunch"]] == []
    assert [each.name for each in found.of_type("aws:rds/instance:Instance") if each.inputs["publiclyAccessible"]] == []
    for template in found.of_type(paths.TEMPLATE):
        if template.name.endswith("-machines"):
            (interface,) = paths.values(template.inputs["networkInterfaces"])
            assert isinstance(interface, dict)
            assert interface["associatePublicIpAddress"] == "false"


@pytest.mark.parametrize(
    ("stack", "gateways", "instances"),
    [("orders-dev", 1, 0), ("orders-production", 2, 0), ("drops-staging", 0, 1), ("drops-closed", 0, 0)],
)
def test_the_way_out_is_made_of_what_the_stack_says(stack: str, gateways: int, instances: int) -> None:
    found = graph(stack)
    assert len(found.of_type("aws:ec2/natGateway:NatGateway")) == gateways
    assert len(found.of_type("aws:ec2/instance:Instance")) == instances
