"""Security groups and their rules, in every form that AWS's provider has for them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal

from policies.network.blocks import EVERYWHERE, NO_BLOCKS, Blocks
from policies.network.inputs import hidden, items, maps, traffic, truth
from policies.network.links import VPCS
from policies.network.prefix_lists import Addresses
from policies.network.traffic import ALL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plan.model import Resource, Value
    from policies.network.links import Links
    from policies.network.prefix_lists import PrefixLists
    from policies.network.traffic import Traffic

GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
DEFAULT_GROUP: Final = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
INGRESS_RULE: Final = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS_RULE: Final = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
LEGACY_RULE: Final = "aws:ec2/securityGroupRule:SecurityGroupRule"
STANDALONE: Final = (INGRESS_RULE, EGRESS_RULE, LEGACY_RULE)
_GROUPS: Final = frozenset({GROUP, DEFAULT_GROUP, *VPCS})
Direction = Literal["ingress", "egress"]


@dataclass(frozen=True, slots=True)
class GroupRule:
    """What a group lets in or out: `traffic` from or to `blocks`, members of `groups`, and endpoints' own addresses.

    `lost` says what is not known of it. `whole` is false where that is the other side: it may be anybody. `doubt` is
    what is not known of its traffic, which then is the most that it may be.
    """

    declared: Resource
    direction: Direction
    traffic: Traffic
    blocks: Blocks = NO_BLOCKS
    groups: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    lost: tuple[str, ...] = ()
    whole: bool = True
    doubt: str = ""


@dataclass(slots=True)
class Group:
    """A security group. `resource` is the network's where AWS made it: its default group that the plan leaves alone."""

    key: str
    resource: Resource
    name: str
    rules: list[GroupRule] = field(default_factory=list)
    standalone: list[Resource] = field(default_factory=list)
    lost: tuple[str, ...] = ()

    def of(self, direction: Direction) -> tuple[GroupRule, ...]:
        """Its rules in one direction."""
        return tuple(rule for rule in self.rules if rule.direction == direction)

    @property
    def inline(self) -> tuple[str, ...]:
        """The inputs of its own that hold rules."""
        return tuple(key for key in ("ingress", "egress") if self.resource.inputs.get(key) is not None)


