"""How a network's block of addresses is cut into subnets. Pure arithmetic."""

from __future__ import annotations

import ipaddress
from enum import IntEnum

ANYWHERE = "0.0.0.0/0"
_ZONES = 8  # the letters a to h: more than any region has
_PARTS_AS_BITS = 5  # 32 parts: 4 tiers, one of them kept free, of 8 zones


class Tier(IntEnum):
    """A kind of subnet, by who may reach it. The numbers place it in the block and never change."""

    PUBLIC = 0
    """Reached from the internet: load balancers and NAT only."""
    COMPUTE = 1
    """Reaches the internet through NAT at most, is not reached from it."""
    DATA = 2
    """Neither reaches the internet nor is reached from it."""


def subnet_cidr(vpc: str, tier: Tier, zone: str) -> str:
    """The block of one subnet: a 32nd part of the network's, fixed by tier and zone alone.

    So adding, removing or reordering zones moves no other subnet. `vpc` is an IPv4 block, `zone` the name of an
    availability zone such as us-east-1a. Raises `ValueError` where the zone has no letter from a to h.
    """
    number = ord(zone[-1]) - ord("a")
    if not 0 <= number < _ZONES:
        raise ValueError(f"{zone!r} is no availability zone: it must end with a letter from a to h")
    network = ipaddress.IPv4Network(vpc)
    size = network.num_addresses >> _PARTS_AS_BITS
    first = network.network_address + (tier * _ZONES + number) * size
    return str(ipaddress.IPv4Network((first, network.prefixlen + _PARTS_AS_BITS)))
