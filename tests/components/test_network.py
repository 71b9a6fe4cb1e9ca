"""Who routes where in a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.components.planning import part_of, target, the_part

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource

ZONES = ["us-east-1a", "us-east-1b", "us-east-1c"]
GATEWAYS = ["network", "network-single"]
NETWORKS = [*GATEWAYS, "network-instance", "network-none"]
WAYS_OUT = ["gatewayId", "natGatewayId", "networkInterfaceId"]

every_network = pytest.mark.parametrize("network", NETWORKS)


def table_of(graph: Graph, network: str, subnet: str) -> str:
    """The one route table of a subnet."""
    associations = part_of(graph, network, "RouteTableAssociation")
    (table,) = [
        target(each.inputs["routeTableId"]) for each in associations if target(each.inputs["subnetId"]) == subnet
    ]
    return table


def routes_of(graph: Graph, network: str, subnet: str) -> list[Resource]:
    """The routes that a subnet's traffic may take, beside the network's own."""
    table = table_of(graph, network, subnet)
    return [route for route in part_of(graph, network, "Route") if target(route.inputs["routeTableId"]) == table]


def subnets(graph: Graph, network: str, tier: str) -> list[str]:
    named = [subnet.name for subnet in part_of(graph, network, "Subnet")]
    found = [name for name in named if name.startswith(f"{network}-{tier}-")]
    assert len(found) == len(ZONES)
    return found


@every_network
def test_each_zone_has_a_subnet_of_each_tier_named_by_the_zone(parts: Graph, network: str) -> None:
    found = {subnet.name: subnet.inputs["availabilityZone"] for subnet in part_of(parts, network, "Subnet")}
    assert found == {f"{network}-{tier}-{zone}": zone for tier in ("public", "compute", "data") for zone in ZONES}


@every_network
def test_data_subnets_have_no_route_out(parts: Graph, network: str) -> None:
    for subnet in subnets(parts, network, "data"):
        assert routes_of(parts, network, subnet) == []


@every_network
def test_data_subnets_share_no_table_with_others_and_no_endpoint_leads_out_of_them(parts: Graph, network: str) -> None:
    own = {table_of(parts, network, subnet) for subnet in subnets(parts, network, "data")}
    others = {
        table_of(parts, network, subnet) for tier in ("public", "compute") for subnet in subnets(parts, network, tier)
    }
    assert own.isdisjoint(others)
    for endpoint in part_of(parts, network, "VpcEndpoint"):
        tables = endpoint.inputs.get("routeTableIds", [])
        assert isinstance(tables, list | tuple)
        assert own.isdisjoint({target(table) for table in tables})


@pytest.mark.parametrize("network", GATEWAYS)
def test_compute_subnets_leave_by_a_nat_gateway_only(parts: Graph, network: str) -> None:
    gateways = {gateway.name for gateway in part_of(parts, network, "NatGateway")}
    for subnet in subnets(parts, network, "compute"):
        (route,) = routes_of(parts, network, subnet)
        assert [way for way in WAYS_OUT if way in route.inputs] == ["natGatewayId"]
        assert target(route.inputs["natGatewayId"]) in gateways


@every_network
def test_only_public_subnets_face_the_internet_gateway(parts: Graph, network: str) -> None:
    facing = [route for route in part_of(parts, network, "Route") if "gatewayId" in route.inputs]
    tables = {target(route.inputs["routeTableId"]) for route in facing}
    associations = part_of(parts, network, "RouteTableAssociation")
    reached = {
        target(each.inputs["subnetId"]) for each in associations if target(each.inputs["routeTableId"]) in tables
    }
    assert reached == set(subnets(parts, network, "public"))


@every_network
def test_no_route_is_hidden_inside_a_table(parts: Graph, network: str) -> None:
    tables = part_of(parts, network, "RouteTable")
    assert tables
    assert [table.name for table in tables if "routes" in table.inputs] == []


@every_network
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
    assert target(gateway.inputs["subnetId"]) == "network-single-public-us-east-1a"
    for zone in ZONES:
        (route,) = routes_of(parts, "network-single", f"network-single-compute-{zone}")
        assert target(route.inputs["natGatewayId"]) == gateway.name


def test_without_a_way_out_nothing_leaves_compute_subnets_and_nothing_has_a_public_address(parts: Graph) -> None:
    for subnet in subnets(parts, "network-none", "compute"):
        assert routes_of(parts, "network-none", subnet) == []
    for kind in ("NatGateway", "Instance", "Eip"):
        assert part_of(parts, "network-none", kind) == []


@pytest.mark.parametrize(
    ("network", "zones"),
    [("network", ZONES), ("network-single", ZONES[:1]), ("network-instance", ZONES[:1]), ("network-none", [])],
)
def test_the_addresses_from_which_compute_is_seen_are_told_by_zone(
    parts: Graph, network: str, zones: list[str]
) -> None:
    (owner,) = [found for found in parts.of_type("slipway:aws:Network") if found.name == network]
    told = owner.outputs["outgoingAddresses"]
    assert isinstance(told, dict)
    assert list(told) == zones
    own = {address.name for address in part_of(parts, network, "Eip")}
    assert {target(address) for address in told.values()} == own


@every_network
def test_s3_is_reached_from_compute_without_nat(parts: Graph, network: str) -> None:
    (endpoint,) = [each for each in part_of(parts, network, "VpcEndpoint") if each.name == f"{network}-s3"]
    assert endpoint.inputs["vpcEndpointType"] == "Gateway"
    assert endpoint.inputs["serviceName"] == "com.amazonaws.us-east-1.s3"
    tables = endpoint.inputs["routeTableIds"]
    assert isinstance(tables, list | tuple)
    assert {target(table) for table in tables} == {f"{network}-compute-{zone}" for zone in ZONES}


@every_network
def test_the_default_security_group_lets_nothing_through(parts: Graph, network: str) -> None:
    group = the_part(parts, network, "DefaultSecurityGroup")
    assert target(group.inputs["vpcId"]) == the_part(parts, network, "Vpc").name
    assert not group.inputs.get("ingress")
    assert not group.inputs.get("egress")


def test_flow_logs_keep_every_connection_when_asked_for(parts: Graph) -> None:
    log = the_part(parts, "network", "FlowLog")
    assert log.inputs["trafficType"] == "ALL"
    assert target(log.inputs["vpcId"]) == "network-vpc"
    group = the_part(parts, "network", "LogGroup")
    assert target(log.inputs["logDestination"]) == group.name
    assert group.inputs["retentionInDays"] == 90
    assert part_of(parts, "network-single", "FlowLog") == []


@every_network
def test_public_subnets_wait_for_the_internet_gateway(parts: Graph, network: str) -> None:
    # AWS makes no load balancer in them before it is attached.
    gateway = the_part(parts, network, "InternetGateway").urn
    public = [subnet for subnet in part_of(parts, network, "Subnet") if f"{network}-public-" in subnet.name]
    assert [subnet.name for subnet in public if gateway not in subnet.dependencies] == []


@every_network
def test_whatever_a_network_makes_is_its_child(parts: Graph, network: str) -> None:
    # The contract asks this of one form; here are all.
    (owner,) = [found for found in parts.of_type("slipway:aws:Network") if found.name == network]
    children = {child.urn for child in parts.children(owner.urn)}
    others = tuple(f"{other}-" for other in NETWORKS if other != "network")
    named = [found for found in parts.plan.resources if found.name.startswith(f"{network}-") and found.custom]
    own = [found for found in named if network != "network" or not found.name.startswith(others)]
    assert own
    assert [found.urn for found in own if found.urn not in children] == []


@every_network
def test_nat_gateways_stand_in_public_subnets_and_endpoints_do_not(parts: Graph, network: str) -> None:
    public = set(subnets(parts, network, "public"))
    for endpoint in part_of(parts, network, "VpcEndpoint"):
        places = endpoint.inputs.get("subnetIds", [])
        assert isinstance(places, list | tuple)
        assert public.isdisjoint({target(place) for place in places})
    for gateway in part_of(parts, network, "NatGateway"):
        assert target(gateway.inputs["subnetId"]) in public
