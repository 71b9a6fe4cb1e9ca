"""Rules on what the internet may reach, and on what may reach the internet, by security groups."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from policies.finding import Verdict
from policies.network.blocks import INTERNET_V4, INTERNET_V6, Blocks
from policies.network.links import VPCS
from policies.network.model import network_of
from policies.network.outside import Outsides
from policies.network.spans import Spans
from policies.network.templates import with_ingress
from policies.network.traffic import ALL, PORTS, TCP, UDP, WEB, Traffic
from policies.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from policies.finding import Status
    from policies.network.groups import Group, GroupRule
    from policies.network.model import Network

_SHELL: Final = Traffic.ports(TCP, Spans(((22, 22),)))
ADMIN: Final = Traffic.ports(TCP, Spans(((22, 22), (3389, 3389)))) | Traffic.ports(UDP, Spans(((3389, 3389),)))


def beyond_web(network: Network, rule: GroupRule, *, alone: bool = False) -> tuple[Status | None, str]:
    """Whether a rule lets the internet do more than the web's ports, and how; None where it does not.

    `alone`: of a single server, to which named ranges may open a shell as well. It has nobody beside it who could.
    """
    public = rule.blocks.public - network.inner
    if not public and rule.whole:
        return None, ""
    named = alone and rule.whole and not public.is_world
    beyond = rule.traffic - WEB - (_SHELL if named else Traffic())
    if not beyond:
        return None, ""
    if rule.doubt or not public:
        return "unproven", f"may let the internet in: {rule.lost[0]}"
    return "violation", f"lets {rule.blocks} in on {beyond}"


def judge_internet(graph: Graph) -> Iterator[Verdict]:
    """A verdict on each rule that lets the internet reach anything but a load balancer's web ports."""
    network = network_of(graph)
    for group in network.groups.by_key.values():
        for rule in group.of("ingress"):
            yield from _judge_rule(network, group, rule)
    for stray in network.groups.strays:
        public = stray.blocks.public - network.inner
        if stray.direction == "ingress" and (public or not stray.whole):
            status, what = beyond_web(network, stray)
            told = f"{what}. " if status is not None else ""
            message = f"{stray.declared.name}: {told}Whose rule it is is not known: {stray.lost[-1]}."
            yield Verdict("unproven", stray.declared.urn, message)
    yield from _judge_templates(graph)
    for zone in network.own:
        if zone.kind == "load balancer" and zone.groups is None and zone.public_v4 is not False:
            beyond = network.listens(zone) - WEB
            if beyond:
                message = f"{zone.name} has no security group and listens to everybody on {beyond}."
                yield Verdict("violation" if zone.public_v4 is True else "unproven", zone.urn, message)
        if zone.kind not in ("other", "store"):
            for told in zone.lost_groups:
                message = f"{zone.name}: {told}. Whether the internet reaches it is not known."
                yield Verdict("unproven", zone.urn, message)


def _judge_templates(graph: Graph) -> Iterator[Verdict]:
    for template in with_ingress(graph):
        message = f"{template.name}: whom the security groups of its template let in is not read."
        yield Verdict("unproven", template.urn, message, "Make security groups and their rules in the program.")


def _judge_rule(network: Network, group: Group, rule: GroupRule) -> Iterator[Verdict]:
    public = rule.blocks.public - network.inner
    if not public and rule.whole:
        return
    members = network.members[group.key]
    status, what = beyond_web(
        network, rule, alone=bool(members) and all(each == network.single_server for each in members)
    )
    if status is not None:
        yield Verdict(
            status, rule.declared.urn, f"{group.name}: {rule.declared.name} {what}.{_path(network, group, rule.blocks)}"
        )
        return
    wrong = [zone for zone in members if zone.kind != "load balancer" and zone != network.single_server]
    lets = f"{rule.declared.name} lets {rule.blocks if public else 'addresses that are not known'} in on {rule.traffic}"
    if wrong:
        named = ", ".join(zone.name for zone in wrong[:3])
        proven: Status = "violation" if public else "unproven"
        message = f"{group.name}: {lets}, and {named} is no load balancer.{_path(network, group, rule.blocks)}"
        yield Verdict(proven, rule.declared.urn, message)
    elif not members and group.resource.type not in VPCS:
        message = f"{group.name}: {lets}, and nothing in the plan that the model knows is in this group."
        yield Verdict("unproven", rule.declared.urn, message)


def _path(network: Network, group: Group, peers: Blocks) -> str:
    """The path that the internet takes to a member of a group, as far as there is one today.

    It is of the version of IP of the peers that a rule lets in, and of either where these are not known.
    """
    outside = Outsides(network)
    versions = [internet for internet in (INTERNET_V4, INTERNET_V6) if not peers or peers & internet]
    for zone in network.members[group.key]:
        if zone.kind == "load balancer":
            continue
        for internet in versions:
            found = outside.inward(zone, internet - network.inner)
            if found.traffic:
                return f" Path: internet → {' → '.join((*found.path, zone.name))}."
    return " No route from the internet leads there today." if network.members[group.key] else ""


def judge_admin(graph: Graph, version: Literal[4, 6]) -> Iterator[Verdict]:
    """A verdict on each rule by which the world may ask for a shell or a desktop."""
    network = network_of(graph)
    for group in network.groups.by_key.values():
        yield from _judge_admin(network, group.of("ingress"), version)
    for stray in network.groups.strays:
        if stray.direction == "ingress":
            yield from _judge_admin(network, (stray,), version)


