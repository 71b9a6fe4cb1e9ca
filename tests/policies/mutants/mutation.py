"""What a mutation operator is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from plan.graph import Graph
from policies.facts import environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.model import Plan
    from policies.finding import Status
    from tests.policies.mutants.changes import Change

PRODUCTION = ("production",)
NOT_IN_DEVELOPMENT = ("staging", "production")
ANYWHERE = ("development", "staging", "production")


@dataclass(frozen=True, slots=True)
class Operator:
    """One way to make a good plan a bad one.

    `name` says what is done, `rule` which rule must say so and `status` what it must say. `environments` are those in
    which the rule demands anything; elsewhere the operator does not apply.
    """

    rule: str
    name: str
    change: Change
    status: Status = "violation"
    environments: tuple[str, ...] = ANYWHERE

    def mutants(self, plan: Plan) -> Iterator[Plan]:
        """The plan changed in each place that the operator applies to."""
        if environment(Graph(plan)) in self.environments:
            yield from self.change(plan)
