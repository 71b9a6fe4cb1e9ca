"""The crash at every creation of a stack, as one chain: each deployment is cut off one creation further on.

Of every creation the provider dies twice: first before it, and the deployment is run again; then after it, and what is
in the cloud and in no state is named and brought back. So every deployment is also the rerun of the one before, and at
the end the stack has come about through as many crashes as it has things, times two. What a deployment makes first is
not always the same: a program registers in the order in which its promises come true. Hence each run dies at whatever
it makes first, before it where that has not crashed yet.
"""

from __future__ import annotations

import glob
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from plan.urns import name_of, type_of
from slipway.files import write
from slipway.rehearsal.agreement import pending, told
from slipway.rehearsal.likeness import unlike
from slipway.rehearsal.recovery import IMPORTED, forget_pending, recover_orphans, unlock
from slipway.rehearsal.stage import BrokenError, said
from slipway.simulated.faults import Fault, write_faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from slipway.rehearsal.stage import Stage
    from slipway.simulated.store import Object

_ONE_BY_ONE = ("--parallel", "1")
_NO_TIME = 0.001  # seconds: a fault that lets through
RERUN = "rerun"


@dataclass(frozen=True, slots=True)
class Crash:
    """One crash: at which creation, `before` or `after` it, of what, and the `way` back: rerun, imported or deleted."""

    number: int
    kind: str
    type: str
    name: str
    way: str

    @property
    def of(self) -> tuple[str, str]:
        """What was being made."""
        return self.type, self.name


@dataclass(slots=True)
class _Chain:
    """The crashes so far, in memory and in the file `kept`."""

    kept: Path
    tell: Callable[[Crash], None]
    crashes: list[Crash] = field(default_factory=list)

    def crashed(self, kind: str) -> set[tuple[str, str]]:
        """What has crashed, `before` or `after` it was made."""
        return {crash.of for crash in self.crashes if crash.kind == kind}

    def add(self, crash: Crash) -> None:
        """Keep a crash that is over, and tell of it."""
        self.crashes.append(crash)
        with self.kept.open("a", encoding="utf-8") as opened:
            opened.write(f"{json.dumps(asdict(crash))}\n")
        self.tell(crash)

    def faults(self) -> list[Fault]:
        """The provider dies at the first creation, unless that has crashed twice: it was deleted, and is made again."""
        before, after = self.crashed("before"), self.crashed("after")
        return [
            *(_fault("slow", of) for of in sorted(after)),
            *(_fault("die-after", of) for of in sorted(before - after)),
            Fault(kind="die-before", times=0),
        ]


def crash_everywhere(stage: Stage, kept: Path, tell: Callable[[Crash], None]) -> list[Crash]:
    """Crash at every creation, each before and after it, up to a whole stack that is equal to an undisturbed one.

    Each crash is written to `kept` when it is over, and a chain that was cut off goes on where it was, in the same
    workspace. Raises `BrokenError` for the first crash that does not come back as it must.
    """
    chain = _Chain(kept, tell)
    _go_on(stage, chain)
    while (crash := _next(stage, chain)) is not None:
        chain.add(crash)
    stage.must_agree()
    for kind in ("before", "after"):
        missed = {_of(each) for each in stage.inventory()} - chain.crashed(kind)
        if missed:
            raise BrokenError(f"no deployment crashed {kind} it made {', '.join(map(' '.join, sorted(missed)))}")
    left = unlike(stage.world(), stage.subject.undisturbed.result())
    if left:
        raise BrokenError(
            "after all crashes the stack is not what an undisturbed deployment makes:\n" + said("\n".join(left))
        )
    return chain.crashes


def _next(stage: Stage, chain: _Chain) -> Crash | None:
    """Die at the next creation and come back; None where the deployment ends well because nothing is left to make."""
    made = stage.inventory()
    number = len(made) + 1
    write_faults(stage.workspace.cloud, chain.faults())
    result = stage.up(*_ONE_BY_ONE)
    write_faults(stage.workspace.cloud, ())
    if result.ok:
        return None
    if len(result.failed) != 1:
        raise BrokenError(f"crash at creation {number}: one operation was to fail: {said(result.errors)}")
    of = type_of(result.failed[0]), name_of(result.failed[0])
    if of in chain.crashed("before"):
        return _came_back(stage, number, of)
    where = f"crash before creation {number}, of {' '.join(of)}"
    if stage.inventory() != made:
        raise BrokenError(f"{where}: the cloud changed")
    state = stage.state()
    found = stage.differences(state)
    if found or pending(state):
        raise BrokenError(f"{where}: cloud and state differ:\n{told(found) or 'operations are pending'}")
    return Crash(number, "before", *of, RERUN)


def _came_back(stage: Stage, number: int, of: tuple[str, str]) -> Crash:
    """Bring back what a provider had made when it died. Raises `BrokenError` where that is not one thing, and this."""
    where = f"crash after creation {number}, of {' '.join(of)}"
    recovered = recover_orphans(stage)
    named = [(one.type, name_of(one.urn)) for one in recovered]
    if named != [of]:
        raise BrokenError(f"{where}: named as in no state: {', '.join(map(' '.join, named)) or 'nothing'}")
    stage.must_agree()
    return Crash(number, "after", *of, recovered[0].how)


def _go_on(stage: Stage, chain: _Chain) -> None:
    """Read the crashes of a chain that was cut off itself, and bring back what it left; nothing for a new one."""
    if not chain.kept.exists():
        return
    whole = chain.kept.read_text(encoding="utf-8").split("\n")[:-1]  # a last line that was cut off is no crash
    chain.crashes += [Crash(**json.loads(line)) for line in whole]
    write(chain.kept, "".join(f"{line}\n" for line in whole))
    write_faults(stage.workspace.cloud, ())
    unlock(stage)
    if pending(stage.state()):
        forget_pending(stage)
    ways = {(one.type, name_of(one.urn)): one.how for one in recover_orphans(stage)}
    # Cut off after a second crash, before that was written down.
    for of in _unwritten(stage.inventory(), chain):
        chain.add(Crash(len(stage.inventory()), "after", *of, ways.get(of, IMPORTED)))


def _unwritten(made: Iterable[Object], chain: _Chain) -> set[tuple[str, str]]:
    return {_of(each) for each in made} & (chain.crashed("before") - chain.crashed("after"))


def _of(made: Object) -> tuple[str, str]:
    return made.type, name_of(made.urn)


def _fault(kind: str, of: tuple[str, str]) -> Fault:
    of_type, name = map(glob.escape, of)
    return Fault(kind=kind, type=of_type, name=name, times=0, seconds=_NO_TIME)
