"""The guide on upgrades: what it shows is what happens, and its commands are ones that exist."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import typer.main

from slipway.cli import app
from slipway.danger.approvals import read_approvals
from slipway.planning import Order, plan_stack
from slipway.project import Project

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "upgrades.md").read_text()
COMMANDS = re.findall(r"^\$ (.+)$", GUIDE, re.MULTILINE)


def block(name: str) -> str:
    (text,) = re.findall(rf"^```\w+ {re.escape(name)}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    assert isinstance(text, str)
    return text


def judged(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / "preview.json").write_text(block("preview.json"))
    command = [sys.executable, "-m", "slipway.danger", str(folder / "preview.json"), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True)


def test_the_report_that_is_shown_is_the_one_that_is_printed(tmp_path: Path) -> None:
    ran = judged(tmp_path)
    assert (ran.returncode, ran.stdout) == (5, block("report"))


def test_the_approvals_that_are_shown_approve_of_it(tmp_path: Path) -> None:
    file = tmp_path / "approvals.txt"
    file.write_text(block("approvals.txt"))
    assert len(read_approvals((), file)) == 1
    assert judged(tmp_path, "--approvals", str(file)).returncode == 0


def test_the_parts_of_the_json_are_those_that_are_named(tmp_path: Path) -> None:
    said = judged(tmp_path, "--json").stdout
    named = re.search(r"`--json` gives the same as data: (.*?)\.\n", GUIDE, re.DOTALL)
    assert named is not None
    parts = set(re.findall(r"`(\w+)(?:\[\])?`", named[1]))
    assert parts | {"version"} == set(re.findall(r'^  "(\w+)":', said, re.MULTILINE))


def test_the_alias_that_is_shown_names_what_it_was(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "__main__.py").write_text(block("__main__.py"))
    plan = plan_stack(Order(Project.find(tmp_path), {}), "dev").plan
    (files,) = (each for each in plan.resources if each.name == "uploads")
    assert files.aliases == ("urn:pulumi:dev::shop::shop:index:Files::files",)


def test_every_command_of_slipway_is_one_that_it_takes() -> None:
    ours = [shlex.split(command) for command in COMMANDS if command.startswith("slipway ")]
    assert len(ours) >= 3
    group = typer.main.get_command(app)
    for _, name, *arguments in ours:
        command = group.commands[name]  # type: ignore[attr-defined] # a click.Group
        command.make_context(name, list(arguments))
