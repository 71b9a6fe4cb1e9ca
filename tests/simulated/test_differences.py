"""Which changes of inputs need a new object, and of which nobody here knows."""

from __future__ import annotations

import pytest

from slipway.simulated.differences import changes, unproven
from slipway.simulated.facts import Facts, facts_of

VOLUME = "aws:ebs/volume:Volume"
BROKERS = "aws:msk/cluster:Cluster"
SEARCH = "aws:opensearch/domain:Domain"
CACHE = "aws:elasticache/replicationGroup:ReplicationGroup"
SQL = "gcp:sql/databaseInstance:DatabaseInstance"


def replacing(token: str, old: dict[str, object], new: dict[str, object]) -> list[str]:
    return [change.name for change in changes(old, new, facts_of(token)) if change.replaces]


def test_a_disk_in_another_zone_is_another_disk_and_a_larger_one_is_the_same() -> None:
    here = {"availabilityZone": "us-east-1a", "size": 20}

    assert replacing(VOLUME, here, {**here, "availabilityZone": "us-east-1b"}) == ["availabilityZone"]
    assert replacing(VOLUME, here, {**here, "size": 40}) == []


@pytest.mark.parametrize(("flag", "replaced"), [(True, ["userData"]), (False, [])])
def test_other_user_data_is_another_machine_where_that_is_asked_for(flag: object, replaced: list[str]) -> None:
    machine = {"userData": "a", "userDataReplaceOnChange": flag}

    assert replacing("aws:ec2/instance:Instance", machine, {**machine, "userData": "b"}) == replaced


def test_another_region_replaces_whatever_is_of_aws() -> None:
    token = "aws:accountaccess/application:Application"  # noqa: S105 - a type token
    assert replacing(token, {}, {"region": "eu-west-1"}) == ["region"]
    assert replacing(SQL, {}, {"region": "eu-west-1"}) == []


def test_of_a_block_only_those_parts_replace_that_cannot_change() -> None:
    nodes = {"clientSubnets": ["a"], "instanceType": "small"}

    assert (
        replacing(BROKERS, {"brokerNodeGroupInfo": nodes}, {"brokerNodeGroupInfo": {**nodes, "instanceType": "x"}})
        == []
    )
    assert replacing(
        BROKERS, {"brokerNodeGroupInfo": nodes}, {"brokerNodeGroupInfo": {**nodes, "clientSubnets": []}}
    ) == ["brokerNodeGroupInfo"]


@pytest.mark.parametrize(
    ("before", "after", "replaced"),
    [
        ({"subnetIds": ["a"]}, {"subnetIds": ["b"]}, False),
        (None, {"subnetIds": ["a"]}, True),
        ({"subnetIds": ["a"]}, None, True),
    ],
)
def test_a_block_may_replace_only_when_it_comes_or_goes(before: object, after: object, replaced: object) -> None:
    old, new = ({"vpcOptions": value} if value else {} for value in (before, after))
    assert bool(replacing(SEARCH, dict(old), dict(new))) == replaced


@pytest.mark.parametrize(
    ("before", "after", "replaced"),
    [
        ("7.0", "7.1", False),
        ("7.1", "7.0", True),
        ("7.9", "7.10", False),
        ("7.1", "6.x", True),
        ("7.1", "7", False),
        ("7.1", "04da6b54-80e4-46f7-96ec-b56ff0331ba9", True),  # the engine's text for what is not known yet
        (None, "7.1", False),
    ],
)
def test_a_version_replaces_only_where_it_goes_down(before: str | None, after: str, replaced: object) -> None:
    old: dict[str, object] = {"engineVersion": before} if before else {}
    assert bool(replacing(CACHE, old, {"engineVersion": after})) == replaced


def test_what_nobody_knows_is_unproven_but_for_tags() -> None:
    old = {"tags": {}, "databaseVersion": "15", "name": "a", "same": 1}
    new = {"tags": {"a": "b"}, "databaseVersion": "16", "name": "b", "same": 1}

    assert unproven(SQL, old, new) == ("databaseVersion",)  # another name is another object in any cloud
    assert unproven(VOLUME, {"size": 1}, {"size": 2}) == ()


def test_what_a_provider_decides_in_its_code_is_unproven() -> None:
    assert unproven(SEARCH, {"engineVersion": "OpenSearch_2.1"}, {"engineVersion": "OpenSearch_2.3"}) == (
        "engineVersion",
    )
    assert unproven(SEARCH, {"accessPolicies": "a"}, {"accessPolicies": "b"}) == ()
    deep = ({"encryptAtRest": {"enabled": on}} for on in (False, True))
    assert unproven(SEARCH, *deep) == ("encryptAtRest",)


def test_a_hidden_value_that_differs_by_the_engine_s_word_is_unproven_too() -> None:
    hidden = {"rootPassword": "[secret]"}
    assert unproven(SQL, hidden, hidden, ["rootPassword"]) == ("rootPassword",)


def test_without_facts_every_change_is_unproven() -> None:
    (change,) = changes({}, {"size": 1}, Facts())
    assert (change.replaces, change.unproven) == (False, True)


def test_what_the_provider_passes_over_is_no_change_wherever_it_stands() -> None:
    facts = Facts(unseen=("registries.password", "token"))

    def login(user: str, password: str) -> dict[str, object]:
        return {"registries": [{"address": "a"}, {"address": "b", "username": user, "password": password}]}

    assert changes({**login("AWS", "one"), "token": "1"}, login("AWS", "two"), facts) == ()
    assert [change.name for change in changes(login("AWS", "one"), login("me", "one"), facts)] == ["registries"]
    assert [change.name for change in changes(login("AWS", "one"), {}, facts)] == ["registries"]
    assert changes(login("AWS", "one"), login("AWS", "two"), Facts()) != ()
