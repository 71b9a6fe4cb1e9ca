"""Who can reach whom: every conversation that routes, network ACLs and security groups let pass, and by which path."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from policies.network.candidates import Candidates
from policies.network.filters import (
    Spot,
    atoms,
    between_acls,
    spots,
    through_groups,
)
from policies.network.outside import OUTSIDE, Outsides
from policies.network.paths import Connection, End, end_of, named, route_to
from policies.network.traffic import WEB, Traffic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policies.network.blocks import Blocks
    from policies.network.groups import GroupRule
    from policies.network.model import Network
    from policies.network.zones import Zone


MOST = 20_000  # pairs looked at: a minute. Where everybody may reach everybody, more rows tell nobody more.


@dataclass(frozen=True, slots=True)
class Reach:
    """The connections of a plan, by the names of their ends, and what is not proven about each end.

    They are all, unless it is not `complete`: then so much lets itself be reached that the rest was left out.
    """

    connections: tuple[Connection, ...]
    unproven: tuple[tuple[str, str], ...]
    complete: bool = True


def reach(network: Network, most: int = MOST) -> Reach:
    """Who can reach whom in a plan, in time linear in what is found; not more than so many pairs are looked at."""
    zones = [zone for zone in network.zones if zone.kind not in ("other", "store")]
    pairs = Candidates(network, zones)
    tried = list(islice(pairs.all(), most + 1))
    found = [*_inside(network, pairs, tried[:most]), *Outsides(network).connections(zones)]
    return Reach(
        tuple(sorted(found, key=lambda each: (_rank(each.source), each.source.name, _rank(each.destination),
                                              each.destination.name))),
        tuple(sorted(set(_unproven(network)))),
        complete=len(tried) <= most,
    )  # fmt: skip


def forbidden(network: Network, connection: Connection) -> bool:
    """Whether the rules on who reaches whom forbid a connection."""
    source, destination = connection.source, connection.destination
    if source.kind == "internet":
        single = network.single_server is not None and destination.urn == network.single_server.urn
        return not (single or destination.kind == "load balancer") or bool(connection.traffic - WEB)
    if destination.kind in ("cache", "database"):
        return source.kind not in ("compute", destination.kind)
    return source.kind == "load balancer" and destination.kind in ("internet", "nat", OUTSIDE)


def _inside(network: Network, pairs: Candidates, tried: list[tuple[Zone, Zone]]) -> Iterator[Connection]:
    """Connections between what stands in subnets of the plan."""
    for source, destination in tried:
        egress, ingress = pairs.rules(source, "egress"), pairs.rules(destination, "ingress")
        traffic, certain, path = _Pair(network, source, destination, egress, ingress).passed()
        if traffic:
            yield Connection(end_of(source), end_of(destination), traffic, certain, path)


@dataclass(frozen=True, slots=True)
class _Pair:
    network: Network
    source: Zone
    destination: Zone
    egress: tuple[GroupRule, ...] | None
    ingress: tuple[GroupRule, ...] | None

    def passed(self) -> tuple[Traffic, bool, tuple[str, ...]]:
        """What passes, whether that is certain, and the first path found."""
        total, certain, path = Traffic(), True, tuple[str, ...]()
        for near in spots(self.source):
            for far in spots(self.destination):
                for traffic, sure, steps in self._between(near, far):
                    total, certain, path = total | traffic, certain and sure, path or steps
        return total, certain, path

    def _between(self, near: Spot, far: Spot) -> Iterator[tuple[Traffic, bool, tuple[str, ...]]]:
        network = self.network
        same = near.subnet.resource.urn == far.subnet.resource.urn
        near_acl, far_acl = network.acl(near.subnet), network.acl(far.subnet)
        lists = [] if same else [*near_acl.inbound, *near_acl.outbound, *far_acl.inbound, *far_acl.outbound]
        cuts = [rule.blocks for rule in lists]
        routes = [*network.table(near.subnet).routes, *network.table(far.subnet).routes]
        # Inside one network every address is routed; between two, routes tell them apart.
        routed = [] if same else [route.blocks for route in routes if route.blocks is not None]
        sources = atoms(near.blocks, [*_blocks(self.ingress), *cuts, *routed])
        destinations = atoms(far.blocks, [*_blocks(self.egress), *cuts, *routed])
        outward = [(each, through_groups(self.egress, each, self.destination.groups or ())) for each in destinations]
        for source in sources:
            let_in = through_groups(self.ingress, source, self.source.groups or ())
            for destination, let_out in outward if let_in.traffic else ():
                traffic = let_out.traffic & let_in.traffic
                if not traffic or bool(source.v4) != bool(destination.v4):
                    continue
                way = self._way(near, far, source, destination)
                if way is None:
                    continue
                if not same:
                    traffic &= between_acls(near_acl, far_acl, source, destination)
                if traffic:
                    acl = [] if same else [near_acl.name, far_acl.name]
                    steps = (
                        *named(let_out.rules, traffic), way[1], *dict.fromkeys(acl), *named(let_in.rules, traffic)
                    )  # fmt: skip
                    yield traffic, way[0], steps

    def _way(self, near: Spot, far: Spot, source: Blocks, destination: Blocks) -> tuple[bool, str] | None:
        """Whether the way between two subnets is certain and what it is; None where there is none."""
        mine, theirs = near.subnet.vpc, far.subnet.vpc
        if mine is not None and theirs is not None and mine.urn == theirs.urn:
            # A route to a part of the network itself leads through something that may let less pass, or more.
            routes = self.network.table(near.subnet).routes
            direct = not any(
                each.way not in ("local", "service") and _covers(each.blocks, destination, self.network.inner)
                for each in routes
            )
            return direct, f"inside {mine.name}"
        if mine is None or theirs is None:
            return None
        there = route_to(self.network.table(near.subnet).routes, destination)
        back = route_to(self.network.table(far.subnet).routes, source)
        joined = there is not None and back is not None and there.via is not None and there.via == back.via
        if there is None or not joined or there.way not in ("peering", "network"):
            return None
        assert there.via is not None  # noqa: S101 - said by `joined`
        if there.way == "peering" and not self.network.joins(there.via, mine, theirs):
            return None
        return there.way == "peering", f"route {there.text}"


def _blocks(rules: Iterable[GroupRule] | None) -> list[Blocks]:
    return [rule.blocks for rule in rules or ()]


def _covers(blocks: Blocks | None, destination: Blocks, inner: Blocks) -> bool:
    return blocks is not None and bool(blocks & destination) and not blocks - inner


def _rank(end: End) -> int:
    order = ("internet", OUTSIDE, "load balancer", "compute", "nat", "cache", "database", "endpoint", "service")
    return order.index(end.kind) if end.kind in order else len(order)


def _unproven(network: Network) -> Iterator[tuple[str, str]]:
    for zone in network.zones:
        yield from _told(zone.name, (*zone.lost, *zone.lost_groups))
        for subnet in zone.subnets:
            lost = (*subnet.lost, *network.table(subnet).lost, *network.acl(subnet).lost)
            yield from _told(subnet.resource.name, lost)
        for key in zone.groups or ():
            group = network.groups.by_key[key]
            yield from _told(group.name, group.lost)
            for rule in group.rules:
                yield from _told(rule.declared.name, rule.lost)
    for rule in network.groups.strays:
        yield from _told(rule.declared.name, rule.lost)
    for resource, told in network.routes.strays:
        yield resource.name, told
    for address in network.machines.strays:
        yield address.name, "what this public address belongs to is not in the plan"


def _told(name: str, lost: Iterable[str]) -> Iterator[tuple[str, str]]:
    return ((name, told) for told in lost)
