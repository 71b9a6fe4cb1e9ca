"""The guide to uploads tells of every option and exit code of the command."""

from __future__ import annotations

import re
from pathlib import Path

import typer.main

from slipway.cli import app
from slipway.options import PARALLEL
from slipway.uploads import bucket, copying

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "uploads.md").read_text(encoding="utf-8")


def test_it_tells_of_every_option() -> None:
    command = typer.main.get_command(app).commands["uploads"]  # type: ignore[attr-defined] # a click.Group
    options = {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
    assert options - {"--help"} == set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", GUIDE))


def test_its_figures_and_rights_are_those_of_the_command() -> None:
    assert f"at once, {PARALLEL}; each takes up to {copying.PART >> 20} MiB" in GUIDE
    assert all(f"`{right}`" in GUIDE for right in bucket.RIGHTS.split(", "))
