"""What the machines of a group may do in AWS, and that it is no more."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.components.planning import part_of, target, the_part

if TYPE_CHECKING:
    from plan.graph import Graph

Statement = dict[str, Any]  # as IAM has it: texts, lists of texts, and conditions by operator

SERVICES = ["service", "service-hidden", "service-shared-web"]
each_group = pytest.mark.parametrize("service", SERVICES)

# These know no narrower resource, by the Service Authorization Reference, or are narrowed by a condition.
EVERYWHERE = {
    "cloudwatch:PutMetricData",
    "ec2:DescribeTags",
    "ec2:DescribeVolumes",
    "ecr:GetAuthorizationToken",
    "ssm:UpdateInstanceInformation",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
}
ALWAYS = {
    "autoscaling:CompleteLifecycleAction",
    "autoscaling:RecordLifecycleActionHeartbeat",
    "cloudwatch:PutMetricData",
    "ec2:DescribeTags",
    "logs:CreateLogStream",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
    "ssm:GetParametersByPath",
    "ssm:UpdateInstanceInformation",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
}
SECRETS = {"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"}
RELEASE = {"s3:GetObject", "s3:GetObjectVersion"}


def texts(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def statements(graph: Graph, service: str) -> list[Statement]:
    """Every statement of every policy of the machines' one role."""
    found: list[Statement] = []
    for policy in part_of(graph, service, "RolePolicy"):
        assert target(policy.inputs["role"]) == f"{service}-machine"
        found += json.loads(str(policy.inputs["policy"]))["Statement"]
    return found


def allowed(graph: Graph, service: str) -> dict[str, set[str]]:
    """The resources on which each action is allowed."""
    rights: dict[str, set[str]] = {}
    for statement in statements(graph, service):
        for action in texts(statement["Action"]):
            rights.setdefault(action, set()).update(texts(statement["Resource"]))
    return rights


def conditions(graph: Graph, service: str, action: str) -> list[dict[str, Any] | None]:
    return [each.get("Condition") for each in statements(graph, service) if action in texts(each["Action"])]


@pytest.mark.parametrize(
    ("service", "more"),
    [
        ("service", SECRETS | RELEASE),
        (
            "service-hidden",
            {
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:GetAuthorizationToken",
                "ecr:GetDownloadUrlForLayer",
            },
        ),
        (
            "service-shared-web",
            SECRETS
            | RELEASE
            | {"s3:DeleteObject", "s3:PutObject", "s3:ListBucket", "ec2:AttachVolume", "ec2:DescribeVolumes"},
        ),
    ],
)
def test_machines_may_do_what_they_need_and_nothing_else(parts: Graph, service: str, more: set[str]) -> None:
    assert set(allowed(parts, service)) == ALWAYS | more


@each_group
def test_no_action_has_a_wildcard_and_none_that_can_be_narrowed_is_allowed_everywhere(
    parts: Graph, service: str
) -> None:
    rights = allowed(parts, service)
    assert [action for action in rights if "*" in action] == []
    assert {action for action, resources in rights.items() if "*" in resources} <= EVERYWHERE
    assert {each["Effect"] for each in statements(parts, service)} == {"Allow"}


@each_group
def test_the_role_has_no_policy_of_amazon_s_and_is_for_machines_only(parts: Graph, service: str) -> None:
    assert part_of(parts, service, "RolePolicyAttachment") == []
    role = the_part(parts, service, "Role")
    assert "managedPolicyArns" not in role.inputs
    (trust,) = json.loads(str(role.inputs["assumeRolePolicy"]))["Statement"]
    assert trust["Principal"] == {"Service": "ec2.amazonaws.com"}


def test_machines_read_their_own_parameters_and_no_others(parts: Graph) -> None:
    path = "arn:aws:ssm:us-east-1:*:parameter/slipway/shop-prod"
    assert allowed(parts, "service")["ssm:GetParametersByPath"] == {f"{path}/web"}
    assert allowed(parts, "service-shared-web")["ssm:GetParametersByPath"] == {
        f"{path}/web",
        f"{path}/worker",
        f"{path}/sockets",
    }


