from __future__ import annotations

import pytest

from plan.model import Resource, Secret, Value
from tests.policies.plans import (
    CLUSTER,
    GLOBAL_GROUP,
    GROUP,
    MEMORYDB,
    MULTI_REGION,
    SERVERLESS,
    application,
    findings,
    group,
    opaque,
    resource,
    verdicts,
    whole,
)

TOPIC = resource("aws:sns/topic:Topic", "news")


def cluster(name: str = "node", **inputs: Value) -> Resource:
    return resource(CLUSTER, name, inputs)


def read(kind: str, name: str, **outputs: Value) -> Resource:
    return resource(kind, name, outputs=outputs, external=True)


REDIS_CACHES = {
    "a replication group": resource(GROUP, "other", {"description": "x"}),
    "a redis cluster": cluster("other", engine="redis"),
    "a valkey cluster": cluster("other", engine="valkey"),
    "an engine in capitals": cluster("other", engine="Redis"),
    "a serverless cache": resource(SERVERLESS, "other", {"engine": "valkey"}),
    "a MemoryDB cluster": resource(MEMORYDB, "other", {"aclName": "open-access"}),
    "a cache that is only read": read(GROUP, "other", engine="redis"),
    "a cluster that is only read": read(CLUSTER, "other", engine="redis", replicationGroupId=""),
    "a cluster of a group outside the plan": cluster("other", replicationGroupId="theirs"),
}


@pytest.mark.parametrize("other", REDIS_CACHES.values(), ids=REDIS_CACHES.keys())
def test_a_second_cache_of_any_kind_breaks_the_rule_for_both(other: Resource) -> None:
    both = {"cache": "violation", "other": "violation"}
    assert verdicts(group(), other) == both
    assert verdicts(application("managed"), group(), other) == both


@pytest.mark.parametrize("other", REDIS_CACHES.values(), ids=REDIS_CACHES.keys())
def test_one_cache_of_any_kind_is_enough(other: Resource) -> None:
    assert verdicts(other) == {}
    assert verdicts(application("managed"), other) == {}


def test_a_program_that_declares_nothing_may_do_without_a_cache() -> None:
    assert verdicts(TOPIC) == {}


def test_memcached_is_no_redis() -> None:
    other = cluster("other", engine="memcached")
    assert verdicts(application("managed"), group(), other, resource(SERVERLESS, "more", {"engine": "memcached"})) == {}
    assert verdicts(application("managed"), other) == {"shop": "violation"}


@pytest.mark.parametrize("kind", [CLUSTER, SERVERLESS])
@pytest.mark.parametrize("engine", [None, opaque(), Secret(), "dragonfly", 7])
def test_a_cache_of_an_engine_that_is_not_known_is_not_passed_over(kind: str, engine: Value) -> None:
    other = resource(kind, "other", {} if engine is None else {"engine": engine})
    assert verdicts(group(), other) == {"cache": "unproven", "other": "unproven"}
    assert verdicts(application("managed"), other) == {"other": "unproven"}
    assert verdicts(application("none"), other) == {"other": "unproven"}


def test_a_cache_of_an_engine_that_is_not_known_passes_where_either_answer_would() -> None:
    assert verdicts(cluster(engine=opaque())) == {}


def test_two_certain_caches_are_a_violation_whatever_a_third_may_be() -> None:
    found = verdicts(group(), group("second"), cluster(engine=opaque()))
    assert found == {"cache": "violation", "second": "violation", "node": "unproven"}


def test_nodes_of_a_replication_group_are_no_caches_of_their_own() -> None:
    cache = group(replicationGroupId="shop-cache")
    nodes = (
        cluster("by-reference", replicationGroupId=whole(cache)),
        cluster("by-name-reference", replicationGroupId=whole(cache, "replicationGroupId")),
        cluster("by-what-it-waits-for", replicationGroupId=opaque(cache, TOPIC)),
        cluster("by-literal-name", replicationGroupId="shop-cache"),
        resource(CLUSTER, "deployed", {"replicationGroupId": "cache-1a2b"}, waits={"replicationGroupId": (cache.urn,)}),
    )
    assert verdicts(application("managed"), cache, TOPIC, *nodes) == {}


