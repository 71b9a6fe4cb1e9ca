"""What depends on nothing but the account and the region is made up, and all else is left to answers."""

from __future__ import annotations

import base64
import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

import slipway.simulated.lookups
from slipway.record.policy_documents import policy_document
from slipway.simulated.lookups import simulated_lookups, simulated_result
from slipway.simulated.provider import SimulatedProvider
from slipway.simulated.sdk import Sdk, result_of
from slipway.simulated.structs import to_python, to_struct

DATA = json.loads((Path(slipway.simulated.lookups.__file__).with_name("data") / "lookups.json").read_text())
IMAGE = "aws:ec2/getAmi:getAmi"
PARTITION = "aws:index/getPartition:getPartition"
REGION = "aws:index/getRegion:getRegion"
ZONE = "aws:index/getAvailabilityZone:getAvailabilityZone"
ANSWERS = [(token, answer) for token, answers in DATA.items() if ":" in token for answer in answers]


def package(token: str) -> Path:
    found = importlib.util.find_spec(f"pulumi_{token.partition(':')[0]}")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent


def result(token: str, arguments: dict[str, Any] | None = None, region: str = "eu-west-1") -> dict[str, Any]:
    made = simulated_result(package(token), token, arguments or {}, region)
    assert made is not None
    return made


@pytest.mark.parametrize(("token", "answer"), ANSWERS)
def test_an_answer_has_properties_of_the_sdk_and_gives_all_that_it_declares(token: str, answer: dict[str, Any]) -> None:
    has = result_of(package(token), token)
    texts: dict[str, Any] = {"name": "given", "serviceName": "given", "zoneId": "given", "service": "given"}
    for name, glob in answer.get("only", {}).items():
        head, _, rest = name.partition(".")
        text = glob.replace("*", "one").replace("?", "-")
        texts |= {head: {rest: text}} if rest else {head: text}
    if "by" in answer:
        texts |= {answer["by"]: next(iter(answer["among"]))}
    if "args" in answer:
        texts |= {"filters": [{"values": [answer["args"].strip("*")]}]}
    made = result(token, {name: value for name, value in texts.items() if name == "filter" or name in has.outputs})

    assert answer["result"].keys() <= has.outputs.keys() | {"name", "id"}
    assert made.keys() >= has.left_open({}).keys()
    assert not re.findall(r"\{\w*:?(hex|digits|upper)\d+\}|\{[a-zA-Z.]+\}", json.dumps(made))
    assert "" not in {made[name] for name, form in answer["result"].items() if isinstance(form, str)}


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("/aws/service/canonical/ubuntu/server/24.04/stable/20260923/amd64/hvm/ebs-gp3/ami-id", "ami-"),
        ("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64", "ami-"),
        ("/aws/service/eks/optimized-ami/1.33/amazon-linux-2023/x86_64/standard/recommended/image_id", "ami-"),
        ("/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended", '{"image_id": "ami-'),
    ],
)
def test_public_parameters_name_images(name: str, form: str) -> None:
    made = result("aws:ssm/getParameter:getParameter", {"name": name})

    assert made["value"].startswith(form)
    assert made["name"] == name


@pytest.mark.parametrize(
    ("token", "arguments"),
    [
        ("aws:ssm/getParameter:getParameter", {"name": "/shop/password"}),
        ("aws:cloudfront/getCachePolicy:getCachePolicy", {"name": "mine"}),
        ("aws:ec2/getManagedPrefixList:getManagedPrefixList", {"name": "offices"}),
        ("aws:elb/getServiceAccount:getServiceAccount", {"region": "mx-central-1"}),
        ("aws:iam/getPolicy:getPolicy", {"arn": "arn:aws:iam::123456789012:policy/mine"}),
        ("aws:kms/getAlias:getAlias", {"name": "alias/mine"}),
        ("aws:secretsmanager/getSecretVersion:getSecretVersion", {"secretId": "mine"}),
        ("aws:route53/getZone:getZone", {"name": "example.com"}),
    ],
)
def test_what_belongs_to_somebody_is_not_made_up(token: str, arguments: dict[str, Any]) -> None:
    assert simulated_result(package(token), token, arguments, "eu-west-1") is None


