"""Whoever breaks a good plan is found out, by the rule that guards what was broken."""

from __future__ import annotations

from collections import Counter

import pytest

from plan.graph import Graph
from policies.catalogue import RULES
from tests.policies.mutants.bases import BASES, base, record_all
from tests.policies.mutants.matrix import OPERATORS, matrix
from tests.policies.mutants.page import PAGE, mutants_page
from tests.policies.mutants.survivors import SURVIVORS
from tests.policies.plans import BY_ID
from tests.stacks.project import SHIPPED

# What no shipped stack has, by how the rules about it are called.
LACKING = (
    *("cloudflare-hosts-proxied", "pages-previews-chosen", "worker-dead-letters", "image", "nat-instance-", "server-"),
    *("single-server-", "cache-supported-engine"),
)
ADVICE_NOT_TAKEN = {"registry-reached-privately", "secret-rotates"}


@pytest.fixture(scope="module", autouse=True)
def _recorded() -> None:
    record_all()


def test_every_rule_has_an_operator() -> None:
    assert {operator.rule for operator in OPERATORS} == set(BY_ID)


def test_every_operator_applies_somewhere_and_has_a_name_of_its_own() -> None:
    applied = {(rule, name) for rule, name, _ in matrix()}
    named = Counter((operator.rule, operator.name) for operator in OPERATORS)
    assert set(named) == applied
    assert max(named.values()) == 1


@pytest.mark.parametrize("rule", BY_ID)
def test_the_named_rule_finds_every_mutant(rule: str) -> None:
    surviving = {key for key, cell in matrix().items() if key[0] == rule and cell.killed < cell.mutants}
    assert surviving == {key for key in SURVIVORS if key[0] == rule}


def test_every_rule_that_shipped_stacks_give_something_to_judge_is_tried_on_them() -> None:
    tried = {rule for rule, _, name in matrix() if name in SHIPPED}
    assert {rule for rule in set(BY_ID) - tried if not rule.startswith(LACKING)} == ADVICE_NOT_TAKEN


@pytest.mark.parametrize("name", BASES)
def test_no_plan_that_is_mutated_breaks_a_mandatory_rule_before(name: str) -> None:
    graph = Graph(base(name))
    assert {rule.id for rule in RULES if rule.level == "mandatory" and any(rule.findings(graph))} == set()


def test_the_page_shows_the_matrix_of_today() -> None:
    assert PAGE.read_text(encoding="utf-8") == mutants_page(), "make refresh writes it anew"