def test_a_node_of_another_group_is_a_second_cache() -> None:
    assert verdicts(group(replicationGroupId="shop"), cluster(replicationGroupId="theirs")) == {
        "cache": "violation",
        "node": "violation",
    }


def test_nodes_of_one_group_outside_the_plan_are_one_cache() -> None:
    assert verdicts(cluster("one", replicationGroupId="theirs"), cluster("two", replicationGroupId="theirs")) == {}


@pytest.mark.parametrize("value", [opaque(), Secret()])
def test_a_node_of_an_unknown_group_may_be_a_second_cache(value: Value) -> None:
    assert verdicts(group(), cluster(replicationGroupId=value)) == {"cache": "unproven", "node": "unproven"}


def test_a_node_that_could_belong_to_either_of_two_groups_does_not_make_a_third() -> None:
    one, two = group("one"), group("two")
    found = verdicts(one, two, cluster(replicationGroupId=opaque(one, two)))
    assert found == {"one": "violation", "two": "violation", "node": "unproven"}


def test_an_empty_group_name_is_none() -> None:
    assert verdicts(group(), cluster(replicationGroupId="", engine="redis")) == {
        "cache": "violation",
        "node": "violation",
    }


def test_copies_of_a_global_group_are_one_cache() -> None:
    primary = group("primary")
    everywhere = resource(GLOBAL_GROUP, "everywhere", {"primaryReplicationGroupId": whole(primary)})
    copy = group("there", globalReplicationGroupId=whole(everywhere))
    assert verdicts(application("managed"), primary, everywhere, copy) == {}
    assert verdicts(primary, everywhere, copy, group("second")) == {"primary": "violation", "second": "violation"}


def test_the_regions_of_a_memorydb_cluster_are_one_cache() -> None:
    everywhere = resource(MULTI_REGION, "everywhere", {"nodeType": "db.t4g.small"})
    regions = [
        resource(MEMORYDB, name, {"multiRegionClusterName": whole(everywhere, "multiRegionClusterName")})
        for name in ("east", "west")
    ]
    assert verdicts(application("managed"), everywhere, *regions) == {}


def test_groups_that_name_each_other_are_judged_all_the_same() -> None:
    circle = group("one", globalReplicationGroupId="round")
    around = resource(GLOBAL_GROUP, "around", {"globalReplicationGroupId": "round", "primaryReplicationGroupId": "one"})
    named = resource(GROUP, "one", {**circle.inputs, "replicationGroupId": "one"})
    assert verdicts(named, around) == {}


def test_a_cache_for_each_instance_is_as_many_caches() -> None:
    fan_out = [group(f"cache-{number}") for number in range(5)]
    found = findings(*fan_out)
    assert {finding.status for finding in found} == {"violation"}
    assert len(found) == 5
    assert found[0].message.startswith(
        "cache-0 is a Redis cache besides cache-1, cache-2, cache-3 and 1 more: the plan has 5"
    )


def test_a_managed_redis_that_is_not_there_is_a_violation_of_the_application() -> None:
    assert verdicts(application("managed"), TOPIC) == {"shop": "violation"}


@pytest.mark.parametrize("redis", ["external", "none"])
def test_a_cache_beside_a_redis_elsewhere_or_none_is_a_violation(redis: str) -> None:
    assert verdicts(application(redis), group()) == {"cache": "violation"}
    assert verdicts(application(redis), TOPIC) == {}


def test_the_external_redis_itself_may_be_read() -> None:
    theirs = read(GROUP, "theirs")
    assert verdicts(application("external"), theirs) == {}
    assert verdicts(application("external"), theirs, read(GROUP, "more")) == {
        "theirs": "violation",
        "more": "violation",
    }
    assert verdicts(application("external"), theirs, group()) == {"cache": "violation"}
    assert verdicts(application("none"), theirs) == {"theirs": "violation"}


