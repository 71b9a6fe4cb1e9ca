"""Who on the internet, in other networks and in services of AWS can be reached, and whom they can reach."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from policies.network.blocks import EVERYWHERE, INTERNET_V4, INTERNET_V6, Blocks
from policies.network.filters import (
    Passed,
    atoms,
    between_acls,
    beyond_acl,
    group_rules,
    spots,
    through_groups,
)
from policies.network.paths import Connection, End, end_of, named, route_to
from policies.network.traffic import ICMP, ICMP_V6, PORTS, TCP, UDP, Traffic, message_spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policies.network.filters import Spot
    from policies.network.groups import GroupRule
    from policies.network.model import Network
    from policies.network.routes import Route
    from policies.network.zones import Zone

OUTSIDE: Final = "other network"
_VERSIONS: Final = (
    (End("internet (IPv4)", "internet"), INTERNET_V4),
    (End("internet (IPv6)", "internet"), INTERNET_V6),
)
# What a NAT gateway passes on.
_TRANSLATED: Final = (
    Traffic.ports(TCP, PORTS)
    | Traffic.ports(UDP, PORTS)
    | Traffic.ports(ICMP, message_spans(-1, -1))
    | Traffic.ports(ICMP_V6, message_spans(-1, -1))
)


@dataclass(slots=True)
class _Sum:
    traffic: Traffic = field(default_factory=Traffic)
    certain: bool = True
    path: tuple[str, ...] = ()

    def add(self, traffic: Traffic, path: tuple[str, ...], *, certain: bool) -> None:
        """Count one way, if anything takes it."""
        if traffic:
            self.traffic |= traffic
            self.certain = self.certain and certain
            self.path = self.path or path


class Outsides:
    """What lies outside of a plan's subnets."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def connections(self, zones: Iterable[Zone]) -> Iterator[Connection]:
        """Everything from and to the outside."""
        for zone in zones:
            for end, blocks in _VERSIONS:
                known = blocks - self._network.inner
                yield from _connection(end, end_of(zone), self.inward(zone, known))
                if not (zone.kind == "nat" and zone.groups is None):
                    yield from _connection(end_of(zone), end, self._outward(zone, known))
            if zone.groups is not None or zone.kind != "nat":
                yield from self._services(zone)
                yield from self._others(zone)

    def inward(self, zone: Zone, internet: Blocks) -> _Sum:
        """What the internet can send to a zone: it needs a public address there, and a route for the answer."""
        found = _Sum()
        public = zone.public_v4 if internet.v4 else zone.public_v6
        if public is False or (zone.kind == "nat" and zone.groups is None):
            return found
        rules = group_rules(self._network, zone, "ingress")
        for spot in spots(zone):
            if not (spot.blocks.v4 if internet.v4 else spot.blocks.v6):
                continue
            table, acl = self._network.table(spot.subnet), self._network.acl(spot.subnet)
            for peer in atoms(internet, self._cuts(spot, rules)):
                route = route_to(table.routes, peer)
                if not table.lost and (route is None or route.way not in ("internet", "unknown")):
                    continue
                passed = Passed(self._network.listens(zone)) if rules is None else through_groups(rules, peer)
                traffic = passed.traffic & beyond_acl(acl, peer, inward=True)
                gateway = route.via.name if route is not None and route.via is not None else "an internet gateway"
                answer = f"route {route.text} of {table.name} for the answer" if route is not None else table.name
                path = (gateway, answer, acl.name, *named(passed.rules, traffic))
                sure = public is True and route is not None and route.way == "internet" and not table.lost
                found.add(traffic, path, certain=sure)
        return found

    def _outward(self, zone: Zone, internet: Blocks) -> _Sum:
        found = _Sum()
        rules = group_rules(self._network, zone, "egress")
        if rules == ():
            return found
        for spot in spots(zone):
            if not (spot.blocks.v4 if internet.v4 else spot.blocks.v6):
                continue
            table = self._network.table(spot.subnet)
            natted = [n for route in table.routes if (n := self._forwarder(route)) is not None]
            cuts = [
                cut for n in natted for s in spots(n) for cut in self._cuts(s, group_rules(self._network, n, "egress"))
            ]
            for peer in atoms(internet, [*self._cuts(spot, rules), *cuts]):
                route = route_to(table.routes, peer)
                passed = through_groups(rules, peer)
                if route is None:
                    if table.lost:
                        found.add(passed.traffic, (table.lost[0],), certain=False)
                    continue
                self._leave(found, spot, route, peer, passed)
        return found

    def _leave(self, found: _Sum, spot: Spot, route: Route, peer: Blocks, passed: Passed) -> None:
        zone, acl = spot.zone, self._network.acl(spot.subnet)
        public = zone.public_v4 if peer.v4 else zone.public_v6
        steps = (*named(passed.rules, passed.traffic), f"route {route.text}")
        if (route.way == "internet" and public is not False) or (route.way == "egress-only" and peer.v6):
            traffic = passed.traffic & beyond_acl(acl, peer, inward=False)
            found.add(traffic, (*steps, acl.name), certain=public is True)
        elif route.way == "unknown":
            found.add(passed.traffic, steps, certain=False)
        elif route.way in ("nat", "machine"):
            forwarder = self._forwarder(route)
            if forwarder is None:
                traffic = passed.traffic & beyond_acl(acl, peer, inward=False)
                found.add(traffic & _TRANSLATED if route.way == "nat" else traffic, steps, certain=False)
            elif forwarder.public_v4 is not False:
                self._through(found, spot, forwarder, peer, Passed(passed.traffic, passed.rules))

    def _through(self, found: _Sum, spot: Spot, forwarder: Zone, peer: Blocks, passed: Passed) -> None:
        """By way of a NAT gateway or a NAT instance: through its groups, its subnet's list and its own route."""
        network = self._network
        ingress, egress = (group_rules(network, forwarder, way) for way in ("ingress", "egress"))
        limit = _TRANSLATED if forwarder.groups is None else passed.traffic
        if not forwarder.subnets:
            traffic = passed.traffic & limit & beyond_acl(network.acl(spot.subnet), peer, inward=False)
            found.add(traffic, (*named(passed.rules, traffic), forwarder.name), certain=not forwarder.lost)
            return
        near = network.acl(spot.subnet)
        for there in spots(forwarder):
            table, far = network.table(there.subnet), network.acl(there.subnet)
            route = route_to(table.routes, peer)
            if not table.lost and (route is None or route.way not in ("internet", "unknown")):
                continue
            same = there.subnet.resource.urn == spot.subnet.resource.urn
            onward = through_groups(egress, peer).traffic & beyond_acl(far, peer, inward=False) & limit
            whole = Blocks(v4=spot.blocks.v4) if peer.v4 else Blocks(v6=spot.blocks.v6)
            for source in atoms(whole, [*_of(ingress), *(rule.blocks for rule in (*far.inbound, *far.outbound))]):
                let_in = through_groups(ingress, source, spot.zone.groups or ())
                traffic = passed.traffic & onward & let_in.traffic
                traffic &= traffic if same else between_acls(near, far, source, peer)
                path = (
                    *named(passed.rules, traffic), near.name, forwarder.name, *named(let_in.rules, traffic),
                    f"route {route.text}" if route is not None else table.name,
                )  # fmt: skip
                sure = route is not None and route.way == "internet" and forwarder.public_v4 is True
                found.add(traffic, path, certain=sure)

    def _services(self, zone: Zone) -> Iterator[Connection]:
        rules = group_rules(self._network, zone, "egress")
        sums: dict[str, tuple[End, _Sum]] = {}
        for spot in spots(zone):
            acl = self._network.acl(spot.subnet)
            passed_acl = Traffic()
            for peer in atoms(INTERNET_V4, [rule.blocks for rule in (*acl.inbound, *acl.outbound)]):
                passed_acl |= beyond_acl(acl, peer, inward=False)
            for route in self._network.table(spot.subnet).routes:
                if route.way != "service" or route.via is None:
                    continue
                end = End(route.via.name, "service", route.via.urn)
                _, total = sums.setdefault(end.urn, (end, _Sum()))
                for rule in rules or ():
                    named_it = end.urn in rule.services
                    if named_it or rule.blocks.public.v4:
                        sure = named_it or rule.blocks.is_world
                        path = (f"rule {rule.declared.name}", f"route {route.text}", acl.name)
                        total.add(rule.traffic & passed_acl, path, certain=sure)
        for end, total in sums.values():
            yield from _connection(end_of(zone), end, total)

    def _others(self, zone: Zone) -> Iterator[Connection]:
        """Networks that routes lead to and that are not in the plan. What stands there is not known."""
        ways: dict[str, tuple[End, _Sum, _Sum]] = {}
        for spot in spots(zone):
            acl = self._network.acl(spot.subnet)
            for route in self._network.table(spot.subnet).routes:
                if route.way not in ("network", "peering") or self._ends_here(route):
                    continue
                beyond = (EVERYWHERE if route.blocks is None else route.blocks) - self._network.inner
                name = route.via.name if route.via is not None else route.text
                end = End(name, OUTSIDE, route.via.urn if route.via is not None else "")
                _, out, into = ways.setdefault(name, (end, _Sum(), _Sum()))
                for direction, total in (("egress", out), ("ingress", into)):
                    rules = group_rules(self._network, zone, "egress" if direction == "egress" else "ingress")
                    for peer in atoms(beyond, self._cuts(spot, rules)):
                        passed = through_groups(rules, peer)
                        traffic = passed.traffic & beyond_acl(acl, peer, inward=direction == "ingress")
                        steps = (f"route {route.text}", acl.name, *named(passed.rules, traffic))
                        total.add(traffic, steps, certain=False)
        for end, out, into in ways.values():
            yield from _connection(end_of(zone), end, out)
            yield from _connection(end, end_of(zone), into)

    def _ends_here(self, route: Route) -> bool:
        """Whether a route leads to a network of the plan: a peered network passes nothing on to a third."""
        return route.way == "peering" and route.via is not None and self._network.is_inner_peering(route.via)

    def _forwarder(self, route: Route) -> Zone | None:
        if route.way not in ("nat", "machine") or route.via is None:
            return None
        owner = self._network.machines.owner(route.via) if route.way == "machine" else route.via
        zone = self._network.by_urn.get(owner.urn) if owner is not None else None
        return zone if zone is not None and (zone.forwards or zone.kind == "nat") else None

    def _cuts(self, spot: Spot, rules: tuple[GroupRule, ...] | None) -> list[Blocks]:
        acl, table = self._network.acl(spot.subnet), self._network.table(spot.subnet)
        routed = (route.blocks for route in table.routes if route.blocks is not None)
        return [*_of(rules), *(rule.blocks for rule in (*acl.inbound, *acl.outbound)), *routed]


def _of(rules: Iterable[GroupRule] | None) -> list[Blocks]:
    return [rule.blocks for rule in rules or ()]


def _connection(source: End, destination: End, total: _Sum) -> Iterator[Connection]:
    if total.traffic:
        yield Connection(source, destination, total.traffic, total.certain, total.path)
