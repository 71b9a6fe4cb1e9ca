"""The list of migrations of D1 that are applied only grows."""

from __future__ import annotations

from typing import Any

import pytest

from slipway.danger.facts import UNKNOWN
from slipway.danger.judging import dangers
from tests.danger.steps import replaced, updated

COMMAND = "command:local:Command"
FIRST, SECOND, THIRD = "a" * 64 + "  0002_a.sql", "b" * 64 + "  0003_b.sql", "c" * 64 + "  0004_c.sql"
EARLY = "d" * 64 + "  0001_d.sql"


def inputs(*lines: str) -> dict[str, Any]:  # Any: Pulumi's JSON
    return {"create": "x", "environment": {"D1_MIGRATIONS_SHA256": "\n".join(lines)}, "triggers": ["\n".join(lines)]}


def change(*lines: str) -> Any:  # Any: a step
    return replaced(COMMAND, "desk", "triggers", inputs=inputs(FIRST, SECOND), new={"inputs": inputs(*lines)})


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([FIRST], "the migration 0003_b.sql is applied, and its file is gone."),
        ([FIRST, "e" * 64 + "  0003_b.sql"], "the migration 0003_b.sql is applied, and its file is another one now."),
        ([FIRST, THIRD], "the migration 0003_b.sql is applied, and its file is gone."),
        ([EARLY, FIRST, SECOND], "the migration 0001_d.sql is new, and comes before one that is applied."),
        ([], "the migration 0002_a.sql is applied, and its file is gone."),
    ],
)
def test_one_that_is_applied_and_changed_taken_out_or_preceded_is_a_danger(lines: list[str], why: str) -> None:
    (found,) = dangers([change(*lines)]).endangered
    assert (found.happens, found.why, found.what) == ("rewritten", why, "the tables of a D1 database")
    assert found.remedy.startswith("Put the file back")


def test_a_list_that_stays_or_grows_at_its_end_is_none() -> None:
    assert dangers([change(FIRST, SECOND)]).endangered == ()
    assert dangers([change(FIRST, SECOND, THIRD)]).endangered == ()


@pytest.mark.parametrize("environment", [None, {}, UNKNOWN, "[secret]", {"D1_MIGRATIONS_SHA256": UNKNOWN}, {"A": "b"}])
def test_a_command_of_somebody_else_s_and_what_is_hidden_rewrite_nothing(environment: object) -> None:
    other = {"create": "x", "environment": environment}
    assert dangers([updated(COMMAND, "theirs", other, {**other, "create": "y"})]).endangered == ()
