"""Single machines and groups of them: what their templates and interfaces say counts as if they said it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from policies.network.inputs import hidden, inside, items, leaves, number, truth
from policies.network.routes import INSTANCES, INTERFACE
from policies.network.zones import NO_SUBNET, Zone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.model import Resource, Value
    from policies.network.inputs import Truth
    from policies.network.links import Found
    from policies.network.vpcs import Subnet
    from policies.network.zones import Reader

FLEET: Final = "aws:autoscaling/group:Group"
TEMPLATE: Final = "aws:ec2/launchTemplate:LaunchTemplate"
CONFIGURATION: Final = "aws:ec2/launchConfiguration:LaunchConfiguration"
ADDRESS: Final = "aws:ec2/eip:Eip"
_ADDRESS_ASSOCIATION: Final = "aws:ec2/eipAssociation:EipAssociation"
_ATTACHMENT: Final = "aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment"
_GROUP_ATTACHMENT: Final = "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment"
_FLEETS: Final = ("aws:ec2/fleet:Fleet", "aws:ec2/spotFleetRequest:SpotFleetRequest")
_MACHINES: Final = frozenset({*INSTANCES, INTERFACE})


@dataclass(frozen=True, slots=True)
class _Told:
    """One resource that says where a machine stands, and under which inputs."""

    source: Resource
    subnets: tuple[str, ...]
    groups: tuple[str, ...]
    public: tuple[str, ...]
    v6: tuple[str, ...]


class Machines:
    """The machines of one plan."""

    def __init__(self, reader: Reader) -> None:
        self._reader, self._links = reader, reader.links
        self._addresses: set[str] = set()
        self._more_groups: defaultdict[str, list[Value]] = defaultdict(list)
        self._interfaces: defaultdict[str, list[Resource]] = defaultdict(list)
        self._attached: dict[str, Resource] = {}
        self.strays: list[Resource] = []
        """Public addresses of which is not known what they belong to."""
        self._read_addresses()
        self._read_interfaces()

    def zones(self) -> Iterator[Zone]:
        """Every machine, every group of machines, and every interface that is nobody's."""
        graph = self._links.graph
        for kind in INSTANCES:
            for machine in graph.of_type(kind):
                own = self._interfaces.get(machine.urn, [])
                templates = self._templates(machine, "launchTemplate")
                yield self._zone(machine, [*map(_interface, own), _instance(machine)], templates)
        for fleet in graph.of_type(FLEET):
            yield self._zone(fleet, [_fleet(fleet)], self._launched_from(fleet))
        for kind in _FLEETS:
            for fleet in graph.of_type(kind):
                alone = fleet.inputs.get("launchSpecifications") is not None
                yield self._zone(fleet, [_overrides(fleet)], None if alone else self._launched_from(fleet))
        for interface in graph.of_type(INTERFACE):
            if interface.urn not in self._attached:
                yield self._zone(interface, [_interface(interface)], None)

    def owner(self, interface: Resource) -> Resource | None:
        """The machine that an interface is attached to; a machine itself stands for its first one."""
        if interface.type in INSTANCES:
            return interface
        return self._attached.get(interface.urn)

    def scripted(self, machine: Resource) -> tuple[Resource, ...]:
        """The machine and the templates that say with it what it runs when it starts."""
        return (machine, *self._templates(machine, "launchTemplate").resources)

    def _zone(self, resource: Resource, told: list[_Told], templates: Found | None) -> Zone:
        gone = templates.lost if templates is not None else ()
        sources = [*told, *map(_template, templates.resources if templates is not None else ())]
        before = tuple(f"{each.source.name} was there before" for each in sources if each.source.external)
        # Whatever is attached to it stands where it stands; a template says it only where nothing else does.
        subnets, lost = self._reader.place(_all(told, "subnets") or _all(sources, "subnets"))
        if not subnets and not lost and not gone:
            lost = (NO_SUBNET,)
        own = (resource.urn, *(each.source.urn for each in told))
        named = (*_all(sources, "groups"), *(value for urn in dict.fromkeys(own) for value in self._more_groups[urn]))
        groups, lost_groups = self._reader.membership(named, subnets)
        public, v6 = self._public(own, sources, subnets), _v6(sources, subnets)
        return Zone(
            resource.name,
            "compute",
            resource,
            subnets,
            groups,
            public or "unknown" if gone else public,
            v6 or "unknown" if gone else v6,
            forwards=any(truth(each.source.inputs.get("sourceDestCheck"), absent=True) is False for each in told),
            lost=(*lost, *before, *(() if subnets else gone)),
            lost_groups=(*lost_groups, *gone, *before),
        )

    def _public(self, own: tuple[str, ...], sources: list[_Told], subnets: tuple[Subnet, ...]) -> Truth:
        if self._addresses.intersection(own):
            return True
        for source in sources:
            said = [
                truth(value, absent=False) for path in source.public for value in leaves(source.source.inputs, path)
            ]
            if said:
                return True if True in said else "unknown" if "unknown" in said else False
        # An interface that is made by itself gets no address from its subnet.
        by_itself = _all([source for source in sources if source.source.type == INTERFACE], "subnets")
        given = _all([source for source in sources if source.source.type != INTERFACE], "subnets")
        if by_itself and not given:
            return False
        defaults = [subnet.gives_public_v4 for subnet in (self._reader.place(given)[0] if by_itself else subnets)]
        return True if True in defaults else "unknown" if "unknown" in defaults or not subnets else False

    def _templates(self, resource: Resource, path: str) -> Found:
        given = (*leaves(resource.inputs, f"{path}.id"), *leaves(resource.inputs, f"{path}.name"))
        if not given and hidden(inside(resource.inputs, path)):
            given = (inside(resource.inputs, path),)
        return self._links.find(given, {TEMPLATE}, "the launch template")

    def _launched_from(self, fleet: Resource) -> Found:
        mixed = "mixedInstancesPolicy.launchTemplate"
        paths = (
            *("launchTemplate.id", "launchTemplate.name", "launchConfiguration"),
            *(f"{mixed}.launchTemplateSpecification.launchTemplate{name}" for name in ("Id", "Name")),
            *(f"launchTemplateConfigs.launchTemplateSpecification.{name}" for name in ("id", "name")),
            *(f"launchTemplateConfigs.launchTemplateSpecification.launchTemplate{name}" for name in ("Id", "Name")),
            *(f"{mixed}.overrides.launchTemplateSpecification.launchTemplate{name}" for name in ("Id", "Name")),
        )
        given = tuple(leaf for path in paths for leaf in leaves(fleet.inputs, path))
        found = self._links.find(given, {TEMPLATE, CONFIGURATION}, "the launch template")
        if not found.resources and not found.lost:
            return type(found)(lost=("what its machines are launched from is not in the plan",))
        return found

    def _read_addresses(self) -> None:
        graph = self._links.graph
        for kind, machine, interface in (
            (ADDRESS, "instance", "networkInterface"),
            (_ADDRESS_ASSOCIATION, "instanceId", "networkInterfaceId"),
        ):
            for address in graph.of_type(kind):
                given = (*items(address.inputs.get(machine)), *items(address.inputs.get(interface)))
                found = self._links.find(given, _MACHINES)
                self._addresses |= {each.urn for each in found.resources}
                if found.lost:
                    self.strays.append(address)

    def _read_interfaces(self) -> None:
        graph = self._links.graph
        for kind in INSTANCES:
            for machine in graph.of_type(kind):
                for name in ("networkInterfaces", "primaryNetworkInterface", "primaryNetworkInterfaces"):
                    self._attach(machine, leaves(machine.inputs, f"{name}.networkInterfaceId"))
        for each in graph.of_type(_ATTACHMENT):
            for machine in self._links.find(each.inputs.get("instanceId"), INSTANCES).resources:
                self._attach(machine, items(each.inputs.get("networkInterfaceId")))
        for interface in graph.of_type(INTERFACE):
            given = leaves(interface.inputs, "attachments.instance")
            for machine in self._links.find(given, INSTANCES).resources:
                self._interfaces[machine.urn].append(interface)
                self._attached[interface.urn] = machine
        for each in graph.of_type(_GROUP_ATTACHMENT):
            found = self._links.find(each.inputs.get("networkInterfaceId"), _MACHINES)
            for machine in found.resources:
                self._more_groups[machine.urn].append(each.inputs.get("securityGroupId"))

    def _attach(self, machine: Resource, given: tuple[Value, ...]) -> None:
        for interface in self._links.find(given, {INTERFACE}).resources:
            self._interfaces[machine.urn].append(interface)
            self._attached[interface.urn] = machine


