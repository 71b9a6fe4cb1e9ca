"""What a command line asks to plan: which stacks, and what their programs said meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from slipway.errors import UsageError
from slipway.recording import Child
from slipway.terminal import report_output, stderr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.planning import Planned
    from slipway.project import Project

_UNNAMED = "dev"  # a project without stack files may be planned under any name


def plans(  # noqa: PLR0913 - the options that all commands share
    names: list[str], *, every: bool, project: Path | None, answers: Path | None, timeout: float, quiet: bool = False
) -> list[Planned]:
    """The stacks' plans. What a program printed, logged or left unknown goes to standard error, unless `quiet`.

    Raises `UsageError` where it is not clear which stacks are meant, or one's file is wrong, and `ProgramError`.
    """
    from slipway.answers import read_answers  # noqa: PLC0415 - not needed for `--help`
    from slipway.project import Project  # noqa: PLC0415

    found = Project.find(project or Path.cwd())
    with Child(found.python) as first:  # imports Pulumi while the rest of the command loads
        from slipway.planning import Order, plan_stacks  # noqa: PLC0415

        chosen = _chosen(found, names, every=every)
        planned = plan_stacks(Order(found, read_answers(answers) if answers else {}, timeout), chosen, first)
    for one in () if quiet else planned:
        report_output(f"printed by the program of {one.plan.stack}:", one.output)
        for log in one.plan.logs:
            stderr().print(f"{log.severity}: {one.plan.stack}: {log.message}", style="yellow")
        for notice in one.plan.notices:
            stderr().print(f"note: {one.plan.stack}: {notice.message}", style="yellow")
    return planned


def _chosen(project: Project, names: Sequence[str], *, every: bool) -> list[str]:
    """The stacks that are meant. Raises `UsageError` where that is not clear."""
    known = project.stacks()
    if every:
        if names:
            raise UsageError("give either stack names or --all, not both.")
        if not known:
            raise UsageError(f"{project.config_directory}: no stack file here, so --all means nothing.")
        return known
    if names:
        return list(dict.fromkeys(names))
    if len(known) > 1:
        raise UsageError(f"name a stack, or give --all. Stacks here: {', '.join(known)}.")
    return known or [_UNNAMED]
