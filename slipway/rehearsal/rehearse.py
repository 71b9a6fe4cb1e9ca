"""The whole rehearsal of one stack: two stages side by side, each with a simulated cloud of its own."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from slipway.errors import UsageError
from slipway.rehearsal.bytecode import without_new_bytecode
from slipway.rehearsal.crashes import RECOVERED, crashes, crashes_after
from slipway.rehearsal.data import data
from slipway.rehearsal.ending import children, heard
from slipway.rehearsal.life import UNDISTURBED, life
from slipway.rehearsal.logs import Log, new_folder
from slipway.rehearsal.made_up import MadeUp
from slipway.rehearsal.results import Outcome, Rehearsal, Result
from slipway.rehearsal.stage import Stage
from slipway.rehearsal.steps import go_through
from slipway.rehearsal.subject import creations
from slipway.rehearsal.teardown import teardown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import ThreadPoolExecutor

    from slipway.rehearsal.order import Order
    from slipway.rehearsal.steps import Progress, Step

_LANES = 3  # two stages, and the recording beside them
_OUTLINE = ("up", "nothing to do", "release", "rollback", "teardown")


def rehearse(order: Order, progress: Progress) -> Rehearsal:
    """Rehearse a stack. Raises `UsageError` for a wrong stack or file, `InterruptedRehearsalError` for a ctrl-C.

    However it ends, nothing that was started goes on, and but for the logs nothing is left.
    """
    first, *rest = life()
    return _rehearsed(order, progress, _Programme([first], [*rest, *data(), *teardown()], crashes))


def rehearse_crashes(order: Order, progress: Progress) -> Rehearsal:
    """The crashes of `order.crash_at` alone, beside an undisturbed deployment. Raises as `rehearse`."""
    only = _Programme([], [UNDISTURBED], lambda _, points: [*crashes_after(points), RECOVERED])
    return _rehearsed(order, progress, only)


def rehearse_outline(order: Order, progress: Progress) -> Rehearsal:
    """Preview, deployment, nothing to do, a release and back, the end: nothing crashes. Raises as `rehearse`."""
    first, *rest = life()
    then = [step for step in (*rest, *teardown()) if step.name in _OUTLINE]
    return _rehearsed(order, progress, _Programme([first], then, lambda _, __: []))


@dataclass(frozen=True, slots=True)
class _Programme:
    """The `first` steps; where none of them failed `then` others, and in a cloud of their own those of `beside`."""

    first: Sequence[Step]
    then: Sequence[Step]
    beside: Callable[[int, Sequence[int]], Sequence[Step]]


def _rehearsed(order: Order, progress: Progress, programme: _Programme) -> Rehearsal:
    order.check()
    logs = order.logs or new_folder(order.project.directory, order.stack)
    logs.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with (
        without_new_bytecode(order.project.directory),
        tempfile.TemporaryDirectory(prefix="slipway-rehearsal-") as scratch,
        heard(),
    ):
        rehearsing = _Rehearsing(order, Path(scratch), logs, progress)
        results = tuple(rehearsing.results(programme))
    seconds = time.monotonic() - started
    return Rehearsal(order.project.name, order.stack, seconds, results, logs, rehearsing.made_up)


class _Rehearsing:
    def __init__(self, order: Order, scratch: Path, logs: Path, progress: Progress) -> None:
        self._order = order
        self._scratch = scratch
        self._logs = logs
        self._progress = progress
        self._subject = order.subject()
        self.made_up = MadeUp()

    def results(self, programme: _Programme) -> list[Result]:
        """Go through all steps. Whatever ends this ends what was started, too."""
        with children(_LANES) as pool:
            try:
                return self._go_through(pool, programme)
            finally:
                self._subject.undisturbed.cancel()

    def _go_through(self, pool: ThreadPoolExecutor, programme: _Programme) -> list[Result]:
        recording = pool.submit(self._order.record, self._subject)
        with self._order.workspace(self._scratch / "main") as workspace:
            stage = Stage(workspace, self._subject, Log(self._logs / "begin.log"))
            begun = pool.submit(go_through, programme.first, stage, self._logs, self._progress).result()
            self.made_up = MadeUp.of(workspace, self._order.stack)
            recording.result()
            self._check_points()
            if any(result.outcome is Outcome.FAILED for result in begun):
                return begun
            crashing = pool.submit(self._crashes, programme)
            own = pool.submit(self._undisturbed, programme.then, stage)
            results = [*begun, *own.result(), *crashing.result()]
            self.made_up = MadeUp.of(workspace, self._order.stack)
            return results

    def _check_points(self) -> None:
        """Raises `UsageError` for a crash after more creations than there are."""
        if self._subject.plan.exception():
            return  # the preview says why
        total = creations(self._subject.plan.result())
        beyond = next((point for point in self._order.crash_at if point > total), None)
        if beyond:
            raise UsageError(f"--crash-at {beyond}: the stack makes only {total} things; give 1 to {total}.")

    def _undisturbed(self, steps: Sequence[Step], stage: Stage) -> list[Result]:
        try:
            return go_through(steps, stage, self._logs, self._progress)
        finally:
            self._subject.undisturbed.cancel()  # where it has not come, it never will

    def _crashes(self, programme: _Programme) -> list[Result]:
        total = creations(self._subject.plan.result())
        with self._order.workspace(self._scratch / "crashes") as workspace:
            stage = Stage(workspace, self._subject, Log(self._logs / "begin-crashes.log"))
            steps = programme.beside(total, self._order.crash_at)
            return go_through(steps, stage, self._logs, self._progress)
