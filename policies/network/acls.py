"""Network ACLs: lists of numbered rules, of which the first that fits decides. They remember no connection."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from policies.network.blocks import EVERYWHERE, Blocks
from policies.network.inputs import hidden, items, maps, messages, number, protocol, traffic, truth
from policies.network.links import VPCS
from policies.network.traffic import ALL, ICMP, ICMP_V6, Traffic
from policies.network.vpcs import SUBNETS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from plan.model import Resource, Value
    from policies.network.links import Links
    from policies.network.prefix_lists import PrefixLists
    from policies.network.vpcs import Subnet, Vpc

ACL: Final = "aws:ec2/networkAcl:NetworkAcl"
DEFAULT_ACL: Final = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"
ACL_RULE: Final = "aws:ec2/networkAclRule:NetworkAclRule"
_ASSOCIATION: Final = "aws:ec2/networkAclAssociation:NetworkAclAssociation"
_ACLS: Final = frozenset({ACL, DEFAULT_ACL, *VPCS})
_LAST: Final = 32767


@dataclass(frozen=True, slots=True)
class AclRule:
    """One numbered rule. What is not known of it makes it as wide as it may be where it allows, else nothing."""

    order: int
    allow: bool
    traffic: Traffic
    blocks: Blocks
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Acl:
    """The rules of a list in both directions, in their order."""

    name: str
    resource: Resource | None
    inbound: tuple[AclRule, ...]
    outbound: tuple[AclRule, ...]
    lost: tuple[str, ...] = ()


def passes(rules: Iterable[AclRule], peer: Blocks) -> Traffic:
    """What rules let pass from or to addresses that no rule tells apart; the last, unwritten rule lets nothing pass."""
    undecided, allowed = ALL, Traffic()
    for rule in rules:
        if rule.blocks & peer:
            if rule.traffic == ALL:  # as most lists have it: what comes after decides nothing
                return allowed | undecided if rule.allow else allowed
            hit = undecided & rule.traffic
            allowed |= hit if rule.allow else Traffic()
            undecided -= hit
    return allowed


class Acls:
    """The network ACLs of one plan."""

    def __init__(self, links: Links, lists: PrefixLists, vpcs: Mapping[str, Vpc]) -> None:
        self._links, self._lists, self._vpcs = links, lists, vpcs
        self._apart: defaultdict[str, list[Resource]] = defaultdict(list)
        self._elsewhere: set[str] = set()
        self._defaults: dict[str, Resource] = {}
        graph = links.graph
        for acl in graph.of_type(DEFAULT_ACL):
            for vpc in links.find(acl.inputs.get("defaultNetworkAclId"), VPCS).resources:
                self._defaults[vpc.urn] = acl
        for rule in graph.of_type(ACL_RULE):
            for acl in links.find(rule.inputs.get("networkAclId"), _ACLS).resources:
                self._apart[acl.urn].append(rule)
        self._own = self._assigned()
        self._read: dict[str, Acl] = {}

    def all(self) -> tuple[Acl, ...]:
        """Every list that the plan writes the rules of."""
        graph = self._links.graph
        return tuple(self._acl(each) for each in (*graph.of_type(ACL), *graph.of_type(DEFAULT_ACL)))

    def of(self, subnet: Subnet) -> Acl:
        """The list of a subnet: its own, else its network's default one, which lets all pass unless it is written."""
        own = self._own.get(subnet.resource.urn)
        if own is not None:
            return self._acl(own)
        if subnet.resource.urn in self._elsewhere:
            return _open("a network ACL", f"the network ACL of {subnet.resource.name} is not in the plan")
        if subnet.vpc is None:
            return _open("a network ACL", "")  # that the network is lost, the subnet says
        default = self._defaults.get(subnet.vpc.urn)
        if default is not None:
            return self._acl(default)
        known = self._vpcs.get(subnet.vpc.urn)
        lost = "" if known and known.held else f"the default network ACL of {subnet.vpc.name} is not in the plan"
        return _open(f"the default network ACL of {subnet.vpc.name}", lost, self._standalone(subnet.vpc))

    def _assigned(self) -> dict[str, Resource]:
        graph = self._links.graph
        own: dict[str, Resource] = {}
        for acl in (*graph.of_type(ACL), *graph.of_type(DEFAULT_ACL)):
            for subnet in self._links.find(acl.inputs.get("subnetIds"), SUBNETS).resources:
                own[subnet.urn] = acl
        for each in graph.of_type(_ASSOCIATION):
            found = self._links.find(each.inputs.get("networkAclId"), {ACL, DEFAULT_ACL}).one
            for subnet in self._links.find(each.inputs.get("subnetId"), SUBNETS).resources:
                if found is not None:
                    own[subnet.urn] = found
                else:
                    self._elsewhere.add(subnet.urn)
        return own

    def _acl(self, acl: Resource) -> Acl:
        if acl.urn not in self._read:
            both: dict[bool, list[AclRule]] = {False: [], True: []}
            lost = [f"the network ACL {acl.name} was there before"] if acl.external else []
            for outbound, key in ((False, "ingress"), (True, "egress")):
                given = self._links.known(acl.inputs.get(key))
                if hidden(given) or any(hidden(each) for each in items(given)):
                    lost.append(f"rules of the network ACL {acl.name} are not known")
                both[outbound] += [self._inline(acl, each) for each in maps(given)]
            for outbound, rule in self._standalone(acl):
                both[outbound].append(rule)
            lost += [told for rules in both.values() for rule in rules for told in rule.lost]
            if lost and any("not known" in told or "before" in told for told in lost):
                both = {way: [*rules, _ANYTHING] for way, rules in both.items()}
            self._read[acl.urn] = Acl(
                f"the network ACL {acl.name}", acl, _ordered(both[False]), _ordered(both[True]), tuple(lost)
            )
        return self._read[acl.urn]

    def _standalone(self, owner: Resource) -> list[tuple[bool, AclRule]]:
        """Rules that stand by themselves, each with whether it is about what leaves; where that is hidden, for both."""
        found = []
        for each in self._apart.get(owner.urn, []):
            rule = self._rule(each, each.inputs, each.inputs.get("ruleNumber"), each.inputs.get("ruleAction"))
            outbound = truth(each.inputs.get("egress"), absent=False)
            found += [(way, rule) for way in (False, True) if outbound in (way, "unknown")]
        return found

    def _inline(self, acl: Resource, given: Mapping[str, Value]) -> AclRule:
        return self._rule(acl, given, given.get("ruleNo"), given.get("action"))

    def _rule(self, declared: Resource, given: Mapping[str, Value], order: Value, action: Value) -> AclRule:
        addresses = self._lists.blocks([given.get("cidrBlock") or None, given.get("ipv6CidrBlock") or None])
        wanted, doubt = _traffic(given)
        allow = not (isinstance(action, str) and action.strip().lower() == "deny")
        lost = [*addresses.lost, *([doubt] if doubt else [])]
        if number(order) is None or not isinstance(action, str):
            lost.append("its number or its action is not known")
        blocks = addresses.blocks
        if lost:
            blocks = EVERYWHERE if allow else Blocks()
        told = tuple(f"of a rule of {declared.name} something is not known: {each}" for each in lost)
        first = number(order) if number(order) is not None else 0
        return AclRule(first or 0, allow, wanted, blocks, told)


