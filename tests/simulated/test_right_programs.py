"""Programs that AWS takes although they look as if it would not: no check here may refuse them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from slipway.simulated.checks import refusals
from slipway.simulated.checks.asked import Asked
from slipway.simulated.structs import UNKNOWN
from tests.simulated.driving import carry_out
from tests.simulated.test_inputs import sdk

PARTS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("wrong").joinpath("parts.yaml").read_text())
NETWORK, SUBNET, GROUP = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet", "aws:ec2/securityGroup:SecurityGroup"
MORE = "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
RECORD, BUCKET, USER = "aws:route53/record:Record", "aws:s3/bucket:Bucket", "aws:elasticache/user:User"
FUNCTION, PERMISSION = "aws:lambda/function:Function", "aws:lambda/permission:Permission"
NOTIFICATION = "aws:s3/bucketNotification:BucketNotification"
REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
TOPIC, QUEUE = "aws:sns/topic:Topic", "aws:sqs/queue:Queue"
ROLE = "arn:aws:iam::123456789012:role/copies"
CODE = {"handler": "a.b", "runtime": "python3.13", "role": ROLE, "s3Bucket": "a", "s3Key": "b", "name": "thumbs"}
WORD = "a-long-enough-password"  # of nobody
LOGGED = {"pattern": "ERROR", "metricTransformation": {"name": "errors", "namespace": "shop", "value": "1"}}


def a(kind: str, **inputs: Any) -> dict[str, Any]:
    return {"type": kind, "inputs": inputs}


def record(kind: str, *values: str, **inputs: Any) -> dict[str, Any]:
    return a(
        RECORD, **{"zoneId": "${zone.zoneId}", "name": "www", "type": kind, "ttl": 60, "records": values, **inputs}
    )


def user(**inputs: Any) -> dict[str, Any]:
    return a(USER, userId="shop", userName="shop", engine="valkey", accessString="on ~* +@all", **inputs)


def copied(source: dict[str, Any]) -> dict[str, Any]:
    to = {"bucket": "arn:aws:s3:::somebodys-files"}
    rules = [{"id": "all", "status": "Enabled", "destination": to}]
    return {"source": source, "copies": a(REPLICATION, bucket="${source.bucket}", role=ROLE, rules=rules)}


def called(arn: str, **permission: Any) -> dict[str, Any]:
    return {
        "function": a(FUNCTION, **CODE),
        "alias": a("aws:lambda/alias:Alias", name="live", functionName="${function.name}", functionVersion="1"),
        "permission": a(PERMISSION, action="lambda:InvokeFunction", principal="s3.amazonaws.com", **permission),
        "told": a(
            NOTIFICATION,
            bucket="${bucket.bucket}",
            lambdaFunctions=[{"lambdaFunctionArn": arn, "events": ["s3:ObjectCreated:*"]}],
        ),
    }


RIGHT: dict[str, dict[str, Any]] = {
    "a password that is written and never read": {"make": {"user": user(passwordsWo=WORD, passwordsWoVersion=1)}},
    "copies of a bucket that is made for locks": {"make": copied(a(BUCKET, bucket="ours", objectLockEnabled=True))},
    "copies of a bucket whose own input says that it keeps versions": {
        "make": copied(a(BUCKET, bucket="ours", versioning={"enabled": True}))
    },
    "a call of a function's alias, allowed by its qualifier": {
        "with": ["bucket"],
        "make": called("${alias.arn}", function="${function.name}", qualifier="${alias.name}"),
    },
    "a call of a function's alias, allowed by its name": {
        "with": ["bucket"],
        "make": called("${alias.arn}", function="thumbs:live"),
    },
    "a call of a function's version": {
        "with": ["bucket"],
        "make": called(
            "arn:aws:lambda:us-east-1:123456789012:function:thumbs:3", function="${function.name}", qualifier="3"
        ),
    },
    "a call of a function": {"with": ["bucket"], "make": called("${function.arn}", function="${function.arn}")},
    "what is counted in logs of AWS's own": {
        "make": {
            name: a("aws:cloudwatch/logMetricFilter:LogMetricFilter", logGroupName=group, **LOGGED)
            for name, group in {
                "metrics": "RDSOSMetrics",
                "calls": "API-Gateway-Execution-Logs_a1b2c3/live",
                "function": "/aws/lambda/thumbs",
            }.items()
        }
    },
    "a name in a part of a network of names": {
        "with": ["zone"],
        "make": {"it": record("CNAME", "1.0/25.2.0.192.in-addr.arpa")},
    },
    "a mail host after two spaces": {"with": ["zone"], "make": {"it": record("MX", "10  mail.example.com")}},
    "a record that nobody may keep": {"with": ["zone"], "make": {"it": record("A", "192.0.2.1", ttl=0)}},
    "a subnet in the range that a pool gave, beside one that the program did": {
        "make": {
            "net": a(NETWORK, ipv4IpamPoolId="ipam-pool-0123456789abcdef0", ipv4NetmaskLength=16),
            "more": a(MORE, vpcId="${net.id}", cidrBlock="10.9.0.0/16"),
            "subnet": a(SUBNET, vpcId="${net.id}", cidrBlock="10.1.0.0/24"),
        }
    },
    "a rule on members of a group behind a transit gateway": {
        "with": ["network"],
        "make": {
            "far": a(NETWORK, cidrBlock="10.7.0.0/16"),
            "members": a(GROUP, vpcId="${far.id}", description="members"),
            "bridge": a(
                "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
                vpcId="${vpc.id}",
                subnetIds=["${one.id}"],
                transitGatewayId="tgw-0123456789abcdef0",
            ),
            "rule": a(
                INGRESS,
                securityGroupId="${group.id}",
                referencedSecurityGroupId="${members.id}",
                ipProtocol="tcp",
                fromPort=1,
                toPort=1,
            ),
        },
    },
    "a machine whose group was added to its network": {
        "with": ["network"],
        "make": {
            "far": a(NETWORK, cidrBlock="10.7.0.0/16"),
            "members": a(GROUP, vpcId="${far.id}", description="members"),
            "added": a(
                "aws:vpc/securityGroupVpcAssociation:SecurityGroupVpcAssociation",
                securityGroupId="${members.id}",
                vpcId="${vpc.id}",
            ),
            "machine": a(
                "aws:ec2/instance:Instance",
                ami="ami-0123456789abcdef0",
                instanceType="t3.micro",
                subnetId="${one.id}",
                vpcSecurityGroupIds=["${members.id}"],
            ),
        },
    },
    "an order that is kept under a name of Pulumi's making": {
        "make": {"topic": a(TOPIC, fifoTopic="true"), "queue": a(QUEUE, fifoQueue=True, contentBasedDeduplication=True)}
    },
    "a cluster and a database whose passwords are not in the program any more": {
        "make": {
            "cluster": a("aws:rds/cluster:Cluster", engine="aurora-mysql", masterUsername="shop", masterPassword=WORD),
            "database": a(
                "aws:rds/instance:Instance",
                engine="mysql",
                instanceClass="db.t4g.micro",
                allocatedStorage=20,
                username="shop",
                password=WORD,
            ),
        },
        "then": [{"change": {"cluster": {"masterPassword": None}, "database": {"password": None}}}],
    },
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_aws_takes_is_not_refused(name: str, tmp_path: Path) -> None:
    carry_out(RIGHT[name], "right", tmp_path, PARTS)


def test_a_made_up_name_ends_as_one_that_keeps_an_order_has_to(tmp_path: Path) -> None:
    driven = carry_out(
        {"make": {"orders": a(QUEUE, fifoQueue=True), "letters": a(QUEUE), "o" * 90: a(TOPIC, fifoTopic=True)}},
        "right",
        tmp_path,
        {},
    )

    names = [made.outputs["name"] for made in driven.made.values()]
    assert [name.endswith(".fifo") for name in names] == [True, False, True]
    assert driven.made["orders"].outputs["arn"].endswith(f":{names[0]}")


UNKNOWNS: dict[str, tuple[str, dict[str, Any]]] = {
    "the last snapshot of a cache": (
        "aws:elasticache/cluster:Cluster",
        {"engine": "memcached", "finalSnapshotIdentifier": UNKNOWN},
    ),
    "the speed of a disk": (
        "aws:ebs/volume:Volume",
        {
            "availabilityZone": "us-east-1a",
            "size": 1,
            "iops": UNKNOWN,
            "throughput": UNKNOWN,
            "multiAttachEnabled": UNKNOWN,
        },
    ),
    "the address of a NAT gateway": (
        "aws:ec2/natGateway:NatGateway",
        {"connectivityType": "private", "subnetId": "subnet-0123456789abcdef0", "allocationId": UNKNOWN},
    ),
    "what is asked of a target": (
        "aws:lb/targetGroup:TargetGroup",
        {
            "port": 1,
            "protocol": "TCP",
            "vpcId": UNKNOWN,
            "healthCheck": {"protocol": "TCP", "matcher": UNKNOWN, "path": UNKNOWN},
        },
    ),
    "whether a topic keeps an order": (TOPIC, {"name": "orders.fifo", "fifoTopic": UNKNOWN}),
    "whether a queue knows what is the same": (QUEUE, {"name": "orders", "contentBasedDeduplication": UNKNOWN}),
    "one of a table's attributes": (
        "aws:dynamodb/table:Table",
        {"hashKey": "id", "attributes": [UNKNOWN, {"name": "other", "type": "S"}]},
    ),
    "one of a table's indexes": (
        "aws:dynamodb/table:Table",
        {
            "hashKey": "id",
            "attributes": [{"name": "id", "type": "S"}, {"name": "b", "type": "S"}],
            "globalSecondaryIndexes": [UNKNOWN],
        },
    ),
    "whose a ruleset is": (
        "cloudflare:index/ruleset:Ruleset",
        {"kind": "zone", "name": "a", "phase": "http_ratelimit", "zoneId": "0" * 32, "accountId": UNKNOWN},
    ),
    "where a script's text is": (
        "cloudflare:index/workersScript:WorkersScript",
        {"accountId": "0" * 32, "scriptName": "a", "content": "a", "contentFile": UNKNOWN},
    ),
}


@pytest.mark.parametrize("name", UNKNOWNS)
def test_what_is_unknown_yet_is_neither_missing_nor_too_much(name: str) -> None:
    token, inputs = UNKNOWNS[name]
    known = json.loads(json.dumps(inputs).replace(UNKNOWN, "1"))

    def found(given: dict[str, Any]) -> tuple[str, ...]:
        return refusals(Asked(token=token, name="it", inputs=given), sdk(token.partition(":")[0]))

    assert found(inputs) == ()
    assert found(known), "the case would be right with a value too, and proves nothing"


def test_a_number_or_a_flag_that_is_given_as_a_text_is_kept_as_what_it_is(tmp_path: Path) -> None:
    driven = carry_out(
        {"with": ["network"], "make": {"acl": a("aws:ec2/networkAcl:NetworkAcl", vpcId="${vpc.id}")}},
        "right",
        tmp_path,
        PARTS,
    )
    rule = {"networkAclId": "${acl.id}", "protocol": 6, "ruleAction": "allow", "cidrBlock": "10.0.0.0/8"}
    driven.make("rule", "aws:ec2/networkAclRule:NetworkAclRule", {**rule, "ruleNumber": "7", "egress": "false"})

    made = driven.made["rule"].outputs
    assert (made["ruleNumber"], made["egress"], made["protocol"]) == (7, False, "6")
