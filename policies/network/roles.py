"""Roles that a machine plays, recognised by what the plan connects it to and never by its name or tags.

A NAT instance is one that AWS lets forward, that routes of other subnets lead to, and that runs nothing which the
internet, a load balancer or a client of a data store would. A single server is the only machine of a plan without a
load balancer. Whatever claims such a role and does more is application compute in disguise.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from policies.applications import application_in
from policies.encoded import UnreadableError
from policies.inputs import Field
from policies.network.inputs import hidden, leaves
from policies.network.placements import CLASSIC
from policies.network.routes import INSTANCES
from policies.user_data import readable, script

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from policies.network.blocks import Blocks
    from policies.network.groups import Groups
    from policies.network.links import Links
    from policies.network.machines import Machines
    from policies.network.routes import Table
    from policies.network.vpcs import Subnet
    from policies.network.zones import Zone

_TARGETS: Final = tuple(f"aws:{room}/targetGroupAttachment:TargetGroupAttachment" for room in ("lb", "alb"))
_CLASSIC_ATTACHMENT: Final = "aws:elb/attachment:Attachment"
# Machines that the model does not read: with one of these a plan has more than one machine.
_OTHER_MACHINES: Final = (
    "aws:ec2/fleet:Fleet",
    "aws:ec2/spotFleetRequest:SpotFleetRequest",
    "aws:eks/cluster:Cluster",
    "aws:elasticbeanstalk/environment:Environment",
    "aws:lightsail/instance:Instance",
)


@dataclass(frozen=True, slots=True)
class Forwarder:
    """A machine that forwards for `clients`. `faults` say what else it does, `doubts` what it may do besides."""

    zone: Zone
    clients: tuple[Subnet, ...]
    faults: tuple[str, ...]
    doubts: tuple[str, ...]

    @property
    def is_nat(self) -> bool:
        """Whether it does nothing but forward."""
        return not self.faults and not self.doubts


@dataclass(frozen=True, slots=True)
class Sight:
    """What roles are recognised from."""

    links: Links
    groups: Groups
    machines: Machines
    zones: Sequence[Zone]
    tables: Sequence[tuple[Subnet, Table]]
    inner: Blocks
    """The addresses of the plan's own networks."""


def forwarders(sight: Sight) -> dict[str, Forwarder]:
    """Every machine that forwards for other subnets, by its URN."""
    clients: defaultdict[str, list[Subnet]] = defaultdict(list)
    for subnet, table in sight.tables:
        for route in table.routes:
            owner = sight.machines.owner(route.via) if route.way == "machine" and route.via is not None else None
            if owner is not None and (route.blocks is None or route.blocks.public):
                clients[owner.urn].append(subnet)
    candidates = [zone for zone in sight.zones if zone.forwards and zone.urn in clients]
    if not candidates:
        return {}
    balancers = frozenset(key for each in sight.zones if each.kind == "load balancer" for key in each.groups or ())
    uses = _Uses(_targets(sight.links), _data_clients(sight), balancers)
    return {
        zone.urn: Forwarder(
            zone,
            tuple(clients[zone.urn]),
            tuple(_faults(sight, zone, clients[zone.urn], uses)),
            tuple(dict.fromkeys(_doubts(sight, zone))),
        )
        for zone in candidates
    }


def single_server(sight: Sight) -> Zone | None:
    """The only machine of a plan that has no load balancer, None where there are more or it is none."""
    compute = [zone for zone in sight.zones if zone.kind == "compute"]
    crowded = any(zone.kind == "load balancer" for zone in sight.zones) or any(
        sight.links.graph.of_type(kind) for kind in _OTHER_MACHINES
    )
    return compute[0] if len(compute) == 1 and not crowded and compute[0].resource.type in INSTANCES else None


@dataclass(frozen=True, slots=True)
class _Uses:
    """What else machines are for: those that are targets, groups that data stores let in, groups of load balancers."""

    targets: Mapping[str, str]
    data_clients: Mapping[str, str]
    balancers: frozenset[str]


def _faults(sight: Sight, zone: Zone, clients: list[Subnet], uses: _Uses) -> Iterator[str]:
    own = {subnet.resource.urn for subnet in zone.subnets}
    if own.issuperset(subnet.resource.urn for subnet in clients):
        yield "no other subnet's route leads to it"
    if zone.urn in uses.targets:
        yield f"it is a target of {uses.targets[zone.urn]}"
    if found := next(filter(None, map(application_in, _run(sight, zone)[0])), ""):
        yield f"its user data {found}"
    for key in zone.groups or ():
        if key in uses.data_clients:
            yield f"it may connect to {uses.data_clients[key]}"
        for rule in sight.groups.by_key[key].of("ingress"):
            public = rule.blocks.public - sight.inner
            if public:
                yield f"{rule.declared.name} lets the internet in ({rule.blocks}, {rule.traffic})"
            if rule.groups & uses.balancers:
                yield f"{rule.declared.name} lets a load balancer in"


def _run(sight: Sight, zone: Zone) -> tuple[list[str], str]:
    """The texts that a machine runs when it starts, and why some of it cannot be read."""
    texts: list[str] = []
    hides = ""
    for resource in sight.machines.scripted(zone.resource):
        for name in ("userData", "userDataBase64"):
            read = script(Field(resource, name, resource.inputs.get(name)))
            try:
                texts += readable(read.text)
            except UnreadableError as error:
                hides = f"such that it {error}"
            hides = hides or (read.hidden if read.field.given else "")
    return texts, hides


def _doubts(sight: Sight, zone: Zone) -> Iterator[str]:
    yield from (*zone.lost, *zone.lost_groups)
    if hidden_text := _run(sight, zone)[1]:
        yield f"its user data is {hidden_text}"
    for stray in sight.groups.strays:
        if stray.direction == "ingress" and hidden(sight.links.known(stray.declared.inputs.get("securityGroupId"))):
            yield f"{stray.declared.name} may be a rule of its group"
    for key in zone.groups or ():
        for rule in sight.groups.by_key[key].of("ingress"):
            if not rule.whole:
                yield from (f"{rule.declared.name}: {told}" for told in rule.lost)


def _targets(links: Links) -> dict[str, str]:
    """The machines that load balancers send requests to, each with who says so."""
    found: dict[str, str] = {}
    graph = links.graph
    addresses = {
        address: each.urn
        for kind in INSTANCES
        for each in graph.of_type(kind)
        if isinstance(address := each.inputs.get("privateIp"), str)
    }
    for kind in _TARGETS:
        for each in graph.of_type(kind):
            target = links.known(each.inputs.get("targetId"))
            if isinstance(target, str) and target in addresses:
                found[addresses[target]] = each.name
            found |= {one.urn: each.name for one in links.find(target, INSTANCES).resources}
    for kind, path in ((CLASSIC, "instances"), (_CLASSIC_ATTACHMENT, "instance")):
        for each in graph.of_type(kind):
            found |= {one.urn: each.name for one in links.find(leaves(each.inputs, path), INSTANCES).resources}
    return found


def _data_clients(sight: Sight) -> dict[str, str]:
    """The security groups that a data store lets in by name, each with the data store."""
    return {
        key: zone.name
        for zone in sight.zones
        if zone.kind in ("cache", "database")
        for own in zone.groups or ()
        for rule in sight.groups.by_key[own].of("ingress")
        for key in rule.groups - {own}
    }
