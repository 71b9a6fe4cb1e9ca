"""The steps of a rehearsal, and how those of one stage are gone through."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slipway.engine.process import Running
from slipway.errors import ProgramError
from slipway.exit_codes import FAILED
from slipway.rehearsal.logs import Log
from slipway.rehearsal.results import Outcome, Result
from slipway.rehearsal.stage import BrokenError, NotApplicableError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Protocol

    from slipway.rehearsal.stage import Stage

    class Progress(Protocol):
        """Is told what happens, from any thread."""

        def began(self, name: str) -> None:
            """A step begins."""

        def ended(self, result: Result) -> None:
            """A step has ended."""


INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is tried. `run` says what was seen, or raises `BrokenError` or `NotApplicableError`.

    It is not run after one of those in `needs` has failed. After it, the cloud's inventory and the state must agree.
    """

    name: str
    proves: str
    run: Callable[[Stage], str]
    needs: tuple[str, ...] = ()


def go_through(steps: Sequence[Step], stage: Stage, logs: Path, progress: Progress) -> list[Result]:
    """Run steps in their order; a result for each. Of those that an interruption leaves out nobody is told."""
    results: list[Result] = []
    lost: set[str] = set()
    for step in steps:
        missing = [name for name in step.needs if name in lost]
        if Running.is_stopping():
            results.append(not_run(step, INTERRUPTED))
            continue
        if missing:
            result = not_run(step, f"needs: {', '.join(missing)}")
        else:
            progress.began(step.name)
            result = _run(step, stage, logs / f"{'-'.join(step.name.split())}.log")
        if result.outcome in (Outcome.FAILED, Outcome.NOT_RUN):
            lost.add(step.name)
        results.append(result)
        progress.ended(result)
    return results


def not_run(step: Step, why: str) -> Result:
    """The result of a step that was not begun."""
    return Result(step.name, step.proves, Outcome.NOT_RUN, 0.0, why)


def _run(step: Step, stage: Stage, file: Path) -> Result:
    stage.log = Log(file)
    started = time.monotonic()
    exit_code = FAILED
    try:
        detail = step.run(stage)
        stage.must_agree()
        outcome = Outcome.PASSED
    except NotApplicableError as reason:
        detail, outcome = str(reason), Outcome.NOT_APPLICABLE
    except BrokenError as error:
        detail, outcome, exit_code = str(error), Outcome.FAILED, error.exit_code
    except ProgramError as error:  # the engine does not answer, or took too long
        detail, outcome = str(error), Outcome.FAILED
    if outcome is Outcome.FAILED and Running.is_stopping():  # whatever failed, failed for that
        detail, outcome = INTERRUPTED, Outcome.NOT_RUN
    stage.log.note(f"{outcome.value}: {detail}")
    return Result(step.name, step.proves, outcome, time.monotonic() - started, detail, file, exit_code)
