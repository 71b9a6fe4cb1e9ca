"""Taking a stack down: refused while data is protected, and then as docs/data.md says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from slipway.danger.facts import guards
from slipway.orphans.records import resources
from slipway.rehearsal.drift import store
from slipway.rehearsal.stage import BrokenError, NotApplicableError, Stage, must, said
from slipway.rehearsal.steps import Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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
    there = _unprotected(stage)
    before = stage.inventory()
    opened = _open_guards(stage, before)
    must(stage.run("destroy", "--yes"), "the destroy")
    left = resources(stage.state())
    if left:
        raise BrokenError("after the destroy the state still has:\n" + said("\n".join(each["urn"] for each in left)))
    remaining = stage.inventory()
    snapshots = _finals(remaining, before)
    retained, gone_along = _retained(there), _gone_along(there, before, remaining)
    spared = retained | gone_along
    unexpected = [each for each in remaining if _key(each) not in spared and each not in snapshots]
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
    kinds = {"retained": retained, "not asked, since what they lie on is gone": gone_along - retained}
    counts = {what: sum(_key(each) in keys for each in remaining) for what, keys in kinds.items()}
    return "; ".join([*told, *(f"{what}: {count}" for what, count in counts.items() if count)])


def _unprotected(stage: Stage) -> Sequence[Mapping[str, Any]]:
    """What is there when nothing is protected any more, and nothing would be retained. A resource is any JSON."""
    settings = stage.subject.settings
    if settings and (changes := settings.protected()):
        stage.change(changes)
        must(stage.up(), "the deployment that protects what was to be retained")
    there = resources(stage.state())
    if any(each.get("protect") for each in there):
        done = stage.command(*UNPROTECT, "--yes")
        if done.exit_code:
            raise BrokenError(f"`pulumi state unprotect --all` failed: {said(done.stderr or done.stdout)}")
    return there


def _key(thing: Object) -> tuple[str, str]:
    return thing.type, thing.id


def _retained(recorded: Sequence[Mapping[str, Any]]) -> set[tuple[str, str]]:
    """What leaves the state and stays in the cloud; `recorded` are the resources of a state, any JSON."""
    return {(each["type"], each.get("id", "")) for each in recorded if each.get("retainOnDelete")}


def _gone_along(
    recorded: Sequence[Mapping[str, Any]], before: Iterable[Object], remaining: Iterable[Object]
) -> set[tuple[str, str]]:
    """What no call deletes because something else took it along, as a volume of an engine goes with its server's disk.

    Only what `deletedWith` names, and what was in the cloud before and is no longer, takes anything along: nothing goes
    with what is retained, or with a component. `recorded` are the resources of a state, any JSON.
    """
    gone = {_key(each) for each in before} - {_key(each) for each in remaining}
    by_urn = {each["urn"]: each for each in recorded if not each.get("delete")}

    def went(urn: str) -> bool:
        owner = by_urn.get(urn)
        if owner is None:
            return False
        return (owner["type"], owner.get("id")) in gone or went(owner.get("deletedWith") or "")

    return {(each["type"], each.get("id", "")) for each in recorded if went(each.get("deletedWith") or "")}


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
