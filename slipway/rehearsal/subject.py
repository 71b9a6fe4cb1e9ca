"""What is rehearsed: one stack of one project, and what its stages share."""

from __future__ import annotations

from dataclasses import dataclass, field
from concurrent.futures import Future
from typing import TYPE_CHECKING

from slipway.rehearsal.changes import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from plan.model import Plan
    from slipway.project import Project
    from slipway.rehearsal.likeness import World


@dataclass(frozen=True, slots=True)
class Subject:
    """`plan` is the stack's recorded plan, `undisturbed` the world after a deployment that nothing disturbed.

    Both come while steps run already. `settings` is None for a project whose settings we do not know.
    """

    project: Project
    stack: str
    policy_packs: tuple[Path, ...]
    settings: Settings | None
    plan: Future[Plan] = field(default_factory=Future)
    undisturbed: Future[World] = field(default_factory=Future)