class Groups:
    """The security groups of one plan, by URN; a default group that the plan leaves alone by its network's."""

    def __init__(self, links: Links, lists: PrefixLists) -> None:
        self._links, self._lists = links, lists
        self.strays: list[GroupRule] = []
        """Rules of groups that are not in the plan."""
        graph = links.graph
        self.by_key: dict[str, Group] = {}
        self._default: dict[str, str] = {}
        for kind in VPCS:
            for vpc in graph.of_type(kind):
                self.by_key[vpc.urn] = _made_by_aws(vpc)
        for default in graph.of_type(DEFAULT_GROUP):
            owner = links.find(default.inputs.get("vpcId"), VPCS).one
            self.by_key[default.urn] = _group(default)
            if owner is not None:
                self._default[owner.urn] = default.urn
                self.by_key.pop(owner.urn, None)
        self.by_key |= {each.urn: _group(each) for each in graph.of_type(GROUP)}
        for group in self.by_key.values():
            self._read_inline(group)
        self._read_standalone()

    def named(self, value: Value) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The keys of the groups that an input names, and what is not in the plan."""
        found = self._links.find(value, _GROUPS, "the security group")
        return tuple(dict.fromkeys(self.key(each) for each in found.resources)), found.lost

    def key(self, resource: Resource) -> str:
        """The key of a group by its resource, or by its network for its default one."""
        return self._default.get(resource.urn, resource.urn)

    def managed_default(self, vpc: Resource) -> Group | None:
        """The default group of a network where the plan holds it."""
        return self.by_key[self._default[vpc.urn]] if vpc.urn in self._default else None

    def _read_inline(self, group: Group) -> None:
        for direction in ("ingress", "egress"):
            given = self._links.known(group.resource.inputs.get(direction))
            if group.resource.type in VPCS:
                continue
            if hidden(given) or any(hidden(each) for each in items(given)):
                group.rules.append(_unknown(group.resource, direction))
            for each in maps(given):
                peers = self._peers(
                    each,
                    blocks=("cidrBlocks", "ipv6CidrBlocks"),
                    lists="prefixListIds",
                    groups=("securityGroups",),
                    own=group.key,
                )
                group.rules.append(_rule(group.resource, direction, each, each.get("protocol"), peers))

    def _read_standalone(self) -> None:
        for kind in STANDALONE:
            for rule in self._links.graph.of_type(kind):
                keys, lost = self.named(rule.inputs.get("securityGroupId"))
                for direction in _directions(rule):
                    for key in keys:
                        self.by_key[key].rules.append(self._standalone(rule, direction, key))
                    if lost or not keys:
                        told = lost or ("the security group of the rule is not given",)
                        stray = self._standalone(rule, direction, "")
                        self.strays.append(replace(stray, lost=(*stray.lost, *told)))
                for key in keys:
                    self.by_key[key].standalone.append(rule)

    def _standalone(self, rule: Resource, direction: Direction, own: str) -> GroupRule:
        if rule.type == LEGACY_RULE:
            peers = self._peers(
                rule.inputs,
                blocks=("cidrBlocks", "ipv6CidrBlocks"),
                lists="prefixListIds",
                groups=("sourceSecurityGroupId",),
                own=own,
            )
            return _rule(rule, direction, rule.inputs, rule.inputs.get("protocol"), peers)
        peers = self._peers(
            rule.inputs,
            blocks=("cidrIpv4", "cidrIpv6"),
            lists="prefixListId",
            groups=("referencedSecurityGroupId",),
            own=own,
        )
        return _rule(rule, direction, rule.inputs, rule.inputs.get("ipProtocol"), peers)

    def _peers(
        self, given: Mapping[str, Value], *, blocks: tuple[str, ...], lists: str, groups: tuple[str, ...], own: str
    ) -> tuple[Addresses, frozenset[str]]:
        addresses = self._lists.named(given.get(lists))
        for key in blocks:
            addresses |= self._lists.blocks(given.get(key))
        keys: list[str] = []
        for key in groups:
            found, lost = self.named(given.get(key))
            keys += found
            addresses |= Addresses(lost=lost)
        itself = truth(given.get("self"), absent=False)
        if itself is not False:
            keys.append(own)
        return addresses, frozenset(keys)


def _group(resource: Resource) -> Group:
    lost = (f"the security group {resource.name} was there before",) if resource.external else ()
    return Group(resource.urn, resource, resource.name, lost=lost)


def _directions(rule: Resource) -> tuple[Direction, ...]:
    if rule.type == INGRESS_RULE:
        return ("ingress",)
    if rule.type == EGRESS_RULE:
        return ("egress",)
    kind = rule.inputs.get("type")
    named: tuple[Direction, ...] = ("ingress", "egress")
    return tuple(each for each in named if kind == each) or named


def _rule(
    declared: Resource,
    direction: Direction,
    given: Mapping[str, Value],
    protocol: Value,
    peers: tuple[Addresses, frozenset[str]],
) -> GroupRule:
    wanted, doubt = traffic(protocol, given.get("fromPort"), given.get("toPort"))
    addresses, groups = peers
    return GroupRule(
        declared,
        direction,
        wanted,
        addresses.blocks,
        groups,
        frozenset(each.urn for each in addresses.services),
        (*addresses.lost, *([doubt] if doubt else [])),
        whole=not addresses.lost,
        doubt=doubt,
    )


def _unknown(declared: Resource, direction: Direction) -> GroupRule:
    told = "its rules are not known"
    return GroupRule(declared, direction, ALL, lost=(told,), whole=False, doubt=told)


def _made_by_aws(vpc: Resource) -> Group:
    """The default group of a network as AWS makes it: members reach each other, and everything outside."""
    name = f"the default security group of {vpc.name}"
    rules = [
        GroupRule(vpc, "ingress", ALL, groups=frozenset({vpc.urn})),
        GroupRule(vpc, "egress", ALL, blocks=EVERYWHERE),
    ]
    return Group(vpc.urn, vpc, name, rules)
