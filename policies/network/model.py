"""The network of one plan, read once: every rule and the table of who reaches whom look at the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from policies.network.acls import Acls
from policies.network.blocks import Blocks
from policies.network.deployed import with_references
from policies.network.groups import Groups
from policies.network.inputs import truth
from policies.network.links import VPCS, Links
from policies.network.listeners import read_listeners
from policies.network.machines import Machines
from policies.network.prefix_lists import PrefixLists
from policies.network.roles import Sight, forwarders, single_server
from policies.network.routes import Routes
from policies.network.traffic import Traffic
from policies.network.vpcs import read_subnets, read_vpcs
from policies.network.zones import Reader, Zone, read_placed

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource
    from policies.network.acls import Acl
    from policies.network.routes import Table
    from policies.network.vpcs import Subnet


class Network:
    """Networks, subnets, routes, lists, groups and what stands there. Built in time linear in the plan."""

    def __init__(self, graph: Graph) -> None:
        self.graph = with_references(graph)
        self.links = Links(self.graph)
        lists = PrefixLists(self.links)
        self.vpcs = read_vpcs(self.links)
        self.subnets = read_subnets(self.links)
        self.routes = Routes(self.links, lists, self.vpcs)
        self.acls = Acls(self.links, lists, self.vpcs)
        self.groups = Groups(self.links, lists)
        reader = Reader(self.links, self.groups, self.subnets)
        self.machines = Machines(reader)
        self._tables = {urn: self.routes.of(subnet) for urn, subnet in self.subnets.items()}
        self.inner = Blocks.union(vpc.blocks for vpc in self.vpcs.values())
        """The addresses of the plan's own networks."""
        zones = (*read_placed(reader), *self.machines.zones())
        tables = [(subnet, self._tables[urn]) for urn, subnet in self.subnets.items()]
        sight = Sight(self.links, self.groups, self.machines, zones, tables, self.inner)
        self.forwarders = forwarders(sight)
        """Machines that forward for other subnets, by URN; not all of them are NAT instances."""
        self.zones: tuple[Zone, ...] = tuple(map(self._in_its_role, zones))
        self.own = tuple(zone for zone in self.zones if not zone.resource.external)
        """Those that the plan makes. What it only reads is its owner's to judge."""
        self.single_server = single_server(replace(sight, zones=self.zones))
        """The only machine of the plan, where it has no load balancer."""
        self._listeners = read_listeners(self.links)
        self.by_urn = {zone.urn: zone for zone in self.zones}
        self._acls = {urn: self.acls.of(subnet) for urn, subnet in self.subnets.items()}
        self.members: dict[str, list[Zone]] = {key: [] for key in self.groups.by_key}
        """What is in each security group, by the group's key."""
        for zone in self.zones:
            for key in zone.groups or ():
                self.members[key].append(zone)

    def is_nat(self, urn: str) -> bool:
        """Whether a machine does nothing but forward."""
        return urn in self.forwarders and self.forwarders[urn].is_nat

    def nat(self, machine: Resource) -> bool | None:
        """Whether a machine is a NAT instance; None where the plan does not show what would tell."""
        forwarder = self.forwarders.get(machine.urn)
        if forwarder is not None:
            return False if forwarder.faults else None if forwarder.doubts else True
        # Nothing leads to it as far as is known. What is not known may.
        checks = truth(machine.inputs.get("sourceDestCheck"), absent=True)
        return None if checks == "unknown" or (checks is False and self._may_lead_to(machine)) else False

    def _may_lead_to(self, machine: Resource) -> bool:
        """Whether another subnet has a table, or a route to a machine, that the plan does not tell."""
        zone = self.by_urn.get(machine.urn)
        own = {subnet.resource.urn for subnet in zone.subnets} if zone is not None else set()
        others = [table for urn, table in self._tables.items() if urn not in own]
        routes = [route for table in others for route in table.routes]
        hidden = any(route.via is None and route.way in ("machine", "unknown") for route in routes)
        return hidden or bool(self.routes.strays) or any(table.lost for table in others)

    def joins(self, peering: Resource, one: Resource, other: Resource) -> bool:
        """Whether a peering connection joins these two networks."""
        return self._peers(peering) == {one.urn, other.urn}

    def is_inner_peering(self, peering: Resource) -> bool:
        """Whether a peering connection joins two networks of the plan."""
        return len(self._peers(peering)) > 1

    def _peers(self, peering: Resource) -> set[str]:
        ends = [self.links.find(peering.inputs.get(key), VPCS).one for key in ("vpcId", "peerVpcId")]
        return {each.urn for each in ends if each is not None}

    def listens(self, balancer: Zone) -> Traffic:
        """What a load balancer listens on, as far as its listeners are in the plan."""
        return self._listeners.get(balancer.urn, Traffic())

    def _in_its_role(self, zone: Zone) -> Zone:
        return replace(zone, kind="nat") if self.is_nat(zone.urn) else zone

    def table(self, subnet: Subnet) -> Table:
        """The routes of a subnet."""
        return self._tables[subnet.resource.urn]

    def acl(self, subnet: Subnet) -> Acl:
        """The network ACL of a subnet."""
        return self._acls[subnet.resource.urn]


_READ: WeakKeyDictionary[Graph, Network] = WeakKeyDictionary()


def network_of(graph: Graph) -> Network:
    """The network of a plan; read at the first question and kept as long as the plan is."""
    found = _READ.get(graph)
    if found is None:
        found = _READ[graph] = Network(graph)
    return found
