"""Ranges of addresses: of networks, of subnets in them, and of networks that look into each other."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from slipway.simulated.checks.asked import ApiError
from slipway.simulated.checks.aws.lookups import SUBNET, VPC
from slipway.simulated.zones import zone_name

if TYPE_CHECKING:
    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud
    from slipway.simulated.store import Object

_MORE_RANGES = "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"
_MORE_V6_RANGES = "aws:ec2/vpcIpv6CidrBlockAssociation:VpcIpv6CidrBlockAssociation"
_NOBODYS = [ipaddress.IPv4Network(each) for each in ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4")]
_LEAST_BITS, _MOST_BITS = 16, 28  # of the mask of a subnet
_POOLS = ("ipv4IpamPoolId", "ipv4NetmaskLength")  # from which AWS takes a range itself
_V6 = ("assignGeneratedIpv6CidrBlock", "ipv6CidrBlock", "ipv6IpamPoolId")
_USUAL_FAILURE = (
    "waiting for EC2 VPC Peering Connection create: unexpected state 'failed', wanted target 'active, "
    "pending-acceptance'. last error: Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range"
)


def check_network(asked: Asked, _cloud: Cloud) -> None:
    """A network has a range, and one that a network may have."""
    block = asked.text("cidrBlock")
    if not block:
        if not any(asked.inputs.get(pool) for pool in _POOLS):
            raise ApiError("MissingParameter: Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.")
        return
    _check_allowed(block)


def check_more(asked: Asked, cloud: Cloud) -> None:
    """A further range of a network lies beside those that it has."""
    block, network = asked.text("cidrBlock"), cloud.get(VPC, asked.text("vpcId"))
    if not block:
        return
    _check_allowed(block)
    if network and any(ipaddress.IPv4Network(block).overlaps(each) for each in ranges_of(network, cloud, asked.id)):
        raise ApiError(f"InvalidVpc.Range: The CIDR '{block}' conflicts with another range of the network")


def check_subnet(asked: Asked, cloud: Cloud) -> None:
    """A subnet lies within its network, beside the others, in a zone of the region."""
    zone = asked.text("availabilityZone")
    if zone and not zone.startswith(asked.region):
        raise ApiError(
            f"InvalidParameterValue: Value ({zone}) for parameter availabilityZone is invalid. Subnets can currently "
            f"only be created in the following availability zones: {asked.region}a, {asked.region}b, {asked.region}c."
        )
    number = asked.text("availabilityZoneId")
    if number and not zone_name(number, asked.region):
        raise ApiError(f"InvalidParameterValue: Value ({number}) for parameter availabilityZoneId is invalid.")
    network = cloud.get(VPC, asked.text("vpcId"))
    _check_v6(asked, network, cloud)
    block = asked.text("cidrBlock")
    if block:
        _check_place(asked, network, cloud)
    elif not asked.inputs.get("ipv6Native") and not any(asked.inputs.get(pool) for pool in _POOLS):
        raise ApiError("MissingParameter: Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.")


def check_changed_subnet(asked: Asked, cloud: Cloud) -> None:
    """What may change of a subnet: its second range, and what comes with it."""
    _check_v6(asked, cloud.get(VPC, asked.text("vpcId")), cloud)


def check_peering(asked: Asked, cloud: Cloud) -> None:
    """Two networks look into each other that are two, and whose ranges lie beside each other."""
    own, peer = asked.text("vpcId"), asked.text("peerVpcId")
    if own == peer:
        raise ApiError(_USUAL_FAILURE)
    here, there = cloud.get(VPC, own), cloud.get(VPC, peer)
    if here and there:
        mine, theirs = ranges_of(here, cloud), ranges_of(there, cloud)
        if any(each.overlaps(other) for each in mine for other in theirs):
            raise ApiError(_USUAL_FAILURE)


def ranges_of(network: Object, cloud: Cloud, besides: str = "") -> list[ipaddress.IPv4Network]:
    """The known ranges of a network, but for the one with an id."""
    more = (each for each in cloud.naming(_MORE_RANGES, "vpcId", network.id) if each.id != besides)
    found = (each.inputs.get("cidrBlock") for each in (network, *more))
    return [ipaddress.IPv4Network(block) for block in found if isinstance(block, str)]


def _has_unknown_range(network: Object, cloud: Cloud) -> bool:
    """Whether a network has a range that a pool gave it, which is not known here."""
    more = cloud.naming(_MORE_RANGES, "vpcId", network.id)
    return any(not isinstance(each.inputs.get("cidrBlock"), str) for each in (network, *more))


def _check_allowed(block: str) -> None:
    if any(ipaddress.IPv4Network(block).overlaps(each) for each in _NOBODYS):
        raise ApiError(f"InvalidVpc.Range: The CIDR '{block}' is invalid.")


def _check_place(asked: Asked, network: Object | None, cloud: Cloud) -> None:
    block = asked.text("cidrBlock")
    own = ipaddress.IPv4Network(block)
    fits = _LEAST_BITS <= own.prefixlen <= _MOST_BITS
    known = network is not None and not _has_unknown_range(network, cloud)
    if not fits or (network and known and not any(own.subnet_of(each) for each in ranges_of(network, cloud))):
        raise ApiError(f"InvalidSubnet.Range: The CIDR '{block}' is invalid.")
    for other in cloud.naming(SUBNET, "vpcId", asked.text("vpcId")):
        there = other.inputs.get("cidrBlock")
        if other.id != asked.id and isinstance(there, str) and own.overlaps(ipaddress.IPv4Network(there)):
            raise ApiError(f"InvalidSubnet.Conflict: The CIDR '{block}' conflicts with another subnet")


def _check_v6(asked: Asked, network: Object | None, cloud: Cloud) -> None:
    block = asked.text("ipv6CidrBlock")
    has = network is None or any(network.inputs.get(name) for name in _V6)
    if block and not has and not cloud.naming(_MORE_V6_RANGES, "vpcId", network.id if network else ""):
        raise ApiError(f"InvalidSubnet.Range: The CIDR '{block}' is invalid.")
    given = block or asked.inputs.get("ipv6IpamPoolId") or asked.inputs.get("ipv6NetmaskLength")
    if asked.inputs.get("assignIpv6AddressOnCreation") and not given:
        raise ApiError(
            "InvalidParameterValue: Invalid value 'true' for assign-ipv6-address-on-creation. Cannot set "
            "assign-ipv6-address-on-creation to true unless the subnet has an IPv6 CIDR block associated with it."
        )
