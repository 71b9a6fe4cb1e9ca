"""The way back: the stack as it is with a release that was deployed before, through the same gate as any deployment."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from slipway.built_images import builds_of, digests_of, going_on, identity, is_open
from slipway.engine.cli import EngineError
from slipway.errors import UsageError
from slipway.exit_codes import FAILED
from slipway.files import write
from slipway.gate.commit import commit_of
from slipway.gate.former import BY_NAME, FORMER, last_of, listed, target_of
from slipway.gate.records import Deployments, Known, Update
from slipway.gate.stack_edit import StackEdit
from slipway.gate.verdict import Verdict, failure
from slipway.project import as_data
from slipway.releases import release_of, shown, with_release
from slipway.settings import has_settings, settings_of
from slipway.terminal import write_result

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from slipway.gate.engine import Engine
    from slipway.gate.stages import Gate
    from slipway.project import StackConfig

STAGE = "rollback"
_SHOWN = 10  # settings in a message


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is wanted: `to` is how many releases to go back, or what names one.

    `dry` previews and changes nothing. `with_other_changes` deploys what else was changed in the stack file.
    """

    to: str = FORMER
    dry: bool = False
    with_other_changes: bool = False


def roll_back(gate: Gate, wish: Wish) -> Verdict:
    """Go back to a release that was deployed before, by the backend's own records, and let the stack file say so.

    Only the release changes. The file is written when the engine begins, and has its former text again where that
    changed nothing, as in a locked stack. Raises `UsageError` where it is not clear what to go back to, or the file was
    changed otherwise, and as `Gate.up` does.
    """
    engine = gate.engine
    project, stack = engine.project, engine.stack
    if not has_settings(project):
        raise UsageError(f"{project.directory}: is no Slipway: which of its settings is a release is not known.")
    settings_of(project, stack, builds=False)  # what is gone back from may be what cannot be built any more
    file = engine.config_file or project.stack_file(stack)
    config = project.config_in(file)
    try:
        deployments = _deployments(engine)
    except EngineError as error:
        headline = "what was deployed could not be read: nothing was changed."
        return Verdict.ended(STAGE, stack, failure(FAILED, str(error), stack, headline))
    last = last_of(deployments, stack)
    target = target_of(deployments, last, wish.to)
    way = _Way(last, target, deployments.unknown_since(target), file, config)
    if not wish.with_other_changes:
        way.must_be_the_only_change()
    told = "\n".join([*way.told(commit_of(project.directory)), *_about_schema(gate), *listed(deployments.former())])
    if not wish.dry:  # what is under way is told at once; a preview ends with it
        write_result(f"{told}\n")
    edit = StackEdit.naming(file, way.new)
    copy = write(gate.folder / f"Pulumi.{stack}.{os.getpid()}.yaml", edit.after, 0o600)  # no other run's
    about = f"Roll back from {shown(way.old)} to {shown(way.new)}"
    back = replace(gate, engine=replace(engine, config_file=copy, refresh=True, message=about))
    try:
        verdict = back.preview(STAGE) if wish.dry else back.up(stage=STAGE, edit=edit)
    finally:
        copy.unlink(missing_ok=True)
    notes = [told, *([_about_file(edit)] if verdict.deployed else ())]
    return replace(verdict, detail="\n".join([*notes, verdict.detail] if verdict.detail else notes))


@dataclass(frozen=True, slots=True)
class _Way:
    """From the last deployment to a former one, in a stack file with this configuration."""

    last: Update
    target: Update
    unknown: Sequence[Update]
    file: Path
    config: StackConfig

    @property
    def old(self) -> Mapping[str, Any]:
        """The release that is left."""
        return self.last.release or {}

    @property
    def new(self) -> Mapping[str, Any]:
        """The release that is gone back to."""
        return going_on(release_of(self.config.objects) or {}, self.target.release or {})

    def must_be_the_only_change(self) -> None:
        """Raises `UsageError` where the file says anything else otherwise than it did at the last deployment."""
        if others := self._before(self.last).differing(self._now()):
            raise UsageError(
                f"{self.file}: differs from what was deployed last in more than the release: {_some(others)}. Deploy "
                "or take that back first, as with `git stash`; or let it be deployed too: --with-other-changes."
            )

    def told(self, commit: str) -> Iterator[str]:
        """What the way is, and what is not known of it, for people. `commit` is what is checked out."""
        yield f"from  {shown(self.old)}, {'deployed' if self.last.succeeded else 'which failed'} {self.last.ended}"
        yield f"to    {shown(self.new)}, {self._when()}"
        if self.unknown:
            times = ", ".join(each.ended for each in self.unknown[:_SHOWN])
            yield f"Images that no record tells of were perhaps deployed in between: {times}. {BY_NAME}"
        named = release_of(self.config.objects) or {}
        if named and not is_open(named) and identity(named) not in (identity(self.old), identity(self.new)):
            yield f"The stack file names another one, which was never deployed and gives way too: {shown(named)}."
        if others := self._before(self.target).differing(self._before(self.last)):
            yield f"Only the release goes back. What was set otherwise with it stays as it is now: {_some(others)}."
        if self.last.commit and commit and not commit.startswith(self.last.commit):
            yield f"Deployed last was commit {self.last.commit[:12]}, here is {commit[:12]}: read what else changes."
        if is_open(self.new):
            yield "No record tells which image that was: one is built of what is checked out, and may be another one."
        elif builds_of(self.new):
            yield "Nothing is built until `digest` is taken out of the stack file again: that is the way forward."
        yield "Whether it can still be fetched is not known here: what cannot start does not take the other's place."

    def _when(self) -> str:
        return f"deployed {self.target.ended}" if self.target.ended else "which was named and stands in no record"

    def _now(self) -> Known:
        before = self.last.config.values
        kept = {key: as_data(text) for key, text in self.config.values.items()}
        # The project's own defaults stand in no record.
        own = {key: value for key, value in kept.items() if key in before or key not in self.config.defaulted}
        return Known(with_release(own, None), frozenset(self.config.secret_keys))

    def _before(self, update: Update) -> Known:
        """The record's configuration without its release, and without what only an environment gave it."""
        values = update.config.values
        if self.config.environments:
            values = {key: value for key, value in values.items() if key in self.config.values}
        return Known(with_release(values, None), update.config.secret)


def _deployments(engine: Engine) -> Deployments:
    """What was deployed, with the images that run now where it has built them. Raises `EngineError`."""
    updates = [Update.read(record) for record in engine.history()]
    found = Deployments.of(updates)
    if found.last is None or found.gone or not builds_of(found.last.written or {}):
        return found
    return Deployments.of(updates, digests_of(engine.outputs()))


def _about_schema(gate: Gate) -> list[str]:
    migrations = settings_of(gate.engine.project, gate.engine.stack, builds=False).stack.application.migrations
    return ["No migration is undone: the former release must work on the schema of today."] if migrations else []


def _about_file(edit: StackEdit) -> str:
    if not edit.is_put():
        return f"{edit.file} is as it was."
    if edit.before == edit.after:
        return f"{edit.file} named that release already."
    return f"{edit.file} names that release now: commit it, or the next deployment brings the other one again."


def _some(settings: Sequence[str]) -> str:
    more = f", and {len(settings) - _SHOWN} more" if len(settings) > _SHOWN else ""
    return ", ".join(settings[:_SHOWN]) + more
