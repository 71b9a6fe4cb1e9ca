"""Names, order and what stands beside change no verdict, on whole stacks and on programs in plain pulumi_aws."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plan.graph import Graph
from tests.policies.cases.building import a
from tests.policies.plain import planned as plain
from tests.policies.plans import whole
from tests.policies.rewriting import extended, renamed, reordered, verdicts
from tests.stacks.forms import MORE
from tests.stacks.project import SHIPPED, planned

if TYPE_CHECKING:
    from plan.model import Plan, Resource

PROGRAMS = ("good", "bad", "server-good", "server-bad", "missed")
# What tells by its name whether a parameter is a secret: docs/policies.md says so.
BY_NAME = {"no-secret-in-plain-sight"}
SEEDS = range(2)


def recorded(name: str) -> Plan:
    return plain(name).plan if name in PROGRAMS else planned(name).plan


every = pytest.mark.parametrize("name", [*SHIPPED, *MORE, *PROGRAMS])


@every
def test_names_change_no_verdict(name: str) -> None:
    plan = recorded(name)
    before = _but_by_name(verdicts(plan))
    for seed in SEEDS:
        other, former = renamed(plan, seed)
        assert {each.name for each in other.resources} & {each.name for each in plan.resources} <= {_stack(plan)}
        found = verdicts(other, lambda urn, former=former: former.get(urn, urn))  # type: ignore[misc]  # binds this round's
        assert _but_by_name(found) == before, seed


@every
def test_order_changes_no_verdict(name: str) -> None:
    plan = recorded(name)
    before = verdicts(plan)
    for seed in SEEDS:
        assert verdicts(reordered(plan, seed)) == before, seed


@every
def test_what_is_unrelated_changes_no_verdict(name: str) -> None:
    plan = recorded(name)
    more = unrelated()
    found = verdicts(extended(plan, Graph(plan), more))
    own = {each for each in found if each[2] not in {resource.urn for resource in more}}
    assert own == verdicts(plan)
    assert found - own == set()


def _stack(plan: Plan) -> str:
    return f"{plan.project}-{plan.stack}"


def _but_by_name(found: set[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    return {each for each in found if each[0] not in BY_NAME}


def unrelated() -> list[Resource]:
    """A bucket, a topic and a network with a load balancer's place in it, as they should be, and used by nobody."""
    bucket = a("aws:s3/bucket:Bucket", "beside")
    denied = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*",'
        ' "Resource": ["arn:aws:s3:::beside", "arn:aws:s3:::beside/*"],'
        ' "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}'
    )
    vpc = a("aws:ec2/vpc:Vpc", "beside", cidrBlock="10.77.0.0/16")
    gateway = a("aws:ec2/internetGateway:InternetGateway", "beside", vpcId=whole(vpc))
    table = a("aws:ec2/routeTable:RouteTable", "beside", vpcId=whole(vpc))
    subnet = a("aws:ec2/subnet:Subnet", "beside", vpcId=whole(vpc), cidrBlock="10.77.0.0/24")
    return [
        bucket,
        a(
            "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
            "beside",
            bucket=whole(bucket),
            blockPublicAcls=True,
            blockPublicPolicy=True,
            ignorePublicAcls=True,
            restrictPublicBuckets=True,
        ),
        a(
            "aws:s3/bucketVersioning:BucketVersioning",
            "beside",
            bucket=whole(bucket),
            versioningConfiguration={"status": "Enabled"},
        ),
        a("aws:s3/bucketPolicy:BucketPolicy", "beside", bucket=whole(bucket), policy=denied),
        a("aws:sns/topic:Topic", "beside"),
        vpc,
        gateway,
        table,
        subnet,
        a("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "beside", vpcId=whole(vpc)),
        a("aws:ec2/flowLog:FlowLog", "beside", vpcId=whole(vpc), trafficType="ALL"),
        a(
            "aws:ec2/route:Route",
            "beside",
            routeTableId=whole(table),
            destinationCidrBlock="0.0.0.0/0",
            gatewayId=whole(gateway),
        ),
        a(
            "aws:ec2/routeTableAssociation:RouteTableAssociation",
            "beside",
            subnetId=whole(subnet),
            routeTableId=whole(table),
        ),
        a("aws:ec2/securityGroup:SecurityGroup", "beside", vpcId=whole(vpc), description="Nobody yet"),
    ]
