"""Mutations of who reaches whom by security groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.policies.mutants.changes import (
    UNKNOWN,
    added,
    altogether,
    anything,
    dropped,
    edited,
    having,
    hidden,
    named,
    new,
    put,
    ref,
    removed,
)
from tests.policies.mutants.mutation import Operator
from tests.policies.mutants.operators.places import (
    BALANCER,
    DEFAULT_GROUP,
    GROUP,
    IN,
    LEGACY,
    OF_BALANCER,
    OF_MACHINES,
    OUT,
    STORES,
    WORLD,
    WORLD_V6,
    group_of,
    not_of_balancer,
    rule_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from plan.model import Resource, Value
    from tests.policies.mutants.changes import Change, Make, Where

INLINE: Value = [{"protocol": "tcp", "fromPort": 9, "toPort": 9, "cidrBlocks": ["10.0.0.0/16"], "description": "x"}]
MIXED, DESCRIBED = "security-group-rules-not-mixed", "security-groups-described"
WEB, CLOSED = "internet-reaches-load-balancers-only", "default-security-group-closed"
TARGETS = "load-balancer-reaches-applications-only"


def opens(*blocks: str, ports: tuple[int, int], protocol: str = "tcp", kind: str = IN, where: Where) -> Change:
    """One rule more of a group for each block."""

    def make(_graph: Graph, group: Resource) -> Iterator[Resource]:
        for number, block in enumerate(blocks):
            given: dict[str, Value] = {"cidrIpv6" if ":" in block else "cidrIpv4": block, "description": "x"}
            yield new(
                group, kind, f"{group.name}-{number}", securityGroupId=ref(group), ipProtocol=protocol,
                fromPort=ports[0], toPort=ports[1], **given,
            )  # fmt: skip

    return added(GROUP, make, where)


def legacy(block: str, ports: tuple[int, int], protocol: str, where: Where) -> Change:
    """One rule more, of the type that was there first."""

    def make(_graph: Graph, group: Resource) -> Iterator[Resource]:
        key = "ipv6CidrBlocks" if ":" in block else "cidrBlocks"
        given: dict[str, Value] = {key: [block]}
        yield new(
            group, LEGACY, f"{group.name}-more", type="ingress", securityGroupId=ref(group), protocol=protocol,
            fromPort=ports[0], toPort=ports[1], description="x", **given,
        )  # fmt: skip

    return added(GROUP, make, where)


def reached(kind: str, port: int) -> tuple[Operator, ...]:
    """What lets others than the application reach a data store."""
    rule = f"{kind}-reached-by-applications-only"
    own = group_of(*STORES[kind])
    of_store = rule_of(own)

    def from_balancer(graph: Graph, _rule: Resource, old: Value) -> Value:
        groups = (group for each in graph.of_type(BALANCER) for group in named(graph, each, "securityGroups"))
        return next((ref(each) for each in groups), old)

    return (
        Operator(rule, "a range of ports around its own", put(IN, "fromPort", port - 100, of_store)),
        Operator(rule, "every port", altogether(IN, {"fromPort": 0, "toPort": 65535}, of_store)),
        Operator(rule, "every protocol", put(IN, "ipProtocol", "-1", of_store)),
        Operator(rule, "the load balancer's group", edited(IN, "referencedSecurityGroupId", from_balancer, of_store)),
        Operator(rule, "the whole network", opens("10.0.0.0/8", ports=(port, port), where=own)),
        Operator(rule, "the internet", opens(WORLD, ports=(port, port), where=own)),
        Operator(rule, "a legacy rule for the internet", legacy(WORLD, (port, port), "6", own)),
        Operator(rule, "who only deployment tells", hidden(IN, "referencedSecurityGroupId", of_store), "unproven"),
        Operator(
            rule,
            "a group by a plain id",
            put(IN, "referencedSecurityGroupId", "sg-0123456789abcdef0", of_store),
            "unproven",
        ),
    )


def admin(version: int) -> tuple[Operator, ...]:
    rule = f"admin-ports-closed-ipv{version}"
    world, halves = (WORLD, ("0.0.0.0/1", "128.0.0.0/1")) if version == 4 else (WORLD_V6, ("::/1", "8000::/1"))
    key = "cidrIpv4" if version == 4 else "cidrIpv6"
    unknown = _unknown_block(key)
    widened = Operator(rule, "the web's rule widened down to SSH", put(IN, "fromPort", 20, having(key, world)))
    return (
        *((widened,) if version == 4 else ()),  # no plan opens the web over IPv6
        Operator(rule, "SSH open to the world", opens(world, ports=(22, 22), where=anything)),
        Operator(rule, "SSH open to both halves of the world", opens(*halves, ports=(22, 22), where=anything)),
        Operator(rule, "Remote Desktop in a range of ports", opens(world, ports=(3000, 4000), where=anything)),
        Operator(rule, "every port by a legacy rule", legacy(world, (0, 0), "-1", anything)),
        Operator(rule, "SSH open to whom only deployment tells", added(GROUP, unknown), "unproven"),
    )


def _unknown_block(key: str) -> Make:
    def make(_graph: Graph, group: Resource) -> Iterator[Resource]:
        given: dict[str, Value] = {key: UNKNOWN}
        yield new(
            group, IN, f"{group.name}-ssh", securityGroupId=ref(group), ipProtocol="tcp", fromPort=22, toPort=22,
            description="x", **given,
        )  # fmt: skip

    return make


def stands_alone(graph: Graph, group: Resource) -> bool:
    """Groups of which rules stand alone."""
    return any(group in named(graph, each, "securityGroupId") for kind in (IN, OUT) for each in graph.of_type(kind))


OPERATORS = (
    *reached("cache", 6379),
    *reached("database", 5432),
    *admin(4),
    *admin(6),
    Operator("no-all-protocol-ingress", "every protocol instead of TCP", put(IN, "ipProtocol", "-1")),
    Operator("no-all-protocol-ingress", "every protocol by its name", put(IN, "ipProtocol", "all")),
    Operator("no-all-protocol-ingress", "a legacy rule for it", legacy("10.0.0.0/8", (0, 0), "-1", anything)),
    Operator(
        "egress-limited",
        "every protocol out to the world",
        opens(WORLD, ports=(0, 0), protocol="-1", kind=OUT, where=not_of_balancer),
    ),
    Operator(
        "egress-limited",
        "every port out to the world",
        opens(WORLD_V6, ports=(0, 65535), kind=OUT, where=not_of_balancer),
    ),
    Operator(
        "egress-limited",
        "to both halves of the world",
        opens("0.0.0.0/1", "128.0.0.0/1", ports=(0, 65535), protocol="udp", kind=OUT, where=OF_MACHINES),
    ),
    Operator(WEB, "443 of what is no load balancer", opens(WORLD, ports=(443, 443), where=not_of_balancer)),
    Operator(WEB, "the same over IPv6", opens("2000::/3", ports=(443, 443), where=not_of_balancer)),
    Operator(WEB, "8080 of the load balancer", opens(WORLD, ports=(8080, 8080), where=OF_BALANCER)),
    Operator(WEB, "the web's rule widened up to 8443", put(IN, "toPort", 8443, having("cidrIpv4", WORLD))),
    Operator(WEB, "one address of the internet on 5432", opens("8.8.8.8/32", ports=(5432, 5432), where=OF_MACHINES)),
    Operator(WEB, "a block that only deployment tells", added(GROUP, _unknown_block("cidrIpv4")), "unproven"),
    Operator(TARGETS, "a range of ports to the application", put(OUT, "toPort", 65535, rule_of(OF_BALANCER))),
    Operator(TARGETS, "every protocol to it", put(OUT, "ipProtocol", "-1", rule_of(OF_BALANCER))),
    Operator(TARGETS, "SSH to the whole network", opens("10.0.0.0/8", ports=(22, 22), kind=OUT, where=OF_BALANCER)),
    Operator(TARGETS, "a port that only deployment tells", hidden(OUT, "toPort", rule_of(OF_BALANCER)), "unproven"),
    Operator(CLOSED, "not adopted", dropped(DEFAULT_GROUP)),
    Operator(CLOSED, "a rule for egress", put(DEFAULT_GROUP, "egress", [{"protocol": "-1", "cidrBlocks": [WORLD]}])),
    Operator(CLOSED, "a rule for members", put(DEFAULT_GROUP, "ingress", [{"protocol": "-1", "self": True}])),
    Operator(CLOSED, "rules that only deployment tells", put(DEFAULT_GROUP, "ingress", UNKNOWN), "unproven"),
    Operator(MIXED, "an inline rule for ingress", put(GROUP, "ingress", INLINE, stands_alone)),
    Operator(MIXED, "an inline rule for egress", put(GROUP, "egress", INLINE, stands_alone)),
    Operator(DESCRIBED, "a group without a word", removed(GROUP, "description")),
    Operator(DESCRIBED, "a rule without a word", removed((IN, OUT), "description")),
    Operator(DESCRIBED, "the provider's own word", put(GROUP, "description", "Managed by Pulumi")),
)
