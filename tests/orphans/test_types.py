"""What an ARN says, type by type."""

from __future__ import annotations

import json
from pathlib import Path

import pulumi_aws
import pytest

from slipway.orphans.types import known_types, read_arn
from slipway.simulated.sdk import declared

ROOT = Path(__file__).resolve().parents[2]
START = "us-east-1:123456789012"
CASES = [
    ("aws:ec2/vpc:Vpc", f"arn:aws:ec2:{START}:vpc/vpc-0a", "vpc-0a"),
    ("aws:ec2/eip:Eip", f"arn:aws:ec2:{START}:elastic-ip/eipalloc-0a", "eipalloc-0a"),
    ("aws:cloudwatch/logGroup:LogGroup", f"arn:aws:logs:{START}:log-group:/orders/api:*", "/orders/api"),
    ("aws:ssm/parameter:Parameter", f"arn:aws:ssm:{START}:parameter/orders/api/URL", "/orders/api/URL"),
    ("aws:ssm/parameter:Parameter", f"arn:aws:ssm:{START}:parameter/URL", "URL"),
    ("aws:s3/bucket:Bucket", "arn:aws:s3:::orders-uploads-1", "orders-uploads-1"),
    ("aws:sns/topic:Topic", f"arn:aws:sns:{START}:orders", f"arn:aws:sns:{START}:orders"),
    ("aws:cloudwatch/eventRule:EventRule", f"arn:aws:events:{START}:rule/orders-failed", "default/orders-failed"),
    ("aws:scheduler/scheduleGroup:ScheduleGroup", f"arn:aws:scheduler:{START}:schedule-group/orders-1", "orders-1"),
    (
        "aws:sqs/queue:Queue",
        f"arn:aws:sqs:{START}:orders-failed",
        "https://sqs.us-east-1.amazonaws.com/123456789012/orders-failed",
    ),
    ("aws:rds/cluster:Cluster", f"arn:aws:rds:{START}:cluster:orders-1", "orders-1"),
    ("aws:route53/healthCheck:HealthCheck", "arn:aws:route53:::healthcheck/11-22", "11-22"),
    ("aws:route53/zone:Zone", "arn:aws:route53:::hostedzone/Z1", "Z1"),
    ("aws:wafv2/webAcl:WebAcl", f"arn:aws:wafv2:{START}:regional/webacl/orders/11-22", "11-22/orders/REGIONAL"),
    ("aws:lb/loadBalancer:LoadBalancer", f"arn:aws:elasticloadbalancing:{START}:loadbalancer/app/orders/0a", None),
    ("aws:lb/listener:Listener", f"arn:aws:elasticloadbalancing:{START}:listener/app/orders/0a/0b", None),
    ("aws:lb/listenerRule:ListenerRule", f"arn:aws:elasticloadbalancing:{START}:listener-rule/app/o/0a/0b/0c", None),
    ("aws:lb/targetGroup:TargetGroup", f"arn:aws:elasticloadbalancing:{START}:targetgroup/orders/0a", None),
    ("aws:ecs/cluster:Cluster", f"arn:aws:ecs:{START}:cluster/orders-1", "orders-1"),
    ("aws:ecs/service:Service", f"arn:aws:ecs:{START}:service/orders-1/api-2", "orders-1/api-2"),
    ("aws:ecs/taskDefinition:TaskDefinition", f"arn:aws:ecs:{START}:task-definition/orders-api:7", None),
    ("aws:lambda/function:Function", f"arn:aws:lambda:{START}:function:orders-migration", "orders-migration"),
    ("aws:cloudfront/distribution:Distribution", "arn:aws:cloudfront::123456789012:distribution/E1", "E1"),
]


@pytest.mark.parametrize(("kind", "arn", "identifier"), CASES, ids=lambda value: str(value).rpartition(":")[2])
def test_an_arn_tells_the_type_and_the_id_that_the_provider_imports_by(
    kind: str, arn: str, identifier: str | None
) -> None:
    named = read_arn(arn)

    assert [each.type for each in named.types] == [kind]
    assert named.import_id(named.types[0]) == (identifier or arn)


def test_commands_name_the_thing_and_its_region_and_quote_what_a_shell_would_read() -> None:
    vpc = read_arn(f"arn:aws:ec2:{START}:vpc/vpc-0a")
    alarm = read_arn(f"arn:aws:cloudwatch:{START}:alarm:too hot; rm -rf /")
    bucket = read_arn("arn:aws:s3:::orders")

    assert vpc.delete(vpc.types[0]) == ("aws ec2 delete-vpc --vpc-id vpc-0a --region us-east-1",)
    assert "--alarm-names 'too hot; rm -rf /' --region us-east-1" in alarm.delete(alarm.types[0])[0]
    assert bucket.delete(bucket.types[0]) == ("aws s3api delete-bucket --bucket orders",)


def test_both_kinds_of_security_group_rules_have_one_form() -> None:
    named = read_arn(f"arn:aws:ec2:{START}:security-group-rule/sgr-0a")

    assert {each.type.rpartition(":")[2] for each in named.types} == {
        "SecurityGroupEgressRule",
        "SecurityGroupIngressRule",
    }


def test_a_database_and_a_server_of_a_cluster_have_one_form_and_count_as_the_one_that_holds_data() -> None:
    named = read_arn(f"arn:aws:rds:{START}:db:orders-1")

    assert [each.type.rpartition(":")[2] for each in named.types] == ["Instance", "ClusterInstance"]
    assert named.types[0].data
    assert {named.import_id(each) for each in named.types} == {"orders-1"}


@pytest.mark.parametrize(
    "resource", ["rds:{}:snapshot:orders-last", "ec2:{}:snapshot/snap-0a", "elasticache:{}:snapshot:s"]
)
def test_snapshots_are_kept_and_of_no_type(resource: str) -> None:
    named = read_arn(f"arn:aws:{resource.format(START)}")

    assert named.types == ()
    assert "snapshot" in named.kept


def test_what_nobody_knows_is_of_no_type_and_no_error() -> None:
    assert read_arn(f"arn:aws:quantum:{START}:cat/alive").types == ()
    assert read_arn("no arn").types == ()


def test_every_type_that_a_deployment_may_make_with_tags_is_known() -> None:
    # The other table says what a deployer must be allowed: whoever adds a type there is reminded of this one.
    deployable = json.loads((ROOT / "slipway" / "render" / "data" / "aws-actions.json").read_text())["types"]
    sdk = Path(pulumi_aws.__path__[0])
    missing = {each for each in deployable if "tagsAll" in declared(sdk, each).outputs} - known_types().keys()

    assert missing == {"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"}  # AWS's own, of the network
