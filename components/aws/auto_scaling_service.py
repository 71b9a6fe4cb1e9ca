"""One service, or several that share a disk, on machines of their own, as many as the load wants."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from components.aws.connections import End, ways_out
from components.aws.front_door import FrontDoorArgs, let_in
from components.aws.launch_template import Machine, launch_template
from components.aws.lifecycle import Fleet, machines
from components.aws.log_groups import log_group
from components.aws.machine_role import Profile, Rights, machine_profile
from components.aws.scaling import Targets, scale


class MachineServiceArgs(TypedDict):
    """One service of those that run on each machine."""

    port: int
    """The TCP port that it listens on."""
    log_group: str
    """The physical name of its log group; its machines know it before deployment."""
    parameter_path: str
    """The path in Parameter Store whose parameters its machines may read."""
    parameters: dict[str, pulumi.Input[str]]
    """What only deployment tells: environment variables by name, written below `parameter_path`. Nothing secret."""
    front_door: NotRequired[FrontDoorArgs]
    """The load balancer's side, for a public service. Nobody is let in without it."""


class ReleaseArgs(TypedDict):
    """The one object in S3 that holds what the machines run."""

    bucket: pulumi.Input[str]
    """The name of its bucket."""
    key: pulumi.Input[str]
    """Its key."""


class AttachedVolumeArgs(TypedDict):
    """The volume that outlives the machine that holds it."""

    volume_arn: pulumi.Input[str]
    """Its ARN."""


class AutoScalingServiceArgs(TypedDict):
    """What the machines are made from."""

    region: str
    """The AWS region."""
    vpc_id: pulumi.Input[str]
    """The id of the VPC."""
    subnet_ids: dict[str, pulumi.Input[str]]
    """The ids of private subnets by zone, with a way out; with a data volume, the one of its zone."""
    services: dict[str, MachineServiceArgs]
    """The services that run on each machine, by name. Several only where they share a disk."""
    memberships: dict[str, pulumi.Input[str]]
    """Ids of security groups to join so as to reach what they are clients of, by what that is."""
    egress_ports: dict[str, int]
    """TCP ports outside that the machines connect to, by what is there: https for nearly all."""
    image_id: pulumi.Input[str]
    """An AMI's id."""
    instance_type: str
    """The EC2 instance type."""
    disk: int
    """The size of each machine's disk in GiB."""
    containers: bool
    """Whether the services run in containers, which stand one hop further from instance metadata."""
    min: int
    """The least number of machines; 1 with a data volume."""
    max: int
    """The greatest number of machines; 1 with a data volume."""
    cpu_target: float
    """Per cent of the machines' processors, on average, that their number keeps up."""
    memory_target: float
    """Per cent of the machines' memory, on average, that their number keeps up."""
    user_data: str
    """The script that a machine runs when it first starts. Nothing secret: everyone on the machine can read it."""
    secret_arns: dict[str, pulumi.Input[str]]
    """The ARNs of the secrets in Secrets Manager that the machines may read, by name."""
    release: NotRequired[ReleaseArgs]
    """What the machines run, where it comes from S3."""
    registry: NotRequired[pulumi.Input[str]]
    """The ARN of the ECR repository that holds what the machines run, where it is an image."""
    uploads_bucket_arn: NotRequired[pulumi.Input[str]]
    """The ARN of the bucket that keeps what users upload."""
    data_volume: NotRequired[AttachedVolumeArgs]
    """The volume that the one machine attaches to itself. A rollout then stops the former machine first."""
    metric_namespace: str
    """The namespace in CloudWatch that the services' metrics go to."""
    log_days: int
    """Days that the services' log lines are kept; one of the numbers that CloudWatch knows."""
    tags: dict[str, str]
    """Tags for the machines and disks, which the provider's default tags do not reach.

    Machines read them from instance metadata, which refuses spaces and slashes in keys.
    """


