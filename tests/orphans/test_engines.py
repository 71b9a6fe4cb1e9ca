"""States from the user's own backend: what it does not have, and what only looks like that."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from slipway.errors import ProgramError
from slipway.orphans.engines import UsersEngine
from slipway.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAM = Path(__file__).parent / "programs" / "shop"


@pytest.fixture
def failing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int, str], UsersEngine]:
    """Return a function: an engine that says this and ends so."""

    def make(exit_code: int, said: str) -> UsersEngine:
        program = tmp_path / "pulumi"
        program.write_text(f'#!/bin/sh\necho "{said}" >&2\nexit {exit_code}\n')
        program.chmod(0o755)
        monkeypatch.setattr("slipway.orphans.engines.find_cli", lambda: program)
        return UsersEngine(Project.find(PROGRAM))

    return make


@pytest.mark.parametrize(
    ("exit_code", "said"),
    [
        (6, "error: no such thing"),
        (255, "error: no stack named 'test' found"),
        (255, "error: no stack named 'organization/shop/test' found"),
    ],
)
def test_a_stack_that_the_backend_does_not_know_has_no_state(
    failing: Callable[[int, str], UsersEngine], exit_code: int, said: str
) -> None:
    assert failing(exit_code, said).export("test") is None


@pytest.mark.parametrize(
    "said",
    [
        "error: could not load plugin for aws provider: plugin not found",
        "error: incorrect passphrase, or PULUMI_CONFIG_PASSPHRASE_FILE not found",
        "error: unable to open bucket s3://state: not found",
        "error: no stack named 'other' found",
    ],
)
def test_whatever_else_is_not_found_is_a_failure(failing: Callable[[int, str], UsersEngine], said: str) -> None:
    with pytest.raises(ProgramError, match="`pulumi stack export --stack test` failed"):
        failing(255, said).export("test")
