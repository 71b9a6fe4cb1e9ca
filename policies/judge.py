"""Judging a plan by every rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plan.graph import Graph
from policies.catalogue import RULES
from policies.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plan.model import Plan
    from policies.rule import Rule


def judge(plan: Plan, rules: Sequence[Rule] = RULES) -> tuple[Finding, ...]:
    """All findings on a plan, the worst first, in an order that does not depend on that of the resources."""
    graph = Graph(plan)
    return tuple(sorted((found for rule in rules for found in rule.findings(graph)), key=Finding.sort_key))