def _judge_admin(network: Network, rules: tuple[GroupRule, ...], version: Literal[4, 6]) -> Iterator[Verdict]:
    reaching = [rule for rule in rules if rule.traffic & ADMIN]
    together = Blocks.union(_of_version(rule.blocks.public - network.inner, version) for rule in reaching)
    for rule in reaching:
        own = _of_version(rule.blocks.public - network.inner, version)
        if own and together.is_world:
            status: Status = "unproven" if rule.doubt else "violation"
            message = f"{rule.declared.name} lets {rule.blocks} in on {rule.traffic & ADMIN}."
            yield Verdict(status, rule.declared.urn, message)
        elif not rule.whole:
            message = f"{rule.declared.name} may let the world in on {rule.traffic & ADMIN}: {rule.lost[0]}."
            yield Verdict("unproven", rule.declared.urn, message)


def _of_version(blocks: Blocks, version: Literal[4, 6]) -> Blocks:
    return Blocks(v4=blocks.v4) if version == 4 else Blocks(v6=blocks.v6)  # noqa: PLR2004 - the version of IP


def judge_all_protocols(graph: Graph) -> Iterator[Verdict]:
    """A verdict on each rule that lets every protocol in from anybody but members of its own group."""
    network = network_of(graph)
    for group in network.groups.by_key.values():
        for rule in group.of("ingress"):
            others = rule.groups - {group.key}
            if rule.traffic == ALL and (rule.blocks or others or rule.services or not rule.whole):
                yield _all_protocols(group.name, rule)
    for stray in network.groups.strays:
        if stray.direction == "ingress" and stray.traffic == ALL:
            yield _all_protocols("a group outside the plan", stray)


def _all_protocols(group: str, rule: GroupRule) -> Verdict:
    if rule.doubt:
        return Verdict("unproven", rule.declared.urn, f"{rule.declared.name} may let every protocol in: {rule.doubt}.")
    return Verdict("violation", rule.declared.urn, f"{rule.declared.name} lets every protocol into {group}.")


def judge_egress(graph: Graph) -> Iterator[Verdict]:
    """A verdict on each rule that lets out to the world on every port."""
    network = network_of(graph)
    for group in network.groups.by_key.values():
        members = network.members[group.key]
        if group.resource.type in VPCS or (members and all(zone.kind == "nat" for zone in members)):
            continue
        for rule in group.of("egress"):
            every = PORTS in (rule.traffic.tcp, rule.traffic.udp)
            if every and not rule.whole and not rule.blocks.is_world:
                message = f"{rule.declared.name} may let out to the world on every port: {rule.lost[0]}."
                yield Verdict("unproven", rule.declared.urn, message)
            elif every and rule.blocks.is_world:
                unsure = f": {rule.doubt}" if rule.doubt else ""
                message = f"{rule.declared.name} lets {group.name} out to {rule.blocks} on {rule.traffic}{unsure}."
                yield Verdict("unproven" if rule.doubt else "violation", rule.declared.urn, message)


_OPEN: Final = "Scanners find an open port within minutes. What listens there is as strong as its last update."

RULES: Final = (
    Rule(
        id="internet-reaches-load-balancers-only",
        title="The internet reaches ports 80 and 443 of load balancers, and nothing else",
        severity="critical",
        level="mandatory",
        clouds=("aws",),
        references=("FSBP EC2.18", "FSBP EC2.19", "CKV_AWS_260", "CKV_AWS_277"),
        rationale=_OPEN,
        remedy=(
            "Let in the group of the load balancer instead of addresses. Open to the internet only 80 and 443, and only"
            " in a group that nothing but load balancers is in."
        ),
        judge=judge_internet,
    ),
    Rule(
        id="admin-ports-closed-ipv4",
        title="No security group opens SSH or Remote Desktop to the world over IPv4",
        severity="critical",
        level="mandatory",
        clouds=("aws",),
        references=("FSBP EC2.13", "FSBP EC2.14", "CIS AWS 5.0 5.3", "CKV_AWS_24", "CKV_AWS_25"),
        rationale=_OPEN,
        remedy="Take the rule away and open shells through Session Manager, which needs no open port.",
        judge=partial(judge_admin, version=4),
    ),
    Rule(
        id="admin-ports-closed-ipv6",
        title="No security group opens SSH or Remote Desktop to the world over IPv6",
        severity="critical",
        level="mandatory",
        clouds=("aws",),
        references=("CIS AWS 5.0 5.4",),
        rationale=_OPEN,
        remedy="Take the rule away and open shells through Session Manager, which needs no open port.",
        judge=partial(judge_admin, version=6),
    ),
    Rule(
        id="no-all-protocol-ingress",
        title="No rule of a security group lets every protocol in",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("CKV_AWS_277",),
        rationale="Who lets every protocol in has not said what is needed: each new service is open at once.",
        remedy="Name the protocol and the ports that are needed. Members of one group may speak freely to each other.",
        judge=judge_all_protocols,
    ),
    Rule(
        id="egress-limited",
        title="Nothing but NAT may connect to the whole world on every port",
        severity="medium",
        level="advisory",
        clouds=("aws",),
        references=("CKV_AWS_382",),
        rationale="Whoever gets in sends data away and fetches tools over whichever port is open.",
        remedy="Let out on the ports that are needed, usually 443; to groups inside instead of addresses.",
        judge=judge_egress,
    ),
)
