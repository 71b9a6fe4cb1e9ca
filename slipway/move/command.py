"""What `slipway move` does once its arguments are read: both stacks planned and read, the runbook made."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from slipway.asked import plans
from slipway.errors import UsageError
from slipway.move.reading import side
from slipway.move.runbook import runbook
from slipway.project import Project
from slipway.settings import settings_of

if TYPE_CHECKING:
    from slipway.move.model import Runbook
    from slipway.planning import Planned


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the command line says. `old_project` is where the first stack's files are, where not beside the second's."""

    source: str
    target: str
    project: Path | None
    old_project: Path | None
    answers: Path | None
    gib: float | None
    timeout: float


def made(asked: Asked) -> Runbook:
    """The runbook. Raises `UsageError` for stacks between which there is no move, and `ProgramError`."""
    if asked.source == asked.target and asked.old_project is None:
        raise UsageError(
            f"given {asked.source} twice, and from a stack to itself nothing moves. Name two stacks of one application, or, for a"
            " stack whose topology was changed in its file, the folder of the project as it was: --from-project DIR."
        )
    first, second = _planned(asked)
    before, now = (Project.find(folder or Path.cwd()) for folder in (asked.old_project or asked.project, asked.project))
    source = settings_of(before, asked.source, builds=False).stack
    target = settings_of(now, asked.target, builds=False).stack
    return runbook(side("FROM", source, first.plan), side("TO", target, second.plan), asked.gib)


def _planned(asked: Asked) -> list[Planned]:
    """Both plans; those of one project are made at the same time."""

    def of(names: list[str], folder: Path | None) -> list[Planned]:
        return plans(names, every=False, project=folder, answers=asked.answers, timeout=asked.timeout, quiet=True)

    if asked.old_project is None:
        return of([asked.source, asked.target], asked.project)
    return [*of([asked.source], asked.old_project), *of([asked.target], asked.project)]
