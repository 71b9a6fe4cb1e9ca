"""What a network guarantees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.components.planning import part_of, target, the_part

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource

ZONES = ["us-east-1a", "us-east-1b", "us-east-1c"]
both = pytest.mark.parametrize("network", ["network", "network-single"])


def routes_of(graph: Graph, network: str, subnet: str) -> list[Resource]:
    """The routes that a subnet's traffic may take, beside the network's own."""
    associations = part_of(graph, network, "RouteTableAssociation")
    (table,) = [
        target(each.inputs["routeTableId"]) for each in associations if target(each.inputs["subnetId"]) == subnet
    ]
    return [route for route in part_of(graph, network, "Route") if target(route.inputs["routeTableId"]) == table]


def subnets(graph: Graph, network: str, tier: str) -> list[str]:
    named = [subnet.name for subnet in part_of(graph, network, "Subnet")]
    return [name for name in named if name.startswith(f"{network}-{tier}-")]


@both
def test_each_zone_has_a_subnet_of_each_tier_named_by_the_zone(parts: Graph, network: str) -> None:
    found = {subnet.name: subnet.inputs["availabilityZone"] for subnet in part_of(parts, network, "Subnet")}
    assert found == {f"{network}-{tier}-{zone}": zone for tier in ("public", "compute", "data") for zone in ZONES}


@both
def test_data_subnets_have_no_route_out(parts: Graph, network: str) -> None:
    assert len(subnets(parts, network, "data")) == len(ZONES)
    for subnet in subnets(parts, network, "data"):
        assert routes_of(parts, network, subnet) == []


@both
def test_compute_subnets_leave_by_a_nat_gateway_only(parts: Graph, network: str) -> None:
    assert len(subnets(parts, network, "compute")) == len(ZONES)
    for subnet in subnets(parts, network, "compute"):
        (route,) = routes_of(parts, network, subnet)
        assert target(route.inputs["natGatewayId"]).startswith(f"{network}-nat-")
        assert "gatewayId" not in route.inputs


@both
def test_only_public_subnets_face_the_internet_gateway(parts: Graph, network: str) -> None:
    facing = [route for route in part_of(parts, network, "Route") if "gatewayId" in route.inputs]
    tables = {target(route.inputs["routeTableId"]) for route in facing}
    associations = part_of(parts, network, "RouteTableAssociation")
    reached = {
        target(each.inputs["subnetId"]) for each in associations if target(each.inputs["routeTableId"]) in tables
    }
    assert reached == set(subnets(parts, network, "public"))


@both
def test_no_subnet_gives_out_public_addresses(parts: Graph, network: str) -> None:
    assert [subnet.name for subnet in part_of(parts, network, "Subnet") if subnet.inputs["mapPublicIpOnLaunch"]] == []


def test_with_a_gateway_per_zone_no_zone_leaves_by_another(parts: Graph) -> None:
    for zone in ZONES:
        (route,) = routes_of(parts, "network", f"network-compute-{zone}")
        gateway = target(route.inputs["natGatewayId"])
        (found,) = [each for each in part_of(parts, "network", "NatGateway") if each.name == gateway]
        assert target(found.inputs["subnetId"]) == f"network-public-{zone}"


def test_a_single_gateway_serves_all_zones_and_has_the_only_address(parts: Graph) -> None:
    gateway = the_part(parts, "network-single", "NatGateway")
    address = the_part(parts, "network-single", "Eip")
    assert target(gateway.inputs["allocationId"]) == address.name
    for zone in ZONES:
        (route,) = routes_of(parts, "network-single", f"network-single-compute-{zone}")
        assert target(route.inputs["natGatewayId"]) == gateway.name


@both
def test_s3_is_reached_without_the_nat_gateway(parts: Graph, network: str) -> None:
    endpoint = the_part(parts, network, "VpcEndpoint")
    assert endpoint.inputs["vpcEndpointType"] == "Gateway"
    assert endpoint.inputs["serviceName"] == "com.amazonaws.us-east-1.s3"
    tables = endpoint.inputs["routeTableIds"]
    assert isinstance(tables, list | tuple)
    assert {target(table) for table in tables} == {f"{network}-compute-{zone}" for zone in ZONES}


@both
def test_the_default_security_group_lets_nothing_through(parts: Graph, network: str) -> None:
    group = the_part(parts, network, "DefaultSecurityGroup")
    assert target(group.inputs["vpcId"]) == the_part(parts, network, "Vpc").name
    assert not group.inputs.get("ingress")
    assert not group.inputs.get("egress")


def test_flow_logs_keep_every_connection_when_asked_for(parts: Graph) -> None:
    log = the_part(parts, "network", "FlowLog")
    assert log.inputs["trafficType"] == "ALL"
    assert target(log.inputs["vpcId"]) == "network-vpc"
    assert the_part(parts, "network", "LogGroup").inputs["retentionInDays"] == 90
    assert part_of(parts, "network-single", "FlowLog") == []


@both
def test_public_subnets_wait_for_the_internet_gateway(parts: Graph, network: str) -> None:
    # AWS makes no load balancer in them before it is attached.
    gateway = the_part(parts, network, "InternetGateway").urn
    public = [subnet for subnet in part_of(parts, network, "Subnet") if f"{network}-public-" in subnet.name]
    assert [subnet.name for subnet in public if gateway not in subnet.dependencies] == []
