"""The stages that run the engine: a preview that is judged, and an `up` that only follows one."""

from __future__ import annotations

import signal
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from plan.urns import type_of
from slipway import built_images, git
from slipway.danger.approvals import approvals_file, read_approvals
from slipway.danger.findings import Danger
from slipway.danger.judging import all_proven, dangers
from slipway.engine.cli import EngineError
from slipway.errors import ProgramError
from slipway.exit_codes import CANCELLED, CLEAN, FAILED, FINDINGS
from slipway.files import write
from slipway.gate.commit import commit_of
from slipway.gate.engine import is_simulated
from slipway.gate.essence import unseen
from slipway.gate.reviewed import Review
from slipway.gate.running import Mark
from slipway.gate.summary import text
from slipway.gate.supervision import signals_ignored
from slipway.gate.verdict import Judgement, Verdict, failure, judge_preview, mandatory
from slipway.settings import has_settings, settings_of
from slipway.simulated.differences import unproven
from slipway.terminal import write_result

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from slipway.engine.results import RunResult, Step
    from slipway.gate.engine import Engine
    from slipway.gate.stack_edit import StackEdit
    from slipway.gate.supervision import Ended, Reason

UNLOCK_SECONDS = 60.0  # that an engine has to end which was interrupted when the gate was killed
_LOOK_SECONDS = 0.5
PREVIEW, REVIEWED = "preview.json", "reviewed.json"
_RECOVERY = "docs/recovery.md says how to find out what was under way, and how to mend it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One stack before its gate. `folder` keeps what the stages write.

    Data that may be lost is approved by URN: in `approve`, or with `reads_approvals` in `approvals/<stack>.txt` beside
    the stack files.
    """

    engine: Engine
    folder: Path
    approve: tuple[str, ...] = ()
    reads_approvals: bool = True

    def preview(self, stage: str = "preview") -> Verdict:
        """Preview and judge. Nothing changes. Raises `UsageError` for a wrong stack, file or approval.

        Only what the stage `preview` previews can be reviewed: it is of what is checked out.
        """
        verdict, review = self._judged(stage)
        if review and verdict.exit_code == CLEAN and stage == "preview":
            review.write(self.folder / REVIEWED)
        return verdict

    def up(self, reviewed: Path | None = None, *, stage: str = "up", edit: StackEdit | None = None) -> Verdict:
        """Deploy, where a fresh preview passes and is what was reviewed. Raises as `preview`, and `ProgramError`.

        `edit` is made when the engine begins, and taken back where that did not get as far as to lock the stack.
        """
        expected = Review.read(reviewed) if reviewed else None
        mark = Mark(self.folder)
        with mark.taken() as alone:
            if not alone or mark.still_runs():
                headline = f"an up of this stack is running in {self.folder}: nothing was changed."
                return self._ended(stage, Judgement(FAILED, headline))
            if mark.left_a_lock():
                remedy = f"Run tools/gate unlock {self.engine.stack} first, with the same --out. {_RECOVERY}"
                headline = "an up of this stack was killed here, and its lock is left: nothing was changed."
                return self._ended(stage, Judgement(FAILED, headline, remedy))
            mark.clear()
            return self._up(stage, mark, expected, edit)

    def unlock(self, wait: float = UNLOCK_SECONDS) -> Verdict:
        """Unlock the stack where an `up` from this folder was killed; do nothing where none was.

        One that still runs has `wait` seconds to end. Raises `ProgramError` where this machine cannot tell whether it
        does, or the engine cannot unlock.
        """
        mark, end = Mark(self.folder), time.monotonic() + wait
        while True:
            with mark.taken() as alone:
                if alone and not mark.still_runs():
                    return self._unlocked(mark)
            if time.monotonic() >= end:
                headline = "an up of this stack still runs, and has its lock."
                return self._ended("unlock", Judgement(FAILED, headline))
            time.sleep(_LOOK_SECONDS)

    def _up(self, stage: str, mark: Mark, expected: Review | None, edit: StackEdit | None) -> Verdict:
        """Preview, judge and deploy, while nobody else has the folder."""
        before, fresh = self._judged(stage)
        if before.exit_code != CLEAN or fresh is None:
            return before
        if expected:
            expected.must_be(fresh)
            write_result(f"This is what was reviewed. {unseen(before.steps)}".rstrip() + "\n")
        write_result(text(before))
        engine = self._noting(before.steps)
        if edit:
            edit.put()
        ended, result = engine.up(mark)
        with signals_ignored():
            if edit and not mark.had_the_lock():
                edit.take_back()
            return self._deployed(before, ended, result, mark)

    def _noting(self, steps: Sequence[Step]) -> Engine:
        """The engine, that notes with the deployment which images the stack has built and runs until then.

        Their configuration does not tell, and a way back asks for it. A backend that cannot be asked now has no note:
        that is for the deployment to say.
        """
        if not any(type_of(step.urn) == built_images.REPOSITORY for step in steps):
            return self.engine
        try:
            running = built_images.digests_of(self.engine.outputs())
        except EngineError:
            return self.engine
        message = self.engine.message or _title(self.engine.project.directory)
        return replace(self.engine, message=built_images.noting(message, running)) if running else self.engine

    def _ended(self, stage: str, judgement: Judgement) -> Verdict:
        return Verdict.ended(stage, self.engine.stack, judgement)

    def _unlocked(self, mark: Mark) -> Verdict:
        """The verdict once the lock of a dead `up` is taken away, if it left one."""
        if not mark.left_a_lock():
            mark.clear()
            remedy = (
                "The backend was not asked: a lock there is none of this folder. Where the stack is locked, and you "
                f"are sure that nobody is at work: pulumi cancel --stack {self.engine.stack}."
            )
            return self._ended("unlock", Judgement(CLEAN, f"no up was left unfinished in {self.folder}.", remedy))
        self.engine.unlock()
        mark.clear()
        return self._ended("unlock", Judgement(CLEAN, "an up was killed: its lock is taken away.", _RECOVERY))

    def _judged(self, stage: str) -> tuple[Verdict, Review | None]:
        """The verdict on a fresh preview, and where the engine made one what was previewed."""
        filed = self._checked()
        for old in (PREVIEW, REVIEWED) if stage == "preview" else (PREVIEW,):
            (self.folder / old).unlink(missing_ok=True)
        approvals = tuple(dict.fromkeys((*read_approvals(self.approve), *filed)))
        ended, result = self.engine.preview()
        told = unproven if is_simulated() else all_proven
        danger = dangers(result.steps, approvals, told) if result.ok else Danger()
        # An approval lives as long as its change: one that stays would approve of the next loss unseen.
        stale = tuple(urn for urn in danger.unneeded if urn in filed) if stage == "preview" else ()
        judgement = judge_preview(result, danger, stale, self.engine.stack)
        if ended.reason:
            judgement = Judgement(_stopped(ended), _WHY[ended.reason])
        commit = commit_of(self.engine.project.directory)
        verdict = replace(
            self._ended(stage, judgement),
            commit=commit, steps=result.steps, changes=result.changes, violations=result.violations, danger=danger,
        )  # fmt: skip
        if not result.ok:
            return verdict, None
        write(self.folder / PREVIEW, ended.stdout)
        return verdict, Review.of(self.engine.stack, commit, result.steps)

    def _deployed(self, before: Verdict, ended: Ended, result: RunResult, mark: Mark) -> Verdict:
        """The verdict on an `up` that has ended, after its lock is gone where the backend lets us take it."""
        died = ended.exit_code < 0  # of a signal: ours or, as for want of memory, another's
        notes = [_RECOVERY] if ended.reason or died else []
        lock, cancel = "The stack is not locked.", f"pulumi cancel --stack {self.engine.stack}"
        try:
            if (ended.killed or died) and mark.had_the_lock():
                self.engine.unlock()
                notes.insert(0, "The engine was killed; the lock that it held is taken away.")
            elif ended.killed and ended.unnoted:
                lock = f"Whether the stack is locked nobody could note; where it is: {cancel}."
            mark.clear()
        except EngineError as error:  # the mark stays: it says whose lock it is
            marked = f"tools/gate unlock {self.engine.stack}, with the same --out"
            lock = f"The stack is still locked: run {cancel if ended.unnoted else marked}."
            notes.insert(0, f"The engine was killed, and its lock could not be taken away: {error}")
        done = replace(before, deployed=True, violations=result.violations, changes=result.changes)
        if result.ok:
            return replace(done, headline=_done(result))
        if result.lost:
            headline = "the engine deployed, and what it did or found could not be noted."
            return replace(done, exit_code=FAILED, headline=headline, detail=f"{result.lost}\n{_RECOVERY}")
        if ended.reason:
            said = "\n".join(part for part in (ended.unnoted, result.errors) if part)
            judgement = Judgement(_stopped(ended), f"{_WHY[ended.reason]} {lock}", said)
        elif died:
            headline = f"the engine was killed ({_signal(ended.exit_code)}), not by the gate. {lock}"
            judgement = Judgement(FAILED, headline, result.errors)
        elif broken := mandatory(result.violations):
            headline = "findings that no preview could see stopped it midway: what was made before stays."
            judgement = Judgement(FINDINGS, headline, "\n".join((*(found.message for found in broken), _RECOVERY)))
        else:
            judgement = failure(
                ended.exit_code, result.errors, self.engine.stack,
                "the deployment failed; what was done before is recorded. Mend the cause and deploy again; in a "
                "pipeline, run all jobs again.",
            )  # fmt: skip
        detail = "\n".join(part for part in (judgement.detail, *notes) if part)
        return replace(done, exit_code=judgement.exit_code, headline=judgement.headline, detail=detail)

    def _checked(self) -> tuple[str, ...]:
        """The approvals on file, after the stack's own file is found to be right. Raises `UsageError`."""
        project, stack = self.engine.project, self.engine.stack
        if self.engine.config_file is None:
            project.config(stack)
            if has_settings(project):
                settings_of(project, stack)
        file = approvals_file(project.config_directory, stack)
        return read_approvals((), file) if self.reads_approvals and file.exists() else ()


_WHY: Mapping[Reason, str] = {
    "signal": "it was cancelled before it had ended.",
    "time": "it took longer than it may (--timeout), and was ended.",
    "unnoted": "it could not be noted that it runs, and so it was ended.",
}


def _title(folder: Path) -> str:
    """What the engine itself would record: the first line of the commit's message, where there is a commit."""
    try:
        return git.said(folder, "log", "-1", "--format=%s")
    except ProgramError:
        return ""


def _stopped(ended: Ended) -> int:
    return CANCELLED if ended.reason == "signal" else FAILED


def _signal(exit_code: int) -> str:
    try:
        return signal.Signals(-exit_code).name
    except ValueError:  # of those that have no name
        return f"signal {-exit_code}"


def _done(result: RunResult) -> str:
    counts = [f"{count} {op}" for op, count in sorted(result.changes.items()) if op != "same" and count]
    return f"{', '.join(counts) or 'nothing changed'}."