@pytest.mark.parametrize("redis", [None, "", "Managed", "upstash", True, ["managed"], opaque(), Secret()])
def test_an_application_that_does_not_say_clearly_is_not_proven(redis: Value) -> None:
    assert verdicts(application(redis), group()) == {"shop": "unproven"}


def test_applications_that_contradict_each_other_are_not_proven() -> None:
    second = resource("slipway:app:Application", "second", {"redis": "none"})
    assert verdicts(application("managed"), second, group()) == {"shop": "unproven", "second": "unproven"}
    silent = resource("slipway:app:Application", "second", {})
    assert verdicts(application("managed"), silent, group()) == {"shop": "unproven", "second": "unproven"}
    agreeing = resource("slipway:app:Application", "second", {"redis": "managed"})
    assert verdicts(application("managed"), agreeing, group()) == {}


def test_outputs_of_a_cache_that_is_made_here_prove_nothing() -> None:
    other = resource(CLUSTER, "other", {}, outputs={"engine": "memcached"})
    assert verdicts(group(), other) == {"cache": "unproven", "other": "unproven"}


def test_what_stands_beside_the_caches_does_not_count() -> None:
    beside = [
        resource("aws:elasticache/subnetGroup:SubnetGroup", "cache-subnets", {"subnetIds": ["subnet-1"]}),
        resource("aws:elasticache/user:User", "redis", {"engine": "redis"}),
        resource("aws:elasticache/parameterGroup:ParameterGroup", "redis7", {"family": "redis7"}),
    ]
    assert verdicts(application("managed"), group(), *beside) == {}


@pytest.mark.parametrize(
    ("resources", "begins"),
    [
        ([application(Secret()), group()], "Let the application declare"),
        ([application("managed")], "Make one cache in this stack"),
        ([application("none"), group()], "Declare the Redis as managed"),
        ([application("external"), group()], "Declare the Redis as managed"),
        ([application("managed"), cluster()], "Give the engine as plain text"),
        ([application("managed"), group(), group("second")], "Keep one cache"),
    ],
)
def test_the_remedy_fits_the_case(resources: list[Resource], begins: str) -> None:
    assert {finding.remedy[: len(begins)] for finding in findings(*resources)} == {begins}


SHARE = "where all instances share exactly one."
NEVER_READ = "What one instance writes, those of another cache never read."
BESIDE = "node is a Redis cache besides z: the plan has 1 to 2"
DOUBT = "Whether node is one is not certain"
NOT_KNOWN = "how many caches it needs is not known."


@pytest.mark.parametrize(
    ("resources", "message"),
    [
        ([group(), group("second")], f"cache is a Redis cache besides second: the plan has 2 {SHARE} {NEVER_READ}"),
        ([group("z"), cluster()], f"{BESIDE} {SHARE} {NEVER_READ} {DOUBT}: its engine is not known."),
        (
            [group("z"), cluster(replicationGroupId=opaque())],
            f"{BESIDE} {SHARE} {NEVER_READ} {DOUBT}: of which cache it is a part is not known.",
        ),
        (
            [application("managed"), cluster()],
            f"node is a Redis cache: the plan has 0 to 1 {SHARE} {DOUBT}: its engine is not known.",
        ),
        (
            [application("none"), group()],
            "cache is a Redis cache of this stack, and yet the application declares that it has none.",
        ),
        (
            [application("external"), group()],
            "cache is a Redis cache of this stack, and yet the application declares that its Redis is external.",
        ),
        ([application("managed")], "the application's Redis is declared as managed, and yet no cache is in the plan."),
        (
            [application("x")],
            f"the application says of its Redis neither managed, external, local nor none: {NOT_KNOWN}",
        ),
        (
            [application("managed"), resource("slipway:app:Application", "a", {"redis": "none"})],
            f"the application contradicts another one: {NOT_KNOWN}",
        ),
    ],
)
def test_the_message_says_what_is_wrong(resources: list[Resource], message: str) -> None:
    assert findings(*resources)[0].message == message
