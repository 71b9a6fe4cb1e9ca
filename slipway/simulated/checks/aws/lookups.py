"""What checks of several services ask of the cloud."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
GATEWAY = "aws:ec2/internetGateway:InternetGateway"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
SUBNET = "aws:ec2/subnet:Subnet"
VPC = "aws:ec2/vpc:Vpc"
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


def different_networks(asked: Asked, subnets: Iterable[str], groups: Iterable[str], cloud: Cloud) -> bool:
    """Whether the known ones among these subnets and groups, and the network that is asked for, are not in one."""
    networks = {
        asked.text("vpcId"),
        *(network_of(SUBNET, each, cloud) for each in subnets),
        *(network_of(GROUP, each, cloud) for each in groups),
    }
    return len(networks - {""}) > 1


def check_gateway(network: str, says: str, cloud: Cloud) -> None:
    """Raise `ApiError` where a network that this cloud made has no way to the internet."""
    if cloud.get(VPC, network) and not cloud.naming(GATEWAY, "vpcId", network):
        attached = cloud.naming("aws:ec2/internetGatewayAttachment:InternetGatewayAttachment", "vpcId", network)
        if not attached:
            raise ApiError(says)
