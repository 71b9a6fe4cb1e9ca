"""What the processes of a run share, and in which order they take files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import once
from tests.conftest import LONGEST, turn

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that processes have in common."""
    monkeypatch.setattr(once, "_FOLDER", [tmp_path])
    return tmp_path


def counted(made: list[int]) -> Callable[[], list[int]]:
    def make() -> list[int]:
        made.append(len(made))
        return [*made]

    return make


def test_what_one_process_has_made_the_next_one_gets_a_copy_of(shared: Path) -> None:
    made: list[int] = []
    first = once.once("thing", counted(made))
    second = once.once("thing", counted(made))
    assert (made, first, second) == ([0], [0], [0])
    assert first is not second
    assert once.once("other", counted(made)) == [0, 1], "another name is another thing"
    assert {file.suffix for file in shared.iterdir()} == {"", ".lock"}, "nothing is left half written"


def test_a_failure_is_no_result(shared: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        once.once("thing", lambda: 1 // 0)
    assert once.once("thing", lambda: 1) == 1
    assert (shared / "thing").exists()


def test_a_process_by_itself_shares_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "_FOLDER", [])
    made: list[int] = []
    assert [once.once("thing", counted(made)), once.once("thing", counted(made))] == [[0], [0, 1]]


def test_the_longest_files_come_first_and_are_there() -> None:
    assert [file for file in LONGEST if not (ROOT / file).is_file()] == []
    assert len(set(LONGEST)) == len(LONGEST)
    assert sorted([__file__, *reversed(LONGEST)], key=turn) == [*LONGEST, __file__]
