"""The one way from one security group to another, and IAM's documents."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws
import pytest

from components.aws.connections import Connection, End, connect
from components.aws.iam import policy_document, trust

if TYPE_CHECKING:
    from collections.abc import Mapping

CONNECTION = Connection(
    carries="Redis over TLS",
    port=6379,
    source=End("sg-source", "clients", "clients"),
    target=End("sg-target", "cache", "orders-cache"),
)


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> dict[str, Mapping[str, object]]:
    """What each rule is made from, by logical name."""
    made: dict[str, Mapping[str, object]] = {}

    def record(kind: str) -> object:
        return lambda name, **settings: made.update({f"{kind} {name}": settings})

    monkeypatch.setattr(aws.vpc, "SecurityGroupIngressRule", record("in"))
    monkeypatch.setattr(aws.vpc, "SecurityGroupEgressRule", record("out"))
    connect("orders-cache", CONNECTION, pulumi.ResourceOptions())
    return made


def test_a_connection_is_two_rules_named_by_the_roles_of_both_ends(rules: dict[str, Mapping[str, object]]) -> None:
    assert set(rules) == {"in orders-cache-from-clients", "out orders-cache-to-cache"}


def test_the_target_lets_in_its_source_on_that_port_only(rules: dict[str, Mapping[str, object]]) -> None:
    rule = rules["in orders-cache-from-clients"]
    assert rule["security_group_id"] == "sg-target"
    assert rule["referenced_security_group_id"] == "sg-source"
    assert (rule["ip_protocol"], rule["from_port"], rule["to_port"]) == ("tcp", 6379, 6379)
    assert rule["description"] == "Redis over TLS from clients"


def test_the_source_goes_out_to_its_target_on_that_port_only(rules: dict[str, Mapping[str, object]]) -> None:
    rule = rules["out orders-cache-to-cache"]
    assert rule["security_group_id"] == "sg-source"
    assert rule["referenced_security_group_id"] == "sg-target"
    assert (rule["ip_protocol"], rule["from_port"], rule["to_port"]) == ("tcp", 6379, 6379)
    assert rule["description"] == "Redis over TLS to orders-cache"


def test_neither_rule_names_an_address(rules: dict[str, Mapping[str, object]]) -> None:
    assert [name for name, rule in rules.items() if {"cidr_ipv4", "cidr_ipv6", "prefix_list_id"} & set(rule)] == []


def test_a_policy_has_the_version_that_knows_conditions_and_all_its_statements() -> None:
    first, second = {"Effect": "Allow", "Action": "a:B", "Resource": "*"}, {"Effect": "Deny"}
    assert json.loads(policy_document(first, second)) == {"Version": "2012-10-17", "Statement": [first, second]}


def test_a_service_may_act_as_a_role_for_the_named_accounts_only() -> None:
    (statement,) = json.loads(trust("ecs-tasks.amazonaws.com", ["222222222222", "111111111111"]))["Statement"]
    assert statement["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": ["111111111111", "222222222222"]}}


def test_a_role_is_trusted_to_one_service_alone() -> None:
    (statement,) = json.loads(trust("ec2.amazonaws.com"))["Statement"]
    assert statement == {
        "Effect": "Allow",
        "Principal": {"Service": "ec2.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
