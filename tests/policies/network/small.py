"""Small networks as plain data, the plan that each is in AWS, and a walk of single packets through them.

The walk knows nothing of the model: it looks at one packet at a time, and asks each hop in turn.

Longer than 300 lines because it is one witness, which must not share a line with what it is held against.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from tests.policies.plans import plan_of, resource, whole

if TYPE_CHECKING:
    from plan.model import Plan, Resource, Value

# One port of each part into which the ports of rules cut the whole.
PORTS = (0, 22, 23, 80, 81, 443, 444, 5000, 6001, 6379, 6380)
RANGES = ((0, 65535), (22, 22), (80, 80), (443, 443), (5000, 6000), (6379, 6379), (80, 443))
STRANGERS = ("1.2.3.4", "203.0.113.5", "130.0.0.1", "9.9.9.9")
BLOCKS = (
    *("0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "203.0.113.0/24", "10.0.0.0/26", "10.0.0.0/28", "10.0.0.16/28"),
    *("10.0.0.4/30", "10.0.0.24/29", "10.1.0.0/26", "10.1.0.8/29"),
)
NETWORKS = {"one": "10.0.0.0/26", "two": "10.1.0.0/26"}
SUBNETS = {"a": ("one", "10.0.0.0/28"), "b": ("one", "10.0.0.16/28"), "c": ("two", "10.1.0.0/28")}
INTERNET = "internet (IPv4)"
NAT = "nat"


@dataclass(frozen=True)
class SmallRule:
    """A rule of a group: a block, or another group by its name."""

    outward: bool
    protocol: str
    ports: tuple[int, int]
    peer: str


@dataclass(frozen=True)
class SmallEntry:
    """A numbered rule of a list."""

    outward: bool
    order: int
    allow: bool
    protocol: str
    ports: tuple[int, int]
    block: str


@dataclass(frozen=True)
class SmallRoute:
    """A block and where it leads: internet, nat or peer."""

    block: str
    to: str


@dataclass(frozen=True)
class Machine:
    """A machine, by its name."""

    subnet: str
    groups: tuple[str, ...]
    public: bool


@dataclass(frozen=True)
class Small:
    """A network. `lists` has the list of a subnet where it has one; `spelling` chooses among equal ways to write it."""

    machines: dict[str, Machine]
    groups: dict[str, tuple[SmallRule, ...]]
    routes: dict[str, tuple[SmallRoute, ...]]
    lists: dict[str, tuple[SmallEntry, ...]]
    nat: str
    spelling: dict[str, str] = field(default_factory=dict)

    def style(self, what: str) -> str:
        """How something is written."""
        return self.spelling.get(what, "apart")


@dataclass(frozen=True)
class Packet:
    """A request from an address of one end to an address of another."""

    source: str
    one: str
    target: str
    other: str
    protocol: str
    port: int


def reached(small: Small) -> set[tuple[str, str, str, int]]:
    """Who reaches whom by which protocol and port, found by sending every packet."""
    ends = [*small.machines, INTERNET]
    return {
        (source, target, protocol, port)
        for source in ends
        for target in ends
        if not source == target == INTERNET
        for protocol in ("tcp", "udp")
        for port in PORTS
        if any(
            _answered(small, Packet(source, one, target, other, protocol, port))
            for one in _addresses(small, source)
            for other in _addresses(small, target)
        )
    }


def _addresses(small: Small, end: str) -> tuple[str, ...]:
    if end == INTERNET:
        return STRANGERS
    network = ip_network(SUBNETS[small.machines[end].subnet][1])
    return tuple(str(network[number]) for number in range(0, 16, 4))


def _answered(small: Small, packet: Packet) -> bool:
    if packet.source != INTERNET and not _let_out(small, packet):
        return False
    if packet.target != INTERNET and not _let_in(small, packet):
        return False
    if packet.source == INTERNET:
        machine = small.machines[packet.target]
        routed = machine.public and _route(small, machine.subnet, packet.one) == "internet"
        return routed and _crosses(small, packet, None, machine.subnet)
    near = small.machines[packet.source].subnet
    if packet.target == INTERNET:
        return _leaves(small, packet, near)
    far = small.machines[packet.target].subnet
    peered = _route(small, near, packet.other) == "peer" and _route(small, far, packet.one) == "peer"
    return (SUBNETS[near][0] == SUBNETS[far][0] or peered) and _crosses(small, packet, near, far)


def _leaves(small: Small, packet: Packet, near: str) -> bool:
    way = _route(small, near, packet.other)
    if way == "internet":
        return small.machines[packet.source].public and _crosses(small, packet, near, None)
    return (
        way == NAT
        and _route(small, small.nat, packet.other) == "internet"
        and _crosses(small, packet, near, small.nat)
        and _crosses(small, packet, small.nat, None)
    )


def _crosses(small: Small, packet: Packet, near: str | None, far: str | None) -> bool:
    """Whether a packet passes the lists of both subnets, and some answer does."""
    if near == far:
        return True

    def passes(way: str, number: int) -> bool:
        back = way == "back"
        asking = near is None or _list_lets(small.lists.get(near), (not back, packet.other, packet.protocol, number))
        asked = far is None or _list_lets(small.lists.get(far), (back, packet.one, packet.protocol, number))
        return asking and asked

    return passes("there", packet.port) and any(passes("back", number) for number in PORTS)


def _list_lets(entries: tuple[SmallEntry, ...] | None, given: tuple[bool, str, str, int]) -> bool:
    outward, peer, protocol, port = given
    for entry in sorted(entries or (), key=lambda each: each.order):
        fits = entry.outward == outward and _fits(entry.protocol, entry.ports, protocol, port)
        if fits and ip_address(peer) in ip_network(entry.block):
            return entry.allow
    return entries is None


def _let_out(small: Small, packet: Packet) -> bool:
    return any(
        rule.outward and _group_fits(small, rule, packet, packet.target, packet.other)
        for group in small.machines[packet.source].groups
        for rule in small.groups[group]
    )


def _let_in(small: Small, packet: Packet) -> bool:
    return any(
        not rule.outward and _group_fits(small, rule, packet, packet.source, packet.one)
        for group in small.machines[packet.target].groups
        for rule in small.groups[group]
    )


def _group_fits(small: Small, rule: SmallRule, packet: Packet, other: str, address: str) -> bool:
    if not _fits(rule.protocol, rule.ports, packet.protocol, packet.port):
        return False
    if rule.peer in small.groups:
        return other in small.machines and rule.peer in small.machines[other].groups
    return ip_address(address) in ip_network(rule.peer)


def _fits(wanted: str, ports: tuple[int, int], protocol: str, port: int) -> bool:
    return wanted == "-1" or (wanted == protocol and ports[0] <= port <= ports[1])


def _route(small: Small, subnet: str, address: str) -> str:
    fitting = [each for each in small.routes[subnet] if ip_address(address) in ip_network(each.block)]
    return max(fitting, key=lambda each: ip_network(each.block).prefixlen).to if fitting else ""


def plan(small: Small) -> Plan:
    """The network in AWS's types, written as its spelling says."""
    return plan_of(list(_Written(small).resources.values()))


