from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pulumi_policy.policy as sdk
import pytest
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy.proxy import unknown_checking_proxy

from plan.model import Resource, Secret, Unknown
from policies import host
from policies.rule import Rule
from tests.policies.analyzer import PROVIDER, SECRET, UNKNOWN, Analyzer
from tests.policies.plans import CLUSTER, GROUP, INSTANCE, application, group, instance, resource, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from policies.finding import Verdict

CACHE = group()
KINDS_OF_UNKNOWN = [
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    UNKNOWN,
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]


@pytest.mark.parametrize("unknown", KINDS_OF_UNKNOWN)
def test_no_kind_of_unknown_at_any_depth_stops_a_policy(unknown: str) -> None:
    fleet = resource(
        "aws:ec2/spotFleetRequest:SpotFleetRequest",
        "fleet",
        {"launchSpecifications": [{"ami": unknown}, unknown], "tags": {"a": unknown, "b": [unknown]}},
    )
    found = Analyzer().judge(
        [fleet, instance(unknown), resource(CLUSTER, "node", {"replicationGroupId": unknown}), CACHE]
    )
    assert {(each.policy, each.mandatory, each.status) for each in found} == {
        ("shared-redis-unproven", False, "unproven")
    }
    assert {each.urn.rpartition("::")[2] for each in found} == {"fleet", "web", "node", "cache"}


def arrived(resources: list[Resource]) -> Graph:
    """What a rule is given of these resources."""
    seen: list[Graph] = []

    def look(graph: Graph) -> Iterator[Verdict]:
        seen.append(graph)
        return iter(())

    Analyzer(host.policies([Rule("look", "t", "low", "advisory", (), (), "w", "r", look)])).judge(resources)
    return seen[0]


def proxied(properties: dict[str, Any], waits: dict[str, list[str]] | None = None) -> Resource:
    """What the plan has of a resource with these properties, through the SDK's own proxies."""
    urn = instance("").urn
    on = {name: analyzer_pb2.AnalyzerPropertyDependencies(urns=urns) for name, urns in (waits or {}).items()}
    message = analyzer_pb2.AnalyzerResource(urn=urn, type=INSTANCE, name="web", propertyDependencies=on)
    return host.plan_of([message], {urn: unknown_checking_proxy(properties)}).resources[0]


def test_values_arrive_as_they_stand_in_a_plan() -> None:
    values = {
        "count": 3.0,
        "share": 0.5,
        "on": True,
        "none": None,
        "text": "a",
        "list": [{"deep": [1.0]}],
        "secret": Secret(),
    }
    inputs = proxied(values).inputs
    assert inputs == {**values, "count": 3}
    assert isinstance(inputs["count"], int)
    assert inputs["on"] is True


def test_an_unknown_leaf_waits_for_what_its_input_waits_for() -> None:
    found = proxied({"tags": {"a": [UNKNOWN]}, "userData": UNKNOWN}, {"tags": [CACHE.urn]})
    assert found.inputs == {"tags": {"a": [Unknown(dependencies=(CACHE.urn,))]}, "userData": Unknown()}
    assert found.property_dependencies == {"tags": (CACHE.urn,)}


def test_assets_arrive_as_pulumi_writes_them() -> None:
    asset = {"4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", "text": "hello"}
    bucket_object = resource("aws:s3/bucketObject:BucketObject", "page", {"source": asset})
    assert Analyzer().judge([bucket_object]) == []
    assert proxied(vars(sdk)["deserialize_properties"]({"source": asset})).inputs == {"source": asset}


def test_a_plan_is_named_after_its_stack_and_ordered_by_urn() -> None:
    parent = resource("slipway:aws:Cache", "parent")
    child = resource(GROUP, "child", parent=parent.urn)
    graph = arrived([parent, child])
    assert (graph.plan.project, graph.plan.stack) == ("shop", "dev")
    assert [each.urn for each in graph.plan.resources] == sorted([parent.urn, child.urn])
    assert graph.children(parent.urn)[0].name == "child"


def test_what_is_made_what_is_a_component_and_what_is_only_read_can_be_told_apart() -> None:
    provider = replace(resource("pulumi:providers:aws", "aws"), custom=False)  # has no provider of its own
    strange = resource(GROUP, "a::b", external=True)
    used = resource("aws:ssm/parameter:Parameter", "address", {"value": whole(strange)})
    graph = arrived([application("managed"), provider, CACHE, used])
    told = {each.name: (each.custom, each.external, each.provider) for each in graph.plan.resources}
    assert told == {
        "shop": (False, False, ""),
        "aws": (True, False, ""),
        "cache": (True, False, PROVIDER.urn),
        "address": (True, False, PROVIDER.urn),
        "a::b": (True, True, ""),
    }
    assert [each.name for each in graph.of_type(GROUP)] == ["a::b", "cache"]


def test_secrets_never_reach_a_rule_as_values() -> None:
    deep = resource(INSTANCE, "web", {"userData": Secret(), "tags": {"a": [Secret()]}})
    assert arrived([deep]).plan.resources[0].inputs == {"userData": Secret(), "tags": {"a": [Secret()]}}


def test_remediation_keeps_the_sdk_s_own_secrets() -> None:
    kept = vars(sdk)["deserialize_properties"]({"password": SECRET}, proxy_secrets=True)
    assert kept["password"] == "hunter2"  # noqa: S105 - not a password of anything


def test_an_sdk_without_the_step_that_strips_secrets_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(sdk, "deserialize_properties")
    with pytest.raises(AttributeError):
        host.keep_secrets()
