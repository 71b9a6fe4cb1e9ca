"""Documents of IAM. Pure text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

# Session Manager's least (AWS Systems Manager user guide, "Add Session Manager permissions"): a shell without SSH or a
# bastion. Amazon's own AmazonSSMManagedInstanceCore would also read every parameter of the account.
SHELL: Mapping[str, object] = {
    "Effect": "Allow",
    "Action": [
        "ssm:UpdateInstanceInformation",
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    ],
    "Resource": "*",
}


def policy_document(*statements: Mapping[str, object]) -> str:
    """A policy of these statements, as IAM takes it."""
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def trust(service: str, accounts: Collection[str] = ()) -> str:
    """The policy that lets one AWS service act as a role, and nobody else. `service` is as in ec2.amazonaws.com.

    With `accounts` the service may do so for these only. Not every service says for whom it acts: name them only for
    one whose guide says that it does.
    """
    own = {"Condition": {"StringEquals": {"aws:SourceAccount": sorted(accounts)}}} if accounts else {}
    return policy_document({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole", **own})


def governed_by(account: str) -> Mapping[str, object]:
    """The statement of a key's policy by which IAM of its account governs the key: without it nobody could."""
    principal = {"AWS": f"arn:aws:iam::{account}:root"}
    return {"Effect": "Allow", "Principal": principal, "Action": "kms:*", "Resource": "*"}


def keeping_uploads(arn: str) -> str:
    """What a service needs of the bucket that keeps what users upload."""
    actions = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    return policy_document(
        {"Effect": "Allow", "Action": actions, "Resource": f"{arn}/*"},
        # Without it S3 answers 403 instead of 404 for an object that is not there.
        {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": arn},
    )


def pulling_images(arn: str) -> str:
    """What fetching an image of this ECR repository needs."""
    actions = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    return policy_document(
        {"Effect": "Allow", "Action": actions, "Resource": arn},
        {"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},  # AWS knows no narrower one
    )


def starting_tasks(region: str, family: str, cluster: str) -> Mapping[str, object]:
    """The statement that lets its owner start tasks of one family on one cluster; `cluster` is the cluster's ARN."""
    return {
        "Effect": "Allow",
        "Action": "ecs:RunTask",
        "Resource": f"arn:aws:ecs:{region}:*:task-definition/{family}:*",
        "Condition": {"ArnEquals": {"ecs:cluster": cluster}},
    }


def passing_to_tasks(roles: Collection[str]) -> str:
    """What starting tasks with these roles needs, by their ARNs: to hand the roles to them, and to nothing else."""
    tasks = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    return policy_document({"Effect": "Allow", "Action": "iam:PassRole", "Resource": roles, "Condition": tasks})
