"""What the cluster guarantees: measured containers, and no shell without an encrypted log of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from components.aws.container_cluster import key_policy
from tests.components.planning import inside, part_of, target, the_part

if TYPE_CHECKING:
    from plan.graph import Graph

ARN = "arn:aws:kms:eu-west-1:123456789012:key/1234"


def test_every_container_is_measured(parts: Graph) -> None:
    for component in ("cluster", "cluster-shell"):
        settings = the_part(parts, component, "Cluster").inputs["settings"]
        assert settings == [{"name": "containerInsights", "value": "enabled"}]


def test_capacity_is_fargate_s_own_where_a_service_says_nothing(parts: Graph) -> None:
    capacity = the_part(parts, "cluster", "ClusterCapacityProviders")
    assert capacity.inputs["capacityProviders"] == ["FARGATE", "FARGATE_SPOT"]
    assert capacity.inputs["defaultCapacityProviderStrategies"] == [{"capacityProvider": "FARGATE", "weight": 1}]


def test_a_shell_is_logged_into_an_encrypted_group_under_a_key_that_turns(parts: Graph) -> None:
    settings = inside(
        the_part(parts, "cluster-shell", "Cluster").inputs["configuration"], "executeCommandConfiguration"
    )
    assert inside(settings, "logging") == "OVERRIDE"
    assert inside(settings, "logConfiguration", "cloudWatchEncryptionEnabled") is True
    assert target(inside(settings, "logConfiguration", "cloudWatchLogGroupName")) == "cluster-shell-shell"
    assert target(inside(settings, "kmsKeyId")) == "cluster-shell-shell"
    log = the_part(parts, "cluster-shell", "LogGroup")
    assert target(log.inputs["kmsKeyId"]) == "cluster-shell-shell"
    assert log.inputs["retentionInDays"] == 30
    assert the_part(parts, "cluster-shell", "Key").inputs["enableKeyRotation"] is True


def test_the_log_is_made_only_once_its_service_may_use_the_key(parts: Graph) -> None:
    log = the_part(parts, "cluster-shell", "LogGroup")
    assert any("kms/keyPolicy" in urn for urn in log.dependencies)


def test_where_nobody_opens_a_shell_there_is_neither_key_nor_log(parts: Graph) -> None:
    assert part_of(parts, "cluster", "Key") == []
    assert part_of(parts, "cluster", "LogGroup") == []
    assert "configuration" not in the_part(parts, "cluster", "Cluster").inputs


def test_the_key_serves_the_log_group_of_its_cluster_and_no_other() -> None:
    owner, logs = json.loads(key_policy(ARN, "eu-west-1", "orders-cluster-shell"))["Statement"]
    assert owner["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}
    assert logs["Principal"] == {"Service": "logs.eu-west-1.amazonaws.com"}
    log = "arn:aws:logs:eu-west-1:123456789012:log-group:orders-cluster-shell*"
    assert logs["Condition"] == {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": log}}


def test_the_log_group_has_a_name_of_pulumi_s_which_the_key_s_policy_counts_on(parts: Graph) -> None:
    log = the_part(parts, "cluster-shell", "LogGroup")
    assert log.name == "cluster-shell-shell"
    assert {"name", "namePrefix"} & set(log.inputs) == set()
