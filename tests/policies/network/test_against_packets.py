"""The model against single packets, sent one by one through small random networks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from plan.graph import Graph
from policies.network.model import network_of
from policies.network.reach import reach
from tests.policies.network.small import (
    BLOCKS,
    NAT,
    PORTS,
    RANGES,
    SUBNETS,
    Machine,
    Small,
    SmallEntry,
    SmallRoute,
    SmallRule,
    plan,
    reached,
)

GROUPS = ("red", "green", "blue")
PROTOCOLS = ("tcp", "udp", "-1")

rules = st.builds(
    SmallRule, st.booleans(), st.sampled_from(PROTOCOLS), st.sampled_from(RANGES), st.sampled_from((*GROUPS, *BLOCKS))
)
entries = st.lists(
    st.tuples(
        st.booleans(), st.booleans(), st.sampled_from(PROTOCOLS), st.sampled_from(RANGES), st.sampled_from(BLOCKS)
    ),
    min_size=2,
    max_size=7,
).map(
    lambda found: tuple(
        SmallEntry(out, 100 + number, allow, protocol, ports, block)
        for number, (out, allow, protocol, ports, block) in enumerate(found)
    )
)
routes = st.lists(
    st.builds(SmallRoute, st.sampled_from(BLOCKS[:5] + BLOCKS[9:]), st.sampled_from(("internet", NAT, "peer"))),
    min_size=1,
    max_size=4,
    unique_by=lambda route: route.block,
).map(tuple)
machines = st.builds(
    Machine,
    st.sampled_from(tuple(SUBNETS)),
    st.lists(st.sampled_from(GROUPS), min_size=1, max_size=2, unique=True).map(tuple),
    st.booleans(),
)
spellings = st.fixed_dictionaries({
    **{f"routes-{name}": st.sampled_from(("apart", "inline", "main", "main inline")) for name in SUBNETS},
    **{f"list-{name}": st.sampled_from(("apart", "inline")) for name in SUBNETS},
    **{f"rules-{name}": st.sampled_from(("apart", "inline", "legacy")) for name in GROUPS},
})  # fmt: skip
networks = st.builds(
    Small,
    st.fixed_dictionaries(dict.fromkeys(("m", "n", "o"), machines)),
    st.fixed_dictionaries(dict.fromkeys(GROUPS, st.lists(rules, max_size=5).map(tuple))),
    st.fixed_dictionaries(dict.fromkeys(SUBNETS, routes)),
    st.dictionaries(st.sampled_from(tuple(SUBNETS)), entries, max_size=2),
    st.sampled_from(("a", "b")),
    spellings,
)


def modelled(small: Small) -> set[tuple[str, str, str, int]]:
    found = reach(network_of(Graph(plan(small))))
    return {
        (each.source.name, each.destination.name, protocol, port)
        for each in found.connections
        for protocol, ports in (("tcp", each.traffic.tcp), ("udp", each.traffic.udp))
        for port in PORTS
        if port in ports
    }


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.generate])
@given(networks)
def test_the_model_says_of_every_packet_what_each_hop_does(small: Small) -> None:
    assert modelled(small) == reached(small)


@pytest.mark.slow
@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.generate])
@given(networks)
def test_nor_does_it_fail_in_many_more_networks(small: Small) -> None:
    assert modelled(small) == reached(small)


def open_rules(peer: str) -> tuple[SmallRule, ...]:
    return tuple(SmallRule(outward, "tcp", (80, 80), peer) for outward in (True, False))


OPEN = Small(
    {"m": Machine("a", ("red",), public=True), "n": Machine("b", ("red",), public=False)},
    {"red": open_rules("0.0.0.0/0"), "green": (), "blue": ()},
    {"a": (SmallRoute("0.0.0.0/0", "internet"),), "b": (SmallRoute("0.0.0.0/0", NAT),), "c": ()},
    {},
    "a",
)


def test_the_packets_that_are_sent_do_arrive_in_an_open_network() -> None:
    ends = {("m", "n"), ("n", "m"), ("m", "m"), ("n", "n"), ("m", "internet (IPv4)"), ("n", "internet (IPv4)")}
    both = {(source, target, "tcp", 80) for source, target in {*ends, ("internet (IPv4)", "m")}}
    assert reached(OPEN) == both == modelled(OPEN)


def test_without_a_way_back_for_the_answer_nothing_is_reached() -> None:
    only_in = (SmallEntry(outward=False, order=1, allow=True, protocol="-1", ports=(0, 0), block="0.0.0.0/0"),)
    closed = replace(OPEN, lists={"a": only_in})
    assert {edge[:2] for edge in reached(closed)} == {("m", "m"), ("n", "n")} == {edge[:2] for edge in modelled(closed)}


def test_the_first_rule_of_a_list_that_fits_decides() -> None:
    shut = tuple(
        SmallEntry(outward, order, allow, "tcp", (80, 80) if order == 100 else (0, 65535), "0.0.0.0/0")
        for outward in (True, False)
        for order, allow in ((100, False), (200, True))
    )
    closed = replace(OPEN, lists={"a": shut})
    assert {edge[:2] for edge in reached(closed)} == {("m", "m"), ("n", "n")} == {edge[:2] for edge in modelled(closed)}
    late = tuple(replace(each, order=300 - each.order) for each in shut)
    assert reached(replace(OPEN, lists={"a": late})) == reached(OPEN) == modelled(replace(OPEN, lists={"a": late}))
