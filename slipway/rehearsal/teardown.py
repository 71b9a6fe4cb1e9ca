"""Taking a stack down: refused while data is protected, and then as docs/data.md says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from slipway.danger.facts import guards
from slipway.orphans.records import resources
from slipway.rehearsal.drift import store
from slipway.rehearsal.stage import BrokenError, NotApplicableError, Stage, must, said
from slipway.rehearsal.steps import Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.simulated.store import Object


_NAMES, _SNAPSHOT = "finalSnapshotIdentifier", "Snapshot"
UNPROTECT = ("state", "unprotect", "--all")


def teardown() -> list[Step]:
    """A plain destroy first, then the documented way."""
    return [
        Step("plain destroy", "what is protected keeps all of the stack from being destroyed", _refused, ("up",)),
        Step("teardown", "taken down as documented, only named final snapshots remain", _taken_down, ("up",)),
    ]


def _refused(stage: Stage) -> str:
    protected = [each["urn"] for each in resources(stage.state()) if each.get("protect")]
    if not protected:
        raise NotApplicableError("the stack protects nothing")
    before = stage.inventory()
    result = stage.run("destroy", "--yes")
    lost = {each.urn for each in before} - {each.urn for each in stage.inventory()}
    if lost:
        raise BrokenError("a plain destroy of a stack with protected data deleted:\n" + said("\n".join(sorted(lost))))
    if not result.exit_code:
        raise BrokenError("a plain destroy of a stack with protected data was not refused")
    return f"refused for {len(protected)} that are protected; nothing was deleted"


def _taken_down(stage: Stage) -> str:
    settings = stage.subject.settings
    if settings and (changes := settings.protected()):
        stage.change(changes)
        must(stage.up(), "the deployment that protects what was to be retained")
    retained = {each.get("id") for each in resources(stage.state()) if each.get("retainOnDelete")}
    if any(each.get("protect") for each in resources(stage.state())):
        done = stage.command(*UNPROTECT, "--yes")
        if done.exit_code:
            raise BrokenError(f"`pulumi state unprotect --all` failed: {said(done.stderr or done.stdout)}")
    before = stage.inventory()
    opened = _open_guards(stage, before)
    must(stage.run("destroy", "--yes"), "the destroy")
    left = resources(stage.state())
    if left:
        raise BrokenError("after the destroy the state still has:\n" + said("\n".join(each["urn"] for each in left)))
    remaining = stage.inventory()
    snapshots = _finals(remaining, before)
    unexpected = [each for each in remaining if each.id not in retained and each not in snapshots]
    if unexpected:
        lines = [f"{each.type} {each.id} ({each.urn or 'made by the cloud itself'})" for each in unexpected]
        raise BrokenError("after the destroy the cloud still has:\n" + said("\n".join(lines)))
    missing = _snapshot_names(before) - {each.id for each in snapshots}
    if missing:
        raise BrokenError(f"these final snapshots were to remain, and do not: {', '.join(sorted(missing))}")
    stage.left_on_purpose |= {each.id for each in remaining}
    told = [f"{len(before)} objects gone"]
    told += [f"deletion protection switched off by hand at {len(opened)}"] if opened else []
    told += [f"final snapshots left: {', '.join(sorted(each.id for each in snapshots))}"] if snapshots else []
    told += [f"retained: {len(remaining) - len(snapshots)}"] if len(remaining) > len(snapshots) else []
    return "; ".join(told)


def _snapshot_names(before: Sequence[Object]) -> set[str]:
    """The names of the snapshots that a deletion of everything leaves."""
    return {
        each.inputs[_NAMES]
        for each in before
        if each.inputs.get(_NAMES) and each.inputs.get("skipFinalSnapshot") is not True
    }


def _finals(remaining: Sequence[Object], before: Sequence[Object]) -> list[Object]:
    """The final snapshots of what was there before: by their own names, or by those of the disks."""
    disks = {thing.id for thing in before if thing.inputs.get("finalSnapshot") is True}
    names = _snapshot_names(before)
    found = (each for each in remaining if each.type.endswith(_SNAPSHOT))
    return [each for each in found if each.id in names or each.inputs.get("volumeId") in disks]


def _open_guards(stage: Stage, things: Sequence[Object]) -> list[Object]:
    """Switch off what a cloud itself protects, at each object that has it on, as the provider's own command does."""
    opened = []
    for each in things:
        on = {name: False for name, value in guards().items() if value and each.inputs.get(name) is True}
        if on:
            store(stage, each).replace(replace(each, inputs={**each.inputs, **on}))
            stage.log.note(f"switched off by hand: {', '.join(on)} of {each.type} {each.id}")
            opened.append(each)
    return opened
