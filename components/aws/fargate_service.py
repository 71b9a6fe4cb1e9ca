"""One service as containers on Fargate, as many tasks as the load wants."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from components.aws.connections import End, ways_out
from components.aws.containers import Contained, containers, volumes
from components.aws.front_door import FrontDoorArgs, let_in
from components.aws.migration_run import Migrating, run_before
from components.aws.task_roles import TaskRights, TaskRoles, task_roles
from components.aws.task_scaling import TaskTargets, scale_tasks
from components.aws.task_service import Running, Version, keep_running

_ARCHITECTURES = {"amd64": "X86_64", "arm64": "ARM64"}  # as ECS names them
_MOST_SECONDS = 120  # that Fargate waits between SIGTERM and the end


class ShellArgs(TypedDict):
    """What logs the shells that people open in tasks, where the image has `script` and `cat`."""

    key_arn: pulumi.Input[str]
    """The ARN of the key that sessions are encrypted with."""
    log_arn: pulumi.Input[str]
    """The ARN of the log group of sessions."""


class FargateServiceArgs(TypedDict):
    """What the service is made from."""

    region: str
    """The AWS region."""
    account_ids: list[str]
    """The AWS accounts that it may be made in, for which alone ECS acts as its roles; empty: any."""
    cluster_arn: pulumi.Input[str]
    """The ARN of the cluster."""
    cluster_name: pulumi.Input[str]
    """The name of the cluster."""
    family: str
    """The name of its task definitions, of which each version gets a number; no two stacks of an account have one."""
    container: str
    """The name of its container."""
    image: pulumi.Input[str]
    """The image with its digest."""
    architecture: str
    """What the image is built for: amd64 or arm64."""
    command: list[str]
    """What runs in the container; empty: what the image says."""
    cpu_units: int
    """The processor time of each task: 1024 are one virtual processor."""
    memory_mib: int
    """The memory of each task in MiB."""
    port: int
    """The TCP port that it listens on."""
    health_path: NotRequired[str]
    """The path that answers 200 when it is well; without it nobody asks."""
    health_interval: NotRequired[int]
    """Seconds between two questions, 300 at most; less than 30 counts as 30, and so does none."""
    health_timeout: NotRequired[int]
    """Seconds to wait for an answer, 60 at most; less than 5 counts as 5, and so does none."""
    environment: dict[str, pulumi.Input[str]]
    """Plain environment variables by name. Nothing secret."""
    secrets: dict[str, pulumi.Input[str]]
    """The ARNs of secrets in Secrets Manager by the environment variable that each is the value of."""
    vpc_id: pulumi.Input[str]
    """The id of the VPC."""
    subnet_ids: dict[str, pulumi.Input[str]]
    """The ids of private subnets by zone, with a way out or endpoints."""
    memberships: dict[str, pulumi.Input[str]]
    """Ids of security groups to join so as to reach what it is a client of, by what that is."""
    egress_ports: dict[str, int]
    """TCP ports outside that the tasks connect to, by what is there: https for nearly all."""
    front_door: NotRequired[FrontDoorArgs]
    """The load balancer's side, for a public service, whose target group has targets of kind ip. Nobody is let in
    without it."""
    min: int
    """The least number of tasks; as many never run on spare capacity."""
    max: int
    """The greatest number of tasks."""
    cpu_target: float
    """Per cent of the tasks' processors, on average, that their number keeps up."""
    memory_target: float
    """Per cent of the tasks' memory, on average, that their number keeps up."""
    requests_target: NotRequired[int]
    """Requests a minute and task that their number keeps up, for a public service."""
    spot: bool
    """Whether tasks above the least number mostly run on spare capacity, which may go at two minutes' notice."""
    stop_seconds: int
    """How long it may go on after SIGTERM, 120 at most: as long as those who are connected need."""
    registry_arn: NotRequired[pulumi.Input[str]]
    """The ARN of the ECR repository that holds the image, where it is one."""
    uploads_bucket_arn: NotRequired[pulumi.Input[str]]
    """The ARN of the bucket that keeps what users upload."""
    shell: NotRequired[ShellArgs]
    """Lets people open a shell in a running task, which is root's; without it nobody can."""
    migration: NotRequired[list[str]]
    """The command that changes the database for a new version: one task runs it, with the service's image and
    environment, and only when it succeeded does the version start."""
    sessions: NotRequired[list[str]]
    """The command that makes the table of sessions where it is not there, run by one task for each new version, after
    the migration and before the version starts."""
    after: dict[str, pulumi.Input[str]]
    """What must have happened before a new version starts, by what it is: its outcome."""
    metric_namespace: str
    """The namespace in CloudWatch that the service's own metrics go to."""
    log_days: int
    """Days that the service's log lines are kept; one of the numbers that CloudWatch knows."""


