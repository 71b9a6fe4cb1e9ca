from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pulumi_policy.proxy import UnknownValueError

import policies
from plan.model import Resource, Secret
from policies import host
from policies.catalogue import RULES
from policies.finding import Verdict
from policies.redis.shared import RULE as SHARED_REDIS
from policies.rule import Rule
from tests.policies.analyzer import ADVISORY, DISABLED, UNKNOWN, Analyzer
from tests.policies.plans import (
    CLUSTER,
    GROUP,
    LAUNCH_TEMPLATE,
    REPOSITORY,
    SERVERLESS,
    TASK,
    application,
    base64_of,
    findings,
    group,
    instance,
    opaque,
    resource,
    template,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph

PACK = Path(policies.__file__ or "").parent
BAD = "#!/bin/sh\napt-get install -y redis-server\n"
CACHE = group()
LISTED = template("#!/bin/sh\necho {}\n", *whole(CACHE, "primaryEndpointAddress").references)
READ = resource(GROUP, "read", outputs={"engine": "redis"}, external=True)
READ_CLUSTER = resource(CLUSTER, "read", outputs={"engine": "redis"}, external=True)


def parameter(used: Resource) -> Resource:
    return resource("aws:ssm/parameter:Parameter", "address", {"value": whole(used, "address")})


PLANS: dict[str, list[Resource]] = {
    "nothing": [],
    "one cache": [application("managed"), CACHE],
    "undeclared": [CACHE],
    "two caches": [application("managed"), CACHE, group("second")],
    "no cache": [application("managed")],
    "beside an external one": [application("external"), CACHE],
    "none and yet one": [application("none"), CACHE],
    "the external one is read": [
        application("external"),
        resource(GROUP, "read", outputs={"engine": "redis"}, external=True),
    ],
    "memcached is read": [CACHE, resource(CLUSTER, "read", outputs={"engine": "memcached"}, external=True)],
    "a group is read and used": [CACHE, READ, parameter(READ)],
    "the external one is used": [application("external"), READ, parameter(READ)],
    "unknown engine": [CACHE, resource(SERVERLESS, "more", {"engine": opaque()})],
    "node by reference": [CACHE, resource(CLUSTER, "node", {"replicationGroupId": whole(CACHE)})],
    "node by what it waits for": [CACHE, resource(CLUSTER, "node", {"replicationGroupId": opaque(CACHE)})],
    "node of an unknown group": [CACHE, resource(CLUSTER, "node", {"replicationGroupId": opaque()})],
    "secret group": [CACHE, resource(CLUSTER, "node", {"replicationGroupId": Secret()})],
    "redis on a machine": [application("managed"), CACHE, instance(BAD)],
    "redis in a launch template": [resource(LAUNCH_TEMPLATE, "web", {"userData": base64_of(BAD)})],
    "secret user data": [instance(Secret())],
    "opaque user data": [CACHE, instance(opaque(CACHE))],
    "readable user data": [CACHE, instance("#!/bin/sh\necho hello\n")],
    "a redis container": [resource(TASK, "task", {"containerDefinitions": json.dumps([{"image": "redis"}])})],
    "secret facts": [application(Secret()), CACHE],
    "unknown facts": [application(opaque()), CACHE],
}
# Where the engine tells less than the recorder: unknown text arrives without its known part.
LESS_IN_THE_HOST: dict[str, list[Resource]] = {
    "user data with a reference": [CACHE, instance(LISTED)],
    "an image of the plan's repository": [
        resource(REPOSITORY, "shop"),
        resource(
            TASK,
            "task",
            {
                "containerDefinitions": template(
                    '[{{"image": "{}:1"}}]', *whole(resource(REPOSITORY, "shop"), "repositoryUrl").references
                )
            },
        ),
    ],
}


def offline(resources: list[Resource]) -> set[tuple[str, str]]:
    return {(finding.urn, finding.status) for finding in findings(*resources)}


def in_the_host(resources: list[Resource], **outputs: dict[str, Any]) -> set[tuple[str, str]]:
    return {(each.urn, each.status) for each in Analyzer().judge(resources, outputs)}


@pytest.mark.parametrize("resources", PLANS.values(), ids=PLANS.keys())
def test_the_host_and_the_plan_agree(resources: list[Resource]) -> None:
    assert in_the_host(resources) == offline(resources)


@pytest.mark.parametrize("resources", LESS_IN_THE_HOST.values(), ids=LESS_IN_THE_HOST.keys())
def test_where_the_engine_tells_less_the_host_says_unproven(resources: list[Resource]) -> None:
    assert offline(resources) == set()
    assert {status for _, status in in_the_host(resources)} == {"unproven"}


def test_a_cluster_that_is_read_and_used_is_not_proven_since_its_engine_is_not_told() -> None:
    resources = [CACHE, READ_CLUSTER, parameter(READ_CLUSTER)]
    assert {status for _, status in offline(resources)} == {"violation"}
    assert in_the_host(resources) == {(CACHE.urn, "unproven"), (READ_CLUSTER.urn, "unproven")}


def test_what_is_read_and_used_by_nothing_never_reaches_the_host() -> None:
    """The one case in which the host passes what the plan does not (docs/policies.md)."""
    assert {status for _, status in offline([CACHE, READ])} == {"violation"}
    assert in_the_host([CACHE, READ]) == set()


def test_a_resource_that_was_no_target_of_the_run_is_judged_by_what_it_is() -> None:
    analyzer = Analyzer()
    analyzer.judge([application("external")])
    arrived = analyzer.judge([application("external"), CACHE], analyzed=[])
    assert [(each.urn, each.status) for each in arrived] == [(CACHE.urn, "violation")]


def test_findings_of_mandatory_rules_are_mandatory_and_say_what_to_do() -> None:
    found = Analyzer().judge([CACHE, group("second"), instance(Secret())])
    assert [(each.policy, each.mandatory) for each in found] == [
        ("shared-redis", True),
        ("shared-redis", True),
        ("shared-redis-unproven", False),  # a preview hides texts with an address in them
    ]
    assert [each.message.partition(" To do: ")[2][:14] for each in found] == [
        "Keep one cache",
        "Keep one cache",
        "Let the whole ",
    ]


def test_the_level_of_a_rule_can_be_lowered_and_a_rule_switched_off() -> None:
    analyzer = Analyzer()
    analyzer.configure({"shared-redis": ADVISORY})
    assert [each.mandatory for each in analyzer.judge([application("managed")])] == [False]
    analyzer.configure({"shared-redis": DISABLED})
    assert analyzer.judge([application("managed")]) == []


def test_inputs_are_judged_and_not_what_the_provider_made_of_them() -> None:
    machine = [CACHE, instance(BAD)]
    assert in_the_host(machine, web={"userData": "0a1b2c3d"}) == offline(machine) == {(machine[1].urn, "violation")}
    assert in_the_host([instance("#!/bin/sh\necho hi")], web={"userData": BAD}) == set()
    cluster = resource(CLUSTER, "other", {"engine": "redis"})
    assert in_the_host([CACHE, cluster], other={"engine": "memcached"}) == offline([CACHE, cluster])


def test_without_the_collected_inputs_outputs_stand_in() -> None:
    analyzer = Analyzer()
    analyzer.configure({host.COLLECTOR: DISABLED})
    assert {each.status for each in analyzer.judge([CACHE, group("second"), instance(BAD)])} == {"violation"}
    assert analyzer.judge([CACHE]) == []


def test_the_external_redis_is_not_guessed_where_no_inputs_were_collected() -> None:
    analyzer = Analyzer()
    analyzer.configure({host.COLLECTOR: DISABLED})
    declared = application("external")
    found = analyzer.judge([declared, CACHE], {"shop": {"redis": "external"}})
    assert [(each.urn, each.status) for each in found] == [(CACHE.urn, "violation")]


def test_a_stack_that_cannot_be_read_is_mandatory(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(*_: object) -> None:
        raise UnknownValueError(UNKNOWN, ["userData"])

    monkeypatch.setattr(host, "plan_of", unreadable)
    found = Analyzer(host.policies([SHARED_REDIS])).judge([CACHE])
    assert [(each.policy, each.mandatory, each.status) for each in found if each.policy == SHARED_REDIS.id] == [
        ("shared-redis", True, "unproven")
    ]
    assert "UnknownValueError" in found[0].message


def test_a_rule_that_breaks_is_mandatory_in_the_host_too() -> None:
    def broken(_graph: Graph) -> Iterator[Verdict]:
        raise KeyError("x")

    served = host.policies([Rule("failing", "t", "high", "mandatory", (), (), "w", "r", broken)])
    found = Analyzer(served).judge([CACHE])
    assert [(each.policy, each.mandatory, each.status) for each in found] == [("failing", True, "unproven")]


def test_an_advisory_rule_stays_advisory() -> None:
    def all_bad(_graph: Graph) -> Iterator[Verdict]:
        yield Verdict("violation", CACHE.urn, "bad")

    served = host.policies([Rule("soft", "t", "low", "advisory", (), (), "w", "r", all_bad)])
    assert [each.mandatory for each in Analyzer(served).judge([CACHE])] == [False]


def test_what_a_preview_hides_from_a_mandatory_rule_is_told_and_does_not_stop() -> None:
    policy = resource("aws:iam/rolePolicy:RolePolicy", "may", {"policy": opaque()})
    full = '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'
    bad = resource("aws:iam/rolePolicy:RolePolicy", "may", {"policy": full})
    served = host.policies([rule for rule in RULES if rule.id == "no-full-administrator"])
    told = [(each.policy, each.mandatory, each.status) for each in Analyzer(served).judge([policy])]
    assert told == [("no-full-administrator-unproven", False, "unproven")]
    told = [(each.policy, each.mandatory, each.status) for each in Analyzer(served).judge([bad])]
    assert told == [("no-full-administrator", True, "violation")]


def test_a_rule_that_a_preview_hides_things_from_is_still_mandatory_where_it_breaks() -> None:
    def broken(_graph: Graph) -> Iterator[Verdict]:
        raise KeyError("x")

    served = host.policies(
        [Rule("failing", "t", "high", "mandatory", (), (), "w", "r", broken, hidden_in_preview=True)]
    )
    found = Analyzer(served).judge([CACHE])
    assert [(each.policy, each.mandatory, each.status) for each in found] == [("failing", True, "unproven")]
