"""What `slipway rehearse` does once its arguments are read: run, show, and say how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plan.codec import write_json
from slipway.danger.approvals import approvals_file, read_approvals
from slipway.danger.report import report
from slipway.errors import UsageError
from slipway.rehearsal.rehearse import rehearse
from slipway.rehearsal.report import Lines, print_rehearsal
from slipway.rehearsal.upgrade import rehearse_upgrade
from slipway.terminal import stderr, stdout, write_result

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from slipway.rehearsal.order import Order
    from slipway.rehearsal.results import Rehearsal


def whole_life(order: Order, *, as_json: bool) -> int:
    """Rehearse the whole life of a stack; the exit code."""
    with Lines(stderr()) as progress:
        rehearsal = rehearse(order, progress)
    return _shown(rehearsal, as_json=as_json)


def upgrade(order: Order, ref: str, approve: Sequence[str], approvals: Path | None, *, as_json: bool) -> int:
    """Rehearse the upgrade from an older revision, and tell what it puts at risk; the exit code."""
    if order.crash_at:
        raise UsageError("--crash-at: not with --from; an upgrade is rehearsed without crashes.")
    filed = approvals or approvals_file(order.project.config_directory, order.stack)  # what the gate reads
    approved = read_approvals(approve, filed if approvals or filed.exists() else None)
    with Lines(stderr()) as progress:
        upgraded = rehearse_upgrade(order, ref, approved, progress)
    exit_code = _shown(upgraded.rehearsal, as_json=as_json)
    if not as_json and upgraded.danger is not None:
        stdout().print(f"\n{report(upgraded.danger)}", end="", markup=False)
    return exit_code


def creation_numbers(given: str | None) -> tuple[int, ...]:
    """The creations that `--crash-at` names, in growing order. Raises `UsageError` for what is no number from 1."""
    parts = [part.strip() for part in given.split(",")] if given is not None else []
    wrong = next((part for part in parts if not part.isdecimal() or int(part) < 1), None)
    if wrong is not None:
        raise UsageError(f"--crash-at: given {wrong!r}; numbers from 1 are wanted, as in --crash-at 5,40.")
    return tuple(sorted({int(part) for part in parts}))


def _shown(rehearsal: Rehearsal, *, as_json: bool) -> int:
    if as_json:
        write_result(f"{write_json(rehearsal.to_json())}\n")
    else:
        print_rehearsal(stdout(), rehearsal)
    return rehearsal.exit_code
