"""Rules about machines: their metadata service, disks, addresses, groups and what their user data gives away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.aws.machines import ADDRESSES, machines, single_server, without_address
from policies.aws.types import GROUP, INSTANCE, LAUNCH_CONFIGURATION, LAUNCH_TEMPLATE, SPOT
from policies.facts import in_production
from policies.finding import Verdict
from policies.inputs import Field, demand, made, negated, some, verdict
from policies.rule import Rule
from policies.zones import distinct, several_zones

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from policies.inputs import Answer

_METADATA_DEFAULTS = "aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults"
_ENCRYPTED_DEFAULT = "aws:ebs/encryptionByDefault:EncryptionByDefault"
_VOLUMES = ("aws:ebs/volume:Volume", "aws:ebs/snapshotCopy:SnapshotCopy")
_ATTACHMENTS = (
    "aws:autoscaling/attachment:Attachment",
    "aws:autoscaling/trafficSourceAttachment:TrafficSourceAttachment",
)
_ROUTES = (
    "aws:ec2/route:Route",
    "aws:ec2/routeTable:RouteTable",
    "aws:ec2/defaultRouteTable:DefaultRouteTable",
)
_ROOTS = frozenset({"/DEV/XVDA", "/DEV/SDA1", "/DEV/SDA", "XVDA", "SDA1"})
_ELSEWHERE = "its launch template is not in the plan"


def _judge_metadata(graph: Graph) -> Iterator[Verdict]:
    wrong = "lets everybody who makes it ask a question read the machine's credentials (IMDSv1)"
    tokens = some(each["httpTokens"].among({"REQUIRED"}) for each in made(graph, _METADATA_DEFAULTS))
    for machine in machines(graph):
        options = machine.setting("metadataOptions")
        if options is None:
            yield from verdict(machine.at.resource, None, wrong, _ELSEWHERE)
            continue
        own = options["httpTokens"]
        required = tokens if own.absent else own.among({"REQUIRED"})
        off = options["httpEndpoint"].among({"DISABLED"}, default="enabled")
        if options.resource is machine.at.resource:  # else the template has its own verdict
            yield from demand(own, some((required, off)), wrong)


def _judge_hops(graph: Graph) -> Iterator[Verdict]:
    for machine in machines(graph):
        options = machine.setting("metadataOptions")
        if options is not None and options.resource is machine.at.resource:
            hops = options["httpPutResponseHopLimit"]
            near = negated(hops.at_least(2, default=1))
            off = options["httpEndpoint"].among({"DISABLED"}, default="enabled")
            yield from demand(hops, some((near, off)), "answers for its credentials to others than the machine itself")


def _judge_disks(graph: Graph) -> Iterator[Verdict]:
    default = some(each["enabled"].flag(default=True) for each in made(graph, _ENCRYPTED_DEFAULT))
    wrong = "writes to a disk that is not encrypted"
    for machine in machines(graph):
        devices = machine.devices()
        if machine.templated and not devices:
            if machine.template is None:
                yield from verdict(machine.at.resource, None, wrong, _ELSEWHERE)
            continue  # the template has its own verdict
        for device in devices:
            yield from _disk(device, default, wrong)
        first = some(_root(device) for device in devices)
        because = "its first disk is as AWS makes it: name it, with encrypted set"
        yield from verdict(machine.at.resource, some((default, first)), wrong, because)
    for volume in made(graph, *_VOLUMES):
        yield from demand(volume["encrypted"], _encrypted(volume["encrypted"], default), wrong)


def _disk(device: Field, default: Answer, wrong: str) -> Iterator[Verdict]:
    if device["noDevice"].given or device["virtualName"].given or ".ephemeral" in f".{device.path}":
        return
    block = device["ebs"] if device.resource.type == LAUNCH_TEMPLATE else device
    yield from demand(block["encrypted"], _encrypted(block["encrypted"], default), wrong)


def _encrypted(field: Field, default: Answer) -> Answer:
    # What is said overrides the account's default only to encrypt more.
    return default if field.absent else some((default, field.flag(default=False)))


def _root(device: Field) -> Answer:
    """Whether a device is the first disk."""
    return "rootBlockDevice" in device.path or device["deviceName"].among(_ROOTS)


def _routed(graph: Graph) -> frozenset[str]:
    """The URNs of everything that routes of the plan lead to."""
    names = ("networkInterfaceId", "instanceId", "routes")
    return frozenset(
        urn
        for route in made(graph, *_ROUTES)
        for name in names
        for urn in route.resource.property_dependencies.get(name, ())
    )


def _forwards(machine: Field, routed: frozenset[str]) -> Answer:
    """Whether a machine is a way out for others: it takes what is not for it, and a route leads to it."""
    checks = machine["sourceDestCheck"].flag(default=True)
    return negated(checks) if checks is not False else machine.resource.urn in routed


def _judge_addresses(graph: Graph) -> Iterator[Verdict]:
    wrong = "has a public address"
    lone, routed = single_server(graph) is not None, _routed(graph)
    for machine in machines(graph):
        at = machine.at
        field = at["networkInterfaces"] if at.resource.type == LAUNCH_TEMPLATE else at["associatePublicIpAddress"]
        if at.resource.type not in (INSTANCE, SPOT):
            for each in field.items():
                own = each["associatePublicIpAddress"] if at.resource.type == LAUNCH_TEMPLATE else each
                yield from demand(own, negated(own.flag(default=False)), wrong)
        elif not lone:
            yield from demand(field, some((_forwards(at, routed), without_address(graph, at))), wrong)
    for address in made(graph, *ADDRESSES):
        name = "instance" if address["instance"].given else "instanceId"
        holder = graph.follow(address.resource, name, (INSTANCE, SPOT))
        if holder is not None and not lone:
            forwards = _forwards(Field(holder, "", holder.inputs), routed)
            yield from verdict(holder, forwards, wrong, f"{address.resource.name} gives it one")


def _judge_zones(graph: Graph) -> Iterator[Verdict]:
    pinned = any(True for _ in made(graph, "aws:ebs/volume:Volume"))
    for group in made(graph, GROUP):
        # The one machine of a disk stands in the zone of the disk.
        single = negated(group["maxSize"].at_least(2)) if pinned else False
        zones, subnets = group["availabilityZones"], group["vpcZoneIdentifiers"]
        field = subnets if zones.absent else zones
        holds = some((single, several_zones(graph, subnets) if zones.absent else distinct(zones)))
        wrong = "starts its machines in one availability zone only"
        yield from in_production(graph, demand(field, holds, wrong))


def _judge_group_health(graph: Graph) -> Iterator[Verdict]:
    attached = {
        urn
        for each in made(graph, *_ATTACHMENTS)
        for name in ("autoscalingGroupName", "autoscalingGroup")
        for urn in each.resource.property_dependencies.get(name, ())
    }
    for group in made(graph, GROUP):
        behind = [name for name in ("targetGroupArns", "loadBalancers", "trafficSources") if group[name].given]
        kind = group["healthCheckType"]
        holds = (not behind and group.resource.urn not in attached) or kind.among({"ELB"}, default="EC2")
        yield from demand(kind, holds, "keeps machines that run and yet do not answer the load balancer")


def _judge_templates(graph: Graph) -> Iterator[Verdict]:
    wrong = "starts its machines by a launch configuration, which AWS has given up"
    for group in made(graph, GROUP):
        yield from demand(group["launchConfiguration"], group["launchConfiguration"].absent, wrong)
    for old in made(graph, LAUNCH_CONFIGURATION):
        message = f"{old.resource.name} is a launch configuration, which AWS has given up."
        yield Verdict("violation", old.resource.urn, message)


RULES = (
    Rule(
        id="machine-metadata-v2",
        title="The metadata service asks for a token (IMDSv2)",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("FSBP EC2.8", "FSBP EC2.170", "FSBP AutoScaling.3", "CIS AWS 5.0 5.7", "CKV_AWS_79"),
        rationale=(
            "Version 1 of the metadata service gives a machine's credentials to whoever makes a program on it fetch an "
            "address: one careless image proxy or web hook is enough."
        ),
        remedy='Set metadata_options with http_tokens="required", on each instance or in its launch template.',
        judge=_judge_metadata,
    ),
    Rule(
        id="machine-metadata-one-hop",
        title="The metadata service answers the machine only",
        severity="medium",
        level="advisory",
        clouds=("aws",),
        references=("FSBP AutoScaling.4", "CKV_AWS_341"),
        rationale="With two hops or more, containers and those that the machine forwards for get its credentials too.",
        remedy="Set http_put_response_hop_limit=1 in metadata_options; give containers roles of their own.",
        judge=_judge_hops,
    ),
    Rule(
        id="machine-without-public-address",
        title="Machines of an application have no public address",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("FSBP EC2.9", "FSBP EC2.25", "FSBP AutoScaling.5", "CKV_AWS_88"),
        rationale=(
            "A machine with a public address is one wrong rule away from the internet. A NAT instance (it takes what "
            "is not for it, and routes lead to it) and the one machine of a stack without a load balancer need one."
        ),
        remedy="Put the machines into private subnets behind a load balancer, without associate_public_ip_address.",
        judge=_judge_addresses,
    ),
    Rule(
        id="disk-encrypted",
        title="Disks are encrypted",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("FSBP EC2.3", "FSBP EC2.7", "FSBP EC2.181", "CIS AWS 5.0 5.1.1", "CKV_AWS_3", "CKV_AWS_8"),
        rationale="Snapshots and old disks are read by whoever gets at them. AWS encrypts only what is asked for.",
        remedy="Set encrypted=True on the root device and on every other one, or make aws.ebs.EncryptionByDefault.",
        judge=_judge_disks,
    ),
    Rule(
        id="machines-in-two-zones",
        title="Groups of machines in production stand in two availability zones",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("FSBP AutoScaling.2",),
        rationale=(
            "A zone fails as a whole, and a group in one zone with it, however many machines it has. A group of one "
            "machine beside a disk of the stack is left out: a disk stands in one zone."
        ),
        remedy="Give the group subnets (vpc_zone_identifiers) whose availability_zone differs.",
        judge=_judge_zones,
        hidden_in_preview=True,  # of what is deployed the engine shows plain ids of subnets
    ),
    Rule(
        id="group-asks-load-balancer",
        title="Groups replace machines that the load balancer finds unwell",
        severity="low",
        level="advisory",
        clouds=("aws",),
        references=("FSBP AutoScaling.1",),
        rationale="By itself a group sees only whether a machine runs, not whether the application on it answers.",
        remedy='Set health_check_type="ELB" on groups with target groups.',
        judge=_judge_group_health,
    ),
    Rule(
        id="group-uses-launch-template",
        title="Groups start machines by launch templates",
        severity="medium",
        level="advisory",
        clouds=("aws",),
        references=("FSBP AutoScaling.9", "CKV_AWS_315"),
        rationale="Launch configurations get no new features of EC2, and new accounts cannot make them any more.",
        remedy="Make an aws.ec2.LaunchTemplate with the same settings and give it to the group.",
        judge=_judge_templates,
    ),
)