def _traffic(given: Mapping[str, Value]) -> tuple[Traffic, str]:
    kind = protocol(given.get("protocol"))
    if kind in (ICMP, ICMP_V6):
        return messages(int(kind), given.get("icmpType"), given.get("icmpCode"))
    return traffic(given.get("protocol"), given.get("fromPort"), given.get("toPort"))


def _ordered(rules: list[AclRule]) -> tuple[AclRule, ...]:
    return tuple(sorted(rules, key=lambda rule: rule.order))


def _open(name: str, lost: str, apart: Iterable[tuple[bool, AclRule]] = ()) -> Acl:
    """What AWS makes: rule 100 lets all pass. Rules that the plan adds to it come before or after that one."""
    made: dict[bool, list[AclRule]] = {False: [], True: []}
    for outbound, rule in apart:
        made[outbound].append(rule)
    return Acl(name, None, _with_the_open_one(made[False]), _with_the_open_one(made[True]), (lost,) if lost else ())


_OPEN_ORDER: Final = 100


def _with_the_open_one(rules: list[AclRule]) -> tuple[AclRule, ...]:
    before = [rule for rule in rules if rule.order < _OPEN_ORDER]
    return (*_ordered(before), _NO_LIMIT)


_NO_LIMIT: Final = AclRule(order=_OPEN_ORDER, allow=True, traffic=ALL, blocks=EVERYWHERE)
_ANYTHING: Final = AclRule(order=_LAST, allow=True, traffic=ALL, blocks=EVERYWHERE)
