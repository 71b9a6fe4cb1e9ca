"""The change of the database that a release needs, made by one task before any task of the release takes traffic."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.aws.iam import policy_document, trust
from components.server.texts import bare_python

if TYPE_CHECKING:
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
    """The container that runs the command."""
    command: list[str]
    """The command."""
    subnet_ids: list[pulumi.Input[str]]
    """Where the task runs."""
    security_group_ids: list[pulumi.Input[str]]
    """The security groups of the task."""


def run_migration(name: str, migrating: Migrating, child: pulumi.ResourceOptions) -> pulumi.Output[str]:
    """Run the command once for each new task definition; the output is there when it has succeeded.

    A function starts the task and waits. A command that fails fails the deployment, and the service stays as it was.
    """
    log = aws.cloudwatch.LogGroup(f"{name}-migration", retention_in_days=_DAYS, tags={"Name": name}, opts=child)
    role = aws.iam.Role(
        f"{name}-migration",
        description=f"What runs the migrations of {name} may do",
        assume_role_policy=trust("lambda.amazonaws.com"),
        tags={"Name": name},
        opts=child,
    )
    documents: dict[str, pulumi.Input[str]] = {
        "migration": pulumi.Output.from_input(migrating.cluster_arn).apply(lambda arn: _running(arn, migrating)),
        "migration-roles": pulumi.Output.all(migrating.roles.starting.arn, migrating.roles.own.arn).apply(_passing),
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
    ready = [*policies, *migrating.roles.policies]
    ran = aws.lambda_.Invocation(
        f"{name}-migration",
        function_name=function.name,
        input=_event(name, migrating),
        triggers={"definition": migrating.definition.arn},
        opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=ready)),
    )
    return ran.result


def _event(name: str, migrating: Migrating) -> pulumi.Output[str]:
    return pulumi.Output.json_dumps(
        {
            "name": f"{name}-migration",
            "cluster": migrating.cluster_arn,
            "definition": migrating.definition.arn,
            "container": migrating.container,
            "command": migrating.command,
            "subnets": migrating.subnet_ids,
            "groups": migrating.security_group_ids,
        }
    )


def _running(cluster: str, migrating: Migrating) -> str:
    here = {"ArnEquals": {"ecs:cluster": cluster}}
    definitions = f"arn:aws:ecs:{migrating.region}:*:task-definition/{migrating.family}:*"
    return policy_document(
        {"Effect": "Allow", "Action": "ecs:RunTask", "Resource": definitions, "Condition": here},
        {"Effect": "Allow", "Action": ["ecs:DescribeTasks", "ecs:ListTasks"], "Resource": "*", "Condition": here},
    )


def _passing(roles: list[str]) -> str:
    tasks = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    return policy_document({"Effect": "Allow", "Action": "iam:PassRole", "Resource": roles, "Condition": tasks})


def _writing(arn: str) -> str:
    actions = ["logs:CreateLogStream", "logs:PutLogEvents"]
    return policy_document({"Effect": "Allow", "Action": actions, "Resource": f"{arn}:*"})
