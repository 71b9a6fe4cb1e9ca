"""To whom a policy may speak: every service that there is, also one that nobody wrote down here."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from slipway.simulated.checks.asked import ApiError
from slipway.simulated.checks.aws.principals import check_services
from tests.simulated.driving import Driven, RefusedError

SDK = importlib.util.find_spec("pulumi_aws")
assert SDK is not None
assert SDK.origin is not None
SERVICES = sorted(found.name for found in Path(SDK.origin).parent.iterdir() if found.is_dir() and found.name.isalnum())
ROLE = "aws:iam/role:Role"
OWN = "arn:aws:iam::123456789012:role"


def statement(service: str) -> dict[str, object]:
    return {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}


def test_the_name_of_no_service_of_the_sdk_counts_as_misspelt() -> None:
    assert len(SERVICES) > 200
    for service in SERVICES:
        check_services([statement(f"{service}.amazonaws.com")], "{} {}")


@pytest.mark.parametrize(
    "service",
    [
        *("rtbfabric.amazonaws.com", "newservice.amazonaws.com", "macie3.amazonaws.com", "ec2.amazonaws.com.cn"),
        *("delivery.logs.amazonaws.com", "s3.amazonaws.eu", "eks-fargate-pods.amazonaws.com"),
    ],
)
def test_a_service_that_nobody_wrote_down_may_be_there(service: str) -> None:
    check_services([statement(service)], "{} {}")


@pytest.mark.parametrize(
    "service",
    [
        *("lamda.amazonaws.com", "ecs-task.amazonaws.com", "ec3.amazonaws.com", "clodfront.amazonaws.com"),
        *("lambda", "lambda.amazonaws", "lambda.amazonaws.com/"),
    ],
)
def test_a_misspelt_service_is_none(service: str) -> None:
    with pytest.raises(ApiError, match="SERVICE"):
        check_services([statement(service)], "{} {}")


@pytest.mark.parametrize(
    "role",
    [
        "aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
        "aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123456789abcdef",
    ],
)
def test_the_roles_that_aws_makes_itself_are_there(role: str, tmp_path: Path) -> None:
    def trust(path: str) -> dict[str, str]:
        one = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": f"{OWN}/{path}"}}
        return {"assumeRolePolicy": json.dumps({"Version": "2012-10-17", "Statement": [one]})}

    driven = Driven("aws", tmp_path)
    driven.make("role", ROLE, trust(role))

    with pytest.raises(RefusedError, match="Invalid principal in policy"):
        driven.make("other", ROLE, trust("team/nobody"))
