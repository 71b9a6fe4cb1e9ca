"""Redis that other clouds and services manage counts like AWS's own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from plan.model import Reference, Secret, Unknown
from tests.policies.plans import application, findings, group, resource, template, verdicts

CACHES: dict[str, tuple[str, dict[str, Any]]] = {
    "DigitalOcean": ("digitalocean:index/databaseCluster:DatabaseCluster", {"engine": "redis", "version": "7"}),
    "DigitalOcean's Valkey": ("digitalocean:index/databaseCluster:DatabaseCluster", {"engine": "valkey"}),
    "Upstash": ("upstash:index/redisDatabase:RedisDatabase", {"databaseName": "shop", "tls": True}),
    "Redis Cloud": ("rediscloud:index/subscriptionDatabase:SubscriptionDatabase", {"name": "shop"}),
    "Redis Cloud Essentials": ("rediscloud:index/essentialsDatabase:EssentialsDatabase", {"name": "shop"}),
    "Memorystore": ("gcp:redis/instance:Instance", {"memorySizeGb": 1}),
    "Memorystore for Valkey": ("gcp:memorystore/instance:Instance", {"shardCount": 1}),
    "Azure": ("azure:redis/cache:Cache", {"capacity": 1}),
    "Azure, native": ("azure-native:cache:Redis", {"sku": {}}),
    "Azure, native, of one version": ("azure-native:cache/v20240301:Redis", {"sku": {}}),
    "Aiven": ("aiven:index/valkey:Valkey", {"plan": "startup-4"}),
    "Vultr": ("vultr:index/database:Database", {"databaseEngine": "valkey"}),
    "Scaleway": ("scaleway:redis/cluster:Cluster", {"version": "7.2.11"}),
    "Heroku": ("heroku:addon/addon:Addon", {"plan": "heroku-redis:mini"}),
    "AWS, native": ("aws-native:elasticache:ReplicationGroup", {"engine": "valkey"}),
    "AWS, native, by engine": ("aws-native:elasticache:ServerlessCache", {"engine": "redis"}),
    "CloudFormation": (
        "aws:cloudformation/stack:Stack",
        {"templateBody": json.dumps({"Resources": {"Cache": {"Type": "AWS::ElastiCache::ReplicationGroup"}}})},
    ),
    "CloudFormation in YAML": (
        "aws:cloudformation/stack:Stack",
        {
            "templateBody": (
                "Resources:\n  Cache:\n    Type: AWS::ElastiCache::CacheCluster\n    Properties:\n      Engine: redis\n"
            )
        },
    ),
    "Cloud Control": (
        "aws:cloudcontrol/resource:Resource",
        {"typeName": "AWS::ElastiCache::ReplicationGroup", "desiredState": "{}"},
    ),
    "Cloud Control, by engine": (
        "aws:cloudcontrol/resource:Resource",
        {"typeName": "AWS::ElastiCache::ServerlessCache", "desiredState": '{"Engine": "valkey"}'},
    ),
}


@pytest.mark.parametrize(("kind", "inputs"), CACHES.values(), ids=CACHES.keys())
def test_one_is_the_shared_cache_and_another_is_too_many(kind: str, inputs: dict[str, Any]) -> None:
    one = resource(kind, "one", inputs)
    assert verdicts(one) == {}
    assert verdicts(application("managed"), one) == {}
    assert verdicts(application("external"), one) == {"one": "violation"}
    assert verdicts(one, group()) == {"one": "violation", "cache": "violation"}
    assert verdicts(one, resource(kind, "two", inputs)) == {"one": "violation", "two": "violation"}


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [
        ("digitalocean:index/databaseCluster:DatabaseCluster", {"engine": "pg"}),
        ("vultr:index/database:Database", {"databaseEngine": "mysql"}),
        ("heroku:addon/addon:Addon", {"plan": "heroku-postgresql:mini"}),
        ("aws-native:elasticache:ServerlessCache", {"engine": "memcached"}),
        ("rediscloud:index/subscription:Subscription", {"name": "shop"}),
        (
            "aws:cloudformation/stack:Stack",
            {"templateBody": json.dumps({"Resources": {"T": {"Type": "AWS::SNS::Topic"}}})},
        ),
        ("aws:cloudformation/stack:Stack", {"templateBody": "no template: ["}),
        (
            "aws:cloudcontrol/resource:Resource",
            {"typeName": "AWS::ElastiCache::CacheCluster", "desiredState": '{"Engine": "memcached"}'},
        ),
        ("aws:cloudcontrol/resource:Resource", {"typeName": "AWS::SNS::Topic", "desiredState": "{}"}),
    ],
)
def test_what_is_no_redis_does_not_count(kind: str, inputs: dict[str, Any]) -> None:
    assert verdicts(group(), resource(kind, "other", inputs)) == {}


@pytest.mark.parametrize("engine", [Unknown(), Secret()])
def test_a_database_whose_engine_is_hidden_may_be_one(engine: Any) -> None:
    other = resource("digitalocean:index/databaseCluster:DatabaseCluster", "other", {"engine": engine})
    assert verdicts(group(), other) == {"cache": "unproven", "other": "unproven"}


def test_two_caches_of_one_template_are_two() -> None:
    made: dict[str, Any] = {name: {"Type": "AWS::ElastiCache::ReplicationGroup"} for name in ("One", "Two")}
    found = findings(
        resource("aws:cloudformation/stack:Stack", "stack", {"templateBody": json.dumps({"Resources": made})})
    )
    assert [each.status for each in found] == ["violation"]
    assert "the plan has 2 where all instances share exactly one" in found[0].message


def test_a_template_s_engine_that_is_a_parameter_is_not_known() -> None:
    made = {"C": {"Type": "AWS::ElastiCache::CacheCluster", "Properties": {"Engine": {"Ref": "Engine"}}}}
    stack = resource("aws:cloudformation/stack:Stack", "stack", {"templateBody": json.dumps({"Resources": made})})
    assert verdicts(group(), stack) == {"cache": "unproven", "stack": "unproven"}


def test_a_cache_of_a_template_with_references_in_it_counts_too() -> None:
    log = resource("aws:cloudwatch/logGroup:LogGroup", "log")
    body = template(
        "Resources:\n  C:\n    Type: AWS::ElastiCache::ReplicationGroup\n    Properties: {{Description: {}}}\n",
        Reference(log.urn, "name"),
    )
    stack = resource("aws:cloudformation/stack:Stack", "stack", {"templateBody": body})
    assert verdicts(log, stack) == {}
    assert verdicts(log, stack, group()) == {"cache": "violation", "stack": "violation"}


def test_a_cache_elsewhere_that_is_only_read_counts_as_one() -> None:
    read = resource("gcp:redis/instance:Instance", "theirs", outputs={"host": "10.0.0.3"}, external=True)
    assert verdicts(application("external"), read) == {}
    assert verdicts(read, group()) == {"theirs": "violation", "cache": "violation"}


@pytest.mark.parametrize(
    "inputs",
    [
        {"typeName": Unknown(), "desiredState": "{}"},
        {"typeName": "AWS::ElastiCache::CacheCluster", "desiredState": Unknown()},
        {"typeName": "AWS::ElastiCache::CacheCluster", "desiredState": "no ["},
    ],
    ids=repr,
)
def test_what_cloud_control_makes_may_be_one_where_that_is_hidden(inputs: dict[str, Any]) -> None:
    other = resource("aws:cloudcontrol/resource:Resource", "other", inputs)
    assert verdicts(group(), other)["cache"] == "unproven"
    read = resource("aws:cloudcontrol/resource:Resource", "other", inputs, external=True)
    assert verdicts(group(), read) == {}
