"""The whole rehearsal of one stack: two stages side by side, each with a simulated cloud of its own."""

from __future__ import annotations

import contextlib
import json
import signal
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slipway import planning
from slipway.answers import read_answers
from slipway.engine.files import write
from slipway.engine.locate import ROOT
from slipway.engine.process import Running
from slipway.engine.workspace import Workspace
from slipway.errors import SlipwayError, UsageError
from slipway.recording import Child
from slipway.rehearsal.changes import Settings
from slipway.rehearsal.crashes import crashes
from slipway.rehearsal.data import data
from slipway.rehearsal.life import life
from slipway.rehearsal.logs import Log, new_folder
from slipway.rehearsal.results import Outcome, Rehearsal, Result
from slipway.rehearsal.stage import Stage
from slipway.rehearsal.steps import go_through
from slipway.rehearsal.subject import Subject, creations
from slipway.rehearsal.teardown import teardown
from slipway.settings import has_settings, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slipway.project import Project
    from slipway.rehearsal.steps import Progress, Step

_POLICIES = ROOT / "policies"
_SECRETS = "secrets:"
_LANES = 3  # two stages, and the recording beside them
_GONE_SECONDS = 20  # that children get to end in, before they are killed
_INTERRUPTED = "interrupted: everything that was started is ended, and the simulated clouds are removed."


class InterruptedRehearsalError(SlipwayError):
    """A person, or who runs us, ended the rehearsal."""

    exit_code = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be rehearsed. `answers` is an answers file, `logs` the folder for logs, `crash_at` creations."""

    project: Project
    stack: str
    answers: Path | None = None
    logs: Path | None = None
    crash_at: tuple[int, ...] = ()


def rehearse(order: Order, progress: Progress) -> Rehearsal:
    """Rehearse a stack. Raises `UsageError` for a wrong stack or file, `InterruptedRehearsalError` for a ctrl-C.

    However it ends, nothing that was started goes on, and but for the logs nothing is left.
    """
    order.project.config(order.stack)
    if has_settings(order.project):
        settings_of(order.project, order.stack)
    logs = order.logs or new_folder(order.project.directory, order.stack)
    logs.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="slipway-rehearsal-") as scratch, _interruptible():
        results = _Rehearsing(order, Path(scratch), logs, progress).results()
    return Rehearsal(order.project.name, order.stack, time.monotonic() - started, tuple(results), logs)


class _Rehearsing:
    def __init__(self, order: Order, scratch: Path, logs: Path, progress: Progress) -> None:
        self._order = order
        self._scratch = scratch
        self._logs = logs
        self._progress = progress
        self._answers = _answers(order)
        self._subject = Subject(order.project, order.stack, (_POLICIES,), Settings.of(order.project, order.stack))

    def results(self) -> list[Result]:
        """Go through all steps. Whatever ends this ends what was started, too."""
        pool = ThreadPoolExecutor(_LANES)
        try:
            return self._go_through(pool)
        except BaseException as error:
            self._subject.undisturbed.cancel()
            _end_all(pool)
            if isinstance(error, KeyboardInterrupt):
                raise InterruptedRehearsalError(_INTERRUPTED) from None
            raise
        finally:
            pool.shutdown(cancel_futures=True)

    def _go_through(self, pool: ThreadPoolExecutor) -> list[Result]:
        recording = pool.submit(self._record)
        first, *rest = life()
        with self._workspace("main") as workspace:
            stage = Stage(workspace, self._subject, Log(self._logs / "begin.log"))
            begun = pool.submit(go_through, [first], stage, self._logs, self._progress).result()
            recording.result()
            if begun[0].outcome is not Outcome.PASSED:
                return begun
            beside = pool.submit(self._crashes)
            own = pool.submit(self._undisturbed, [*rest, *data(), *teardown()], stage)
            return [*begun, *own.result(), *beside.result()]

    def _record(self) -> None:
        """Record the plan: it says where in the program each thing has its place."""
        try:
            told = planning.Order(self._order.project, self._answers)
            self._subject.plan.set_result(planning.plan_stack(told, self._order.stack).plan)
        except SlipwayError as error:
            self._subject.plan.set_exception(error)

    def _undisturbed(self, steps: Sequence[Step], stage: Stage) -> list[Result]:
        try:
            return go_through(steps, stage, self._logs, self._progress)
        finally:
            self._subject.undisturbed.cancel()  # where it has not come, it never will

    def _crashes(self) -> list[Result]:
        total = creations(self._subject.plan.result())
        beyond = [point for point in self._order.crash_at if point > total]
        if beyond:
            raise UsageError(f"--crash-at {beyond[0]}: the stack makes only {total} things; give 1 to {total}.")
        with self._workspace("crashes") as workspace:
            stage = Stage(workspace, self._subject, Log(self._logs / "begin-crashes.log"))
            return go_through(crashes(total, self._order.crash_at), stage, self._logs, self._progress)

    def _workspace(self, name: str) -> Workspace:
        answers = write(self._scratch / f"answers-{name}.json", json.dumps(self._answers))
        return Workspace(self._order.project.directory, folder=self._scratch / name, answers=answers)


def _answers(order: Order) -> dict[str, Any]:
    """The answers without secrets that the stack does not read: a program judges all that are set. Any JSON."""
    answers = read_answers(order.answers) if order.answers else {}
    if not has_settings(order.project) or "config" not in answers:
        return answers
    used = settings_of(order.project, order.stack).stack.used_secrets()
    read = {f"{_SECRETS}{name}" for name, secret in used.items() if not secret.generate}
    kept = {key: value for key, value in answers["config"].items() if not key.startswith(_SECRETS) or key in read}
    return {**answers, "config": kept}


def _end_all(pool: ThreadPoolExecutor) -> None:
    """End every child: asked first, then killed after a while, or at once when asked again."""
    Running.stop_all()
    Child.stop_all()
    killer = threading.Timer(_GONE_SECONDS, Running.stop_all, kwargs={"kill": True})
    killer.daemon = True
    killer.start()
    try:
        pool.shutdown(cancel_futures=True)
    except KeyboardInterrupt:
        Running.stop_all(kill=True)
        pool.shutdown(cancel_futures=True)
    finally:
        killer.cancel()
        Running.allow()


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Let who ends us by signal be heard as ctrl-C is."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    old = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)
