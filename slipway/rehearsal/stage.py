"""Where a stack's life is tried: one workspace with one simulated cloud, and what is said of every command in it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, TypeVar

from slipway.exit_codes import FAILED
from slipway.orphans.recovery import take_over
from slipway.rehearsal.agreement import differences, pending, recorded, told
from slipway.rehearsal.likeness import World
from slipway.simulated.inventory import inventory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from slipway.engine.gated import GateResult
    from slipway.engine.gated import Stage as GateStage
    from slipway.engine.process import Finished, Running
    from slipway.engine.results import PreviewResult, RunResult
    from slipway.engine.workspace import Workspace
    from slipway.rehearsal.agreement import Difference
    from slipway.rehearsal.logs import Log
    from slipway.rehearsal.subject import Subject
    from slipway.simulated.store import Object

T = TypeVar("T", "Finished", "RunResult", "PreviewResult")
_LINES = 12  # of what an engine said, in a message; the log has all


class BrokenError(Exception):
    """A step found what must not be. `exit_code` is the command's."""

    def __init__(self, message: str, exit_code: int = FAILED) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class NotApplicableError(Exception):
    """A stack has nothing that a step could be tried on; the message says what is missing."""


class Stage:
    """One stack in one workspace. `log` is where the step under way writes."""

    def __init__(self, workspace: Workspace, subject: Subject, log: Log) -> None:
        """`workspace` has been entered."""
        self.workspace = workspace
        self.subject = subject
        self.stack = subject.stack
        self.log = log
        self.left_on_purpose: set[str] = set()  # ids of what a teardown leaves in the cloud
        self.before_release: World | None = None  # once there was a release
        self._changes: dict[str, Any] = {}

    def preview(self, *flags: str, **more: Any) -> PreviewResult:
        """`pulumi preview`, whatever comes of it. `more` is what `Workspace.preview` takes, hence `Any`."""
        return self._logged(["preview", *flags], lambda: self.workspace.preview(self.stack, *flags, **more))

    def run(self, operation: str, *flags: str) -> RunResult:
        """An operation with the stack's settings, whatever comes of it."""
        return self._logged([operation, *flags], lambda: self.workspace.run(operation, self.stack, *flags))

    def up(self, *flags: str) -> RunResult:
        """A deployment without a preview before it, whatever comes of it."""
        return self.run("up", "--yes", "--skip-preview", *flags)

    def command(self, *arguments: str) -> Finished:
        """A command without settings, whatever comes of it."""
        return self._logged(arguments, lambda: self.workspace.command(self.stack, *arguments))

    def gate(self, stage: GateStage) -> GateResult:
        """What the pipeline's own script says of the stack, and with `up` does, whatever comes of it.

        Approvals on file are of a change of the real stack: an empty cloud needs none, and a fault may use none.
        """
        flags = ["--no-approvals", *(() if self.subject.judged else ("--no-policy-pack",))]
        self.log.note(" ".join(["tools/gate", stage, self.stack, *flags]))
        started = time.monotonic()
        result = self.workspace.gate(stage, self.stack, *flags)
        self.log.ended(result.exit_code, time.monotonic() - started, result.stdout, result.stderr)
        return result

    def take_over(self, document: Mapping[str, Any]) -> RunResult:
        """Import what an import file's document (any JSON) names, under the names that it has."""
        taken = ", ".join(each["id"] for each in document["resources"] if "id" in each)
        self.log.note(f"import of {taken}, and then `slipway orphans --keep-names`")
        plan = self.subject.plan.result()
        return self._logged(["import", "--file", "FILE"], lambda: take_over(self.workspace, plan, document))

    def start(self, operation: str, *flags: str) -> Running:
        """An operation that goes on beside us."""
        self.log.command([operation, *flags])
        return self.workspace.start(operation, self.stack, *flags)

    def inventory(self) -> tuple[Object, ...]:
        """What is in the simulated cloud."""
        return inventory(self.workspace.cloud)

    def state(self) -> dict[str, Any]:
        """The exported state, secrets shown: simulated values and placeholders. Any JSON, hence `Any`."""
        return self.workspace.export(self.stack, secrets=True)

    def world(self) -> World:
        """Cloud and state as they are now."""
        return World(self.inventory(), self.state())

    def differences(self, state: Mapping[str, Any] | None = None) -> tuple[Difference, ...]:
        """What cloud and state disagree about. What the answers tell of lives outside of the cloud.

        `state` is the exported state where it has been asked for already: any JSON, hence `Any`.
        """
        answered = {(each["type"], each["id"]) for each in self.workspace.answers.get("resources", ())}
        live = [each for each in self.inventory() if each.id not in self.left_on_purpose]
        found = differences(live, recorded(self.state() if state is None else state))
        return tuple(each for each in found if each.kind != "ghost" or (each.type, each.id) not in answered)

    def must_agree(self) -> None:
        """Raises `BrokenError` where cloud and state differ or operations are pending."""
        state = self.state()
        found = self.differences(state)
        if found:
            raise BrokenError(f"the cloud's inventory and the state differ:\n{told(found)}")
        unfinished = pending(state)
        if unfinished:
            raise BrokenError(f"the state holds operations that were not finished: {', '.join(unfinished)}")

    def change(self, changes: Mapping[str, Any]) -> None:
        """Let these settings hold from now on, beside those that were changed before: any YAML, hence `Any`."""
        self._changes |= changes
        self.workspace.stacks.change(self.stack, self._changes)
        self.log.note(f"changed settings: {', '.join(changes)}")

    def _logged(self, arguments: Sequence[str], work: Callable[[], T]) -> T:
        """Run something that ends with exit code and output, and write it down."""
        self.log.command([*arguments, "--stack", self.stack])
        started = time.monotonic()
        result = work()
        told = "\n".join(
            [f"{each.severity}: {each.message.rstrip()}" for each in getattr(result, "diagnostics", ())]
            + [f"{operation} {urn}" for operation, urn in getattr(result, "operations", ())]
        )
        document = result.stdout if not hasattr(result, "document") else ""
        self.log.ended(result.exit_code, time.monotonic() - started, f"{document}\n{told}", result.stderr)
        return result


def must(result: RunResult, doing: str) -> None:
    """Raises `BrokenError` where an operation failed, with what it said."""
    if not result.ok:
        raise BrokenError(f"{doing} failed (exit {result.exit_code}): {said(result.errors)}")


def said(text: str) -> str:
    """The first lines of what an engine said."""
    lines = text.strip().splitlines()
    more = [f"… {len(lines) - _LINES} more lines in the log"] if len(lines) > _LINES else []
    return "\n".join([*lines[:_LINES], *more])


def counted(changes: Mapping[str, int]) -> str:
    """What an operation did, in words: `3 update, 105 same`."""
    return ", ".join(f"{number} {operation}" for operation, number in sorted(changes.items())) or "nothing"
