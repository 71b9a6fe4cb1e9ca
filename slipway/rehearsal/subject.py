"""What is rehearsed: one stack of one project, and what its stages share."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from slipway.rehearsal.agreement import ELSEWHERE

if TYPE_CHECKING:
    from plan.model import Plan
    from slipway.project import Project
    from slipway.rehearsal.changes import Settings
    from slipway.rehearsal.likeness import World


@dataclass(frozen=True, slots=True)
class Subject:
    """`plan` is the stack's recorded plan, `undisturbed` the world after a deployment that nothing disturbed.

    Both come while steps run already. `settings` is None for a project whose settings we do not know,
    `judged` says whether the rules have a say.
    """

    project: Project
    stack: str
    settings: Settings | None
    judged: bool = True
    plan: Future[Plan] = field(default_factory=Future)
    undisturbed: Future[World] = field(default_factory=Future)


def creations(plan: Plan) -> int:
    """How many things a deployment of the plan makes in a cloud."""
    return sum(each.custom and not each.external and not each.type.startswith(ELSEWHERE) for each in plan.resources)
