"""Who may be able to reach whom at all: the pairs that are worth a look, found without trying each with each."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from policies.network.blocks import Blocks
from policies.network.filters import group_rules
from policies.network.traffic import ALL, Traffic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policies.network.groups import Direction, GroupRule
    from policies.network.model import Network
    from policies.network.zones import Zone


class Candidates:
    """For each destination the sources that its groups may let in, that may let out, and that a way joins to it.

    No pair is missing that anything passes. A look-up costs as much as it finds and the subnets of a network.
    """

    def __init__(self, network: Network, zones: Iterable[Zone]) -> None:
        self._network = network
        # A NAT gateway begins nothing, nor does it answer.
        self._ends = [each for each in zones if each.groups is not None or each.kind != "nat"]
        self._order = {zone.urn: number for number, zone in enumerate(self._ends)}
        self._rules: dict[tuple[str, Direction], tuple[GroupRule, ...] | None] = {}
        self._most: dict[tuple[str, Direction], Traffic] = {}
        self._meets: dict[tuple[Traffic, Traffic], bool] = {}
        for zone in self._ends:
            for direction in _DIRECTIONS:
                rules = self._rules[zone.urn, direction] = group_rules(network, zone, direction)
                self._most[zone.urn, direction] = (
                    ALL if rules is None else Traffic.union(rule.traffic for rule in rules)
                )
        self._standing: defaultdict[str, dict[str, list[Zone]]] = defaultdict(dict)
        """What stands in each subnet of each network."""
        self._ways: defaultdict[str, set[str]] = defaultdict(set)
        """The networks at the ends of each connection between networks."""
        self._leaves: defaultdict[str, set[str]] = defaultdict(set)
        for zone in self._ends:
            for subnet in zone.subnets:
                if subnet.vpc is not None:
                    self._standing[subnet.vpc.urn].setdefault(subnet.resource.urn, []).append(zone)
        for subnet in network.subnets.values():
            for route in network.table(subnet).routes if subnet.vpc is not None else ():
                if route.via is not None and route.way in ("peering", "network") and subnet.vpc is not None:
                    self._ways[route.via.urn].add(subnet.vpc.urn)
                    self._leaves[subnet.vpc.urn].add(route.via.urn)

    def rules(self, zone: Zone, direction: Direction) -> tuple[GroupRule, ...] | None:
        """The rules of all groups of a zone; None where it has no groups, and so no limit."""
        return self._rules[zone.urn, direction]

    def all(self) -> Iterator[tuple[Zone, Zone]]:
        """The pairs of sources and destinations, found one by one."""
        for destination in self._ends:
            found = {zone.urn: zone for zone in self._let_in(destination)}
            for urn in sorted(found, key=self._order.__getitem__):
                if self._meet(urn, destination.urn):
                    yield found[urn], destination

    def _let_in(self, destination: Zone) -> Iterator[Zone]:
        rules = self._rules[destination.urn, "ingress"]
        blocks = None if rules is None else Blocks.union(rule.blocks for rule in rules)
        for key in {key for rule in rules or () for key in rule.groups}:
            yield from (zone for zone in self._network.members.get(key, ()) if zone.urn in self._order)
        if blocks is None or blocks:
            for vpc in self._near(destination):
                for subnet, zones in self._standing[vpc].items():
                    if blocks is None or blocks & self._network.subnets[subnet].blocks:
                        yield from zones

    def _near(self, zone: Zone) -> set[str]:
        """The networks that a zone stands in, and those that a route joins to them."""
        own = {subnet.vpc.urn for subnet in zone.subnets if subnet.vpc is not None}
        return own | {other for vpc in own for way in self._leaves[vpc] for other in self._ways[way]}

    def _meet(self, source: str, destination: str) -> bool:
        """Whether any traffic is both let out and let in, by whatever rules."""
        pair = self._most[source, "egress"], self._most[destination, "ingress"]
        found = self._meets.get(pair)
        if found is None:
            found = self._meets[pair] = bool(pair[0] & pair[1])
        return found


_DIRECTIONS: tuple[Direction, ...] = ("egress", "ingress")
