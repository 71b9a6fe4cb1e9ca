"""What holds of all rules: each has good and bad plans, and judges them whatever their spelling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest

from plan.model import Unknown
from policies.catalogue import RULES
from policies.judge import judge
from policies.network.rules import RULES as NETWORK
from policies.reference_list import NUMBERS
from tests.policies.cases import SUBJECTS
from tests.policies.cases.building import changed, everywhere, leaves
from tests.policies.plans import BY_ID, plan_of, resource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.model import Resource, Value
    from policies.rule import Rule
    from tests.policies.cases.building import Cases, Resources

CASES: dict[str, Cases] = {rule: cases for subject in SUBJECTS.values() for rule, cases in subject.items()}
# Those with test modules of their own.
ELSEWHERE = {"shared-redis", "external-redis-over-tls", "exceptions-in-force", "exceptions-needed"} | {
    rule.id for rule in NETWORK
}
# Where a secret or an unknown value says something by itself, or a name decides what a value may be.
PLAIN_ONLY = {"password-not-literal", "no-secret-in-plain-sight"}  # what is not shown, nobody reads
TELLING = {rule.id for rule in RULES if "secret" in rule.id} | {"password-not-literal"}


def statuses(rule: Rule, case: Resources) -> set[str]:
    return {finding.status for finding in judge(plan_of(case), [rule])}


def each(kind: str) -> list[Any]:
    found = ((rule, name, case) for rule, cases in CASES.items() for name, case in getattr(cases, kind).items())
    return [pytest.param(BY_ID[rule], case, id=f"{rule}: {name}") for rule, name, case in found]


def test_every_rule_has_good_and_bad_plans() -> None:
    assert set(CASES) | ELSEWHERE == set(BY_ID)
    assert [rule for rule, cases in CASES.items() if not cases.good or not cases.bad] == []


def test_every_rule_that_reads_a_value_has_a_plan_that_leaves_it_open() -> None:
    without = {rule for rule, cases in CASES.items() if not cases.unproven}
    assert without <= PLAIN_ONLY | {"group-uses-launch-template"}


def test_rules_are_in_order_and_say_all_that_people_ask() -> None:
    ids = [rule.id for rule in RULES]
    assert ids == sorted(set(ids))
    for rule in RULES:
        assert rule.id == rule.id.lower().replace("_", "-").replace(" ", "-")
        assert all((rule.title, rule.clouds, rule.references, rule.rationale, rule.remedy))
        assert rule.rationale.endswith(".")
        assert rule.remedy.endswith(".")
        assert not rule.title.endswith(".")


def test_critical_and_severe_demands_are_mandatory_and_others_are_advice() -> None:
    for rule in RULES:
        assert rule.level == ("mandatory" if rule.severity in ("critical", "high") else "advisory"), rule.id


def test_every_number_of_the_reference_list_has_its_rules() -> None:
    assert set(NUMBERS) == set(range(1, 80))
    assert {rule for rules in NUMBERS.values() for rule in rules} <= set(BY_ID)


@pytest.mark.parametrize(("rule", "case"), each("good"))
def test_a_good_plan_passes(rule: Rule, case: Resources) -> None:
    assert judge(plan_of(case), [rule]) == ()


@pytest.mark.parametrize(("rule", "case"), each("bad"))
def test_a_bad_plan_breaks_the_rule(rule: Rule, case: Resources) -> None:
    assert "violation" in statuses(rule, case)


@pytest.mark.parametrize(("rule", "case"), each("unproven"))
def test_a_plan_that_leaves_it_open_is_not_proven(rule: Rule, case: Resources) -> None:
    assert statuses(rule, case) == {"unproven"}


@pytest.mark.parametrize(("rule", "case"), each("good"))
def test_a_good_plan_of_which_less_is_known_is_never_called_bad(rule: Rule, case: Resources) -> None:
    for path in leaves(case) if rule.id not in TELLING else ():
        assert "violation" not in statuses(rule, changed(case, path, Unknown())), path


@pytest.mark.parametrize(("rule", "case"), each("bad"))
def test_a_bad_plan_of_which_less_is_known_is_never_called_good(rule: Rule, case: Resources) -> None:
    for path in leaves(case) if rule.id not in PLAIN_ONLY else ():
        assert statuses(rule, changed(case, path, Unknown())), path


def in_the_preview(case: Resources) -> Resources:
    """The plan as the engine shows it before deployment: a text with an unknown part is unknown as a whole."""
    return everywhere(case, lambda value: Unknown(dependencies=value.dependencies) if _unknown(value) else value)


def _unknown(value: Value) -> bool:
    return isinstance(value, Unknown)


@pytest.mark.parametrize(("rule", "case"), each("good"))
def test_the_engine_never_sees_a_violation_in_a_good_plan(rule: Rule, case: Resources) -> None:
    assert statuses(rule, in_the_preview(case)) <= {"unproven"}


@pytest.mark.parametrize(("rule", "case"), each("bad"))
def test_the_engine_never_passes_a_bad_plan(rule: Rule, case: Resources) -> None:
    assert statuses(rule, in_the_preview(case))


def spellings() -> Iterator[tuple[str, Any]]:  # Any: a function from any value to any value
    yield "booleans as texts", lambda value: str(value).lower() if isinstance(value, bool) else value
    yield (
        "numbers as texts",
        lambda value: str(value) if isinstance(value, int) and not isinstance(value, bool) else value,
    )
    yield "maps backwards", lambda value: dict(reversed([*value.items()])) if isinstance(value, Mapping) else value
    yield "lists as tuples", lambda value: tuple(value) if isinstance(value, list) else value


@pytest.mark.parametrize(("name", "change"), [*spellings()])
def test_a_spelling_changes_no_verdict(name: str, change: Any) -> None:
    for rule, cases in CASES.items():
        for case in (*cases.good.values(), *cases.bad.values(), *cases.unproven.values()):
            assert statuses(BY_ID[rule], everywhere(case, change)) == statuses(BY_ID[rule], case), (name, rule, case)


def test_other_resources_names_and_another_order_change_no_verdict() -> None:
    beside = [
        resource("aws:sns/topic:Topic", "news", {"tags": {"application": "shop", "environment": "production"}}),
        resource("slipway:aws:Cache", "orders-cache"),
        resource("random:index/randomId:RandomId", "more", {"byteLength": 4}),
    ]
    for rule, cases in CASES.items():
        for case in (*cases.good.values(), *cases.bad.values(), *cases.unproven.values()):
            mixed: list[Resource] = [*reversed(case), *beside]
            assert statuses(BY_ID[rule], mixed) == statuses(BY_ID[rule], case), rule


def test_what_the_program_only_reads_is_somebody_elses() -> None:
    for rule, cases in CASES.items():
        for name, case in cases.bad.items():
            read = [resource(each.type, each.name, outputs=dict(each.inputs), external=True) for each in case]
            assert judge(plan_of(read), [BY_ID[rule]]) == (), (rule, name)