class _Written:
    def __init__(self, small: Small) -> None:
        self.small = small
        self.resources: dict[str, Resource] = {}
        for name, block in NETWORKS.items():
            self._add("aws:ec2/vpc:Vpc", name, {"cidrBlock": block})
            self._add("aws:ec2/internetGateway:InternetGateway", f"igw-{name}", {"vpcId": self._id(name)})
        ends = {"vpcId": self._id("one"), "peerVpcId": self._id("two")}
        self._add("aws:ec2/vpcPeeringConnection:VpcPeeringConnection", "pcx", ends)
        for name, (network, block) in SUBNETS.items():
            self._add("aws:ec2/subnet:Subnet", name, {"vpcId": self._id(network), "cidrBlock": block})
        self._add("aws:ec2/natGateway:NatGateway", "natgw", {"subnetId": self._id(small.nat), "allocationId": "eip-1"})
        for name in SUBNETS:
            self._table(name)
            if name in small.lists:
                self._list(name)
        for name in small.groups:
            self._add("aws:ec2/securityGroup:SecurityGroup", name, {"vpcId": self._id("one"), "description": name})
        for name, rules in small.groups.items():
            self._rules(name, rules)
        for name, machine in small.machines.items():
            inputs: dict[str, Value] = {
                "subnetId": self._id(machine.subnet),
                "vpcSecurityGroupIds": [self._id(group) for group in machine.groups],
                "associatePublicIpAddress": machine.public,
            }
            self._add("aws:ec2/instance:Instance", name, inputs)

    def _add(self, kind: str, name: str, inputs: dict[str, Value]) -> None:
        self.resources[name] = resource(kind, name, inputs)

    def _id(self, name: str) -> Value:
        return whole(self.resources[name])

    def _target(self, subnet: str, to: str) -> dict[str, Value]:
        if to == "internet":
            return {"gatewayId": self._id(f"igw-{SUBNETS[subnet][0]}")}
        return {"natGatewayId": self._id("natgw")} if to == NAT else {"vpcPeeringConnectionId": self._id("pcx")}

    def _table(self, subnet: str) -> None:
        network, table = SUBNETS[subnet][0], f"table-{subnet}"
        routes = self.small.routes[subnet]
        inline: list[Value] = [{"cidrBlock": each.block, **self._target(subnet, each.to)} for each in routes]
        style = self.small.style(f"routes-{subnet}")
        # Only one subnet may live off the main table of a network.
        main = style.startswith("main") and subnet != "b"
        inputs: dict[str, Value] = {"vpcId": self._id(network), **({"routes": inline} if "inline" in style else {})}
        if main and "inline" in style:
            inputs = {"defaultRouteTableId": whole(self.resources[network], "defaultRouteTableId"), "routes": inline}
            self._add("aws:ec2/defaultRouteTable:DefaultRouteTable", table, inputs)
            return
        self._add("aws:ec2/routeTable:RouteTable", table, inputs)
        if main:
            named = {"vpcId": self._id(network), "routeTableId": self._id(table)}
            self._add("aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation", f"main-{network}", named)
        else:
            named = {"subnetId": self._id(subnet), "routeTableId": self._id(table)}
            self._add("aws:ec2/routeTableAssociation:RouteTableAssociation", f"of-{subnet}", named)
        for number, each in enumerate(routes if "inline" not in style else ()):
            where: dict[str, Value] = {"routeTableId": self._id(table), "destinationCidrBlock": each.block}
            self._add("aws:ec2/route:Route", f"route-{subnet}-{number}", where | self._target(subnet, each.to))

    def _list(self, subnet: str) -> None:
        name, network = f"acl-{subnet}", SUBNETS[subnet][0]
        style = self.small.style(f"list-{subnet}")
        inputs: dict[str, Value] = {"vpcId": self._id(network)}
        entries = self.small.lists[subnet]
        if style == "inline":
            for key, outward in (("ingress", False), ("egress", True)):
                inputs[key] = [_entry(each, "ruleNo", "action") for each in entries if each.outward == outward]
            inputs["subnetIds"] = [self._id(subnet)]
        self._add("aws:ec2/networkAcl:NetworkAcl", name, inputs)
        if style != "inline":
            named = {"networkAclId": self._id(name), "subnetId": self._id(subnet)}
            self._add("aws:ec2/networkAclAssociation:NetworkAclAssociation", f"acl-of-{subnet}", named)
            for number, each in enumerate(entries):
                told = {
                    "networkAclId": self._id(name),
                    "egress": each.outward,
                    **_entry(each, "ruleNumber", "ruleAction"),
                }
                self._add("aws:ec2/networkAclRule:NetworkAclRule", f"{name}-{number}", told)

    def _rules(self, group: str, rules: tuple[SmallRule, ...]) -> None:
        style = self.small.style(f"rules-{group}")
        if style == "inline":
            own = self.resources[group]
            inputs: dict[str, Value] = dict(own.inputs)
            for key, outward in (("ingress", False), ("egress", True)):
                inputs[key] = [self._inline(group, each) for each in rules if each.outward == outward]
            self.resources[group] = resource(own.type, group, inputs)
            return
        for number, each in enumerate(rules):
            (self._legacy if style == "legacy" else self._apart)(group, f"{group}-{number}", each)

    def _peers(self, group: str, rule: SmallRule) -> dict[str, Value]:
        if rule.peer == group:
            return {"self": True}
        if rule.peer in self.small.groups:
            return {"securityGroups": [self._id(rule.peer)]}
        return {"cidrBlocks": [rule.peer]}

    def _inline(self, group: str, rule: SmallRule) -> dict[str, Value]:
        ports = (0, 0) if rule.protocol == "-1" else rule.ports
        return {"protocol": rule.protocol, "fromPort": ports[0], "toPort": ports[1], **self._peers(group, rule)}

    def _legacy(self, group: str, name: str, rule: SmallRule) -> None:
        inputs = self._inline(group, rule)
        named = inputs.pop("securityGroups", None)
        if isinstance(named, list):
            inputs["sourceSecurityGroupId"] = named[0]
        told = {"type": "egress" if rule.outward else "ingress", "securityGroupId": self._id(group)}
        self._add("aws:ec2/securityGroupRule:SecurityGroupRule", name, {**inputs, **told})

    def _apart(self, group: str, name: str, rule: SmallRule) -> None:
        kind = "Egress" if rule.outward else "Ingress"
        inputs: dict[str, Value] = {"securityGroupId": self._id(group), "ipProtocol": rule.protocol}
        if rule.protocol != "-1":
            inputs |= {"fromPort": rule.ports[0], "toPort": rule.ports[1]}
        named = {"referencedSecurityGroupId": self._id(rule.peer)} if rule.peer in self.small.groups else {}
        inputs |= named or {"cidrIpv4": rule.peer}
        self._add(f"aws:vpc/securityGroup{kind}Rule:SecurityGroup{kind}Rule", name, inputs)


def _entry(entry: SmallEntry, order: str, action: str) -> dict[str, Value]:
    ports = (0, 0) if entry.protocol == "-1" else entry.ports
    return {
        order: entry.order,
        action: "allow" if entry.allow else "deny",
        "protocol": entry.protocol,
        "fromPort": ports[0],
        "toPort": ports[1],
        "cidrBlock": entry.block,
    }
