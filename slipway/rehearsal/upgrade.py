"""The upgrade of a stack: deployed by an older revision of the project, then by this one, in one simulated cloud."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from slipway.answers import read_answers
from slipway.danger.findings import Danger
from slipway.danger.judging import dangers
from slipway.engine.workspace import Workspace
from slipway.errors import ENDANGERED, ProgramError, UsageError
from slipway.project import Project
from slipway.rehearsal.agreement import differences, recorded, told
from slipway.rehearsal.environment import give_environment
from slipway.rehearsal.results import Outcome, Rehearsal, Result
from slipway.rehearsal.revision import export, find_revision
from slipway.simulated.inventory import inventory

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from slipway.engine.results import RunResult
    from slipway.rehearsal.revision import Revision

_CHANGES = 7  # the engine's exit code where `--expect-no-changes` is broken
_STEPS = {
    "older revision": "the older revision deploys the stack",
    "preview": "what this revision would do to it endangers no data that nobody approved of",
    "upgrade": "this revision deploys it",
    "unchanged": "a second preview finds nothing left to do",
    "inventory": "the cloud holds what the state says",
}


class _FailedError(Exception):
    """A step found what ends the rehearsal. `exit_code` is the command's."""

    def __init__(self, message: str, exit_code: int = ProgramError.exit_code) -> None:
        super().__init__(message)
        self.exit_code = exit_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What to rehearse: a stack's upgrade from `ref`. `approvals` are URNs whose data may be lost.

    `answers` is an answers file for both revisions, `pulumi` the CLI, `logs` a folder for what the engine said, and
    `progress` is told the name of each step that begins.
    """

    stack: str
    ref: str
    approvals: Sequence[str] = ()
    answers: Path | None = None
    pulumi: Path | None = None
    logs: Path | None = None
    progress: Callable[[str], None] = field(default=lambda _: None)


@dataclass(frozen=True, slots=True)
class Upgrade:
    """How the upgrade went, and what it puts at risk."""

    rehearsal: Rehearsal
    danger: Danger
    commit: str


def rehearse_upgrade(project: Project, wish: Wish) -> Upgrade:
    """Deploy with the older revision, then look at and do the upgrade to this tree, uncommitted changes included.

    Stops before the upgrade where it endangers data that no approval names: exit code 5. No file of the project
    changes. Raises `UsageError` and `ProgramError` where the older revision cannot be had.
    """
    revision = find_revision(project.directory, wish.ref)
    project.config(wish.stack)
    with tempfile.TemporaryDirectory(prefix="slipway-upgrade-") as scratch:
        tree = Path(scratch).resolve() / "tree"
        older = export(revision, tree)
        environment = give_environment(older, project, revision.root, tree)
        _must_match(Project.find(older), project, wish, revision)
        run = _Run(project, older, wish, tree.with_name("workspace"))
        return run.done(revision, environment)


def _must_match(older: Project, project: Project, wish: Wish, revision: Revision) -> None:
    """Raises `UsageError` where the older revision knows no such stack, or by another name."""
    named = f"{wish.ref} ({revision.commit[:12]})"
    if older.name != project.name:
        message = (
            f"{named}: its project is {older.name!r}, this one {project.name!r}. Every URN has the project's name, so "
            "the stack would be another one. Keep the name, or rename the stack with `pulumi stack rename` first."
        )
        raise UsageError(message)
    known = older.stacks()
    if known and wish.stack not in known:
        message = f"{named}: has no stack {wish.stack!r}; its stacks: {', '.join(known)}. Choose one of them."
        raise UsageError(message)


class _Run:
    """One rehearsal under way: its steps in order, each only where the one before it passed."""

    def __init__(self, project: Project, older: Path, wish: Wish, folder: Path) -> None:
        self._project, self._older, self._wish, self._folder = project, older, wish, folder
        self._danger = Danger()

    def done(self, revision: Revision, environment: str) -> Upgrade:
        """Run every step; the results, also of those that were not reached."""
        started = time.monotonic()
        works = (self._deploy, self._look, self._upgrade, self._unchanged, self._inventory)
        results: list[Result] = []
        for (name, proves), work in zip(_STEPS.items(), works, strict=True):
            if any(result.outcome is Outcome.FAILED for result in results):
                results.append(Result(name, proves, Outcome.NOT_RUN, 0, "a step before it failed"))
                continue
            self._wish.progress(name)
            results.append(_result(name, proves, work))
        results[0] = replace(results[0], detail=f"{results[0].detail}; {environment}")
        facts = {
            "from": {"ref": revision.ref, "commit": revision.commit},
            "uncommitted": revision.uncommitted,
            "danger": self._danger.to_json(),
        }
        seconds = time.monotonic() - started
        rehearsal = Rehearsal(
            self._project.name, self._wish.stack, seconds, tuple(results), logs=self._wish.logs, facts=facts
        )
        return Upgrade(rehearsal, self._danger, revision.commit)

    def _workspace(self, project: Path) -> Workspace:
        return Workspace(project, folder=self._folder, answers=self._wish.answers, pulumi=self._wish.pulumi)

    def _deploy(self) -> str:
        with self._workspace(self._older) as workspace:
            return self._up(workspace, "1-older-revision", f"the deployment by {self._wish.ref}")

    def _look(self) -> str:
        with self._workspace(self._project.directory) as workspace:
            preview = workspace.preview(self._wish.stack, "--show-replacement-steps")
        self._log("2-preview", preview)
        self._danger = dangers(preview.steps, self._wish.approvals)
        endangered = [found.urn for found in self._danger.unapproved]
        if endangered:
            raise _FailedError("the upgrade loses data without approval: " + ", ".join(endangered), ENDANGERED)
        _must(preview, "the preview")
        return _counted(preview)

    def _upgrade(self) -> str:
        with self._workspace(self._project.directory) as workspace:
            return self._up(workspace, "3-upgrade", "the upgrade")

    def _unchanged(self) -> str:
        with self._workspace(self._project.directory) as workspace:
            preview = workspace.preview(self._wish.stack, "--expect-no-changes", show_sames=False)
        self._log("4-unchanged", preview)
        if preview.exit_code == _CHANGES:
            left = [
                f"{step.op} {step.urn}: {', '.join(step.diff_reasons)}" for step in preview.steps if step.op != "same"
            ]
            raise _FailedError("\n".join(["a preview right after the upgrade has changes:", *left]))
        _must(preview, "the preview after the upgrade")
        return _counted(preview)

    def _inventory(self) -> str:
        with self._workspace(self._project.directory) as workspace:
            live = inventory(workspace.cloud)
            found = differences(live, recorded(workspace.export(self._wish.stack, secrets=True)))
        # What the answers tell of is read only, and lives outside of the simulated cloud.
        answers = read_answers(self._wish.answers) if self._wish.answers else {}
        answered = {(each["type"], each["id"]) for each in answers.get("resources", ())}
        found = tuple(each for each in found if each.kind != "ghost" or (each.type, each.id) not in answered)
        if found:
            raise _FailedError(f"the cloud's inventory and the state differ:\n{told(found)}")
        return f"{len(live)} objects, as the state says"

    def _up(self, workspace: Workspace, log: str, doing: str) -> str:
        result = workspace.up(self._wish.stack)
        self._log(log, result)
        _must(result, doing)
        return _counted(result)

    def _log(self, name: str, result: RunResult) -> None:
        if self._wish.logs:
            self._wish.logs.mkdir(parents=True, exist_ok=True)
            said = [result.stdout, *(f"{each.severity}: {each.message}" for each in result.diagnostics), result.stderr]
            text = "\n".join(part.rstrip() for part in said if part.strip())
            (self._wish.logs / f"{name}.log").write_text(f"{text}\n[exit {result.exit_code}]\n", encoding="utf-8")


def _result(name: str, proves: str, work: Callable[[], str]) -> Result:
    started = time.monotonic()
    try:
        outcome, detail, exit_code = Outcome.PASSED, work(), 0
    except _FailedError as failure:
        outcome, detail, exit_code = Outcome.FAILED, str(failure), failure.exit_code
    return Result(name, proves, outcome, time.monotonic() - started, detail, exit_code=exit_code)


def _must(result: RunResult, doing: str) -> None:
    if not result.ok:
        raise _FailedError(f"{doing} failed (exit {result.exit_code}): {result.errors}")


def _counted(result: RunResult) -> str:
    return ", ".join(f"{number} {operation}" for operation, number in sorted(result.changes.items())) or "nothing"
