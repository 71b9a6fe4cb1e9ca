"""Rules on who reaches whom inside: load balancer to application, application to cache and database, one port each."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from policies.finding import Verdict
from policies.network.blocks import Blocks
from policies.network.listeners import target_ports
from policies.network.model import network_of
from policies.network.spans import Spans
from policies.network.traffic import TCP, UDP, Traffic, shown
from policies.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from policies.finding import Status
    from policies.network.groups import Group, GroupRule
    from policies.network.model import Network
    from policies.network.placements import Kind
    from policies.network.zones import Zone

_SERVERLESS: Final = "aws:elasticache/serverlessCache:ServerlessCache"
_READERS: Final = 6380  # a serverless cache listens there for reads


def judge_data(graph: Graph, kind: Kind) -> Iterator[Verdict]:
    """A verdict on each rule of a data store's groups that lets in more than the application on the store's port."""
    network = network_of(graph)
    stores = [zone for zone in network.own if zone.kind == kind]
    applications = _addresses_of_compute(network) if stores else Blocks()
    for zone in stores:
        for told in zone.lost_groups:
            yield Verdict("unproven", zone.urn, f"{zone.name}: {told}. Who reaches it is not known.")
        for key in zone.groups or ():
            group = network.groups.by_key[key]
            for told in group.lost:
                yield Verdict("unproven", zone.urn, f"{zone.name}: {told}. Who it lets in is not known.")
            for rule in group.of("ingress"):
                for status, what in _judge_rule(network, zone, rule, applications):
                    yield Verdict(status, rule.declared.urn, f"{zone.name}: {rule.declared.name} {what}.")


def _judge_rule(network: Network, zone: Zone, rule: GroupRule, applications: Blocks) -> Iterator[tuple[Status, str]]:
    beyond = rule.traffic - _expected(zone)
    if zone.port is None:
        yield "unproven", f"opens {rule.traffic}, and the port of the {zone.kind} is not known"
    elif beyond:
        yield (
            ("unproven", f"may open more than port {zone.port}: {rule.doubt}")
            if rule.doubt
            else (
                "violation",
                f"opens {beyond} besides port {zone.port}",
            )
        )
    public = rule.blocks.public - network.inner
    inside = rule.blocks - public - applications
    if public:
        yield "violation", f"lets the internet in ({rule.blocks})"
    if inside:
        yield "violation", f"lets in {rule.blocks}, where more than the application may stand"
    for service in rule.services:
        yield "violation", f"lets in the addresses of {service.rpartition('::')[2]}, which are no application's"
    if not rule.whole:
        yield "unproven", f"lets in who is not known: {rule.lost[0]}"
    for key in rule.groups:
        yield from _judge_peer(network, zone, network.groups.by_key[key])


def _judge_peer(network: Network, zone: Zone, peer: Group) -> Iterator[tuple[Status, str]]:
    for told in peer.lost:
        yield "unproven", f"lets in {peer.name}: {told}, and what else is in it is not known"
    for member in network.members[peer.key]:
        if member.kind in ("other", "store"):
            yield "unproven", f"lets in {member.name} by {peer.name}, and the model does not know what that is"
        elif member.kind not in ("compute", zone.kind):
            yield "violation", f"lets in {member.name} by {peer.name}, which is a {member.kind} and no application"


def _expected(zone: Zone) -> Traffic:
    if zone.port is None:
        return Traffic()
    ports = Spans.of([(zone.port, zone.port), *([(_READERS, _READERS)] if zone.resource.type == _SERVERLESS else [])])
    return Traffic.ports(TCP, ports)


def _addresses_of_compute(network: Network) -> Blocks:
    """The addresses of subnets in which nothing but application compute stands."""
    shared, found = set[str](), dict[str, Blocks]()
    for zone in network.zones:
        for subnet in zone.subnets:
            if zone.kind == "compute" and not any("block" in told for told in subnet.lost):
                found[subnet.resource.urn] = subnet.blocks
            elif zone.kind not in ("compute", "endpoint"):
                shared.add(subnet.resource.urn)
    return Blocks.union(blocks for urn, blocks in found.items() if urn not in shared)


def judge_balancers(graph: Graph) -> Iterator[Verdict]:
    """A verdict on each rule that lets a load balancer reach more than its targets' ports."""
    network = network_of(graph)
    expected = target_ports(graph)
    targets = Traffic.ports(TCP, expected.ports) | Traffic.ports(UDP, expected.ports)
    for zone in network.own:
        if zone.kind != "load balancer":
            continue
        for told in zone.lost_groups:
            yield Verdict("unproven", zone.urn, f"{zone.name}: {told}. Whom it reaches is not known.")
        for key in zone.groups or ():
            for rule in network.groups.by_key[key].of("egress"):
                for status, what in _judge_egress(network, rule, targets, whole=expected.whole):
                    yield Verdict(status, rule.declared.urn, f"{zone.name}: {rule.declared.name} {what}.")


def _judge_egress(network: Network, rule: GroupRule, targets: Traffic, *, whole: bool) -> Iterator[tuple[Status, str]]:
    beyond = rule.traffic - targets
    if beyond:
        unsure = "" if whole else "the ports of some targets"
        unsure = rule.doubt or unsure
        ports = shown(targets.tcp) or "none"
        yield (
            ("unproven", f"may let it reach more than its targets' ports: {unsure}")
            if unsure
            else (
                "violation",
                f"lets it reach {beyond}, and its targets listen on {ports}",
            )
        )
    public = rule.blocks.public - network.inner
    if public:
        yield "violation", f"lets it reach the internet ({rule.blocks})"
    if not rule.whole:
        yield "unproven", f"lets it reach who is not known: {rule.lost[0]}"
    for key in rule.groups:
        group = network.groups.by_key[key]
        for member in network.members[key]:
            if member.kind in ("cache", "database", "nat"):
                yield "violation", f"lets it reach {member.name} by {group.name}, which is a {member.kind}"


def _data_rule(kind: Kind, port: str) -> Rule:
    return Rule(
        id=f"{kind}-reached-by-applications-only",
        title=f"Only the application reaches the {kind}, on its one port",
        severity="critical",
        level="mandatory",
        clouds=("aws",),
        references=("own: each tier reaches the next and no other",),
        rationale=(
            f"A {kind} trusts whoever can connect and knows a password. Everybody else who can connect is one leaked"
            " password away from all data."
        ),
        remedy=(
            f"Let in the application's security group on the port of the {kind} ({port}), by TCP, and nobody else: no"
            " blocks of addresses that others share, no ranges of ports."
        ),
        judge=partial(judge_data, kind=kind),
    )


RULES: Final = (
    Rule(
        id="load-balancer-reaches-applications-only",
        title="A load balancer reaches the ports of its targets, and nothing else",
        severity="critical",
        level="mandatory",
        clouds=("aws",),
        references=("own: each tier reaches the next and no other",),
        rationale=(
            "Everybody talks to the load balancer. What it can reach, one mistake in its rules hands to everybody."
        ),
        remedy="Let its group out to the application's group on the port of the target group, and nowhere else.",
        judge=judge_balancers,
    ),
    _data_rule("cache", "6379 for Redis"),
    _data_rule("database", "5432 for PostgreSQL"),
)
