"""Advisory rules on networks: lists without holes, logs, descriptions, and a private way to the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policies.facts import environment
from policies.finding import Verdict
from policies.network.blocks import EVERYWHERE, Blocks
from policies.network.groups import GROUP, STANDALONE
from policies.network.inputs import hidden, maps
from policies.network.links import VPCS
from policies.network.model import network_of
from policies.network.prefix_lists import ENDPOINT
from policies.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from plan.graph import Graph
    from plan.model import Resource, Value
    from policies.network.acls import AclRule

_FLOW_LOG: Final = "aws:ec2/flowLog:FlowLog"
_ADMIN: Final = (22, 3389)
_PLACEHOLDERS: Final = ("", "managed by pulumi", "managed by terraform")
_TASKS: Final = ("aws:ecs/service:Service", "aws:ecs/taskSet:TaskSet")
_REGISTRY: Final = ("ecr.api", "ecr.dkr")


def judge_acls(graph: Graph) -> Iterator[Verdict]:
    """A verdict on each network ACL that the plan writes and that lets the world in on 22 or 3389."""
    for acl in network_of(graph).acls.all():
        if acl.resource is None:
            continue
        for port in _ADMIN:
            world = _sources(acl.inbound, port)
            if world.is_world:
                status = "unproven" if acl.lost else "violation"
                unsure = f": {acl.lost[0]}" if acl.lost else ""
                message = f"{acl.resource.name} lets {world} in on port {port}{unsure}."
                yield Verdict("unproven" if status == "unproven" else "violation", acl.resource.urn, message)


def _sources(rules: Sequence[AclRule], port: int) -> Blocks:
    """Whom numbered rules let in on a port of TCP."""
    undecided, allowed = EVERYWHERE, Blocks()
    for rule in rules:
        if port in rule.traffic.tcp:
            hit = undecided & rule.blocks
            allowed |= hit if rule.allow else Blocks()
            undecided -= hit
    return allowed


def judge_flow_logs(graph: Graph) -> Iterator[Verdict]:
    """A verdict on each network that keeps no line for refused connections. Development may do without."""
    network = network_of(graph)
    if environment(graph) == "development":
        return
    logged: set[str] = set()
    unsure = False
    for log in network.graph.of_type(_FLOW_LOG):
        kind = log.inputs.get("trafficType")
        if isinstance(kind, str) and kind.upper() not in ("ALL", "REJECT"):
            continue
        found = network.links.find(log.inputs.get("vpcId"), VPCS)
        unsure = unsure or hidden(kind) or (bool(found.lost) and hidden(log.inputs.get("vpcId")))
        logged |= set() if hidden(kind) else {each.urn for each in found.resources}
    for vpc in network.vpcs.values():
        if vpc.held and vpc.resource.urn not in logged:
            message = f"{vpc.resource.name} keeps no flow log of what it refuses."
            yield Verdict("unproven" if unsure else "violation", vpc.resource.urn, message)


def judge_descriptions(graph: Graph) -> Iterator[Verdict]:
    """A verdict on each security group and rule that does not say what it is for."""
    for kind in (GROUP, *STANDALONE):
        for resource in graph.of_type(kind):
            if not resource.external:
                yield from _described(resource, resource.inputs.get("description"), resource.name)
    for group in graph.of_type(GROUP):
        for direction in ("ingress", "egress"):
            for each in maps(group.inputs.get(direction)):
                yield from _described(group, each.get("description"), f"a rule for {direction} of {group.name}")


def _described(resource: Resource, description: Value, name: str) -> Iterator[Verdict]:
    if description is None or (isinstance(description, str) and description.strip().lower() in _PLACEHOLDERS):
        yield Verdict("violation", resource.urn, f"{name} does not say what it is for.")
    elif hidden(description):
        yield Verdict("unproven", resource.urn, f"what {name} is for is only known after deployment.")


def judge_registry(graph: Graph) -> Iterator[Verdict]:
    """A verdict on each network that runs tasks of ECS and has no private way to the registry."""
    network = network_of(graph)
    running = {
        subnet.vpc.urn: subnet.vpc
        for zone in network.zones
        if zone.resource.type in _TASKS
        for subnet in zone.subnets
        if subnet.vpc is not None
    }
    for vpc in running.values():
        services = [
            endpoint.inputs.get("serviceName")
            for endpoint in network.graph.of_type(ENDPOINT)
            if vpc in network.links.find(endpoint.inputs.get("vpcId"), VPCS).resources
        ]
        named = [service for service in services if isinstance(service, str)]
        missing = [part for part in _REGISTRY if not any(service.endswith(f".{part}") for service in named)]
        if missing:
            unsure = any(hidden(service) for service in services)
            message = f"tasks run in {vpc.name}, which has no endpoint for {' and '.join(missing)}."
            yield Verdict("unproven" if unsure else "violation", vpc.urn, message)


RULES: Final = (
    Rule(
        id="network-acl-admin-ports-closed",
        title="No network ACL lets the world in on 22 or 3389",
        severity="medium",
        level="advisory",
        clouds=("aws",),
        references=("FSBP EC2.21", "CIS AWS 5.0 5.2", "CKV_AWS_231", "CKV_AWS_232"),
        rationale="A network ACL is the second lock behind a security group that was opened by mistake.",
        remedy="Deny 22 and 3389 from 0.0.0.0/0 and ::/0 by a rule with a lower number.",
        judge=judge_acls,
    ),
    Rule(
        id="flow-logs-kept",
        title="Each network logs the connections that it refuses",
        severity="medium",
        level="advisory",
        clouds=("aws",),
        references=("FSBP EC2.6", "CIS AWS 5.0 3.7", "CKV2_AWS_11"),
        rationale="Without a log nobody can tell afterwards who knocked and who got in.",
        remedy="Add an aws.ec2.FlowLog for the network with trafficType ALL or REJECT.",
        judge=judge_flow_logs,
    ),
    Rule(
        id="security-groups-described",
        title="Security groups and their rules say what they are for",
        severity="low",
        level="advisory",
        clouds=("aws",),
        references=("CKV_AWS_23",),
        rationale="A rule that nobody understands is a rule that nobody dares to remove.",
        remedy="Give the group and each of its rules a description.",
        judge=judge_descriptions,
    ),
    Rule(
        id="registry-reached-privately",
        title="Tasks fetch their images through endpoints of the registry",
        severity="medium",
        level="advisory",
        clouds=("aws",),
        references=("FSBP EC2.55", "FSBP EC2.56"),
        rationale="Images that come over NAT cost by the gigabyte and stop when the way out does.",
        remedy="Add interface endpoints for ecr.api and ecr.dkr to the network; images themselves come from S3's.",
        judge=judge_registry,
    ),
)
