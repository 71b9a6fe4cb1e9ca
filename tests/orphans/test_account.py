"""Amazon's own client against the simulated AWS: what it finds, and how it says what is in the way."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError  # type: ignore[import-untyped]  # it ships no types

from slipway.errors import ProgramError, UsageError
from slipway.orphans import account as module
from slipway.orphans.account import Account, Tagged
from slipway.orphans.compare import Listed
from slipway.orphans.looking import look_at
from slipway.orphans.types import read_arn
from slipway.simulated.aws_api import AwsApi
from slipway.simulated.faults import Fault, write_faults
from slipway.simulated.store import Object, Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MARKS = {"application": "shop", "environment": "dev"}
EAST, WEST = "us-east-1", "eu-west-1"
ACCOUNT = "123456789012"


@pytest.fixture
def api(tmp_path: Path) -> Iterator[AwsApi]:
    with AwsApi(tmp_path) as running:
        yield running


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine that has no credentials at all."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def put(folder: Path, kind: str, arn: str, tags: dict[str, str] | None = None, **computed: Any) -> str:
    known = {"arn": arn, "tagsAll": MARKS if tags is None else tags, **computed}
    Store(folder / "aws").create(Object(kind, arn.rpartition("/")[2], f"urn::{arn}", {}, known))
    return arn


def vpc(number: int, region: str = EAST) -> str:
    return f"arn:aws:ec2:{region}:{ACCOUNT}:vpc/vpc-{number:017x}"


def found(api: AwsApi, region: str = EAST) -> list[str]:
    return sorted(each.arn for each in Account(endpoint=api.url).tagged(region, MARKS))


def test_every_page_is_read(api: AwsApi, tmp_path: Path) -> None:
    arns = [put(tmp_path, "aws:ec2/vpc:Vpc", vpc(number)) for number in range(201)]

    assert found(api) == sorted(arns)


def test_only_what_has_all_the_tags_is_found_and_its_tags_are_told(api: AwsApi, tmp_path: Path) -> None:
    put(tmp_path, "aws:ec2/vpc:Vpc", vpc(1), {**MARKS, "Name": "a"})
    put(tmp_path, "aws:ec2/vpc:Vpc", vpc(2), {**MARKS, "environment": "production"})
    put(tmp_path, "aws:ec2/vpc:Vpc", vpc(3), {"application": "shop"})

    tags = (("Name", "a"), ("application", "shop"), ("environment", "dev"))
    assert list(Account(endpoint=api.url).tagged(EAST, MARKS)) == [Tagged(vpc(1), tags)]


def test_each_region_has_its_own_and_one_has_what_belongs_to_none(api: AwsApi, tmp_path: Path) -> None:
    west = put(tmp_path, "aws:ec2/vpc:Vpc", vpc(1, WEST))
    front = put(tmp_path, "aws:cloudfront/distribution:Distribution", f"arn:aws:cloudfront::{ACCOUNT}:distribution/E1")
    bucket = put(tmp_path, "aws:s3/bucket:Bucket", "arn:aws:s3:::uploads", region=WEST)

    assert found(api, EAST) == [front]
    assert found(api, WEST) == [west, bucket]


def test_roles_and_groups_are_not_listed_as_in_the_real_one(api: AwsApi, tmp_path: Path) -> None:
    put(tmp_path, "aws:iam/role:Role", f"arn:aws:iam::{ACCOUNT}:role/api")
    put(tmp_path, "aws:autoscaling/group:Group", f"arn:aws:autoscaling:{EAST}:{ACCOUNT}:autoScalingGroup:1:n/api")

    assert found(api) == []


def test_being_asked_to_slow_down_is_no_failure(api: AwsApi, tmp_path: Path) -> None:
    arn = put(tmp_path, "aws:ec2/vpc:Vpc", vpc(1))
    write_faults(tmp_path, [Fault(kind="throttle", operation="invoke", type="aws:tagging:GetResources")])

    assert found(api) == [arn]


def test_being_asked_to_slow_down_for_ever_is_told(
    api: AwsApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_TRIES", 1)
    write_faults(tmp_path, [Fault(kind="throttle", operation="invoke", type="aws:tagging:*", times=0)])

    with pytest.raises(ProgramError, match="AWS refused GetResources: ThrottledException: Rate exceeded"):
        found(api)


def test_another_account_than_the_stacks_is_refused(api: AwsApi) -> None:
    with pytest.raises(UsageError, match=f"are for the account {ACCOUNT}.*account_ids allow: 999999999999"):
        Account(endpoint=api.url, allowed=["999999999999"])


def test_the_deploying_role_is_assumed(api: AwsApi) -> None:
    asked = Account(endpoint=api.url, role_arn=f"arn:aws:iam::{ACCOUNT}:role/deploy", allowed=[ACCOUNT])

    assert asked.id == ACCOUNT


@pytest.mark.usefixtures("nobody")
def test_a_machine_without_credentials_is_told_how_to_get_some() -> None:
    with pytest.raises(ProgramError, match=r"there are no credentials\. Log in.*--simulated DIR"):
        Account()


@pytest.mark.usefixtures("nobody")
def test_a_profile_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "gone")

    with pytest.raises(UsageError, match=r"AWS_PROFILE: .*gone"):
        Account()


@pytest.mark.usefixtures("nobody")
def test_the_users_credentials_never_reach_the_simulation(monkeypatch: pytest.MonkeyPatch, api: AwsApi) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real")

    assert Account(endpoint=api.url)._session.get_credentials().access_key == "simulated"


def looked(api: AwsApi, arn: str) -> Listed:
    return look_at(Listed(read_arn(arn), MARKS), Account(endpoint=api.url))


def test_what_lives_stays_an_orphan_and_what_is_gone_or_going_is_none(api: AwsApi, tmp_path: Path) -> None:
    key, old = (f"arn:aws:kms:{EAST}:{ACCOUNT}:key/{number * 4}-2222" for number in ("11", "33"))
    gateway, gone = (f"arn:aws:ec2:{EAST}:{ACCOUNT}:natgateway/nat-{number * 17}" for number in "12")
    put(tmp_path, "aws:kms/key:Key", key)
    put(tmp_path, "aws:kms/key:Key", old, keyState="PendingDeletion")
    put(tmp_path, "aws:ec2/natGateway:NatGateway", gateway)

    assert [looked(api, arn).about for arn in (key, gateway)] == ["", ""]
    assert looked(api, old).about == "is being deleted, or waits for it"
    assert looked(api, gone).about == "is gone; AWS lists it for a while"


@pytest.mark.parametrize("way", ["Egress", "Ingress"])
def test_the_direction_of_a_security_group_rule_is_asked_for(api: AwsApi, tmp_path: Path, way: str) -> None:
    kind = f"aws:vpc/securityGroup{way}Rule:SecurityGroup{way}Rule"
    rule = put(tmp_path, kind, f"arn:aws:ec2:{EAST}:{ACCOUNT}:security-group-rule/sgr-0a")

    assert [each.type for each in looked(api, rule).types()] == [kind]


@pytest.mark.parametrize(
    ("service", "operation", "code", "advice"),
    [
        ("kms", "DescribeKey", "ExpiredTokenException", "Log in again"),
        ("resourcegroupstaggingapi", "GetResources", "AccessDeniedException", "takes the right tag:GetResources;"),
        ("kms", "DescribeKey", "AccessDeniedException", "takes the right kms:DescribeKey;"),
        ("ec2", "DescribeVolumes", "UnauthorizedOperation", "takes the right ec2:DescribeVolumes;"),
        ("kms", "DescribeKey", "ServiceUnavailable", "AWS refused DescribeKey: ServiceUnavailable: no"),
    ],
)
def test_what_aws_refuses_comes_with_what_to_do(service: str, operation: str, code: str, advice: str) -> None:
    error = ClientError({"Error": {"Code": code, "Message": "no"}}, operation)

    assert advice in module._said(error, service)
