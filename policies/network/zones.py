"""What stands in the subnets of a plan: where, in which groups, and with which addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from policies.network.inputs import inside, items, leaves, number, truth
from policies.network.placements import BALANCERS, ELSEWHERE, PLACEMENTS, SIGNS, Kind, Placement
from policies.network.prefix_lists import ENDPOINT
from policies.network.services import SERVICES, WAYS
from policies.network.vpcs import SUBNETS
from policies.network.written import read_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.model import Resource, Value
    from policies.network.groups import Groups
    from policies.network.inputs import Truth
    from policies.network.links import Links
    from policies.network.vpcs import Subnet

_MORE_SUBNETS: Final = "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation"
_MORE_GROUPS: Final = "aws:ec2/securityGroupAssociation:SecurityGroupAssociation"
NO_SUBNET: Final = "it names no subnet, so AWS puts it into the default network"
_ENGINE_PORTS: Final = {"mysql": 3306, "mariadb": 3306, "aurora-mysql": 3306, "oracle": 1521, "sqlserver": 1433}
_MEMCACHED: Final = 11211
_TCP_TUNNELS: Final = ("network", "gateway")
_TABLE: Final = {**PLACEMENTS, **SERVICES}
_KNOWN: Final = ELSEWHERE | WAYS
_LABELS: Final = ("tags", "variables")  # names below these are the program's own


@dataclass(frozen=True, slots=True)
class Zone:
    """One thing with addresses in subnets, of which there may be many alike.

    `groups` are None where it has no security groups at all, as a NAT gateway: then it lets everything pass.
    `port` is where a data store listens; None where that is not known. `forwards` is true where AWS lets it pass on
    what is not meant for it. `lost` is what the plan does not tell of where it stands, `lost_groups` of its groups.
    """

    name: str
    kind: Kind
    resource: Resource
    subnets: tuple[Subnet, ...]
    groups: tuple[str, ...] | None
    public_v4: Truth
    public_v6: Truth
    port: int | None = None
    forwards: bool = False
    lost: tuple[str, ...] = ()
    lost_groups: tuple[str, ...] = ()

    @property
    def urn(self) -> str:
        """The URN of its resource."""
        return self.resource.urn


@dataclass(frozen=True, slots=True)
class Place:
    """Subnets, and what is lost of where something stands."""

    subnets: tuple[Subnet, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """What zones are read with."""

    links: Links
    groups: Groups
    subnets: Mapping[str, Subnet]

    def place(self, values: tuple[Value, ...]) -> tuple[tuple[Subnet, ...], tuple[str, ...]]:
        """The subnets that leaves name, and what is lost."""
        found = self.links.find(values, SUBNETS, "the subnet")
        return tuple(self.subnets[each.urn] for each in found.resources), found.lost

    def membership(
        self, values: tuple[Value, ...], subnets: tuple[Subnet, ...]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The groups that leaves name, and what is lost. Who names none is in its network's default one."""
        if values:
            return self.groups.named(values)
        vpcs = {subnet.vpc.urn: subnet.vpc for subnet in subnets if subnet.vpc is not None}
        keys = tuple(self.groups.key(vpc) for vpc in vpcs.values())
        lost = (
            () if len(vpcs) == 1 else ("it names no security group, and its network's default one is not in the plan",)
        )
        known = tuple(key for key in keys if key in self.groups.by_key)
        return known, lost


def read_placed(reader: Reader) -> Iterator[Zone]:
    """Everything but single machines and groups of them, by the table of types."""
    graph = reader.links.graph
    for each in graph.plan.resources:
        placement = _TABLE.get(each.type)
        if placement is not None:
            resource = read_out(each)
            if not placement.only_with or inside(resource.inputs, placement.only_with) not in (None, "", []):
                yield _placed(reader, resource, placement)
        elif each.type.startswith("aws:") and each.type not in _KNOWN:
            yield from _not_known(reader, each)
    yield from _endpoints(reader)


def _not_known(reader: Reader, resource: Resource) -> Iterator[Zone]:
    """What a type that is in no table may stand in: every subnet that it names, at any depth."""
    given = tuple(_named(resource.inputs))
    subnets, lost = reader.place(given)
    if subnets or SIGNS & resource.inputs.keys():
        told = (f"the model does not know what {resource.type} lets in",)
        yield Zone(resource.name, "other", resource, subnets, (), "unknown", "unknown", lost=lost, lost_groups=told)


def _named(inputs: Mapping[str, Value]) -> Iterator[Value]:
    """The leaves below every name that says subnet."""
    waiting: list[tuple[bool, Value]] = [(False, inputs)]
    while waiting:
        below, value = waiting.pop()
        if isinstance(value, Mapping):
            waiting += [
                (below or "subnet" in name.lower(), each)
                for name, each in value.items()
                if not name.lower().endswith(_LABELS)
            ]
        elif isinstance(value, list | tuple):
            waiting += [(below, each) for each in value]
        elif below and value not in (None, ""):
            yield value


def _placed(reader: Reader, resource: Resource, placement: Placement) -> Zone:
    place = _where(reader, resource, placement)
    groups, lost_groups = _groups(reader, resource, placement, place.subnets)
    public_v4, public_v6 = _public(resource, placement)
    before = (f"{resource.name} was there before",) if resource.external else ()
    return Zone(
        resource.name,
        placement.kind,
        resource,
        place.subnets,
        groups,
        public_v4,
        public_v6,
        _port(resource, placement),
        lost=tuple(dict.fromkeys((*place.lost, *before))),
        lost_groups=tuple(dict.fromkeys((*lost_groups, *before))),
    )


