"""Which former deployment of a stack is meant, and what there is to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.errors import UsageError
from slipway.releases import is_named, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.gate.records import Deployments, Update

FORMER = "1"
_MOST = 3  # digits of a number of releases; a digest that people name has more
_SHOWN = 10  # releases in a message
_BY_HAND = "Put the release into the stack file by hand, and run tools/gate up (docs/releases.md)."


def last_of(deployments: Deployments, stack: str) -> Update:
    """The newest deployment. Raises `UsageError` where there is none, or nothing is to be learnt from it."""
    if not deployments.updates:
        raise UsageError(f"stack {stack!r} was never deployed: there is nothing to go back to. Use tools/gate up.")
    if deployments.gone:
        raise UsageError(f"stack {stack!r} was taken down after its last deployment: tools/gate up makes it anew.")
    last = deployments.updates[0]
    if last.release is None:
        raise UsageError(f"the backend's record of the last deployment names no release. {_BY_HAND}")
    return last


def target_of(deployments: Deployments, last: Update, to: str) -> Update:
    """The deployment that is meant. Raises `UsageError` where that is none, or not one."""
    others = deployments.others()
    known = "\n".join(["Deployed before were:", *(f"  {_dated(each)}" for each in others[:_SHOWN])]) if others else ""
    if to.isdecimal() and len(to) <= _MOST:
        former = deployments.former()
        if 0 < int(to) <= len(former):
            return former[int(to) - 1]
        if not former:
            raise UsageError(
                f"no other release was deployed before {shown(last.release or {})}: there is nothing to go back to."
                + (f" Name one, with --to, that came after it.\n{known}" if known else "")
            )
        raise UsageError(f"--to {to}: {len(former)} came before the last one; give 1 to {len(former)}.\n{known}")
    found = [each for each in others if is_named(each.release or {}, to)]
    if len(found) != 1:
        what = "more than one release" if found else "no release that was deployed and was left"
        if not found and is_named(last.release or {}, to):
            what = "the release that was deployed last"
        remedy = "Give how many releases to go back, or the key, image, revision or digest of one."
        raise UsageError(f"--to {to or repr(to)}: names {what}. {remedy}\n{known}".rstrip())
    return found[0]


def listed(former: Sequence[Update]) -> list[str]:
    """The lines that say how to go back further, where one can."""
    further = [f"  --to {number}  {_dated(each)}" for number, each in enumerate(former[:_SHOWN], 1)]
    return ["It could be one of these:", *further] if len(further) > 1 else []


def _dated(update: Update) -> str:
    return f"{shown(update.release or {})}, deployed {update.ended}"