def test_a_result_is_the_same_each_time_and_another_for_other_arguments_and_regions() -> None:
    first = result(IMAGE, {"owners": ["amazon"]})

    assert result(IMAGE, {"owners": ["amazon"]}) == first
    assert first["id"] == first["imageId"]
    assert result(IMAGE, {"owners": ["self"]})["id"] != first["id"]
    assert result(IMAGE, {"owners": ["amazon"]}, "us-east-1")["id"] != first["id"]
    assert result(IMAGE, {"filters": [{"name": "architecture", "values": ["arm64"]}]})["architecture"] == "arm64"


@pytest.mark.parametrize(
    ("token", "arguments", "region", "wanted"),
    [
        (REGION, {}, "eu-west-1", {"region": "eu-west-1"}),
        (REGION, {"region": "us-east-1"}, "eu-west-1", {"endpoint": "ec2.us-east-1.amazonaws.com"}),
        (PARTITION, {}, "cn-north-1", {"partition": "aws-cn", "dnsSuffix": "amazonaws.com.cn"}),
        (PARTITION, {}, "us-gov-west-1", {"partition": "aws-us-gov"}),
        ("aws:elb/getServiceAccount:getServiceAccount", {}, "us-east-1", {"arn": "arn:aws:iam::127311923021:root"}),
        (
            "aws:cloudfront/getCachePolicy:getCachePolicy", {"name": "Managed-CachingOptimized"}, "us-east-1",
            {"id": "658327ea-f89d-4fab-a63d-7e88639e58f6"},
        ),
        (
            "aws:index/getAvailabilityZones:getAvailabilityZones", {"state": "available"}, "eu-west-1",
            {"names": ["eu-west-1a", "eu-west-1b", "eu-west-1c"], "zoneIds": ["euw1-az1", "euw1-az2", "euw1-az3"]},
        ),
        (
            "aws:index/getAvailabilityZones:getAvailabilityZones", {"excludeNames": ["us-west-1a"]}, "us-west-1",
            {"names": ["us-west-1b"]},
        ),
        (ZONE, {"name": "ap-southeast-2b"}, "ap-southeast-2", {"zoneId": "apse2-az2"}),
        (ZONE, {"zoneId": "usgw1-az1"}, "us-gov-west-1", {"name": "us-gov-west-1a"}),
    ],
)  # fmt: skip
def test_a_result_is_what_the_region_and_the_arguments_say(
    token: str, arguments: dict[str, Any], region: str, wanted: dict[str, Any]
) -> None:
    made = result(token, arguments, region)

    assert {name: made[name] for name in wanted} == wanted


def test_a_zone_of_cloudflare_has_one_id_however_it_is_asked_for() -> None:
    one = result("cloudflare:index/getZone:getZone", {"filter": {"name": "shop.example"}})
    listed = result("cloudflare:index/getZones:getZones", {"name": "shop.example"})["results"]
    other = result("cloudflare:index/getZone:getZone", {"filter": {"name": "other.example"}})
    account = result("cloudflare:index/getAccounts:getAccounts")["results"][0]["id"]

    assert (one["zoneId"], one["name"]) == (listed[0]["id"], "shop.example")
    assert one["account"]["id"] == listed[0]["account"]["id"] == account
    assert other["zoneId"] != one["zoneId"]


