"""Ways out of networks: gateways and routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.simulated.checks.asked import ApiError, InUseError, Refusal
from slipway.simulated.checks.aws.lookups import GATEWAY, SUBNET, VPC, check_gateway, network_of
from slipway.simulated.sdk import snake

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud
    from slipway.simulated.store import Object

_NAT = "aws:ec2/natGateway:NatGateway"
_ROUTE = "aws:ec2/route:Route"
_TABLE = "aws:ec2/routeTable:RouteTable"
_MAPPED = ("aws:lb/loadBalancer:LoadBalancer", "aws:ec2/instance:Instance")
_DESTINATIONS = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")


def judge_nat_gateway(asked: Asked) -> Iterator[Refusal]:
    """A NAT gateway that does not lead to the internet has no address of its."""
    kind = asked.inputs.get("connectivityType")
    for name in ("allocationId", "secondaryAllocationIds"):
        if kind == "private" and asked.sure(name):
            yield Refusal(f'{snake(name)} is not supported with connectivity_type = "{kind}"')


def check_nat_gateway(asked: Asked, cloud: Cloud) -> None:
    """A NAT gateway to the internet has an address, and its network a way there; one without needs neither."""
    if asked.inputs.get("connectivityType") == "private" or asked.inputs.get("availabilityMode") == "regional":
        return
    if not asked.text("allocationId"):
        raise ApiError("MissingParameter: The request must include the AllocationId parameter")
    network = network_of(SUBNET, asked.text("subnetId"), cloud)
    check_gateway(network, f"Gateway.NotAttached: Network {network} has no Internet gateway attached", cloud)


def check_gateway_unused(held: Object, cloud: Cloud) -> None:
    """An internet gateway stays while anything in its network has a public address."""
    network = str(held.properties.get("vpcId") or "")
    subnets = [subnet.id for subnet in cloud.naming(SUBNET, "vpcId", network)]
    gateways = (nat for subnet in subnets for nat in cloud.naming(_NAT, "subnetId", subnet))
    mapped = any(nat.properties.get("connectivityType") != "private" for nat in gateways)
    balancers = (each for subnet in subnets for each in cloud.naming(_MAPPED[0], "subnets", subnet))
    mapped = mapped or any(not balancer.properties.get("internal") for balancer in balancers)
    machines = (each for subnet in subnets for each in cloud.naming(_MAPPED[1], "subnetId", subnet))
    if mapped or any(machine.inputs.get("associatePublicIpAddress") for machine in machines):
        raise InUseError(
            f"DependencyViolation: Network {network} has some mapped public address(es). Please unmap those public "
            "address(es) before detaching the gateway."
        )


def check_route(asked: Asked, cloud: Cloud) -> None:
    """A table has one route to a destination, and none that leads where its network already is."""
    table = asked.text("routeTableId")
    for name in _DESTINATIONS:
        destination = asked.text(name)
        if not destination:
            continue
        others = (route for route in cloud.naming(_ROUTE, "routeTableId", table) if route.id != asked.id)
        own = cloud.get(VPC, network_of(_TABLE, table, cloud))
        if any(route.inputs.get(name) == destination for route in others) or (
            own and own.inputs.get("cidrBlock") == destination
        ):
            raise ApiError(f"RouteAlreadyExists: The route identified by {destination} already exists.")
    gateway = cloud.get(GATEWAY, asked.text("gatewayId"))
    network = network_of(_TABLE, table, cloud)
    if gateway and network and gateway.properties.get("vpcId") != network:
        raise ApiError(
            f"InvalidParameterValue: route table {table} and network gateway {gateway.id} belong to different networks"
        )


def check_association(asked: Asked, cloud: Cloud) -> None:
    """A subnet follows a table of its own network."""
    table, subnet = asked.text("routeTableId"), asked.text("subnetId")
    networks = {network_of(_TABLE, table, cloud), network_of(SUBNET, subnet, cloud)} - {""}
    if len(networks) > 1:
        raise ApiError(f"InvalidParameterValue: Route table {table} and subnet {subnet} belong to different networks")


def default_group(asked: Asked, cloud: Cloud) -> dict[str, Any]:
    """The default group is not made but taken over: it is the one that came with its network."""
    network = cloud.get(VPC, asked.text("vpcId"))
    return {"id": network.computed["defaultSecurityGroupId"], "name": "default"} if network else {"name": "default"}
