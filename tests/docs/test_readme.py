"""README and docs say what is true today."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import typer.main

from slipway.cli import app

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_generated_blocks_show_what_the_commands_print_today() -> None:
    ran = subprocess.run(
        [sys.executable, ROOT / "tools" / "refresh-docs", "--check"], capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_command_and_option_stands_in_the_readme() -> None:
    missing = []
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined] # a click.Group
        row = re.search(rf"^\| `slipway {name}( .*?)?` \|", README, re.MULTILINE)
        options = [option for parameter in command.params for option in parameter.opts if option.startswith("--")]
        missing += [name] if row is None else []
        missing += [f"{name} {option}" for option in options if option not in README and option != "--help"]

    assert missing == []


def test_every_make_target_in_the_documents_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {name for file in DOCUMENTS for name in re.findall(r"^\$ make ([a-z-]+)", file.read_text(), re.MULTILINE)}

    assert named >= {"plan", "test"}
    assert named <= targets


def test_every_link_inside_the_documents_leads_somewhere() -> None:
    broken = [
        f"{file.relative_to(ROOT)}: {target}"
        for file in DOCUMENTS
        for target in re.findall(r"\]\((?!https?://|#)([^)#\s]+)", file.read_text())
        if not (file.parent / target).exists()
    ]

    assert broken == []
