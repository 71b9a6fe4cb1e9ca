"""The policy host and the plan agree: on every good plan, and on one mutant of each rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policies.catalogue import RULES
from tests.policies.mutants.bases import BASES, base, record_all
from tests.policies.mutants.hosts import NOT_SEEN, disagreements, in_the_host
from tests.policies.mutants.matrix import OPERATORS, first_mutant, mutants
from tests.policies.mutants.preview_page import PREVIEW_PAGE, hidden_in, preview_page
from tests.policies.plans import BY_ID
from tests.stacks.project import SHIPPED

if TYPE_CHECKING:
    from tests.policies.mutants.mutation import Operator

UNSEEN = {(each.rule, name) for each in NOT_SEEN for name in each.operators}


@pytest.fixture(scope="module", autouse=True)
def _recorded() -> None:
    record_all()


@pytest.mark.parametrize("name", BASES)
def test_the_host_and_the_plan_agree_on_a_good_plan(name: str) -> None:
    assert disagreements(base(name)) == []


@pytest.mark.parametrize("rule", BY_ID)
def test_the_host_and_the_plan_agree_on_a_mutant_of_each_rule(rule: str) -> None:
    mutant = first_mutant(rule)
    found = disagreements(mutant.plan, [BY_ID[rule]])
    assert bool(found) == ((rule, mutant.operator.name) in UNSEEN), found


@pytest.mark.slow
@pytest.mark.parametrize("operator", OPERATORS, ids=lambda each: f"{each.rule}: {each.name}")
def test_the_host_and_the_plan_agree_on_a_mutant_of_each_operator(operator: Operator) -> None:
    mutant = next(each for name in BASES for each in mutants(operator, name))
    found = disagreements(mutant.plan, [BY_ID[mutant.operator.rule]])
    assert bool(found) == ((mutant.operator.rule, mutant.operator.name) in UNSEEN), found


@pytest.mark.parametrize(("rule", "name"), sorted(UNSEEN))
def test_what_is_listed_as_not_seen_is_not_seen(rule: str, name: str) -> None:
    operator = next(each for each in OPERATORS if (each.rule, each.name) == (rule, name))
    mutant = next(each for base_name in BASES for each in mutants(operator, base_name))
    assert in_the_host(mutant.plan, [BY_ID[rule]]) == frozenset()


@pytest.mark.parametrize("stack", SHIPPED)
def test_what_a_preview_hides_of_a_shipped_stack_stops_nobody(stack: str) -> None:
    stopping = {rule.id for rule in RULES if rule.level == "mandatory" and not rule.hidden_in_preview}
    assert {rule for rule, _, _ in hidden_in(stack)} & stopping == set()


def test_the_page_shows_what_is_hidden_today() -> None:
    assert PREVIEW_PAGE.read_text(encoding="utf-8") == preview_page(), "make refresh writes it anew"
