from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan.model import Resource, Unknown
from policies.catalogue import RULES
from policies.finding import Finding, Verdict
from policies.judge import judge
from policies.redis.shared import RULE as SHARED_REDIS
from policies.rule import Rule
from tests.policies.plans import STACK, application, findings, group, instance, opaque, plan_of, resource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from policies.finding import Severity


def rule(identifier: str, severity: Severity = "low", *urns: str) -> Rule:
    """A rule that finds each of these broken."""

    def judge_all(_graph: Graph) -> Iterator[Verdict]:
        return (Verdict("violation", urn, "broken") for urn in urns)

    return Rule(identifier, "title", severity, "advisory", ("aws",), (), "why", "mend it", judge_all)


def broken(_graph: Graph) -> Iterator[Verdict]:
    yield Verdict("violation", "urn:seen", "before the rule broke")
    raise KeyError("numCacheClusters")


def test_a_rule_that_breaks_is_a_finding_that_names_it_and_never_a_pass() -> None:
    failing = Rule("failing", "title", "high", "mandatory", (), (), "why", "mend it", broken)
    found = judge(plan_of([group()]), [failing, rule("other", "low", "urn:x")])
    assert [(finding.rule, finding.status, finding.level, finding.urn) for finding in found] == [
        ("failing", "unproven", "mandatory", STACK),
        ("other", "violation", "advisory", "urn:x"),
    ]
    assert "failing" in found[0].message
    assert "KeyError: 'numCacheClusters'" in found[0].message
    assert found[0].remedy.startswith("Report this")
    assert found[1].remedy == "mend it"


def test_findings_come_the_worst_first_and_then_by_name() -> None:
    rules = [
        rule("b", "low", "urn:1"),
        rule("a", "low", "urn:2", "urn:1"),
        rule("z", "critical", "urn:9"),
        rule("m", "medium", "urn:0"),
    ]
    found = judge(plan_of([]), rules)
    assert [(finding.rule, finding.urn) for finding in found] == [
        ("z", "urn:9"),
        ("m", "urn:0"),
        ("a", "urn:1"),
        ("a", "urn:2"),
        ("b", "urn:1"),
    ]


def test_a_finding_as_json_has_the_seven_promised_fields() -> None:
    document = json.loads(json.dumps([finding.to_json() for finding in findings(application("managed"))]))
    assert len(document) == 1
    assert document[0].pop("message").startswith("the application's Redis is declared as managed")
    assert document[0].pop("remedy").startswith("Make one cache in this stack")
    assert document[0] == {
        "rule": "shared-redis",
        "level": "mandatory",
        "severity": "critical",
        "status": "violation",
        "urn": "urn:pulumi:dev::shop::slipway:app:Application::shop",
    }


def test_every_rule_can_be_explained() -> None:
    assert len({each.id for each in RULES}) == len(RULES) > 0
    for each in RULES:
        assert all((each.title, each.clouds, each.references, each.rationale, each.remedy))
        assert each.title == each.title.strip().rstrip(".")


NAMES = st.text("abcdefgh-", min_size=1, max_size=12)
UNRELATED = st.builds(
    lambda kind, name: resource(kind, name, {"name": name, "redis": "managed", "engine": "redis"}),
    st.sampled_from(
        ["aws:sns/topic:Topic", "aws:rds/instance:Instance", "random:index/randomId:RandomId", "slipway:aws:Cache"]
    ),
    NAMES,
)
CASES: list[list[Resource]] = [
    [],
    [group()],
    [application("managed")],
    [application("external"), group("one")],
    [group("one"), group("two")],
    [group("one"), resource("aws:elasticache/cluster:Cluster", "c", {"engine": opaque()})],
    [application("managed"), group(), instance("#!/bin/sh\nyum install redis")],
    [instance("#!/bin/sh\necho hi"), instance(Unknown(), "unknown")],
]


ONE = [SHARED_REDIS]


def statuses(found: tuple[Finding, ...]) -> list[str]:
    return sorted(finding.status for finding in found)


@pytest.mark.parametrize("case", CASES)
@given(more=st.lists(UNRELATED, max_size=5), order=st.randoms(use_true_random=False))
def test_other_resources_and_another_order_change_no_finding(
    case: list[Resource], more: list[Resource], order: st.DataObject
) -> None:
    mixed = [*case, *{each.urn: each for each in more}.values()]
    order.shuffle(mixed)  # type: ignore[attr-defined]  # st.randoms gives a Random
    assert judge(plan_of(mixed), ONE) == judge(plan_of(case), ONE)


@pytest.mark.parametrize("case", CASES)
@given(prefix=NAMES)
def test_other_names_change_no_verdict(case: list[Resource], prefix: str) -> None:
    renamed = [resource(each.type, f"{prefix}{each.name}", dict(each.inputs)) for each in case]
    assert statuses(judge(plan_of(renamed), ONE)) == statuses(judge(plan_of(case), ONE))
