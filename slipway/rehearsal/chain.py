"""The crash at every creation of a stack, as one chain: each deployment is cut off one creation further on.

At every creation the provider dies twice: first before it, and the deployment is run again; then after it, and what is
in the cloud and in no state is named and brought back. So every deployment is also the rerun of the one before, and at
the end the stack has come about through as many crashes as it has things, times two.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from plan.urns import name_of, type_of
from slipway.files import write
from slipway.rehearsal.agreement import pending, told
from slipway.rehearsal.likeness import unlike
from slipway.rehearsal.recovery import IMPORTED, forget_pending, recover_orphans, unlock
from slipway.rehearsal.stage import BrokenError, said
from slipway.simulated.faults import Fault, write_faults

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from slipway.rehearsal.stage import Stage

_ONE_BY_ONE = ("--parallel", "1")
RERUN = "rerun"


@dataclass(frozen=True, slots=True)
class Crash:
    """One crash: at which creation, `before` or `after` it, of what, and the `way` back: rerun, imported or deleted."""

    number: int
    kind: str
    type: str
    name: str
    way: str


def crash_everywhere(stage: Stage, kept: Path, tell: Callable[[Crash], None]) -> list[Crash]:
    """Crash at every creation, each before and after it, up to a whole stack that is equal to an undisturbed one.

    Each crash is written to `kept` when it is over, and a chain that was cut off goes on where it was, in the same
    workspace. Raises `BrokenError` for the first crash that does not come back as it must.
    """
    crashes = _gone_on_with(stage, kept)
    while True:
        number = len(stage.inventory()) + 1
        before = _before(stage, number)
        if before is None:
            break
        _keep(kept, crashes, before, tell)
        _keep(kept, crashes, _after(stage, number, before), tell)
    stage.must_agree()
    left = unlike(stage.world(), stage.subject.undisturbed.result())
    if left:
        raise BrokenError(
            "after all crashes the stack is not what an undisturbed deployment makes:\n" + said("\n".join(left))
        )
    return crashes


def _before(stage: Stage, number: int) -> Crash | None:
    """Die before the next creation; None where the deployment ends well because nothing is left to make."""
    made = stage.inventory()
    write_faults(stage.workspace.cloud, [Fault(kind="die-before")])
    result = stage.up(*_ONE_BY_ONE)
    write_faults(stage.workspace.cloud, ())
    if result.ok:
        return None
    where = f"crash before creation {number}"
    if stage.inventory() != made:
        raise BrokenError(f"{where}: the cloud changed")
    state = stage.state()
    found = stage.differences(state)
    if found or pending(state):
        raise BrokenError(f"{where}: cloud and state differ:\n{told(found) or 'operations are pending'}")
    if len(result.failed) != 1:
        raise BrokenError(f"{where}: one operation was to fail: {said(result.errors)}")
    failed = result.failed[0]
    return Crash(number, "before", type_of(failed), name_of(failed), RERUN)


def _after(stage: Stage, number: int, before: Crash) -> Crash:
    """Die after the next creation, which has to be the one that the crash before it kept from being made."""
    write_faults(stage.workspace.cloud, [Fault(kind="die-after")])
    result = stage.up(*_ONE_BY_ONE)
    write_faults(stage.workspace.cloud, ())
    where = f"crash after creation {number}"
    if result.ok:
        raise BrokenError(f"{where}: the deployment ended as if nothing had been")
    recovered = recover_orphans(stage)
    if len(recovered) != 1:
        raise BrokenError(f"{where}: one orphan was to be named, not {len(recovered)}")
    stage.must_agree()
    one = recovered[0]
    name = name_of(one.urn)
    if (one.type, name) != (before.type, before.name):
        raise BrokenError(f"{where}: {one.type} {name} was made by the rerun, and {before.type} {before.name} was not")
    return Crash(number, "after", one.type, name, one.how)


def _gone_on_with(stage: Stage, kept: Path) -> list[Crash]:
    """The crashes of a chain that was cut off itself, after what it left is brought back; none of a new one."""
    if not kept.exists():
        return []
    whole = kept.read_text(encoding="utf-8").split("\n")[:-1]  # a last line that was cut off is no crash
    crashes = [Crash(**json.loads(line)) for line in whole]
    write_faults(stage.workspace.cloud, ())
    unlock(stage)
    if pending(stage.state()):
        forget_pending(stage)
    recovered = recover_orphans(stage)
    if crashes and crashes[-1].kind == "before":  # cut off before its second crash, or before that was written down
        last = crashes.pop()
        if len(stage.inventory()) >= last.number:
            way = recovered[0].how if recovered else IMPORTED
            crashes += [last, replace(last, kind="after", way=way)]
    write(kept, "".join(map(_line, crashes)))
    return crashes


def _keep(kept: Path, crashes: list[Crash], crash: Crash, tell: Callable[[Crash], None]) -> None:
    crashes.append(crash)
    with kept.open("a", encoding="utf-8") as opened:
        opened.write(_line(crash))
    tell(crash)


def _line(crash: Crash) -> str:
    return f"{json.dumps(asdict(crash))}\n"
