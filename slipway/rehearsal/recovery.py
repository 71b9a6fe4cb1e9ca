"""How what a crash left is brought back, by the commands of docs/recovery.md."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slipway.orphans.import_file import Existing, import_file
from slipway.orphans.records import resources
from slipway.rehearsal.drift import store
from slipway.rehearsal.stage import BrokenError, must, said

if TYPE_CHECKING:
    from slipway.rehearsal.stage import Stage

IMPORTED, DELETED = "imported", "deleted"


@dataclass(frozen=True, slots=True)
class Recovered:
    """An orphan that was named and brought back. `how` is `imported`, or `deleted` where nothing can take it over."""

    type: str
    id: str
    urn: str
    how: str

    def __str__(self) -> str:
        """One line for a person."""
        return f"{self.type} {self.id} {self.how}"


def recover_orphans(stage: Stage) -> tuple[Recovered, ...]:
    """Bring back what is in the cloud and in no state: imported where that can be, else deleted.

    Raises `BrokenError` where cloud and state differ in anything else, or the import fails.
    """
    state = stage.state()
    found = stage.differences(state)
    other = [str(each) for each in found if each.kind != "orphan"]
    if other:
        raise BrokenError("the crash left more than orphans:\n" + said("\n".join(other)))
    if not found:
        return ()
    for each in found:
        stage.log.note(str(each))
    ids = {each["urn"]: each.get("id", "") for each in resources(state)}
    made = import_file([Existing(each.urn, each.id) for each in found], stage.subject.plan.result(), ids)
    if made.taken:
        must(stage.take_over(made.document), "`pulumi import`")
    live = {(each.urn, each.id): each for each in stage.inventory()}
    for refused in made.refused:
        thing = live[refused.existing.urn, refused.existing.id]
        stage.log.note(f"deleted by hand, since it cannot be imported ({refused.reason}): {thing.type} {thing.id}")
        store(stage, thing).delete(thing.type, thing.id)
    taken = set(made.taken)
    return tuple(
        Recovered(each.type, each.id, each.urn, IMPORTED if Existing(each.urn, each.id) in taken else DELETED)
        for each in found
    )


def unlock(stage: Stage) -> None:
    """Take away the lock of an engine that was killed."""
    done = stage.command("cancel", "--yes")
    if done.exit_code:
        raise BrokenError(f"`pulumi {shlex.join(['cancel', '--yes'])}` failed: {said(done.stderr or done.stdout)}")


def forget_pending(stage: Stage) -> None:
    """Drop the record of creations that were not finished."""
    must(stage.run("refresh", "--yes", "--skip-preview", "--clear-pending-creates"), "the refresh")
