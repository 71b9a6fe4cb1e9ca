"""Whether a deployment left nothing to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.rehearsal.stage import BrokenError, counted, must, said

if TYPE_CHECKING:
    from slipway.rehearsal.stage import Stage

CHANGES = 7  # the engine's exit code for changes where none were expected


def nothing_to_do(stage: Stage) -> str:
    """What a preview right after a deployment says. Raises `BrokenError` where it would change anything."""
    result = stage.preview("--expect-no-changes", show_sames=False)
    if result.exit_code == CHANGES or (result.ok and set(result.changes) - {"same"}):
        steps = [f"{step.op} {step.urn}: {', '.join(step.diff_reasons)}" for step in result.steps if step.op != "same"]
        raise BrokenError("a preview right after the deployment has changes:\n" + said("\n".join(steps)))
    must(result, "the preview")
    return counted(result.changes)
