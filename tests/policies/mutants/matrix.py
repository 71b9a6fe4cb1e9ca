"""Every operator on every plan: which mutants the named rule finds, and which survive."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from policies.judge import judge
from tests.policies.mutants.bases import BASES, base
from tests.policies.mutants.operators import (
    balancing,
    containers,
    data,
    edge,
    engines,
    groups,
    keeping,
    machines,
    network,
)
from tests.policies.plans import BY_ID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.model import Plan
    from policies.rule import Rule
    from tests.policies.mutants.mutation import Operator

OPERATORS: tuple[Operator, ...] = tuple(
    sorted(
        (
            operator
            for subject in (balancing, containers, data, edge, engines, groups, keeping, machines, network)
            for operator in subject.OPERATORS
        ),
        key=lambda operator: operator.rule,
    )
)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed plan. `number` counts the places of the same plan that the operator applies to."""

    operator: Operator
    base: str
    number: int
    plan: Plan

    @property
    def killed(self) -> bool:
        """Whether the named rule says of the plan what it must, and has not said so of the good one."""
        found = statuses(self.plan, BY_ID[self.operator.rule]) - known(self.base, self.operator.rule)
        return self.operator.status in {status for _, status in found}


def statuses(plan: Plan, rule: Rule) -> Counter[tuple[str, str]]:
    """How often a rule says what of each resource."""
    return Counter((finding.urn, finding.status) for finding in judge(plan, [rule]))


@cache
def known(name: str, rule: str) -> Counter[tuple[str, str]]:
    """What a rule says of a good plan: advice that the plan does not follow."""
    return statuses(base(name), BY_ID[rule])


def mutants(operator: Operator, name: str) -> Iterator[Mutant]:
    """Every mutant that an operator makes of a plan."""
    for number, plan in enumerate(operator.mutants(base(name))):
        yield Mutant(operator, name, number, plan)


def first_mutant(rule: str) -> Mutant:
    """One mutant of each rule that breaks it, of the first plan that has such."""
    operator = next(each for each in OPERATORS if each.rule == rule and each.status == "violation")
    return next(mutant for name in BASES for mutant in mutants(operator, name))


@dataclass(frozen=True, slots=True)
class Cell:
    """How many mutants of one operator on one plan there are, and how many of them were killed."""

    mutants: int
    killed: int


@cache
def matrix() -> dict[tuple[str, str, str], Cell]:
    """The cells by rule, operator and plan; those in which the operator applies nowhere are left out."""
    cells: dict[tuple[str, str, str], Cell] = {}
    for operator in OPERATORS:
        for name in BASES:
            made = [mutant.killed for mutant in mutants(operator, name)]
            if made:
                cells[operator.rule, operator.name, name] = Cell(len(made), sum(made))
    return cells
