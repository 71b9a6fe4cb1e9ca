"""Judging a plan by every rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plan.graph import Graph
from policies.catalogue import RULES
from policies.exceptions import Judgement, apart, in_force, today
from policies.finding import Finding

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from plan.model import Plan
    from policies.rule import Rule


def judge(plan: Plan, rules: Sequence[Rule] = RULES) -> tuple[Finding, ...]:
    """The findings on a plan that fail or are told, the worst first, in an order that its resources do not change."""
    return judged(plan, rules).findings


def judged(plan: Plan, rules: Sequence[Rule] = RULES, day: dt.date | None = None) -> Judgement:
    """The findings on a plan, and beside them those that its exceptions cover on a day (by default today)."""
    graph = Graph(plan)
    found = sorted((found for rule in rules for found in rule.findings(graph)), key=Finding.sort_key)
    return apart(found, in_force(graph, day or today()))