class FargateService(pulumi.ComponentResource):
    """Guarantees private tasks that only the load balancer reaches, without rights over a machine, and safe changes.

    A new version starts beside the old one, which goes only when the new one is well; one that does not start, or that
    answers badly, gives way to the old one by itself. Raises `ValueError` where Fargate would not wait so long for a
    task's end, or where the architecture is none.
    """

    security_group_id: pulumi.Output[str]
    """The tasks' security group."""
    service_name: pulumi.Output[str]
    """The service's name."""
    migrated: dict[str, pulumi.Output[str]]
    """The outcomes of what was run before the version, for other services that must wait for it: `migration` and
    `sessions`, each where the service has it."""
    task_definition_arn: pulumi.Output[str]
    """The ARN of its task definition, known once the service runs it: not while it may still be turned back."""
    role_arns: dict[str, pulumi.Output[str]]
    """The ARNs of the roles of its tasks: `starting`, with which ECS starts them, and their `own`."""

    def __init__(self, name: str, args: FargateServiceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        _refuse(name, args)
        super().__init__("slipway:aws:FargateService", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        own = aws.ec2.SecurityGroup(
            f"{name}-sg",
            vpc_id=args["vpc_id"],
            description=f"{name}: the tasks",
            tags={"Name": name},
            opts=child,
        )
        before: list[pulumi.Resource] = [*ways_out(name, args["egress_ports"], own.id, child)]
        alarms = []
        if "front_door" in args:
            alarms.append(let_in(name, End(own.id, "tasks", name), args["port"], args["front_door"], child))
        log = aws.cloudwatch.LogGroup(
            f"{name}-logs", retention_in_days=args["log_days"], tags={"Name": f"{name}-logs"}, opts=child
        )
        roles = task_roles(name, _rights(args, log), args["account_ids"], child)
        definition = _definition(name, args, roles, log, child)
        groups = [own.id, *args["memberships"].values()]
        migrating = _migrating(args, definition, roles, groups)
        self.migrated = run_before(name, migrating, _before(args), args["after"], child)
        started = {**args["after"], **self.migrated}
        version = Version(definition, started, groups, alarms, [*before, *roles.policies])
        service = keep_running(name, _running(args), version, child)
        resource = pulumi.Output.concat("service/", args["cluster_name"], "/", service.name)
        scale_tasks(name, resource, _targets(args), child)
        self.security_group_id = own.id
        self.service_name = service.name
        self.task_definition_arn = pulumi.Output.all(definition.arn, service.name).apply(lambda known: known[0])
        self.role_arns = {"starting": roles.starting.arn, "own": roles.own.arn}
        self.register_outputs(
            {
                "securityGroupId": self.security_group_id,
                "serviceName": self.service_name,
                "migrated": self.migrated,
                "taskDefinitionArn": self.task_definition_arn,
                "roleArns": self.role_arns,
            }
        )


def _refuse(name: str, args: FargateServiceArgs) -> None:
    if args["architecture"] not in _ARCHITECTURES:
        known = ", ".join(_ARCHITECTURES)
        raise ValueError(f"{name}: architecture: {args['architecture']} is none that Fargate has; give one of {known}")
    if not 0 < args["stop_seconds"] <= _MOST_SECONDS:
        given = args["stop_seconds"]
        raise ValueError(f"{name}: stop_seconds: {given} s is not what Fargate waits; give 1 to {_MOST_SECONDS}")


def _rights(args: FargateServiceArgs, log: aws.cloudwatch.LogGroup) -> TaskRights:
    shell = args.get("shell")
    return TaskRights(
        log_group_arn=log.arn,
        secret_arns=list(args["secrets"].values()),
        registry_arn=args.get("registry_arn"),
        metric_namespace=args["metric_namespace"],
        uploads_bucket_arn=args.get("uploads_bucket_arn"),
        shell_arns={"key": shell["key_arn"], "log": shell["log_arn"]} if shell else {},
    )


def _definition(
    name: str,
    args: FargateServiceArgs,
    roles: TaskRoles,
    log: aws.cloudwatch.LogGroup,
    child: pulumi.ResourceOptions,
) -> aws.ecs.TaskDefinition:
    shell = "shell" in args
    service = Contained(
        name=args["container"],
        image=args["image"],
        command=args["command"],
        port=args["port"],
        health_path=args.get("health_path", ""),
        health_interval=args.get("health_interval", 0),
        health_timeout=args.get("health_timeout", 0),
        environment=args["environment"],
        secrets=args["secrets"],
        log_group=log.name,
        region=args["region"],
        stop_seconds=args["stop_seconds"],
        shell=shell,
    )
    return aws.ecs.TaskDefinition(
        f"{name}-tasks",
        family=args["family"],
        requires_compatibilities=["FARGATE"],
        network_mode="awsvpc",
        cpu=str(args["cpu_units"]),
        memory=str(args["memory_mib"]),
        runtime_platform=aws.ecs.TaskDefinitionRuntimePlatformArgs(
            operating_system_family="LINUX", cpu_architecture=_ARCHITECTURES[args["architecture"]]
        ),
        execution_role_arn=roles.starting.arn,
        task_role_arn=roles.own.arn,
        container_definitions=pulumi.Output.json_dumps(containers(service)),
        volumes=[aws.ecs.TaskDefinitionVolumeArgs(name=volume) for volume in volumes(shell=shell)],
        tags={"Name": name},
        opts=child,
    )


def _before(args: FargateServiceArgs) -> dict[str, list[str]]:
    """The commands to run before a new version starts, in their order: migrations may make the table of sessions."""
    migration = {"migration": args["migration"]} if "migration" in args else {}
    return {**migration, "sessions": args["sessions"]} if "sessions" in args else migration


def _migrating(
    args: FargateServiceArgs,
    definition: aws.ecs.TaskDefinition,
    roles: TaskRoles,
    groups: list[pulumi.Input[str]],
) -> Migrating:
    return Migrating(
        region=args["region"],
        cluster_arn=args["cluster_arn"],
        family=args["family"],
        definition=definition,
        roles=roles,
        container=args["container"],
        subnet_ids=list(args["subnet_ids"].values()),
        security_group_ids=groups,
    )


def _running(args: FargateServiceArgs) -> Running:
    door = args.get("front_door")
    return Running(
        cluster_arn=args["cluster_arn"],
        subnet_ids=list(args["subnet_ids"].values()),
        min=args["min"],
        spot=args["spot"],
        shell="shell" in args,
        container=args["container"],
        port=args["port"],
        target_group_arn=door["target_group_arn"] if door else None,
    )


def _targets(args: FargateServiceArgs) -> TaskTargets:
    door = args.get("front_door")
    label = (
        pulumi.Output.concat(door["load_balancer_arn_suffix"], "/", door["target_group_arn_suffix"]) if door else None
    )
    return TaskTargets(
        min=args["min"],
        max=args["max"],
        cpu=args["cpu_target"],
        memory=args["memory_target"],
        requests=args.get("requests_target", 0),
        door=label,
    )
