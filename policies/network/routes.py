"""Route tables: which a subnet has, and where its routes lead."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from plan.model import Unknown
from policies.network.blocks import Blocks
from policies.network.inputs import hidden, items, maps
from policies.network.links import VPCS
from policies.network.prefix_lists import ENDPOINT
from policies.network.templates import with_routes
from policies.network.vpcs import SUBNETS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plan.model import Resource, Value
    from policies.network.links import Links
    from policies.network.prefix_lists import PrefixLists
    from policies.network.vpcs import Subnet, Vpc

TABLE: Final = "aws:ec2/routeTable:RouteTable"
DEFAULT_TABLE: Final = "aws:ec2/defaultRouteTable:DefaultRouteTable"
ROUTE: Final = "aws:ec2/route:Route"
ASSOCIATION: Final = "aws:ec2/routeTableAssociation:RouteTableAssociation"
MAIN: Final = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation"
INTERNET_GATEWAY: Final = "aws:ec2/internetGateway:InternetGateway"
EGRESS_ONLY: Final = "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway"
NAT_GATEWAY: Final = "aws:ec2/natGateway:NatGateway"
INSTANCES: Final = ("aws:ec2/instance:Instance", "aws:ec2/spotInstanceRequest:SpotInstanceRequest")
INTERFACE: Final = "aws:ec2/networkInterface:NetworkInterface"
PEERING: Final = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"
_VPN: Final = "aws:ec2/vpnGateway:VpnGateway"
_ENDPOINT_ASSOCIATION: Final = "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
_PROPAGATIONS: Final = (
    "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation",
    "aws:vpc/routeServerPropagation:RouteServerPropagation",
)
_TABLES: Final = frozenset({TABLE, DEFAULT_TABLE, *VPCS})

Way = Literal["internet", "egress-only", "nat", "machine", "service", "peering", "network", "local", "unknown"]
"""What a route leads to: an internet, egress-only or NAT gateway, a machine, a service of AWS, or other networks."""

# By the input of a route that names it: the way, and the types that it can be.
_TARGETS: Final[dict[str, tuple[Way, tuple[str, ...]]]] = {
    "gatewayId": ("unknown", (INTERNET_GATEWAY, _VPN, ENDPOINT)),
    "egressOnlyGatewayId": ("egress-only", (EGRESS_ONLY,)),
    "natGatewayId": ("nat", (NAT_GATEWAY,)),
    "networkInterfaceId": ("machine", (*INSTANCES, INTERFACE)),
    "instanceId": ("machine", INSTANCES),
    "vpcPeeringConnectionId": ("peering", (PEERING,)),
    "transitGatewayId": ("network", ("aws:ec2transitgateway/transitGateway:TransitGateway",)),
    "coreNetworkArn": ("network", ()),
    "localGatewayId": ("network", ()),
    "odbNetworkArn": ("network", ()),
    "vpcEndpointId": ("network", (ENDPOINT,)),
    "carrierGatewayId": ("internet", ("aws:ec2/carrierGateway:CarrierGateway",)),
}
_GATEWAYS: Final[dict[str, Way]] = {INTERNET_GATEWAY: "internet", _VPN: "network", ENDPOINT: "network"}
_BY_ID: Final[dict[str, Way]] = {"igw-": "internet", "eigw-": "egress-only", "vgw-": "network", "vpce-": "network"}


@dataclass(frozen=True, slots=True)
class Route:
    """One way out of a table. `blocks` is None where it is not known which addresses it leads to."""

    declared: Resource
    blocks: Blocks | None
    way: Way
    via: Resource | None
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """The routes that a subnet has, without the network's own, and what is not known of them."""

    name: str
    routes: tuple[Route, ...]
    lost: tuple[str, ...] = ()