def test_machines_read_exactly_their_secrets(parts: Graph) -> None:
    arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:cookie-1"
    rights = allowed(parts, "service")
    assert [rights[action] for action in sorted(SECRETS)] == [{arn}, {arn}]


def test_machines_read_the_one_object_that_they_run(parts: Graph) -> None:
    arn = "arn:aws:s3:::shop-releases/web/1.tar.gz"
    rights = allowed(parts, "service")
    assert [rights[action] for action in sorted(RELEASE)] == [{arn}, {arn}]


def test_machines_write_their_own_logs_and_metrics_only(parts: Graph) -> None:
    # The colon ends the name: without it the right would reach what another service's log group is called.
    logs = "arn:aws:logs:us-east-1:*:log-group:/slipway/shop-prod/web:*"
    rights = allowed(parts, "service")
    assert [rights[f"logs:{action}"] for action in ("CreateLogStream", "PutLogEvents")] == [{logs}, {logs}]
    assert conditions(parts, "service", "cloudwatch:PutMetricData") == [
        {"StringEquals": {"cloudwatch:namespace": ["CWAgent", "shop"]}}
    ]


def test_machines_keep_uploads_in_their_own_bucket_only(parts: Graph) -> None:
    rights = allowed(parts, "service-shared-web")
    objects = "arn:aws:s3:::shop-uploads/*"
    assert rights["s3:PutObject"] == rights["s3:DeleteObject"] == {objects}
    assert rights["s3:GetObject"] == {objects, "arn:aws:s3:::shop-releases/web/1.tar.gz"}
    assert rights["s3:ListBucket"] == {"arn:aws:s3:::shop-uploads"}


def test_machines_pull_from_the_one_registry_only(parts: Graph) -> None:
    rights = allowed(parts, "service-hidden")
    assert rights["ecr:BatchGetImage"] == {"arn:aws:ecr:us-east-1:123456789012:repository/shop"}
    assert rights["ecr:GetDownloadUrlForLayer"] == rights["ecr:BatchGetImage"]


def test_machines_speak_for_the_group_of_their_own_name_and_tags_only(parts: Graph) -> None:
    action = "autoscaling:CompleteLifecycleAction"
    assert allowed(parts, "service")[action] == {
        "arn:aws:autoscaling:us-east-1:*:autoScalingGroup:*:autoScalingGroupName/service-machines-*"
    }
    (condition,) = conditions(parts, "service", action)
    assert condition is not None
    own = {f"aws:ResourceTag/{tag['key']}": tag["value"] for tag in group_tags(parts, "service")}
    assert condition == {"StringEquals": own}
    assert {"aws:ResourceTag/environment", "aws:ResourceTag/Name"} <= set(own)
    assert the_part(parts, "service", "Group").name == "service-machines"  # its physical name begins with that


def test_machines_attach_the_one_volume_and_only_to_machines_of_their_group(parts: Graph) -> None:
    found = {
        texts(each["Resource"])[0]: each.get("Condition")
        for each in statements(parts, "service-shared-web")
        if each["Action"] == "ec2:AttachVolume"
    }
    own = {f"aws:ResourceTag/{tag['key']}": tag["value"] for tag in group_tags(parts, "service-shared-web")}
    assert found == {
        "arn:aws:ec2:us-east-1:123456789012:volume/vol-1": None,
        "arn:aws:ec2:us-east-1:*:instance/*": {"StringEquals": own},
    }


def group_tags(graph: Graph, service: str) -> list[dict[str, Any]]:
    tags = the_part(graph, service, "Group").inputs["tags"]
    assert isinstance(tags, list | tuple)
    return [dict(tag) for tag in tags if isinstance(tag, dict)]
