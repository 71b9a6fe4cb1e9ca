"""Crashes of a deployment in the middle of it, and the way back from each."""

from __future__ import annotations

import time
from concurrent.futures import CancelledError
from functools import partial
from typing import TYPE_CHECKING

from slipway.errors import ProgramError
from slipway.rehearsal.agreement import pending, recorded
from slipway.rehearsal.likeness import unlike
from slipway.rehearsal.recovery import forget_pending, recover_orphans, unlock
from slipway.rehearsal.stage import BrokenError, NotApplicableError, counted, must, said
from slipway.rehearsal.steps import Step
from slipway.rehearsal.subject import creations
from slipway.simulated.faults import Fault, happened, write_faults

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.engine.process import Running
    from slipway.rehearsal.stage import Stage

_POLL_SECONDS = 0.2
_PATIENCE_SECONDS = 300
_LOCKED = "currently locked"


def crashes(total: int, points: Sequence[int] = ()) -> list[Step]:
    """The steps in a cloud of their own, of a stack that makes `total` things.

    `points` are the creations after which the provider dies, in growing order; without any it is one a quarter of the
    way. Each step is a deployment that goes on where the one before was cut off.
    """
    after = crashes_after(points or [max(1, total // 4)])
    last = max(points, default=total // 4)
    rest = max(total - last, 0)
    return [
        *after,
        Step("crash before a creation", "nothing is left over", partial(_before, point=last + rest // 4)),
        Step("killed engine", "lock and pending operations go by command", partial(_killed, point=last + rest // 2)),
        Step("hanging provider", "an interrupted run unlocks the stack", partial(_hangs, point=last + 3 * rest // 4)),
        RECOVERED,
    ]


def crashes_after(points: Sequence[int]) -> list[Step]:
    """A step for each of these creations, in growing order, after which the provider dies."""
    return [
        Step(
            f"crash after creation {point}",
            "what was made and never recorded is named, and taken over",
            partial(_after, point=point),
        )
        for point in points
    ]


def _after(stage: Stage, point: int) -> str:
    _crash(stage, "die-after", point)
    found = recover_orphans(stage)
    if not found:
        raise BrokenError("the provider died after a creation, and the inventory shows no orphan")
    return f"{'; '.join(map(str, found))}"


def _before(stage: Stage, point: int) -> str:
    _crash(stage, "die-before", point)
    # Other creations were under way in the same provider: those may have been done.
    found = recover_orphans(stage)
    return f"{'; '.join(map(str, found))}" if found else "no orphan"


def _killed(stage: Stage, point: int) -> str:
    _meet(stage, "deaf", point)
    running = stage.start("up", "--yes", "--skip-preview")
    _wait(stage, running)
    running.kill()
    ended = running.finish(_PATIENCE_SECONDS)
    stage.log.ended(ended.exit_code, 0, ended.stdout, ended.stderr)
    write_faults(stage.workspace.cloud, ())
    refused = stage.run("refresh", "--yes", "--skip-preview")
    if refused.ok or _LOCKED not in f"{refused.errors}{refused.stdout}{refused.stderr}":
        raise BrokenError(f"after a kill the stack is to be locked; the next command said: {said(refused.errors)}")
    unlock(stage)
    unfinished = pending(stage.state())
    if not unfinished:
        raise BrokenError("after a kill in the middle of a creation the state has no pending operation")
    forget_pending(stage)
    found = recover_orphans(stage)
    told = f"; {'; '.join(map(str, found))}" if found else ""
    return f"locked; `cancel`, then {len(unfinished)} pending cleared by `refresh --clear-pending-creates`{told}"


def _hangs(stage: Stage, point: int) -> str:
    _meet(stage, "hang", point)
    running = stage.start("up", "--yes", "--skip-preview")
    _wait(stage, running)
    running.interrupt()
    ended = running.finish(_PATIENCE_SECONDS)
    stage.log.ended(ended.exit_code, 0, ended.stdout, ended.stderr)
    write_faults(stage.workspace.cloud, ())
    if ended.exit_code == 0:
        raise BrokenError("an interrupted deployment ended as if nothing had been")
    said_so = [line for line in f"{ended.stdout}\n{ended.stderr}".splitlines() if "cancel" in line.lower()]
    if not said_so:
        raise BrokenError(f"an interrupted deployment does not say so: {said(ended.stderr or ended.stdout)}")
    must(stage.run("refresh", "--yes", "--skip-preview"), "the refresh after an interrupted deployment")
    found = recover_orphans(stage)
    told = f"; {'; '.join(map(str, found))}" if found else ""
    return f"exit {ended.exit_code}, “{said_so[-1].strip()}”, unlocked{told}"


def _recovered(stage: Stage) -> str:
    result = stage.up()
    must(result, "the deployment that goes on")
    try:
        undisturbed = stage.subject.undisturbed.result(_PATIENCE_SECONDS)
    except CancelledError:
        raise BrokenError("the undisturbed deployment failed, so there is nothing to hold this against") from None
    except TimeoutError:
        raise BrokenError(
            f"the undisturbed deployment was not there within {_PATIENCE_SECONDS} s, so there is nothing to hold this "
            "against"
        ) from None
    left = unlike(stage.world(), undisturbed)
    if left:
        raise BrokenError("the stack is not what an undisturbed deployment makes:\n" + said("\n".join(left)))
    return f"{counted(result.changes)}; equal to an undisturbed deployment"


RECOVERED = Step("recovered", "after all that the stack is what an undisturbed deployment makes", _recovered)


def _crash(stage: Stage, kind: str, point: int) -> None:
    """Deploy with a provider that dies at the creation with that number, counted from the stack's first."""
    _meet(stage, kind, point)
    result = stage.up()
    write_faults(stage.workspace.cloud, ())
    if result.ok:
        raise BrokenError("the provider died in the middle of the deployment, which ended as if nothing had been")


def _meet(stage: Stage, kind: str, point: int) -> None:
    """Let a fault be met at that creation, or at the next where more were made already."""
    made = len(stage.inventory())
    if made >= creations(stage.subject.plan.result()):
        raise NotApplicableError(f"everything was made before creation {point}")
    write_faults(stage.workspace.cloud, [Fault(kind=kind, nth=max(1, point - made))])


def _wait(stage: Stage, running: Running) -> None:
    """Wait until the fault is met and all else has come to rest: a state is no longer being written then."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while not running.ended and time.monotonic() < end:
        if happened(stage.workspace.cloud) and _rests(stage):
            return
        time.sleep(_POLL_SECONDS)
    running.kill()
    ended = running.finish(_PATIENCE_SECONDS)
    stage.log.ended(ended.exit_code, 0, ended.stdout, ended.stderr)
    raise BrokenError(f"the deployment did not get as far as the fault: {said(ended.stderr or ended.stdout)}")


def _rests(stage: Stage) -> bool:
    """Whether one operation alone is pending and everything that was made is recorded."""
    try:
        state = stage.state()
    except (ProgramError, ValueError):  # read in the middle of being written
        return False
    known = {each.id for each in recorded(state)}
    return len(pending(state)) == 1 and all(each.id in known for each in stage.inventory())
