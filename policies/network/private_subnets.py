"""Rules on where things stand: application and data have no way from or to the internet, but NAT for compute."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from policies.finding import Verdict
from policies.network.model import network_of
from policies.network.world import beyond_web
from policies.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from policies.finding import Status
    from policies.network.model import Network
    from policies.network.placements import Kind
    from policies.network.routes import Route
    from policies.network.zones import Zone

_DATA: Final = ("cache", "database")
# What is judged with a kind: of a store, and of a type that is not known, only what compute must not have either.
_JUDGED_WITH: Final[dict[Kind, tuple[Kind, ...]]] = {"compute": ("compute", "other"), "database": ("database", "store")}
_WHY: Final = (
    "What has a route to the internet is one wrong security group away from everybody, and can send away what it holds."
)


def judge_subnets(graph: Graph, kind: Kind) -> Iterator[Verdict]:
    """A verdict on each thing of a kind and each route out of its subnets that it must not have."""
    network = network_of(graph)
    kinds = _JUDGED_WITH.get(kind, (kind,))
    judged = [zone for zone in network.own if zone.kind in kinds and zone != network.single_server]
    for zone in judged:
        for told in zone.lost if zone.kind != "other" else ():
            message = f"{zone.name}: {told}. Whether it has a way to the internet is not known."
            yield Verdict("unproven", zone.urn, message, _HOLD)
        yield from _judge_zone(network, zone)
    if judged:
        for resource, told in network.routes.strays:
            message = f"{resource.name}: {told}. Whether {judged[0].name} leaves by it is not known."
            yield Verdict("unproven", resource.urn, message, _HOLD)


def _judge_zone(network: Network, zone: Zone) -> Iterator[Verdict]:
    seen: set[str] = set()
    for subnet in zone.subnets:
        table = network.table(subnet)
        where = f"{zone.name} stands in the subnet {subnet.resource.name}"
        for told in table.lost:
            if told not in seen:
                seen.add(told)
                yield Verdict("unproven", zone.urn, f"{where}: {told}. Whether it has a way out is not known.", _HOLD)
        for route in table.routes:
            status = _status(network, zone, route)
            if status is not None and (told := f"{route.declared.name} leads {route.text}") not in seen:
                seen.add(told)
                path = f"{zone.name} → {subnet.resource.name} → {table.name} → {route.text}"
                message = f"{where}, where {told}{_meaning(route, status)}. Path: {path}."
                if zone.kind == "other":
                    status, message = "unproven", f"{message} Whether {zone.resource.type} may is not known."
                yield Verdict(status, zone.urn, message)


def _status(network: Network, zone: Zone, route: Route) -> Status | None:
    """What a route means to something that must be private; None where it may have it."""
    compute = zone.kind not in _DATA
    abroad = route.blocks is None or bool(route.blocks.public - network.inner)
    if route.way in ("internet", "egress-only"):
        return "violation"
    if route.way == "nat":
        return None if compute else "violation"
    if route.way == "machine":
        owner = network.machines.owner(route.via) if route.via is not None else None
        if not abroad or (compute and owner is not None and network.is_nat(owner.urn)):
            return None
        return "unproven" if compute or route.blocks is None else "violation"
    if route.way in ("network", "peering"):
        return "unproven" if abroad else None
    return "unproven" if route.way == "unknown" else None


def _meaning(route: Route, status: Status) -> str:
    if status == "violation":
        return ""
    if route.way == "machine":
        return ", and that machine is not proven to do nothing but forward"
    return ", and whether that leads on to the internet is not in the plan"


def judge_addresses(graph: Graph) -> Iterator[Verdict]:
    """A verdict on everything private that has a public address, or may have one."""
    network = network_of(graph)
    for zone in network.own:
        private = zone.kind in ("compute", "store", *_DATA) and zone != network.single_server
        if not private or zone.public_v4 is False:
            continue
        forwarder = network.forwarders.get(zone.urn)
        if zone.public_v4 == "unknown":
            told = zone.lost[0] if zone.lost else "its subnet or its template does not tell"
            message = f"{zone.name} may have a public address: {told}."
            yield Verdict("unproven", zone.urn, message)
        elif forwarder is None:
            what = "runs the application" if zone.kind == "compute" else f"is a {zone.kind}"
            yield Verdict("violation", zone.urn, f"{zone.name} {what} and has a public address.")
        else:
            status: Status = "violation" if forwarder.faults else "unproven"
            why = "; ".join((*forwarder.faults, *forwarder.doubts))
            message = f"{zone.name} has a public address and forwards, and yet it is no NAT instance: {why}."
            yield Verdict(status, zone.urn, message)
    for address in network.machines.strays:
        message = f"{address.name} is a public address of something that the plan does not show."
        yield Verdict("unproven", address.urn, message, "Give it the machine's id by a reference.")


def judge_forwarders(graph: Graph) -> Iterator[Verdict]:
    """A verdict on each machine that forwards for others and does more than that."""
    for forwarder in network_of(graph).forwarders.values():
        zone = forwarder.zone
        for fault in forwarder.faults:
            yield Verdict("violation", zone.urn, f"{zone.name} forwards for other subnets, and yet {fault}.")
        for doubt in forwarder.doubts:
            message = f"{zone.name} forwards for other subnets, and what else it does is not known: {doubt}."
            yield Verdict("unproven", zone.urn, message)


def judge_single_server(graph: Graph) -> Iterator[Verdict]:
    """A verdict on each rule by which the internet reaches more of a single server than its web ports."""
    network = network_of(graph)
    zone = network.single_server
    if zone is None or zone.public_v4 is False:
        return
    for told in zone.lost_groups:
        yield Verdict("unproven", zone.urn, f"{zone.name} is the only server: {told}. Who reaches it is not known.")
    for key in zone.groups or ():
        for rule in network.groups.by_key[key].of("ingress"):
            status, what = beyond_web(network, rule, alone=True)
            if status is not None:
                yield Verdict(status, zone.urn, f"{zone.name} is the only server, and {rule.declared.name} {what}.")


_HOLD: Final = "Make the subnet, its route table and the association in the plan, or pass them by reference."


def _rule(kind: Kind, plural: str, allowed: str, references: tuple[str, ...]) -> Rule:
    return Rule(
        id=f"{kind}-subnets-private",
        title=f"The subnets of {plural} have no route to the internet",
        severity="critical",
        level="mandatory",
        clouds=("aws",),
        references=references,
        rationale=_WHY,
        remedy=(
            f"Put it into subnets whose route table has {allowed}: no internet gateway, no egress-only gateway, in no"
            " version of IP, by no inline or separate route and not by the network's main table."
        ),
        judge=partial(judge_subnets, kind=kind),
    )


RULES: Final = (
    _rule("database", "databases", "no route out of the network", ("FSBP RDS.46",)),
    _rule("cache", "caches", "no route out of the network", ("own: a cache has nobody to call",)),
    _rule(
        "compute",
        "application compute",
        "a route to a NAT gateway or a NAT instance at most",
        ("own: load balancers face the internet",),
    ),
    Rule(
        id="private-without-public-address",
        title="Application compute, caches and databases have no public address",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("FSBP EC2.9", "FSBP EC2.25", "FSBP AutoScaling.5", "FSBP ECS.2", "CIS AWS 5.0 2.2.3"),
        rationale="With a public address and a route, only a security group stands between it and everybody.",
        remedy=(
            "Give it no public address: none by its template, its subnet or an elastic address. Let a load balancer"
            " face the internet, and NAT lead out. A NAT instance does nothing but forward."
        ),
        judge=judge_addresses,
    ),
    Rule(
        id="nat-instance-forwards-only",
        title="A machine that forwards for private subnets does nothing else",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("own: the role of a NAT instance",),
        rationale=(
            "A NAT instance has a public address and hears from every private machine. Whoever gets into what else it"
            " runs stands inside the network."
        ),
        remedy=(
            "Let it take traffic from the subnets that it forwards for and from nobody else: no internet, no load"
            " balancer, no data store's clients' group. Run the application on machines of its own."
        ),
        judge=judge_forwarders,
    ),
    Rule(
        id="single-server-closed",
        title="The internet reaches a single server on ports 80 and 443 only, and named ranges its shell",
        severity="critical",
        level="mandatory",
        clouds=("aws",),
        references=("own: the role of a single server",),
        rationale="Without a load balancer the server itself faces the internet, with every port that is open.",
        remedy=(
            "Open 80 and 443 over TCP to the internet and nothing else; open 22 to the networks that may log in (a /16"
            " at most), or reach the shell by Session Manager."
        ),
        judge=judge_single_server,
    ),
)
