"""How a network's block is cut."""

from __future__ import annotations

import ipaddress
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.aws.subnets import Tier, subnet_cidr

ZONES = [f"us-east-1{letter}" for letter in "abcdefgh"]
prefixes = st.integers(16, 22)
vpcs = st.builds(
    lambda address, prefix: str(ipaddress.IPv4Network((address, prefix), strict=False)),
    st.ip_addresses(network="10.0.0.0/8"),
    prefixes,
)
places = st.tuples(st.sampled_from(list(Tier)), st.sampled_from(ZONES))


@given(vpcs)
def test_no_two_subnets_overlap_and_all_lie_in_their_network(vpc: str) -> None:
    subnets = [ipaddress.IPv4Network(subnet_cidr(vpc, tier, zone)) for tier in Tier for zone in ZONES]
    assert all(subnet.subnet_of(ipaddress.IPv4Network(vpc)) for subnet in subnets)
    assert not any(one.overlaps(other) for one, other in combinations(subnets, 2))


@given(vpcs, places)
def test_every_subnet_is_large_enough_for_a_load_balancer(vpc: str, place: tuple[Tier, str]) -> None:
    # An Application Load Balancer wants at least a /27 in each zone.
    assert ipaddress.IPv4Network(subnet_cidr(vpc, *place)).prefixlen <= 27


def test_a_subnet_s_block_depends_on_tier_and_zone_alone() -> None:
    # Frozen: another answer would replace the subnets of every stack, and all that lives in them.
    assert subnet_cidr("10.20.0.0/16", Tier.PUBLIC, "us-east-1a") == "10.20.0.0/21"
    assert subnet_cidr("10.20.0.0/16", Tier.PUBLIC, "us-east-1b") == "10.20.8.0/21"
    assert subnet_cidr("10.20.0.0/16", Tier.COMPUTE, "us-east-1a") == "10.20.64.0/21"
    assert subnet_cidr("10.20.0.0/16", Tier.DATA, "us-east-1h") == "10.20.184.0/21"


@pytest.mark.parametrize("zone", ["us-east-1", "us-east-1i", "us-east-1A", "us-west-2-lax-1"])
def test_what_is_no_zone_is_refused(zone: str) -> None:
    with pytest.raises(ValueError, match="is no availability zone: it must end with a letter from a to h"):
        subnet_cidr("10.20.0.0/16", Tier.PUBLIC, zone)
