"""What is checked of inputs by themselves: their form as the SDK declares it, and data that fits the SDK."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import slipway.simulated
from slipway.simulated.checks import refusals
from slipway.simulated.checks.asked import Asked
from slipway.simulated.checks.aws.autoscaling import TRIGGERS
from slipway.simulated.checks.forms import form
from slipway.simulated.checks.shape import in_kind, misfits
from slipway.simulated.inputs import Form, inputs_of
from slipway.simulated.sdk import declared, snake
from slipway.simulated.structs import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DATA = Path(slipway.simulated.__file__).with_name("data")
INPUTS = json.loads((DATA / "aws-inputs.json").read_text())
RELATIONS = json.loads((DATA / "aws-relations.json").read_text())
KEYS = {"allowed", "any_case", "form", "least", "longest", "most", "or", "pattern", "says", "shortest"}
ASSET = {"4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", "text": "a"}
GROUP = "aws:autoscaling/group:Group"
TARGETS = "aws:lb/targetGroup:TargetGroup"
VPC = "aws:ec2/vpc:Vpc"


def sdk(package: str = "aws") -> Path:
    found = importlib.util.find_spec(f"pulumi_{package}")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent


def told(token: str, **inputs: Any) -> list[str]:
    asked = Asked(token=token, name="it", inputs=inputs)
    return list(refusals(asked, sdk(token.partition(":")[0])))


def has(fields: Mapping[str, Form], path: str) -> bool:
    head, _, rest = path.partition(".")
    found = fields.get(head)
    while found is not None and found.of is not None and found.kind in ("list", "map"):
        found = found.of
    return found is not None and (not rest or rest == "[]" or has(found.fields, rest))


def test_every_rule_and_choice_is_of_inputs_that_the_sdk_has_and_in_words_that_are_known() -> None:
    missing, unknown = [], []
    for token, rules in INPUTS["types"].items():
        fields = inputs_of(sdk(), token) or {}
        missing += [f"{token}.{path}" for path in rules if not has(fields, path)]
        unknown += [f"{token}.{path}" for path, rule in rules.items() if not rule or rule.keys() - KEYS]
        unknown += [f"{token}.{path}" for path, rule in rules.items() if ("pattern" in rule) != ("says" in rule)]
        for rule in rules.values():
            if "form" in rule:
                assert callable(form("aws", rule["form"]))
    for token, choices in INPUTS["choices"].items():
        fields = inputs_of(sdk(), token) or {}
        for choice in choices:
            at = f"{choice['at']}." if "at" in choice else ""
            named = [f"{at}{name}" for names in choice.values() if isinstance(names, list) for name in names]
            missing += [f"{token}.{name}" for name in named if not has(fields, name)]

    assert missing == []
    assert unknown == []


def test_every_input_of_a_group_of_machines_may_start_a_refresh_of_them() -> None:
    """The provider's own names, of which some are singular where Pulumi's are plural."""
    plural = {"initial_lifecycle_hooks", "tags", "traffic_sources", "vpc_zone_identifiers"}
    names = {snake(name) for name in inputs_of(sdk(), GROUP) or {}}
    own = {name.removesuffix("s") if name in plural else name for name in names}

    assert own - TRIGGERS == set()
    triggers = sorted(own)
    found = told(
        GROUP,
        minSize=1,
        maxSize=1,
        launchTemplate={"id": "a"},
        instanceRefresh={"strategy": "Rolling", "triggers": triggers},
    )
    assert found == []


def test_every_relation_is_of_properties_that_the_sdk_has() -> None:
    missing = [f"{token}.{path}" for token, path in properties() if not known(token, path)]

    assert missing == []
    kinds = {kind for paths in RELATIONS["references"].values() for kind in paths.values()}
    assert kinds <= RELATIONS["kinds"].keys()


def properties() -> Iterator[tuple[str, str]]:
    for kind in RELATIONS["kinds"].values():
        yield from kind["in"]
    for token, paths in RELATIONS["references"].items():
        yield from ((token, path) for path in paths)
    for token, rule in RELATIONS["used"].items():
        yield token, rule.get("of", "id")
        yield from ((hop[0], path) for chain in rule["by"] for hop in chain for path in hop[1:])
    for token, rule in RELATIONS["unique"].items():
        yield from ((token, name) for name in rule["same"])
    for parts in RELATIONS["gone_with"].values():
        yield from parts


def known(token: str, path: str) -> bool:
    fields = inputs_of(sdk(), token)
    return path == "id" or (fields is not None and has(fields, path)) or path in declared(sdk(), token).outputs


@pytest.mark.parametrize(
    "inputs",
    [
        {"minSize": "1", "maxSize": 2.0},
        {"minSize": UNKNOWN, "maxSize": UNKNOWN, "vpcZoneIdentifiers": UNKNOWN},
        {"minSize": 1, "maxSize": 2, "forceDelete": "true", "vpcZoneIdentifiers": [UNKNOWN, "subnet-1"]},
        {"minSize": 1, "maxSize": 2, "launchTemplate": {"id": UNKNOWN, "version": 3}, "healthCheckType": None},
        {"minSize": 1, "maxSize": 2, "tags": [{"key": "a", "value": UNKNOWN, "propagateAtLaunch": True}]},
        {"minSize": 1, "maxSize": 2, "__defaults": ["name"]},
    ],
)
def test_a_value_that_is_unknown_or_can_be_taken_for_what_it_should_be_is_in_order(inputs: dict[str, Any]) -> None:
    assert list(misfits(inputs, sdk(), GROUP)) == []


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        ({"maxSize": "two"}, "expected number type, got a value of type string. Examine values at 'it.maxSize'."),
        ({"maxSize": True}, "expected number type, got true of type bool. Examine values at 'it.maxSize'."),
        ({"maxSize": 2, "forceDelete": 1}, "expected bool type, got 1 of type number"),
        ({"maxSize": 2, "name": ["a"]}, "expected string type, got a value of type []. Examine values at 'it.name'."),
        ({"maxSize": 2, "launchTemplate": "lt-1"}, "expected object type, got a value of type string"),
        ({"maxSize": 2, "launchTemplate": {"ids": "lt-1"}}, "unknown key. Examine values at 'it.launchTemplate.ids'."),
        ({"maxSize": 2, "tags": [{"key": "a", "value": "b"}]}, "Missing required property 'tags[0].propagateAtLaunch'"),
        ({"maxSize": 2, "tags": {"a": "b"}}, "expected [] type, got a value of type object"),
    ],
)  # fmt: skip
def test_a_value_of_another_form_is_told_with_its_place(inputs: dict[str, Any], says: str) -> None:
    found = told(GROUP, **{"minSize": 1, **inputs})

    assert len(found) == 1
    assert says in found[0]


def test_a_map_holds_texts_and_an_asset_may_stand_for_one() -> None:
    assert told(VPC, cidrBlock="10.0.0.0/16", tags={"a": ["b"]}) == [
        "expected string type, got a value of type []. Examine values at 'it.tags.a'."
    ]
    assert not list(misfits({"bucket": "b", "source": ASSET}, sdk(), "aws:s3/bucketObjectv2:BucketObjectv2"))


def test_a_type_whose_arguments_have_another_name_in_the_sdk_has_inputs_too() -> None:
    kind = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"

    assert {"bucket", "rules"} <= (inputs_of(sdk(), kind) or {}).keys()
    assert {"bucket", "rules"} <= declared(sdk(), kind).inputs


def test_a_type_that_the_sdk_lacks_is_not_judged() -> None:
    assert told("aws:nowhere/nothing:Nothing", anything={"at": "all"}) == []


def test_other_packages_are_held_to_their_sdk_too() -> None:
    assert told("random:index/randomPassword:RandomPassword", length=12) == []
    assert told("random:index/randomPassword:RandomPassword") == ["Missing required property 'length'"]
    assert told("cloudflare:index/dnsRecord:DnsRecord", name="a", ttl=1, type="A", zoneId="z", contents="b") == [
        "Invalid or unknown key. Examine values at 'it.contents'."
    ]


def test_bounds_hold_for_what_is_known_only() -> None:
    fine = {"vpcId": UNKNOWN, "port": UNKNOWN, "protocol": UNKNOWN, "name": UNKNOWN, "healthCheck": UNKNOWN}

    assert told(TARGETS, **fine) == []
    assert told(TARGETS, **fine | {"targetType": UNKNOWN, "port": None, "protocol": None}) == []
    assert told(TARGETS, **fine | {"healthCheck": {"interval": UNKNOWN, "timeout": 121, "path": UNKNOWN}}) == [
        "expected timeout to be in the range (2 - 120), got 121. Examine values at 'it.healthCheck.timeout'."
    ]
    assert told(TARGETS, **fine | {"port": "70000"}) == [
        "expected port to be in the range (1 - 65535), got 70000. Examine values at 'it.port'."
    ]


def test_a_choice_counts_what_is_unknown_as_given_where_something_is_missing_and_not_where_it_is_too_much() -> None:
    route = {"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0"}

    assert told("aws:ec2/route:Route", **route, gatewayId=UNKNOWN) == []
    assert told("aws:ec2/route:Route", **route, gatewayId=UNKNOWN, natGatewayId="nat-1") == []
    assert told("aws:ec2/route:Route", **route) != []


def test_a_secret_that_breaks_a_rule_is_not_shown() -> None:
    kind = "aws:elasticache/user:User"
    found = told(kind, accessString="on", engine="valkey", userId="a", userName="a", passwords=["hunter2"])

    assert len(found) == 1
    assert "expected length of passwords to be in the range (16 - 128), got a secret value" in found[0]


def test_texts_numbers_and_flags_are_judged_as_what_they_stand_for() -> None:
    inputs = {"minSize": "3", "maxSize": "2.0", "forceDelete": "false", "name": 5, "launchTemplate": {"version": 1}}
    converted = in_kind(inputs | {"desiredCapacity": UNKNOWN, "vpcZoneIdentifiers": [UNKNOWN]}, sdk(), GROUP)

    assert converted["minSize"] == 3
    assert converted["maxSize"] == 2
    assert converted["forceDelete"] is False
    assert converted["name"] == "5"
    assert converted["launchTemplate"] == {"version": "1"}
    assert converted["desiredCapacity"] == UNKNOWN
    assert in_kind({"maxSize": "two"}, sdk(), GROUP) == {"maxSize": "two"}
    assert told(TARGETS, vpcId="vpc-1", port=80, protocol="HTTP", **in_kind({"name": 5}, sdk(), TARGETS)) == []