class Routes:
    """The route tables of one plan."""

    def __init__(self, links: Links, lists: PrefixLists, vpcs: Mapping[str, Vpc]) -> None:
        self._links, self._lists, self._vpcs = links, lists, vpcs
        self._routes: defaultdict[str, list[Route]] = defaultdict(list)
        self._explicit: defaultdict[str, list[Value]] = defaultdict(list)
        self._main: dict[str, Value] = {}
        self.strays: list[tuple[Resource, str]] = []
        """Routes and associations of which is not known to which table or subnet they belong."""
        self._read_tables()
        self._read_endpoints()
        self._read_associations()
        self._read_templates()

    def of(self, subnet: Subnet) -> Table:
        """The table of a subnet: its own, else its network's main one."""
        name = subnet.resource.name
        if subnet.lost and subnet.resource.external:
            return Table(name, (), subnet.lost)
        own = self._explicit.get(subnet.resource.urn)
        if own:
            return self._joined(own)
        if subnet.vpc is None:
            return Table(name, (), subnet.lost)
        if subnet.vpc.urn in self._main:
            return self._joined([self._main[subnet.vpc.urn]])
        known = self._vpcs.get(subnet.vpc.urn)
        lost = () if known and known.held else (f"the main route table of {subnet.vpc.name} is not in the plan",)
        return Table(f"the main table of {subnet.vpc.name}", tuple(self._routes[subnet.vpc.urn]), lost)

    def _joined(self, values: list[Value]) -> Table:
        found = [self._links.find(value, _TABLES, "the route table") for value in values]
        tables = {self._key(each): each for one in found for each in one.resources}
        lost = [told for one in found for told in one.lost]
        lost += [f"the route table {each.name} was there before" for each in tables.values() if each.external]
        routes = [route for key in tables for route in self._routes[key]]
        return Table(", ".join(each.name for each in tables.values()), tuple(routes), tuple(lost))

    def _key(self, table: Resource) -> str:
        """Whose routes a table has: a default table's are those of its network."""
        if table.type == DEFAULT_TABLE:
            owner = self._links.find(table.inputs.get("defaultRouteTableId"), VPCS | {TABLE}).one
            return owner.urn if owner is not None else table.urn
        return table.urn

    def _read_tables(self) -> None:
        graph = self._links.graph
        for table in (*graph.of_type(TABLE), *graph.of_type(DEFAULT_TABLE)):
            key = self._key(table)
            given = table.inputs.get("routes")
            if hidden(given) or any(hidden(each) for each in items(given)):
                self._routes[key].append(Route(table, None, "unknown", None, "routes that are not known"))
            self._routes[key] += [self._route(table, each) for each in maps(given)]
            self._routes[key] += [_propagated(table) for _ in items(table.inputs.get("propagatingVgws"))]
        for route in graph.of_type(ROUTE):
            self._add(route, route.inputs.get("routeTableId"), self._route(route, route.inputs))
        for kind in _PROPAGATIONS:
            for each in graph.of_type(kind):
                self._add(each, each.inputs.get("routeTableId"), _propagated(each))

    def _read_endpoints(self) -> None:
        graph = self._links.graph
        given = [(each, each, each.inputs.get("routeTableIds")) for each in graph.of_type(ENDPOINT)]
        for each in graph.of_type(_ENDPOINT_ASSOCIATION):
            named = self._links.find(each.inputs.get("vpcEndpointId"), {ENDPOINT}).resources
            given += [(each, endpoint, each.inputs.get("routeTableId")) for endpoint in named]
        for declared, endpoint, tables in given:
            route = Route(declared, Blocks(), "service", endpoint, f"the prefix list of {endpoint.name}")
            for table in self._links.find(tables, _TABLES).resources:
                self._routes[self._key(table)].append(route)

    def _read_associations(self) -> None:
        graph = self._links.graph
        for each in graph.of_type(ASSOCIATION):
            given = self._links.known(each.inputs.get("subnetId"))
            found = self._links.find(given, SUBNETS)
            for subnet in found.resources:
                self._explicit[subnet.urn].append(each.inputs.get("routeTableId"))
            if hidden(given) and found.lost:
                self.strays.append((each, "of which subnet it is is only known after deployment"))
        for each in graph.of_type(MAIN):
            for vpc in self._links.find(each.inputs.get("vpcId"), VPCS).resources:
                self._main[vpc.urn] = each.inputs.get("routeTableId")

    def _read_templates(self) -> None:
        for each in with_routes(self._links.graph):
            self.strays.append((each, "which routes its template makes is not read"))

    def _add(self, declared: Resource, table: Value, route: Route) -> None:
        found = self._links.find(table, _TABLES)
        for each in found.resources:
            self._routes[self._key(each)].append(route)
        if found.lost and hidden(self._links.known(table)) and route.way not in ("local", "service"):
            self.strays.append((declared, "of which route table it is is only known after deployment"))

    def _route(self, declared: Resource, given: Mapping[str, Value]) -> Route:
        addresses = self._lists.blocks(
            [
                given.get(key)
                for key in ("cidrBlock", "ipv6CidrBlock", "destinationCidrBlock", "destinationIpv6CidrBlock")
                if given.get(key) not in (None, "")
            ]
        ) | self._lists.named(given.get("destinationPrefixListId"))
        way, via = self._target(given)
        blocks = None if addresses.lost or addresses.services else addresses.blocks
        shown = "addresses that are not known" if blocks is None else str(blocks)
        return Route(declared, blocks, way, via, f"{shown} to {via.name if via is not None else _WORDS[way]}")

    def _target(self, given: Mapping[str, Value]) -> tuple[Way, Resource | None]:
        for key, (way, kinds) in _TARGETS.items():
            value = self._links.known(given.get(key))
            if value in (None, ""):
                continue
            found = self._links.find(value, kinds).resources
            if key != "gatewayId":
                return way, found[0] if len(found) == 1 else None
            if value == "local":
                return "local", None
            if isinstance(value, str) and not found:
                return next((known for prefix, known in _BY_ID.items() if value.startswith(prefix)), "unknown"), None
            if isinstance(value, Unknown) and value.target is not None and not found:
                return "unknown", None
            ways = {_GATEWAYS[each.type]: each for each in found}
            worst = next((each for each in ("internet", "network") if each in ways), None)
            return ("internet", ways["internet"]) if worst == "internet" else ("network", found[0]) if worst else (
                "unknown", None)  # fmt: skip
        return "unknown", None


def _propagated(declared: Resource) -> Route:
    return Route(declared, None, "network", None, "routes that a gateway tells of")


_WORDS: Final[dict[Way, str]] = {
    "internet": "an internet gateway",
    "egress-only": "an egress-only internet gateway",
    "nat": "a NAT gateway",
    "machine": "a machine",
    "service": "a service",
    "peering": "a peered network",
    "network": "other networks",
    "local": "the network itself",
    "unknown": "what is not known",
}