def _where(reader: Reader, resource: Resource, placement: Placement) -> Place:
    given = tuple(leaf for path in placement.subnets for leaf in leaves(resource.inputs, path))
    lost: tuple[str, ...] = ()
    if placement.subnet_group is not None:
        key, kind = placement.subnet_group
        found = reader.links.find(resource.inputs.get(key), {kind}, "the subnet group")
        before = tuple(f"the subnet group {each.name} was there before" for each in found.resources if each.external)
        given = tuple(leaf for group in found.resources for leaf in leaves(group.inputs, "subnetIds"))
        lost = (*found.lost, *before)
    if given or lost:
        subnets, more = reader.place(given)
        return Place(subnets, (*lost, *more))
    whole = _whole(reader, resource, placement)
    if whole is not None:
        return _where(reader, whole, replace(_TABLE[whole.type], part_of=None))
    regional = placement.kind == "nat" and resource.inputs.get("availabilityMode") == "regional"
    return Place((), () if regional or placement.own_groups else (NO_SUBNET,))


def _groups(
    reader: Reader, resource: Resource, placement: Placement, subnets: tuple[Subnet, ...]
) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    named = tuple(leaf for path in placement.groups for leaf in leaves(resource.inputs, path))
    if placement.own_groups and not named:
        return (), ()
    if placement.kind == "nat" or (resource.type in BALANCERS and _no_groups(resource, named)):
        return None, ()
    whole = None if named else _whole(reader, resource, placement)
    if whole is not None:
        return _groups(reader, whole, replace(_TABLE[whole.type], part_of=None), subnets)
    return reader.membership(named, subnets)


def _whole(reader: Reader, resource: Resource, placement: Placement) -> Resource | None:
    """The larger one that a resource is a part of."""
    if placement.part_of is None:
        return None
    key, kinds = placement.part_of
    return reader.links.find(resource.inputs.get(key), kinds).one


def _no_groups(balancer: Resource, named: tuple[Value, ...]) -> bool:
    """Whether a load balancer has no security group at all, as a network one may: its listeners alone decide."""
    return not named and balancer.inputs.get("loadBalancerType") in _TCP_TUNNELS


def _public(resource: Resource, placement: Placement) -> tuple[Truth, Truth]:
    inputs = resource.inputs
    if resource.external:
        return "unknown", "unknown"
    if placement.kind == "nat":
        kind = inputs.get("connectivityType")
        return ("unknown" if kind is not None and not isinstance(kind, str) else kind != "private"), False
    if placement.private:
        private = truth(inputs.get(placement.private), absent=False)
        v4: Truth = "unknown" if private == "unknown" else not private
        dual = inputs.get("ipAddressType")
        known = dual is None or isinstance(dual, str)
        return v4, (v4 if str(dual).startswith("dualstack") else False) if known else "unknown"
    return truth(inside(inputs, placement.public), absent=False) if placement.public else False, _dual(inputs)


def _dual(inputs: Mapping[str, Value]) -> Truth:
    """Whether it has addresses of version 6 as well; these only routes keep private."""
    kind = inputs.get("networkType", inputs.get("ipAddressType"))
    if kind is None or isinstance(kind, str):
        return str(kind).lower() in ("dual", "dual_stack", "dualstack", "ipv6")
    return "unknown"


def _port(resource: Resource, placement: Placement) -> int | None:
    if placement.kind not in ("cache", "database"):
        return None
    given = resource.inputs.get("port")
    if given is not None:
        return number(given)
    engine = resource.inputs.get("engine")
    if engine is not None and not isinstance(engine, str):
        return None
    name = str(engine).lower()
    if placement.kind == "cache":
        return _MEMCACHED if name == "memcached" else placement.port
    return next((port for prefix, port in _ENGINE_PORTS.items() if name.startswith(prefix)), placement.port)


def _endpoints(reader: Reader) -> Iterator[Zone]:
    graph = reader.links.graph
    more: dict[str, dict[str, list[Value]]] = {}
    for kind, key in ((_MORE_SUBNETS, "subnetId"), (_MORE_GROUPS, "securityGroupId")):
        for each in graph.of_type(kind):
            for endpoint in reader.links.find(each.inputs.get("vpcEndpointId"), {ENDPOINT}).resources:
                more.setdefault(endpoint.urn, {}).setdefault(key, []).append(each.inputs.get(key))
    for endpoint in graph.of_type(ENDPOINT):
        kind_ = endpoint.inputs.get("vpcEndpointType")
        if kind_ in (None, "", "Gateway"):
            continue
        apart = more.get(endpoint.urn, {})
        given = (
            *items(endpoint.inputs.get("subnetIds")),
            *leaves(endpoint.inputs, "subnetConfigurations.subnetId"),
            *apart.get("subnetId", []),
        )
        subnets, lost = reader.place(given)
        named = (*items(endpoint.inputs.get("securityGroupIds")), *apart.get("securityGroupId", []))
        groups, gone = reader.membership(named, subnets)
        yield Zone(
            endpoint.name, "endpoint", endpoint, subnets, groups, public_v4=False, public_v6=False, lost=lost,
            lost_groups=gone,
        )  # fmt: skip
