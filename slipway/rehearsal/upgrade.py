"""The upgrade of a stack: deployed by an older revision of the project, then by this one, in one simulated cloud."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from slipway.danger.judging import dangers
from slipway.errors import UsageError
from slipway.exit_codes import ENDANGERED
from slipway.project import Project
from slipway.rehearsal.bytecode import without_new_bytecode
from slipway.rehearsal.ending import children, heard
from slipway.rehearsal.environment import give_environment
from slipway.rehearsal.logs import Log, new_folder
from slipway.rehearsal.made_up import MadeUp
from slipway.rehearsal.quiet import nothing_to_do
from slipway.rehearsal.results import Outcome, Rehearsal
from slipway.rehearsal.revision import Revision, export, find_revision
from slipway.rehearsal.stage import BrokenError, Stage, counted, must
from slipway.rehearsal.steps import Step, go_through, not_run
from slipway.simulated.differences import unproven

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.danger.findings import Danger
    from slipway.rehearsal.order import Order
    from slipway.rehearsal.results import Result
    from slipway.rehearsal.steps import Progress


@dataclass(frozen=True, slots=True)
class Upgrade:
    """How the upgrade went, and what it puts at risk: None where it did not come to that."""

    rehearsal: Rehearsal
    danger: Danger | None


def rehearse_upgrade(order: Order, ref: str, approvals: Sequence[str], progress: Progress) -> Upgrade:
    """Deploy with the revision `ref`, then look at and do the upgrade to this tree, uncommitted changes included.

    Stops before the upgrade where it endangers data that no approval names: exit code 5. No file of the project
    changes but for the logs. Raises `UsageError` and `ProgramError` where the older revision cannot be had, and
    `InterruptedRehearsalError` for a ctrl-C.
    """
    order.check()
    revision = find_revision(order.project.directory, ref)
    started = time.monotonic()
    with (
        without_new_bytecode(order.project.directory),
        tempfile.TemporaryDirectory(prefix="slipway-upgrade-") as scratch,
        heard(),
        children(1) as pool,
    ):
        tree = Path(scratch).resolve() / "tree"
        older = export(revision, tree)
        environment = give_environment(older, order.project, revision.root, tree)
        before = replace(order, project=Project.find(older))
        _must_match(before.project, order, revision)
        logs = order.logs or new_folder(order.project.directory, order.stack)
        run = _Run(before, order, approvals, tree.with_name("workspace"), logs)
        results = pool.submit(run.results, progress).result()
    if results[0].outcome is Outcome.PASSED:
        results[0] = replace(results[0], detail=f"{results[0].detail}; {environment}")
    facts = {
        "from": {"ref": revision.ref, "commit": revision.commit},
        "uncommitted": revision.uncommitted,
        "danger": run.danger.to_json() if run.danger else None,
    }
    seconds = time.monotonic() - started
    rehearsal = Rehearsal(order.project.name, order.stack, seconds, tuple(results), logs, run.made_up, facts)
    return Upgrade(rehearsal, run.danger)


def _must_match(older: Project, order: Order, revision: Revision) -> None:
    """Raises `UsageError` where the older revision knows no such stack, or knows it by another name."""
    named = f"{revision.ref} ({revision.commit[:12]})"
    if older.name != order.project.name:
        message = (
            f"{named}: its project is {older.name!r}, this one {order.project.name!r}. Every URN has the project's "
            "name, so the stack would be another one. Keep the name, or rename the stack with `pulumi stack rename`."
        )
        raise UsageError(message)
    known = older.stacks()
    if known and order.stack not in known:
        raise UsageError(f"{named}: has no stack {order.stack!r}; its stacks: {', '.join(known)}. Choose one of them.")


@dataclass(slots=True)
class _Run:
    """One rehearsal under way. `danger` is what the preview of the upgrade puts at risk, once it has been made."""

    before: Order
    order: Order
    approvals: Sequence[str]
    folder: Path
    logs: Path
    danger: Danger | None = None
    made_up: MadeUp = field(default_factory=MadeUp)

    def results(self, progress: Progress) -> list[Result]:
        """The older revision's deployment, then what this one makes of it."""
        first = Step("older revision", "the older revision deploys the stack", _deploy)
        rest = [
            Step("preview", "the upgrade endangers no data that nobody approved of", self._look),
            Step("upgrade", "this revision deploys it, and cloud and state agree", _deploy, ("preview",)),
            Step("nothing to do", "a preview after it changes nothing", nothing_to_do, ("preview", "upgrade")),
        ]
        results = self._on(self.before, [first], progress)
        if results[0].outcome is Outcome.PASSED:
            return [*results, *self._on(self.order, rest, progress)]
        left = [not_run(step, f"needs: {first.name}") for step in rest]
        for result in left if results[0].outcome is Outcome.FAILED else ():
            progress.ended(result)
        return [*results, *left]

    def _on(self, order: Order, steps: Sequence[Step], progress: Progress) -> list[Result]:
        with order.workspace(self.folder) as workspace:
            stage = Stage(workspace, order.subject(), Log(self.logs / "begin.log"))
            results = go_through(steps, stage, self.logs, progress)
            self.made_up = MadeUp.of(workspace, order.stack)
            return results

    def _look(self, stage: Stage) -> str:
        preview = stage.preview("--show-replacement-steps")
        self.danger = dangers(preview.steps, self.approvals, unproven)
        endangered = [found.urn for found in self.danger.unapproved]
        if endangered:
            raise BrokenError("\n".join(["the upgrade endangers data without approval:", *endangered]), ENDANGERED)
        must(preview, "the preview of the upgrade")
        return counted(preview.changes)


def _deploy(stage: Stage) -> str:
    result = stage.up()
    must(result, "the deployment")
    return counted(result.changes)