def _instance(machine: Resource) -> _Told:
    return _Told(
        machine,
        ("subnetId",),
        ("vpcSecurityGroupIds", "securityGroups"),
        ("associatePublicIpAddress",),
        ("ipv6AddressCount", "ipv6Addresses", "enablePrimaryIpv6"),
    )


def _interface(interface: Resource) -> _Told:
    return _Told(
        interface, ("subnetId",), ("securityGroups",), (), ("ipv6AddressCount", "ipv6Addresses", "ipv6AddressLists")
    )


def _fleet(fleet: Resource) -> _Told:
    return _Told(fleet, ("vpcZoneIdentifiers",), (), (), ())


def _overrides(fleet: Resource) -> _Told:
    """A fleet of one order: what it says beside its templates, or instead of them."""
    alone = "launchSpecifications"
    return _Told(
        fleet,
        ("launchTemplateConfigs.overrides.subnetId", f"{alone}.subnetId"),
        (f"{alone}.vpcSecurityGroupIds",),
        (f"{alone}.associatePublicIpAddress",),
        (),
    )


def _template(template: Resource) -> _Told:
    if template.type == CONFIGURATION:
        return _Told(template, (), ("securityGroups",), ("associatePublicIpAddress",), ())
    at = "networkInterfaces"
    return _Told(
        template,
        (f"{at}.subnetId",),
        ("vpcSecurityGroupIds", "securityGroupNames", f"{at}.securityGroups"),
        (f"{at}.associatePublicIpAddress",),
        (f"{at}.ipv6AddressCount", f"{at}.ipv6Addresses", f"{at}.ipv6PrefixCount", f"{at}.primaryIpv6"),
    )


def _values(source: _Told, role: str) -> tuple[Value, ...]:
    paths: tuple[str, ...] = getattr(source, role)
    return tuple(leaf for path in paths for leaf in leaves(source.source.inputs, path))


def _all(sources: list[_Told], role: str) -> tuple[Value, ...]:
    return tuple(value for source in sources for value in _values(source, role))


def _v6(sources: list[_Told], subnets: tuple[Subnet, ...]) -> Truth:
    given = _all(sources, "v6")
    if any((number(value) or 0) > 0 or value is True or (isinstance(value, str) and ":" in value) for value in given):
        return True
    if any(hidden(value) for value in given):
        return "unknown"
    if given and all(number(value) == 0 for value in given):
        return False
    defaults = [subnet.gives_v6 for subnet in subnets]
    return True if True in defaults else "unknown" if "unknown" in defaults else False
