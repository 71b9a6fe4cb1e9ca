"""What the machines of a group may do in AWS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.aws.iam import SHELL, keeping_uploads, policy_document, pulling_images, trust

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# The agent puts the group's name on its metrics, which only this call tells it.
_OWN_GROUP = {"Effect": "Allow", "Action": "ec2:DescribeTags", "Resource": "*"}


@dataclass(frozen=True, slots=True)
class Rights:
    """What machines need of AWS. What is None or empty they may not."""

    region: str
    """The AWS region."""
    tags: dict[str, str]
    """Tags that the machines and their group carry, and others do not."""
    parameter_paths: list[str]
    """The paths in Parameter Store that their services read."""
    log_groups: list[str]
    """The names of the log groups that their services write."""
    metric_namespace: str
    """Where their services' metrics go; the agent's go to CWAgent."""
    secret_arns: list[pulumi.Input[str]]
    """The ARNs of the secrets that their services read."""
    release_arn: pulumi.Input[str] | None
    """The ARN of the one object in S3 that holds what they run."""
    uploads_bucket_arn: pulumi.Input[str] | None
    """The ARN of the bucket whose objects their services keep."""
    registry_arn: pulumi.Input[str] | None
    """The ARN of the one ECR repository that holds what they run."""
    volume_arn: pulumi.Input[str] | None
    """The ARN of the volume that they attach to themselves."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What makes a machine one that may."""

    arn: pulumi.Output[str]
    """The instance profile's ARN."""
    policies: list[aws.iam.RolePolicy]
    """What must be there before the first machine asks."""


def machine_profile(name: str, rights: Rights, child: pulumi.ResourceOptions) -> Profile:
    """An instance profile that may open a shell session and do what is named, and no more.

    What is known before deployment is one policy, and what stands on something's ARN is another for each: so a plan
    shows the first in full, and hides no more of the others than one ARN.
    """
    role = aws.iam.Role(
        f"{name}-machine",
        description=f"What the machines of {name} may do",
        assume_role_policy=trust("ec2.amazonaws.com"),
        tags={"Name": name},
        opts=child,
    )
    documents: dict[str, pulumi.Input[str]] = {
        "machine": policy_document(*_known(name, rights)),
        **dict(_told(name, rights)),
    }
    policies = [
        aws.iam.RolePolicy(f"{name}-{topic}", role=role.id, policy=document, opts=child)
        for topic, document in documents.items()
    ]
    profile = aws.iam.InstanceProfile(f"{name}-machine", role=role.id, tags={"Name": name}, opts=child)
    return Profile(profile.arn, policies)


def _known(name: str, rights: Rights) -> list[Mapping[str, object]]:
    return [
        SHELL,
        _OWN_GROUP,
        {
            "Effect": "Allow",
            "Action": "cloudwatch:PutMetricData",
            "Resource": "*",
            "Condition": {"StringEquals": {"cloudwatch:namespace": ["CWAgent", rights.metric_namespace]}},
        },
        {
            "Effect": "Allow",
            "Action": "ssm:GetParametersByPath",
            "Resource": [f"arn:aws:ssm:{rights.region}:*:parameter{path}" for path in rights.parameter_paths],
        },
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            # After the name comes `:log-stream:…`; a name that only begins like it is another one.
            "Resource": [f"arn:aws:logs:{rights.region}:*:log-group:{group}:*" for group in rights.log_groups],
        },
        {
            # The group is made after its machines' role, so it is known by how its name begins, and by its tags: other
            # stacks of the account may have a group of that name.
            "Effect": "Allow",
            "Action": ["autoscaling:CompleteLifecycleAction", "autoscaling:RecordLifecycleActionHeartbeat"],
            "Resource": (
                f"arn:aws:autoscaling:{rights.region}:*:autoScalingGroup:*:autoScalingGroupName/{name}-machines-*"
            ),
            "Condition": _tagged(name, rights),
        },
    ]


def _told(name: str, rights: Rights) -> Iterator[tuple[str, pulumi.Output[str]]]:
    """The policies that stand on what only deployment tells, by what they are about."""
    if rights.secret_arns:
        yield "secrets", pulumi.Output.all(*rights.secret_arns).apply(_reading_secrets)
    if rights.release_arn is not None:
        yield "release", pulumi.Output.from_input(rights.release_arn).apply(_reading_release)
    if rights.uploads_bucket_arn is not None:
        yield "uploads", pulumi.Output.from_input(rights.uploads_bucket_arn).apply(keeping_uploads)
    if rights.registry_arn is not None:
        yield "registry", pulumi.Output.from_input(rights.registry_arn).apply(pulling_images)
    if rights.volume_arn is not None:
        machines = {
            "Effect": "Allow",
            "Action": "ec2:AttachVolume",
            "Resource": f"arn:aws:ec2:{rights.region}:*:instance/*",
            "Condition": _tagged(name, rights),
        }
        yield "volume", pulumi.Output.from_input(rights.volume_arn).apply(lambda arn: _attaching(arn, machines))


def _tagged(name: str, rights: Rights) -> dict[str, object]:
    """The condition that something is a machine of this group, or the group itself."""
    return {"StringEquals": {f"aws:ResourceTag/{key}": value for key, value in {**rights.tags, "Name": name}.items()}}


def _reading_secrets(arns: list[str]) -> str:
    actions = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
    return policy_document({"Effect": "Allow", "Action": actions, "Resource": arns})


def _reading_release(arn: str) -> str:
    return policy_document({"Effect": "Allow", "Action": ["s3:GetObject", "s3:GetObjectVersion"], "Resource": arn})


def _attaching(arn: str, machines: Mapping[str, object]) -> str:
    """AWS asks for both: the volume, and the machine that it is attached to."""
    return policy_document(
        {"Effect": "Allow", "Action": "ec2:AttachVolume", "Resource": arn},
        machines,
        {"Effect": "Allow", "Action": "ec2:DescribeVolumes", "Resource": "*"},  # AWS knows no narrower one
    )
