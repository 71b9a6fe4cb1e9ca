"""Networks: subnets, ways to the internet, routes, endpoints."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from slipway.simulated.checks.asked import ApiError, InUseError
from slipway.simulated.checks.aws.lookups import GATEWAY, SUBNET, VPC, check_gateway, network_of

if TYPE_CHECKING:
    from typing import Any

    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud
    from slipway.simulated.store import Object

_NAT = "aws:ec2/natGateway:NatGateway"
_ROUTE = "aws:ec2/route:Route"
_TABLE = "aws:ec2/routeTable:RouteTable"
_MORE_RANGES = "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"
_MAPPED = ("aws:lb/loadBalancer:LoadBalancer", "aws:ec2/instance:Instance")
_GATEWAY_SERVICES = ("s3", "dynamodb")
_DESTINATIONS = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")


def check_subnet(asked: Asked, cloud: Cloud) -> None:
    """A subnet lies within its network, beside the others, in a zone of the region."""
    zone = asked.text("availabilityZone")
    if zone and not zone.startswith(asked.region):
        raise ApiError(
            f"InvalidParameterValue: Value ({zone}) for parameter availabilityZone is invalid. Subnets can currently "
            f"only be created in the following availability zones: {asked.region}a, {asked.region}b, {asked.region}c."
        )
    block, network = asked.text("cidrBlock"), cloud.get(VPC, asked.text("vpcId"))
    if not block:
        return
    own = ipaddress.IPv4Network(block)
    if network:
        more = cloud.naming(_MORE_RANGES, "vpcId", network.id)
        ranges = [each.properties.get("cidrBlock") for each in (network, *more)]
        if not any(own.subnet_of(ipaddress.IPv4Network(each)) for each in ranges if isinstance(each, str)):
            raise ApiError(f"InvalidSubnet.Range: The CIDR '{block}' is invalid.")
    for other in cloud.naming(SUBNET, "vpcId", asked.text("vpcId")):
        there = other.inputs.get("cidrBlock")
        if other.id != asked.id and isinstance(there, str) and own.overlaps(ipaddress.IPv4Network(there)):
            raise ApiError(f"InvalidSubnet.Conflict: The CIDR '{block}' conflicts with another subnet")


def check_nat_gateway(asked: Asked, cloud: Cloud) -> None:
    """A NAT gateway to the internet has an address, and its network a way there."""
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


def check_endpoint(asked: Asked, _cloud: Cloud) -> None:
    """An endpoint is of a kind that its service has."""
    service = asked.text("serviceName").rpartition(".")[2]
    kind = asked.inputs.get("vpcEndpointType") or "Gateway"
    if service and asked.text("serviceName").startswith("com.amazonaws."):
        region = asked.text("serviceName").split(".")[2]
        if region != asked.region and not asked.inputs.get("serviceRegion"):
            raise ApiError(f"InvalidServiceName: The Vpc Endpoint Service '{asked.text('serviceName')}' does not exist")
        if kind == "Gateway" and service not in _GATEWAY_SERVICES:
            raise ApiError(
                "InvalidParameter: Endpoint type (Gateway) does not match available service types ([Interface])."
            )


def default_group(asked: Asked, cloud: Cloud) -> dict[str, Any]:
    """The default group is not made but taken over: it is the one that came with its network."""
    network = cloud.get(VPC, asked.text("vpcId"))
    return {"id": network.computed["defaultSecurityGroupId"], "name": "default"} if network else {"name": "default"}