def test_a_policy_document_is_written_as_the_provider_writes_it() -> None:
    made = policy_document(
        {
            "policyId": "shop",
            "statements": [
                {
                    "sid": "Read",
                    "actions": ["s3:GetObject"],
                    "resources": ["arn:aws:s3:::a/&{aws:username}/*", "arn:aws:s3:::b/*"],
                    "principals": [
                        {"type": "AWS", "identifiers": ["arn:aws:iam::1:root"]},
                        {"type": "Service", "identifiers": ["ec2.amazonaws.com"]},
                    ],
                    "conditions": [
                        {"test": "StringLike", "variable": "s3:prefix", "values": ["", "home/"]},
                        {"test": "StringLike", "variable": "aws:a", "values": ["&{aws:b}"]},
                    ],
                },
                {
                    "effect": "Deny", "notActions": ["s3:*"], "notResources": ["*"],
                    "notPrincipals": [{"type": "*", "identifiers": ["*"]}],
                },
            ],
        }
    )  # fmt: skip

    assert json.loads(made["json"]) == {
        "Version": "2012-10-17",
        "Id": "shop",
        "Statement": [
            {
                "Sid": "Read",
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": ["arn:aws:s3:::b/*", "arn:aws:s3:::a/${aws:username}/*"],
                "Principal": {"AWS": "arn:aws:iam::1:root", "Service": "ec2.amazonaws.com"},
                "Condition": {"StringLike": {"s3:prefix": ["", "home/"], "aws:a": "${aws:b}"}},
            },
            {"Effect": "Deny", "NotAction": "s3:*", "NotResource": "*", "NotPrincipal": "*"},
        ],
    }
    assert made["json"].startswith('{\n  "Version"')
    assert json.loads(made["minifiedJson"]) == json.loads(made["json"])


def test_policy_documents_are_put_together_and_override_each_other_by_sid() -> None:
    def document(*actions: tuple[str, str]) -> str:
        statements = [{"sid": sid, "actions": [action], "resources": ["*"]} for sid, action in actions]
        return str(policy_document({"statements": statements})["json"])

    made = policy_document(
        {
            "sourcePolicyDocuments": [document(("A", "s3:a"), ("B", "s3:b"))],
            "statements": [{"sid": "B", "actions": ["s3:own"], "resources": ["*"]}],
            "overridePolicyDocuments": [document(("A", "s3:over"), ("C", "s3:c"))],
        }
    )

    actions = [(each["Sid"], each["Action"]) for each in json.loads(made["json"])["Statement"]]
    assert actions == [("A", "s3:over"), ("B", "s3:own"), ("C", "s3:c")]
    with pytest.raises(LookupError, match="duplicate Sid \\(A\\)"):
        document(("A", "s3:a"), ("A", "s3:b"))


def test_the_users_own_answer_wins_and_what_was_made_up_is_told(tmp_path: Path) -> None:
    sdk = Sdk("aws", "7.51.1", package(IMAGE))

    def call(served: SimulatedProvider, wanted: str = IMAGE, **arguments: Any) -> Any:
        return served.Invoke(provider_pb2.InvokeRequest(tok=wanted, args=to_struct(arguments)), None)

    own = SimulatedProvider(sdk, tmp_path, {"invokes": [{"token": IMAGE, "result": {"id": "mine"}}]}, autoname=True)
    assert to_python(getattr(call(own), "return")) == {"id": "mine"}
    assert simulated_lookups(tmp_path) == ()

    simulated = SimulatedProvider(sdk, tmp_path, {}, autoname=True)
    assert to_python(getattr(call(simulated), "return"))["id"].startswith("ami-")
    assert simulated_lookups(tmp_path) == (IMAGE,)
    (refused,) = call(simulated, ZONE, name="us-east-1z").failures
    assert "no availability zone matches; us-east-1 has us-east-1a" in refused.reason


def test_a_login_to_the_registry_is_another_one_each_time() -> None:
    one, other = (result("aws:ecr/getAuthorizationToken:getAuthorizationToken") for _ in range(2))

    assert one["password"] != other["password"]
    assert base64.b64decode(one["authorizationToken"]).decode() == f"{one['userName']}:{one['password']}"
    assert {key: one[key] for key in ("proxyEndpoint", "userName")} == {
        "proxyEndpoint": "https://123456789012.dkr.ecr.eu-west-1.amazonaws.invalid",
        "userName": "AWS",
    }