class AutoScalingService(pulumi.ComponentResource):
    """Guarantees private machines that only the load balancer reaches, on public services' ports, and safe changes.

    A machine enters service only once its services answered, reads and writes nothing of other services, and gives way
    only to a successor that is well; with a data volume, which one machine at a time can hold, it goes first.
    Raises `ValueError` where a data volume could not be held: with more than one machine or zone.
    """

    security_group_id: pulumi.Output[str]
    """The machines' security group."""
    group_name: pulumi.Output[str]
    """The auto-scaling group's name."""

    def __init__(self, name: str, args: AutoScalingServiceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        _refuse_what_one_volume_cannot_serve(name, args)
        super().__init__("slipway:aws:AutoScalingService", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        own = aws.ec2.SecurityGroup(
            f"{name}-sg",
            vpc_id=args["vpc_id"],
            description=f"{name}: the machines",
            tags={"Name": name},
            opts=child,
        )
        outward = ways_out(name, args["egress_ports"], own.id, child)
        profile = machine_profile(name, _rights(args), child)
        before, alarms = [*outward, *profile.policies], []
        for key, service in args["services"].items():
            prefix = _prefix(name, key, args)
            before += [
                log_group(prefix, service["log_group"], args["log_days"], child),
                *_parameters(prefix, service, child),
            ]
            if "front_door" in service:
                alarms.append(
                    let_in(prefix, End(own.id, "machines", prefix), service["port"], service["front_door"], child)
                )
        template = _template(name, args, own, profile, child)
        group = machines(name, _fleet(args, template, alarms), child, before)
        scale(name, group.name, Targets(args["cpu_target"], args["memory_target"]), child)
        self.security_group_id = own.id
        self.group_name = group.name
        self.register_outputs({"securityGroupId": self.security_group_id, "groupName": self.group_name})


def _refuse_what_one_volume_cannot_serve(name: str, args: AutoScalingServiceArgs) -> None:
    if "data_volume" not in args:
        return
    if args["max"] != 1:
        raise ValueError(f"{name}: max: {args['max']} machines cannot hold one data volume; give min and max 1")
    if len(args["subnet_ids"]) != 1:
        zones = ", ".join(args["subnet_ids"])
        raise ValueError(f"{name}: subnet_ids: a data volume is in one zone, not in {zones}; give the subnet there")


def _prefix(name: str, service: str, args: AutoScalingServiceArgs) -> str:
    """What names of a service's parts begin with.

    Of several, the one that the group is named after keeps the short names, so that another one can join it or leave
    without a new log group or parameter for the first.
    """
    alone = len(args["services"]) == 1 or name.endswith(f"-{service}")
    return name if alone else f"{name}-{service}"


def _parameters(prefix: str, service: MachineServiceArgs, child: pulumi.ResourceOptions) -> list[pulumi.Resource]:
    return [
        aws.ssm.Parameter(
            f"{prefix}-{variable}",
            name=f"{service['parameter_path']}/{variable}",
            description=f"{variable} of {prefix}",
            type="String",
            insecure_value=value,  # as `value` it would count as secret, and a plan could not show where it leads
            tags={"Name": f"{prefix}-{variable}"},
            opts=child,
        )
        for variable, value in service["parameters"].items()
    ]


def _rights(args: AutoScalingServiceArgs) -> Rights:
    services, release = args["services"].values(), args.get("release")
    volume = args.get("data_volume")
    return Rights(
        region=args["region"],
        tags=args["tags"],
        parameter_paths=[service["parameter_path"] for service in services],
        log_groups=[service["log_group"] for service in services],
        metric_namespace=args["metric_namespace"],
        secret_arns=list(args["secret_arns"].values()),
        release_arn=pulumi.Output.concat("arn:aws:s3:::", release["bucket"], "/", release["key"]) if release else None,
        uploads_bucket_arn=args.get("uploads_bucket_arn"),
        registry_arn=args.get("registry"),
        volume_arn=volume["volume_arn"] if volume else None,
    )


def _template(
    name: str,
    args: AutoScalingServiceArgs,
    own: aws.ec2.SecurityGroup,
    profile: Profile,
    child: pulumi.ResourceOptions,
) -> aws.ec2.LaunchTemplate:
    machine = Machine(
        image_id=args["image_id"],
        instance_type=args["instance_type"],
        disk=args["disk"],
        user_data=args["user_data"],
        containers=args["containers"],
        tags=args["tags"],
    )
    return launch_template(name, machine, profile.arn, [own.id, *args["memberships"].values()], child)


def _fleet(
    args: AutoScalingServiceArgs, template: aws.ec2.LaunchTemplate, alarms: list[aws.cloudwatch.MetricAlarm]
) -> Fleet:
    doors = [service["front_door"] for service in args["services"].values() if "front_door" in service]
    return Fleet(
        template=template,
        subnet_ids=list(args["subnet_ids"].values()),
        min=args["min"],
        max=args["max"],
        target_group_arns=[door["target_group_arn"] for door in doors],
        alarm_names=[alarm.name for alarm in alarms],
        one_at_a_time="data_volume" in args,
        tags=args["tags"],
    )
