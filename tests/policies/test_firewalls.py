"""What the firewalls of other clouds than AWS let in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plan.graph import Graph
from plan.model import Unknown
from policies.server.firewalls import openings
from tests.policies.plans import plan_of, resource

if TYPE_CHECKING:
    from plan.model import Value
    from policies.inputs import Answer
    from policies.server.firewalls import Opening

WORLD = "0.0.0.0/0"
EVERY = ((0, 65535),)
Told = tuple[str, str, tuple[tuple[int, int], ...] | None, "Answer"]


def found(kind: str, inputs: dict[str, Value]) -> list[Opening]:
    """What a firewall lets in."""
    return list(openings(Graph(plan_of([resource(kind, "wall", inputs)]))))


def told(kind: str, inputs: dict[str, Value]) -> list[Told]:
    """The same as values: path, protocol, ports, whether everybody gets in."""
    return [(each.field.path, each.protocol, each.ports, each.public) for each in found(kind, inputs)]


def of_digitalocean(**rule: Value) -> list[Told]:
    """What one rule of DigitalOcean lets in."""
    return told("digitalocean:index/firewall:Firewall", {"inboundRules": [rule]})


def of_hetzner(**rule: Value) -> list[Told]:
    """What one rule of Hetzner lets in."""
    return told("hcloud:index/firewall:Firewall", {"rules": [rule]})


def of_linode(policy: Value, **rule: Value) -> list[Told]:
    """What a policy and one rule of Linode let in."""
    return told("linode:index/firewall:Firewall", {"inboundPolicy": policy, "inbounds": [rule]})


@pytest.mark.parametrize("named", ["sourceTags", "sourceDropletIds", "sourceLoadBalancerUids"])
def test_named_sources_are_not_everybody(named: str) -> None:
    rule: dict[str, Value] = {"protocol": "tcp", "portRange": "22", named: ["x"]}
    assert of_digitalocean(**rule) == [("inboundRules[0]", "tcp", ((22, 22),), False)]
    assert of_digitalocean(**rule, sourceAddresses=[WORLD]) == [("inboundRules[0]", "tcp", ((22, 22),), True)]


@pytest.mark.parametrize(
    ("sources", "public"),
    [
        ([WORLD], True), (["::/0"], True), (["203.0.0.0/15"], True), (["203.0.0.0/16"], False),
        (["2a00::/31"], True), (["2a00::/32"], False), (["10.0.0.0/8"], False), (["10.0.0.0/8", WORLD], True),
        (["x"], None), ([Unknown()], None), (Unknown(), None), ([], False),
    ],
)  # fmt: skip
def test_whether_sources_are_everybody_is_told_by_their_size(sources: Value, public: Answer) -> None:
    rule: dict[str, Value] = {"protocol": "TCP", "portRange": "22", "sourceAddresses": sources}
    assert of_digitalocean(**rule) == [("inboundRules[0]", "tcp", ((22, 22),), public)]


@pytest.mark.parametrize(
    ("ports", "expected"),
    [
        ("22", ((22, 22),)), (22, ((22, 22),)), ("80, 443", ((80, 80), (443, 443))), ("1-9", ((1, 9),)),
        ("any", EVERY), (" ALL ", EVERY), ("0", EVERY), (0, EVERY), (None, EVERY),
        ("x", None), ("1-", None), ("1-x", None), (Unknown(), None),
    ],
)  # fmt: skip
def test_ports_are_read_as_ranges(ports: Value, expected: tuple[tuple[int, int], ...] | None) -> None:
    assert of_hetzner(protocol="udp", port=ports, sourceIps=[WORLD]) == [("rules[0]", "udp", expected, True)]


def test_what_lets_out_or_is_dropped_lets_nothing_in() -> None:
    assert of_hetzner(direction="out", protocol="tcp", port="22", sourceIps=[WORLD]) == []
    assert of_hetzner(direction=Unknown(), protocol="tcp", port="22", sourceIps=[WORLD]) != []
    assert of_linode("DROP", action="drop", protocol="TCP", ports="22", ipv4s=[WORLD]) == [
        ("inboundPolicy", "any", EVERY, False)
    ]


@pytest.mark.parametrize("sources", ["ipv4s", "ipv6s"])
def test_a_rule_lets_in_either_kind_of_address(sources: str) -> None:
    rule: dict[str, Value] = {"action": "ACCEPT", "protocol": "TCP", "ports": "22", sources: ["::/0"]}
    assert of_linode("accept", **rule) == [
        ("inboundPolicy", "any", EVERY, True),
        ("inbounds[0]", "tcp", ((22, 22),), True),
    ]


@pytest.mark.parametrize(
    ("protocol", "expected"),
    [
        (None, ("rules[0]", "any", ((22, 22),), True)),
        (Unknown(), ("rules[0]", "any", ((22, 22),), None)),
        ("icmp", ("rules[0]", "icmp", (), True)),
        ("ICMPv6", ("rules[0]", "icmpv6", (), True)),
        ("IPENCAP", ("rules[0]", "ipencap", (), True)),
    ],
)
def test_a_protocol_without_ports_opens_none_and_one_that_is_not_known_may_be_any(
    protocol: Value, expected: Told
) -> None:
    assert of_hetzner(protocol=protocol, port="22", sourceIps=[WORLD]) == [expected]


@pytest.mark.parametrize(
    ("ports", "sources", "beyond", "reaches"),
    [
        ("80", [WORLD], False, False),
        ("80-81", [WORLD], False, False),
        ("80-82", [WORLD], True, False),
        ("22", [WORLD], True, True),
        ("20-30", ["10.0.0.0/8"], False, False),
        ("80-443", [Unknown()], None, False),
        (Unknown(), [WORLD], None, None),
        (Unknown(), ["10.0.0.0/8"], False, False),
    ],
)
def test_an_opening_is_beyond_what_is_allowed_where_one_of_its_ports_is(
    ports: Value, sources: Value, beyond: Answer, reaches: Answer
) -> None:
    rule: Value = {"protocol": "tcp", "port": ports, "sourceIps": sources}
    (opening,) = found("hcloud:index/firewall:Firewall", {"rules": [rule]})
    assert opening.beyond(frozenset({80, 81})) is beyond
    assert opening.reaches(22) is reaches
