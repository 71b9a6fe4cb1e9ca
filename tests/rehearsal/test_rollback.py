"""The step that goes back to the former release passes only where all is what it was, and the stack file says so."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from slipway.engine.gated import GateResult
from slipway.rehearsal.changes import Settings
from slipway.rehearsal.life import life
from slipway.rehearsal.likeness import World
from slipway.rehearsal.stage import BrokenError, NotApplicableError, Stage
from tests.rehearsal.worlds import entry, state, thing

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE, SERVICE = "aws:dynamodb/table:Table", "aws:ecs/service:Service"
OLD, NEW = ({"slipway:topology": {"release": {"kind": "image", "image": name}}} for name in ("old", "new"))
STEP = next(step for step in life() if step.name == "rollback")


def world(image: str = "old", table: str = "uploads-0123456") -> World:
    """A service with an image, and a table with data."""
    return World(
        (thing(SERVICE, "api", "api-1", image=image), thing(TABLE, "uploads", table, hashKey="id")),
        state(
            entry(SERVICE, "api", "api-1", inputs={"image": image}),
            entry(TABLE, "uploads", table, inputs={"hashKey": "id"}),
        ),
    )


def gone_back(
    named: Mapping[str, Any],
    *after: World,
    exit_code: int = 0,
    before: World | None = None,
    declared: Mapping[str, Any] = OLD,
) -> tuple[str, list[Any]]:
    """What the step says, and what holds in the copy of the stack file from then on.

    `after` is what is there after the way back, and then when what is `declared` is deployed once more.
    """
    worlds = iter(after)
    changed: list[Any] = []
    result = GateResult(exit_code, "", "", headline="the stack is locked", changes={"update": 1})
    stage = SimpleNamespace(
        stack="dev",
        before_release=before,
        subject=SimpleNamespace(settings=Settings(declared, Path()), judged=True),
        gate=lambda stage: result if stage == "rollback" else pytest.fail(stage),
        world=lambda: next(worlds),
        up=lambda: SimpleNamespace(ok=True, errors=(), exit_code=0),
        change=changed.append,
        workspace=SimpleNamespace(
            project=SimpleNamespace(config_in=lambda _: SimpleNamespace(objects=named)),
            stacks=SimpleNamespace(file=lambda _: "a file"),
        ),
    )
    return STEP.run(cast("Stage", stage)), changed


def test_all_is_what_it_was_and_the_copy_of_the_file_has_its_own_release_again() -> None:
    told, changed = gone_back(OLD, world(), before=world())
    assert told == "1 update"
    assert changed == [OLD]


@pytest.mark.parametrize(
    ("after", "named", "exit_code", "said"),
    [
        (world(), OLD, 1, "`tools/gate rollback` ends with 1: the stack is locked"),
        (world(), NEW, 0, "the stack file does not say which release is deployed"),
        (world(image="new"), OLD, 0, "is not what it was"),
        (world(table="uploads-6543210"), OLD, 0, "has replaced data"),
    ],
)
def test_anything_else_is_a_failure(after: World, named: Mapping[str, Any], exit_code: int, said: str) -> None:
    with pytest.raises(BrokenError, match=said):
        gone_back(named, after, exit_code=exit_code, before=world())


def test_without_a_release_there_is_no_way_back() -> None:
    with pytest.raises(NotApplicableError, match="no release was deployed"):
        gone_back(OLD, world())


TRIED = {"slipway:topology": {"release": {**OLD["slipway:topology"]["release"], "candidate": {"image": "tried"}}}}


def test_a_trial_that_the_way_back_ended_is_begun_anew_and_then_all_is_what_it_was() -> None:
    assert gone_back(OLD, world("alone"), world(), before=world(), declared=TRIED) == ("1 update", [TRIED])


def test_a_trial_that_is_another_one_afterwards_is_a_failure() -> None:
    with pytest.raises(BrokenError, match="is not what it was"):
        gone_back(OLD, world("alone"), world("alone"), before=world(), declared=TRIED)


def test_a_way_back_that_does_not_end_the_trial_is_a_failure() -> None:
    with pytest.raises(BrokenError, match="does not say which release is deployed"):
        gone_back(TRIED, world(), before=world(), declared=TRIED)
