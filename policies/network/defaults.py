"""Rules on what AWS makes or does unless it is told otherwise, and on rules that take each other away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policies.finding import Verdict
from policies.network.groups import DEFAULT_GROUP, GROUP
from policies.network.inputs import hidden, truth
from policies.network.links import DEFAULT_VPC, VPCS
from policies.network.model import network_of
from policies.network.vpcs import DEFAULT_SUBNET, SUBNET
from policies.network.zones import NO_SUBNET
from policies.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from plan.model import Value
    from policies.network.links import Links

_DEFAULT_NAME: Final = "default"


def judge_subnets(graph: Graph) -> Iterator[Verdict]:
    """A verdict on each subnet that gives a public address to whatever starts in it."""
    for kind in (SUBNET, DEFAULT_SUBNET):
        for subnet in graph.of_type(kind):
            given = "unknown" if subnet.external else truth(
                subnet.inputs.get("mapPublicIpOnLaunch"), absent=kind == DEFAULT_SUBNET
            )  # fmt: skip
            if given is True:
                yield Verdict(
                    "violation", subnet.urn, f"{subnet.name} gives a public address to all that starts in it."
                )
            elif given == "unknown":
                message = f"whether {subnet.name} gives public addresses is not in the plan."
                yield Verdict("unproven", subnet.urn, message)


def judge_default_groups(graph: Graph) -> Iterator[Verdict]:
    """A verdict on each network whose default security group is not held closed."""
    network = network_of(graph)
    adopted = [each.name for each in graph.of_type(DEFAULT_GROUP) if _of_any(network.links, each.inputs.get("vpcId"))]
    for vpc in network.vpcs.values():
        if vpc.resource.external or network.groups.managed_default(vpc.resource) is not None:
            continue
        if adopted:
            message = f"{adopted[0]} may be the default security group of {vpc.resource.name}, or of another network."
            yield Verdict("unproven", vpc.resource.urn, message)
        else:
            message = (
                f"the default security group of {vpc.resource.name} is left as AWS makes it: members reach each other"
                " and everything outside."
            )
            yield Verdict("violation", vpc.resource.urn, message)
    for default in graph.of_type(DEFAULT_GROUP):
        for rule in network.groups.by_key[default.urn].rules:
            if rule.lost:
                message = f"{default.name} may have rules: {rule.lost[0]}."
                yield Verdict("unproven", rule.declared.urn, message)
            else:
                message = f"{default.name} has a rule for {rule.direction} ({rule.traffic})."
                yield Verdict("violation", rule.declared.urn, message)


def _of_any(links: Links, vpc: Value) -> bool:
    """Whether it is not known of which network something is."""
    return hidden(links.known(vpc)) and bool(links.find(vpc, VPCS).lost)


def judge_default_network(graph: Graph) -> Iterator[Verdict]:
    """A verdict on each resource that is, or stands in, the region's default network."""
    network = network_of(graph)
    for kind in (DEFAULT_VPC, DEFAULT_SUBNET):
        for resource in graph.of_type(kind):
            yield Verdict("violation", resource.urn, f"{resource.name} takes the region's default network into use.")
    for group in graph.of_type(GROUP):
        if not group.external and group.inputs.get("vpcId") in (None, ""):
            message = f"{group.name} names no network, so AWS makes it in the default one."
            yield Verdict("violation", group.urn, message)
    for zone in network.own:
        named_default = any(zone.resource.inputs.get(key) == _DEFAULT_NAME for key in _SUBNET_GROUPS)
        if NO_SUBNET in zone.lost or named_default:
            yield Verdict("violation", zone.urn, f"{zone.name}: {NO_SUBNET}.")


_SUBNET_GROUPS: Final = ("dbSubnetGroupName", "subnetGroupName", "clusterSubnetGroupName", "neptuneSubnetGroupName")


def judge_mixing(graph: Graph) -> Iterator[Verdict]:
    """A verdict on each security group that has rules of its own and rules that stand alone."""
    network = network_of(graph)
    inline = [
        group
        for group in network.groups.by_key.values()
        if group.resource.type == DEFAULT_GROUP or (group.resource.type == GROUP and group.inline)
    ]
    for group in inline:
        if group.standalone:
            own = "its adoption takes away every rule" if not group.inline else f"it has {' and '.join(group.inline)}"
            others = ", ".join(sorted(each.name for each in group.standalone)[:3])
            message = f"{group.name}: {own}, and {others} stands alone. Each deployment takes away what the other made."
            yield Verdict("violation", group.resource.urn, message)
    if not inline:
        return
    for stray in network.groups.strays:
        key = "securityGroupId"
        if hidden(network.links.known(stray.declared.inputs.get(key))):
            message = f"{stray.declared.name} may be a rule of {inline[0].name}, which has rules of its own."
            yield Verdict("unproven", stray.declared.urn, message)


RULES: Final = (
    Rule(
        id="subnets-give-no-public-address",
        title="No subnet gives public addresses by itself",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("FSBP EC2.15", "CKV_AWS_130"),
        rationale="A machine that is started in such a subnet by mistake is on the internet at once.",
        remedy="Set mapPublicIpOnLaunch to false, and give what must face the internet its address by name.",
        judge=judge_subnets,
    ),
    Rule(
        id="default-security-group-closed",
        title="The default security group of each network is held without rules",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("FSBP EC2.2", "CIS AWS 5.0 5.5", "CKV2_AWS_12"),
        rationale="Whatever names no security group lands in the default one, and there everybody reaches everybody.",
        remedy="Adopt it with aws.ec2.DefaultSecurityGroup for the network, without ingress and egress.",
        judge=judge_default_groups,
    ),
    Rule(
        id="no-default-vpc",
        title="Nothing stands in the default network of a region",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("CKV_AWS_148",),
        rationale="Every subnet of a default network leads to the internet and gives public addresses.",
        remedy="Make a network of its own, and name its subnets, subnet groups and security groups.",
        judge=judge_default_network,
    ),
    Rule(
        id="security-group-rules-not-mixed",
        title="A security group has rules of its own or rules that stand alone, never both",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("own: two owners of one list",),
        rationale=(
            "The provider makes a group's own rules complete: each deployment removes rules that stand alone, and the"
            " next one makes them again. What is open depends on which came last."
        ),
        remedy="Let rules stand alone (aws.vpc.SecurityGroupIngressRule and …EgressRule), and give the group none.",
        judge=judge_mixing,
    ),
)
