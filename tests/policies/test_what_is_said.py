"""What people read of bad plans is written down, and nothing else is."""

from __future__ import annotations

import pytest

from tests.policies.said import FOLDER, NAMES, file_of, lines


@pytest.mark.parametrize("name", NAMES)
def test_people_read_of_a_bad_plan_what_is_written_down(name: str) -> None:
    """Was it changed on purpose? Then `python -m tests.policies.said` writes it down anew."""
    assert lines(name) == file_of(name).read_text(encoding="utf-8").splitlines()


def test_nothing_is_written_down_that_no_rule_says_any_more() -> None:
    assert {*FOLDER.iterdir()} == {*map(file_of, NAMES)}
