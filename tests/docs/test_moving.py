"""The guide to moving tells of every option of the command, and its command does what it says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import typer.main
from typer.testing import CliRunner

from slipway.cli import app

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "moving.md").read_text(encoding="utf-8")


def test_it_tells_of_every_option() -> None:
    command = typer.main.get_command(app).commands["move"]  # type: ignore[attr-defined] # a click.Group
    options = {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
    assert options - {"--help"} <= set(re.findall(r"--[a-z-]+", GUIDE))


def test_its_command_writes_the_runbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = re.search(r"^\$ \.venv/bin/slipway (move .*)$", GUIDE, re.MULTILINE)
    assert found
    monkeypatch.chdir(ROOT)
    given = [str(tmp_path / part) if part.endswith(".md") else part for part in shlex.split(found[1])]
    done = CliRunner().invoke(app, [*given, "--timeout", "600"])
    assert done.exit_code == 0, done.exception
    text = (tmp_path / "move.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## \d\. (.*)$", text, re.MULTILINE)
    assert headings == ["Prepare", "Stage", "Cut over", "Watch for 24 hours", "Roll back"]
