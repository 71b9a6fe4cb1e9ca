"""What a release needs of the database, done by one task before any task of the release takes traffic."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.aws.iam import passing_to_tasks, policy_document, starting_tasks, trust
from components.server.texts import bare_python

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.aws.task_roles import TaskRoles

_PROGRAM = Path(__file__).parent / "programs" / "run_task.py"
_RUNTIME = "python3.13"  # which brings botocore
_LONGEST = 900  # seconds, the most that Lambda has
_MEMORY = 256  # MiB
_DAYS = 30


@dataclass(frozen=True, slots=True)
class Migrating:
    """The task that makes the change."""

    region: str
    """The AWS region."""
    cluster_arn: pulumi.Input[str]
    """The ARN of the cluster."""
    family: str
    """The family of the task definition."""
    definition: aws.ecs.TaskDefinition
    """The task definition: that of the service, whose image, environment and rights it has."""
    roles: TaskRoles
    """The roles of that definition."""
    container: str
    """The container that runs the commands."""
    subnet_ids: list[pulumi.Input[str]]
    """Where the task runs."""
    security_group_ids: list[pulumi.Input[str]]
    """The security groups of the task."""


def run_before(
    name: str,
    migrating: Migrating,
    commands: Mapping[str, list[str]],
    after: Mapping[str, pulumi.Input[str]],
    child: pulumi.ResourceOptions,
) -> dict[str, pulumi.Output[str]]:
    """Run each command once for each new task definition, one after the other and when `after` has happened.

    `commands` are by what they are for; without any, nothing is made. An output is there when its command has
    succeeded. A function starts the task and waits. A command that fails fails the deployment, and the service stays
    as it was.
    """
    if not commands:
        return {}
    function, ready = _runner(name, migrating, child)
    ran: dict[str, pulumi.Output[str]] = {}
    for what, command in commands.items():
        ran[what] = aws.lambda_.Invocation(
            f"{name}-{what}",
            function_name=function.name,
            input=_event(f"{name}-{what}", migrating, command),
            triggers={"definition": migrating.definition.arn, **after, **ran},
            opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=ready)),
        ).result
    return ran


def _runner(
    name: str, migrating: Migrating, child: pulumi.ResourceOptions
) -> tuple[aws.lambda_.Function, list[pulumi.Resource]]:
    """The function that runs a command in a task, and what must be there before it is asked to."""
    log = aws.cloudwatch.LogGroup(f"{name}-migration", retention_in_days=_DAYS, tags={"Name": name}, opts=child)
    role = aws.iam.Role(
        f"{name}-migration",
        description=f"What runs the migrations of {name} may do",
        assume_role_policy=trust("lambda.amazonaws.com"),
        tags={"Name": name},
        opts=child,
    )
    roles = pulumi.Output.all(migrating.roles.starting.arn, migrating.roles.own.arn)
    documents: dict[str, pulumi.Input[str]] = {
        "migration": pulumi.Output.from_input(migrating.cluster_arn).apply(lambda arn: _running(arn, migrating)),
        "migration-roles": roles.apply(passing_to_tasks),
        "migration-log": log.arn.apply(_writing),
    }
    policies = [
        aws.iam.RolePolicy(f"{name}-{topic}", role=role.id, policy=document, opts=child)
        for topic, document in documents.items()
    ]
    function = aws.lambda_.Function(
        f"{name}-migration",
        description=f"Runs the migrations of {name} and waits for their end",
        role=role.arn,
        runtime=_RUNTIME,
        architectures=["arm64"],
        handler="run_task.handler",
        code=pulumi.AssetArchive({"run_task.py": pulumi.StringAsset(bare_python(_PROGRAM.read_text()))}),
        timeout=_LONGEST,
        memory_size=_MEMORY,
        logging_config=aws.lambda_.FunctionLoggingConfigArgs(log_format="Text", log_group=log.name),
        tags={"Name": name},
        opts=child,
    )
    return function, [*policies, *migrating.roles.policies]


def _event(name: str, migrating: Migrating, command: list[str]) -> pulumi.Output[str]:
    return pulumi.Output.json_dumps(
        {
            "name": name,
            "cluster": migrating.cluster_arn,
            "definition": migrating.definition.arn,
            "container": migrating.container,
            "command": command,
            "subnets": migrating.subnet_ids,
            "groups": migrating.security_group_ids,
        }
    )


def _running(cluster: str, migrating: Migrating) -> str:
    here = {"ArnEquals": {"ecs:cluster": cluster}}
    return policy_document(
        starting_tasks(migrating.region, migrating.family, cluster),
        {"Effect": "Allow", "Action": ["ecs:DescribeTasks", "ecs:ListTasks"], "Resource": "*", "Condition": here},
    )


def _writing(arn: str) -> str:
    actions = ["logs:CreateLogStream", "logs:PutLogEvents"]
    return policy_document({"Effect": "Allow", "Action": actions, "Resource": f"{arn}:*"})
