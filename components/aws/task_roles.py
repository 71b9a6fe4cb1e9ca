"""What a task may do in AWS: the service itself, and ECS that starts it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.aws.iam import keeping_uploads, policy_document, pulling_images, trust

if TYPE_CHECKING:
    from collections.abc import Mapping

_TASKS = "ecs-tasks.amazonaws.com"


@dataclass(frozen=True, slots=True)
class TaskRights:
    """What a task needs of AWS. What is None or empty it may not."""

    log_group_arn: pulumi.Input[str]
    """The ARN of the log group that its containers write."""
    secret_arns: list[pulumi.Input[str]]
    """The ARNs of the secrets that its environment holds."""
    registry_arn: pulumi.Input[str] | None
    """The ARN of the one ECR repository that holds its image."""
    metric_namespace: str
    """Where the service's own metrics go."""
    uploads_bucket_arn: pulumi.Input[str] | None
    """The ARN of the bucket whose objects the service keeps."""
    shell_arns: Mapping[str, pulumi.Input[str]]
    """The ARNs of `key` and `log` of shell sessions."""


@dataclass(frozen=True, slots=True)
class TaskRoles:
    """The two roles of a task."""

    starting: aws.iam.Role
    """ECS's, which fetches the image and the secrets and opens the log: the service never has it."""
    own: aws.iam.Role
    """The service's."""
    policies: list[aws.iam.RolePolicy]
    """What must be there before the first task asks."""


def task_roles(name: str, rights: TaskRights, accounts: list[str], child: pulumi.ResourceOptions) -> TaskRoles:
    """Two roles that may do what is named, and no more. ECS acts as them for these accounts only; empty: for any."""
    trusted = trust(_TASKS, accounts)
    starting = _role(f"{name}-start", f"What ECS needs to start tasks of {name}", trusted, child)
    own = _role(f"{name}-task", f"What the tasks of {name} may do", trusted, child)
    policies = [
        aws.iam.RolePolicy(f"{name}-{topic}", role=role.id, policy=document, opts=child)
        for role, documents in ((starting, _to_start(rights)), (own, _by_itself(rights)))
        for topic, document in documents.items()
    ]
    return TaskRoles(starting, own, policies)


def _role(name: str, description: str, trusted: str, child: pulumi.ResourceOptions) -> aws.iam.Role:
    return aws.iam.Role(name, description=description, assume_role_policy=trusted, tags={"Name": name}, opts=child)


def _to_start(rights: TaskRights) -> dict[str, pulumi.Input[str]]:
    found: dict[str, pulumi.Input[str]] = {"start": pulumi.Output.from_input(rights.log_group_arn).apply(_writing)}
    if rights.secret_arns:
        found["secrets"] = pulumi.Output.all(*rights.secret_arns).apply(_reading)
    if rights.registry_arn is not None:
        found["registry"] = pulumi.Output.from_input(rights.registry_arn).apply(pulling_images)
    return found


def _by_itself(rights: TaskRights) -> dict[str, pulumi.Input[str]]:
    namespace = {"StringEquals": {"cloudwatch:namespace": rights.metric_namespace}}
    metrics = {"Effect": "Allow", "Action": "cloudwatch:PutMetricData", "Resource": "*", "Condition": namespace}
    found: dict[str, pulumi.Input[str]] = {"task": policy_document(metrics)}
    if rights.uploads_bucket_arn is not None:
        found["uploads"] = pulumi.Output.from_input(rights.uploads_bucket_arn).apply(keeping_uploads)
    if rights.shell_arns:
        arns = pulumi.Output.all(rights.shell_arns["key"], rights.shell_arns["log"])
        found["shell"] = arns.apply(lambda known: _opening_shells(known[0], known[1]))
    return found


def _writing(arn: str) -> str:
    actions = ["logs:CreateLogStream", "logs:PutLogEvents"]
    return policy_document({"Effect": "Allow", "Action": actions, "Resource": f"{arn}:*"})


def _reading(arns: list[str]) -> str:
    resources = list(dict.fromkeys(arns))
    return policy_document({"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": resources})


def _opening_shells(key: str, log: str) -> str:
    """What the agent of ECS Exec needs ("IAM permissions required for ECS Exec" of its guide)."""
    channels = ("CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel")
    actions = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    return policy_document(
        {"Effect": "Allow", "Action": [f"ssmmessages:{channel}" for channel in channels], "Resource": "*"},
        {"Effect": "Allow", "Action": "logs:DescribeLogGroups", "Resource": "*"},  # AWS knows no narrower one
        {"Effect": "Allow", "Action": actions, "Resource": f"{log}:*"},
        {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": key},
    )
