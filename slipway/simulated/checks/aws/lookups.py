"""What checks of several services ask of the cloud."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from slipway.simulated.cloud import Cloud

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
GATEWAY = "aws:ec2/internetGateway:InternetGateway"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
SUBNET = "aws:ec2/subnet:Subnet"
VPC = "aws:ec2/vpc:Vpc"
_ADDED = "aws:vpc/securityGroupVpcAssociation:SecurityGroupVpcAssociation"
_INTERFACE = "aws:ec2/networkInterface:NetworkInterface"

_SIZE = r"(nano|micro|small|medium|large|xlarge|\d+xlarge|metal|metal-\d+xl)"
_FAMILY = r"[a-z][a-z0-9]*\d[a-z0-9]*(-[a-z0-9]+)?"


def machine_type(value: str, prefix: str = "") -> bool:
    """Whether a text has the form of a type of machine: `t4g.micro`, with a prefix `db.t4g.micro`."""
    return bool(re.fullmatch(re.escape(prefix) + rf"{_FAMILY}\.{_SIZE}", value))


def zones_of(subnets: Iterable[str], cloud: Cloud) -> list[str] | None:
    """The zone of each subnet; None where the cloud does not hold all of them."""
    found = [cloud.get(SUBNET, subnet) for subnet in subnets]
    return [str(each.properties.get("availabilityZone")) for each in found if each] if all(found) else None


def zone_of_machine(inputs: Mapping[str, Any], cloud: Cloud) -> str:
    """The zone of the subnet that a machine is in, its own or its interface's; empty where the cloud does not tell."""
    subnet = str(inputs.get("subnetId") or "")
    if not subnet:
        primary = inputs.get("primaryNetworkInterface") or {}
        interface = cloud.get(_INTERFACE, str(primary.get("networkInterfaceId") or ""))
        subnet = str(interface.inputs.get("subnetId") or "") if interface else ""
    held = cloud.get(SUBNET, subnet)
    return str(held.properties.get("availabilityZone") or "") if held else ""


def network_of(token: str, identifier: str, cloud: Cloud) -> str:
    """The network that a subnet or a group is in; empty where the cloud does not tell."""
    found = cloud.get(token, identifier)
    return str(found.properties.get("vpcId") or "") if found else ""


def group_elsewhere(network: str, groups: Iterable[str], cloud: Cloud) -> tuple[str, str] | None:
    """The first of these groups that is known to be in another network, with that; None where there is none.

    A group may have been added to other networks than its own.
    """
    for group in groups:
        there = network_of(GROUP, group, cloud)
        added = {str(each.inputs.get("vpcId")) for each in cloud.naming(_ADDED, "securityGroupId", group)}
        if network and there and network not in {there, *added}:
            return group, there
    return None


def check_gateway(network: str, says: str, cloud: Cloud) -> None:
    """Raise `ApiError` where a network that this cloud made has no way to the internet."""
    if cloud.get(VPC, network) and not cloud.naming(GATEWAY, "vpcId", network):
        attached = cloud.naming("aws:ec2/internetGatewayAttachment:InternetGatewayAttachment", "vpcId", network)
        if not attached:
            raise ApiError(says)
