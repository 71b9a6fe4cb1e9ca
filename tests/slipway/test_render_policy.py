"""The policy of who deploys: enough for every type that we make, and as little as AWS lets it be."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore.session  # type: ignore[import-untyped]  # it ships no types
import pytest

from config.effective import effective
from plan.codec import read_plan
from plan.model import Plan, Resource, Unknown
from slipway.errors import SlipwayError
from slipway.render.actions import table
from slipway.render.policy import LIMIT, Scope, deploy_policies
from slipway.render.rendering import rendering
from slipway.yaml_files import read_mapping
from tests.stacks.project import IN_AWS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PARTS = ROOT / "tests" / "components" / "programs" / "parts"
SCOPE = Scope("eu-west-1", ("123456789012",), "shop-", {"application": "shop", "environment": "production"})
TRUST = json.dumps({"Statement": [{"Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
# What a person may do with all there is of a service: AWS narrows these to nothing.
UNNARROWED = re.compile(
    r"(ec2|autoscaling|elasticache|elasticloadbalancing):Describe\w+|rds:DescribeDBInstances|cloudwatch:DescribeAlarms"
    r"|logs:DescribeLogGroups|ssm:DescribeParameters|sns:(Unsubscribe|[GS]etSubscriptionAttributes)"
    r"|ecs:(DeregisterTaskDefinition|DescribeTaskDefinition)|application-autoscaling:Describe\w+"
    r"|sts:GetCallerIdentity|ecr:GetAuthorizationToken|route53:CreateHealthCheck"
)
# S3's and Route 53's actions are not all named like their calls; these permissions are no calls at all.
OTHER_NAMES = re.compile(
    r"iam:PassRole|lambda:InvokeFunction|elasticloadbalancing:SetWebACL|s3:(Get|Put)(Encryption|Lifecycle|Replication|Accelerate)Configuration"
    r"|s3:(Get|Put)BucketPublicAccessBlock|s3:GetBucketObjectLockConfiguration|s3:ListBucket(Versions)?"
    r"|s3:(Get|Put)BucketCORS|s3:DeleteObjectVersion|s3:(ListTagsFor|Tag|Untag)Resource"
)


@cache
def document(*arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "slipway", "plan", "--json", *arguments]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True)
    assert ran.stdout, ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def plan_of(stack: str) -> Plan:
    if stack == "parts":
        return read_plan(document("--timeout", "300", "--project", str(PARTS), "test"))
    return read_plan(document("--answers", "examples/answers.yaml", stack))


def policies_of(stack: str) -> list[str]:
    settings = None if stack == "parts" else effective(ROOT, stack).stack
    files = rendering(plan_of(stack), settings).files
    return [file.content for file in files if file.path.startswith("deploy-policy")]


def statements(*policies: str) -> list[dict[str, Any]]:
    return [each for policy in policies for each in json.loads(policy)["Statement"]]


def resource(kind: str, name: str, /, **inputs: Any) -> Resource:
    return Resource(f"urn:pulumi:s::p::{kind}::{name}", kind, name, custom=True, parent="", inputs=inputs)


def policy(*resources: Resource, scope: Scope = SCOPE) -> list[dict[str, Any]]:
    return statements(*deploy_policies(Plan("p", "s", resources), scope))


def allowing(found: list[dict[str, Any]], action: str) -> list[dict[str, Any]]:
    return [each for each in found if action in each["Action"]]


def calls() -> Iterator[str]:
    for kind in table().kinds.values():
        yield from kind.actions
        for further in kind.when.values():
            yield from further


# -- the table


@pytest.mark.parametrize("stack", [*IN_AWS, "parts"])
def test_every_type_of_every_plan_has_an_entry(stack: str) -> None:
    kinds = {each.type for each in plan_of(stack).resources if each.type.startswith("aws:")}
    assert kinds
    assert kinds - table().kinds.keys() == set()


def test_every_action_is_one_that_aws_has() -> None:
    session = botocore.session.get_session()
    unknown = []
    for action in sorted(set(calls())):
        assert re.fullmatch(r"[a-z0-9-]+:[A-Z][A-Za-z0-9]+", action), action
        service, name = action.split(":")
        model = session.get_service_model({"elasticloadbalancing": "elbv2"}.get(service, service))
        if name not in model.operation_names and not OTHER_NAMES.fullmatch(action):
            unknown.append(action)
    assert unknown == []


def test_every_service_of_an_action_can_be_narrowed() -> None:
    services = {action.partition(":")[0] for action in calls()}
    assert services - table().services.keys() == set()
    assert all(service.resources for service in table().services.values())


def test_every_narrowing_speaks_of_an_action_that_there_is() -> None:
    known = set(calls())
    for service in table().services.values():
        given = [
            *service.everywhere,
            *service.make,
            *service.owned,
            *(a for extra in service.also for a in extra.actions),
        ]
        assert [each for each in given if not any(fnmatchcase(action, each) for action in known)] == []


def test_every_type_can_be_made_and_read() -> None:
    types = read_mapping(ROOT / "slipway/render/data/aws-actions.json")["types"]
    assert [name for name, entry in types.items() if not entry["create"] or not entry["read"]] == []


# -- the policies of plans


@pytest.mark.parametrize("stack", [*IN_AWS, "parts"])
def test_no_policy_is_longer_than_iam_takes(stack: str) -> None:
    sizes = [len(re.sub(r"\s", "", policy)) for policy in policies_of(stack)]
    assert sizes
    assert max(sizes) <= LIMIT == 6144
    assert len(sizes) <= 10, "a role takes ten policies"


@pytest.mark.parametrize("stack", [*IN_AWS, "parts"])
def test_no_action_is_a_wildcard_and_every_one_that_is_needed_is_there(stack: str) -> None:
    found = [action for each in statements(*policies_of(stack)) for action in each["Action"]]
    assert [action for action in found if not re.fullmatch(r"[a-z0-9-]+:[A-Za-z0-9]+", action)] == []
    kinds = {each.type for each in plan_of(stack).resources if each.type.startswith("aws:")}
    needed = {action for kind in kinds for action in table().kinds[kind].actions}
    assert needed - set(found) == set()


@pytest.mark.parametrize("stack", IN_AWS)
def test_what_aws_can_narrow_is_narrowed(stack: str) -> None:
    wide = [
        action
        for each in statements(*policies_of(stack))
        if "*" in each["Resource"] and "Condition" not in each
        for action in each["Action"]
    ]
    assert [action for action in wide if not UNNARROWED.fullmatch(action)] == []


@pytest.mark.parametrize("stack", IN_AWS)
def test_every_statement_has_a_name_of_its_own_within_its_policy(stack: str) -> None:
    for one in policies_of(stack):
        sids = [each["Sid"] for each in statements(one)]
        assert len(set(sids)) == len(sids)
        assert all(re.fullmatch(r"[A-Za-z0-9]+", sid) for sid in sids)


def test_a_shipped_production_stack_may_reach_its_own_account_region_and_names_only() -> None:
    settings = effective(ROOT, "orders-production").stack
    (account,) = settings.aws.account_ids
    for each in statements(*policies_of("orders-production")):
        for arn in each["Resource"]:
            if arn == "*":
                continue
            _, _, service, region, owner, _ = arn.split(":", 5)
            assert region in ("", settings.aws.region)
            public = service in ("s3", "route53") or "image/" in arn or "snapshot/" in arn or "canonical" in arn
            assert owner == ("" if public else account), arn


# -- what is allowed on what


def test_names_begin_as_automatic_names_do_and_given_names_are_taken_as_they_are() -> None:
    found = policy(
        resource("aws:cloudwatch/logGroup:LogGroup", "a", name="/slipway/shop-prod/web"),
        resource("aws:cloudwatch/logGroup:LogGroup", "b", name=Unknown()),
        resource("aws:s3/bucket:Bucket", "c"),
    )
    (logs,) = allowing(found, "logs:DeleteLogGroup")
    assert "arn:aws:logs:eu-west-1:123456789012:log-group:/slipway/shop-prod/*" in logs["Resource"]
    assert "arn:aws:logs:eu-west-1:123456789012:log-group:shop-*" in logs["Resource"]
    (bucket,) = allowing(found, "s3:DeleteBucket")
    assert bucket["Resource"] == ["arn:aws:s3:::shop-*", "arn:aws:s3:::shop-*/*"]


def test_what_has_no_name_is_made_and_changed_with_the_stacks_tags_only() -> None:
    found = policy(resource("aws:ec2/vpc:Vpc", "vpc"), resource("aws:ec2/subnet:Subnet", "a"))
    for action in ("ec2:DeleteVpc", "ec2:DeleteSubnet", "ec2:ModifySubnetAttribute", "ec2:DeleteTags"):
        (each,) = allowing(found, action)
        owned = {"aws:ResourceTag/application": "shop", "aws:ResourceTag/environment": "production"}
        assert each["Condition"]["StringEquals"] == owned
    asked = {"aws:RequestTag/application": "shop", "aws:RequestTag/environment": "production"}
    assert asked in [each["Condition"]["StringEquals"] for each in allowing(found, "ec2:CreateVpc")]


def test_tags_are_given_at_the_making_only_so_that_nobody_takes_what_is_not_theirs() -> None:
    conditions = [each["Condition"] for each in allowing(policy(resource("aws:ec2/vpc:Vpc", "vpc")), "ec2:CreateTags")]
    assert len(conditions) == 2
    for condition in conditions:
        owned = "aws:ResourceTag/application" in condition["StringEquals"]
        assert owned or condition["Null"] == {"ec2:CreateAction": "false"}


def test_roles_go_to_the_services_that_they_trust_and_to_no_others() -> None:
    role = resource("aws:iam/role:Role", "machine", assumeRolePolicy=TRUST)
    found = policy(role, resource("aws:iam/instanceProfile:InstanceProfile", "machine"))
    (passing,) = allowing(found, "iam:PassRole")
    assert passing["Action"] == ["iam:PassRole"]
    assert passing["Resource"] == ["arn:aws:iam::123456789012:role/shop-*"]
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": ["ec2.amazonaws.com"]}}


def test_no_role_may_be_passed_where_the_plan_has_none() -> None:
    found = policy(resource("aws:iam/instanceProfile:InstanceProfile", "machine"))
    assert allowing(found, "iam:PassRole") == []


def test_a_role_whose_trust_is_not_known_stops_the_policy() -> None:
    role = resource("aws:iam/role:Role", "machine", assumeRolePolicy=Unknown())
    with pytest.raises(SlipwayError, match="assumeRolePolicy: it is not known"):
        policy(role, resource("aws:iam/instanceProfile:InstanceProfile", "machine"))


def test_objects_are_deleted_only_from_a_bucket_that_the_plan_empties() -> None:
    kind = "aws:s3/bucket:Bucket"
    assert allowing(policy(resource(kind, "kept")), "s3:DeleteObject") == []
    assert allowing(policy(resource(kind, "kept", forceDestroy=False)), "s3:DeleteObject") == []
    assert allowing(policy(resource(kind, "gone", forceDestroy=True)), "s3:DeleteObject")


def test_the_image_is_looked_up_in_one_public_parameter() -> None:
    scope = Scope("eu-west-1", ("123456789012",), "shop-", images="/aws/service/canonical/ubuntu/x/ami-id")
    (look,) = allowing(policy(resource("aws:ec2/vpc:Vpc", "vpc"), scope=scope), "ssm:GetParameter")
    assert look["Resource"] == ["arn:aws:ssm:eu-west-1::parameter/aws/service/canonical/ubuntu/x/ami-id"]


def test_what_another_provider_of_the_plan_makes_is_allowed_in_that_provider_s_region_and_nothing_else_is() -> None:
    made = {name: resource("pulumi:providers:aws", name, region=name) for name in ("eu-west-1", "us-east-1")}
    kinds = {"eu-west-1": "aws:lb/targetGroup:TargetGroup", "us-east-1": "aws:acm/certificate:Certificate"}
    placed = [
        replace(resource(kind, f"in-{region}"), provider=f"{made[region].urn}::id") for region, kind in kinds.items()
    ]
    found = policy(*made.values(), *placed)
    (certificate,) = allowing(found, "acm:DeleteCertificate")
    assert certificate["Resource"] == ["arn:aws:acm:us-east-1:123456789012:certificate/*"]
    (targets,) = allowing(found, "elasticloadbalancing:DeleteTargetGroup")
    assert {arn.split(":")[3] for arn in targets["Resource"]} == {"eu-west-1"}


def test_records_are_changed_in_the_zones_of_the_plan_only() -> None:
    (records,) = allowing(policy(resource("aws:route53/record:Record", "a", zoneId="Z123")), "route53:GetChange")
    zones = ["arn:aws:route53:::change/*", "arn:aws:route53:::healthcheck/*", "arn:aws:route53:::hostedzone/Z123"]
    assert records["Resource"] == zones


def test_a_type_without_an_entry_is_an_error_that_names_the_file() -> None:
    with pytest.raises(SlipwayError, match=r"aws:kinesis/stream:Stream: .*slipway/render/data/aws-actions\.json"):
        policy(resource("aws:kinesis/stream:Stream", "stream"))


def test_what_is_only_read_from_elsewhere_needs_no_rights_to_make_it() -> None:
    read = Resource("urn:x", "aws:kinesis/stream:Stream", "x", custom=True, parent="", inputs={}, external=True)
    assert policy(read) == []


def test_a_statement_that_is_too_long_alone_is_cut() -> None:
    scope = Scope("eu-west-1", tuple(f"{number:012}" for number in range(25)), "shop-")
    kinds = ("aws:lb/loadBalancer:LoadBalancer", "aws:elasticache/replicationGroup:ReplicationGroup")
    made = deploy_policies(Plan("p", "s", tuple(resource(kind, "a") for kind in kinds)), scope)
    assert all(len(re.sub(r"\s", "", one)) <= LIMIT for one in made)
    arns = {
        arn for each in allowing(statements(*made), "elasticache:CreateReplicationGroup") for arn in each["Resource"]
    }
    assert {arn.split(":")[4] for arn in arns} == set(scope.accounts)
