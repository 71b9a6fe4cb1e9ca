"""The crash at every creation of a stack, from an order to the finished chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.rehearsal.chain import crash_everywhere
from slipway.rehearsal.logs import Log
from slipway.rehearsal.stage import Stage, must

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from slipway.rehearsal.chain import Crash
    from slipway.rehearsal.order import Order


def crash_stack_everywhere(order: Order, folder: Path, tell: Callable[[Crash], None]) -> list[Crash]:
    """Every crash of a stack, each before and after a creation. What is in `folder` from before is gone on with.

    Raises `BrokenError` for the first that does not come back as it must.
    """
    order.check()
    folder.mkdir(parents=True, exist_ok=True)
    subject = order.subject()
    order.record(subject)
    with order.workspace(folder / "undisturbed") as workspace:
        stage = Stage(workspace, subject, Log(folder / "undisturbed.log"))
        must(stage.up(), "the undisturbed deployment")
        stage.must_agree()
        subject.undisturbed.set_result(stage.world())
    with order.workspace(folder / "crashes") as workspace:
        stage = Stage(workspace, subject, Log(folder / "crashes.log"))
        return crash_everywhere(stage, folder / "crashes.jsonl", tell)
