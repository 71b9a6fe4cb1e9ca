"""A command that runs at times of its own, as a task on Fargate."""

import json
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from components.aws.failed_runs import Runs, failed_runs
from components.aws.iam import passing_to_tasks, policy_document, starting_tasks, trust

_RETRIES = 10
_SCHEDULER = "scheduler.amazonaws.com"


class ScheduledTaskArgs(TypedDict):
    """What a scheduled command is made from."""

    region: str
    """The AWS region."""
    account_ids: list[str]
    """The AWS accounts that it may be made in, for which alone its role is taken; empty: any."""
    expression: str
    """When it runs, as EventBridge Scheduler says it: cron(0 3 * * ? *) or rate(15 minutes)."""
    timezone: str
    """The time zone of these times, by the name that the tz database has for it."""
    start_within: int
    """Seconds for which the start of a run is tried again where it fails; 60 to 86400."""
    cluster_arn: pulumi.Input[str]
    """The ARN of the cluster."""
    family: str
    """The family of the service's task definitions: it can start no others."""
    task_definition_arn: pulumi.Input[str]
    """The ARN of the task definition whose image, environment, secrets, log and size a run has."""
    role_arns: dict[str, pulumi.Input[str]]
    """The ARNs of the roles of that definition, by what they are for: it can hand over no others."""
    container: str
    """The container that runs the command."""
    command: list[str]
    """The command. Nothing secret: everybody who may read schedules reads it."""
    subnet_ids: dict[str, pulumi.Input[str]]
    """The ids of private subnets by zone."""
    security_group_ids: dict[str, pulumi.Input[str]]
    """The ids of the security groups of a run, by what they are for."""
    alarm_topic_arn: NotRequired[pulumi.Input[str]]
    """The ARN of the topic that alarms write to; without it nobody is told that a run failed."""


class ScheduledTask(pulumi.ComponentResource):
    """Guarantees that a command is started at its times as one private task, and that a failure is kept and told.

    What starts it may run this one family of task definitions on this one cluster and hand over these roles, and no
    more. A run that lasts longer than until the next one overlaps it: a command that must not needs a lock of its own.
    """

    schedule_name: pulumi.Output[str]
    """The schedule's name, which that of its group stands before: `<group>/<schedule>`."""
    failed_queue_url: pulumi.Output[str]
    """The URL of the queue that has a message for each run that failed."""

    def __init__(self, name: str, args: ScheduledTaskArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:ScheduledTask", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        group = aws.scheduler.ScheduleGroup(f"{name}-group", tags={"Name": name}, opts=child)
        runs = Runs(args["cluster_arn"], group.name, args.get("alarm_topic_arn"))
        queue = failed_runs(name, runs, child)
        role, rights = _role(name, args, queue, child)
        schedule = aws.scheduler.Schedule(
            f"{name}-schedule",
            description=f"Runs {name}",
            group_name=group.name,
            schedule_expression=args["expression"],
            schedule_expression_timezone=args["timezone"],
            flexible_time_window=aws.scheduler.ScheduleFlexibleTimeWindowArgs(mode="OFF"),
            target=aws.scheduler.ScheduleTargetArgs(
                arn=args["cluster_arn"],
                role_arn=role.arn,
                ecs_parameters=_task(args, group),
                input=_changes(args),
                retry_policy=aws.scheduler.ScheduleTargetRetryPolicyArgs(
                    maximum_event_age_in_seconds=args["start_within"], maximum_retry_attempts=_RETRIES
                ),
                dead_letter_config=aws.scheduler.ScheduleTargetDeadLetterConfigArgs(arn=queue.arn),
            ),
            opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=rights)),
        )
        self.schedule_name = pulumi.Output.concat(group.name, "/", schedule.name)
        self.failed_queue_url = queue.url
        self.register_outputs({"scheduleName": self.schedule_name, "failedQueueUrl": self.failed_queue_url})


def _role(
    name: str, args: ScheduledTaskArgs, queue: aws.sqs.Queue, child: pulumi.ResourceOptions
) -> tuple[aws.iam.Role, list[aws.iam.RolePolicy]]:
    """The role that starts runs, and what it may do."""
    role = aws.iam.Role(
        f"{name}-start",
        description=f"What starts runs of {name} may do",
        assume_role_policy=trust(_SCHEDULER, args["account_ids"]),
        tags={"Name": name},
        opts=child,
    )
    cluster = pulumi.Output.from_input(args["cluster_arn"])
    documents: dict[str, pulumi.Input[str]] = {
        "start": cluster.apply(lambda arn: policy_document(starting_tasks(args["region"], args["family"], arn))),
        "start-roles": pulumi.Output.all(*args["role_arns"].values()).apply(passing_to_tasks),
        "start-failed": queue.arn.apply(_keeping_failures),
    }
    return role, [
        aws.iam.RolePolicy(f"{name}-{topic}", role=role.id, policy=document, opts=child)
        for topic, document in documents.items()
    ]


def _task(args: ScheduledTaskArgs, group: aws.scheduler.ScheduleGroup) -> aws.scheduler.ScheduleTargetEcsParametersArgs:
    capacity = aws.scheduler.ScheduleTargetEcsParametersCapacityProviderStrategyArgs
    return aws.scheduler.ScheduleTargetEcsParametersArgs(
        task_definition_arn=args["task_definition_arn"],
        task_count=1,
        group=group.name,
        capacity_provider_strategies=[capacity(capacity_provider="FARGATE", weight=1)],
        platform_version="LATEST",
        network_configuration=aws.scheduler.ScheduleTargetEcsParametersNetworkConfigurationArgs(
            subnets=list(args["subnet_ids"].values()),
            security_groups=list(args["security_group_ids"].values()),
            assign_public_ip=False,
        ),
    )


def _changes(args: ScheduledTaskArgs) -> str:
    """What a run has otherwise than the service: its command, and a home on the disk that can be written."""
    home = {"name": "HOME", "value": "/tmp"}  # noqa: S108  # the container's own
    own = {"name": args["container"], "command": args["command"], "environment": [home]}
    return json.dumps({"containerOverrides": [own]})


def _keeping_failures(queue: str) -> str:
    return policy_document({"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue})
