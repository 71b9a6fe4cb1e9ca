"""The tables of the shipped stack, in wrangler's local D1: made as a deployment makes them, and as a developer does."""

from __future__ import annotations

import re
import shlex
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from tests.conftest import ROOT
from tests.edge_chat.conftest import EXAMPLE, PATIENCE
from tests.stacks.project import graph

if TYPE_CHECKING:
    from pathlib import Path

    from tests.edge_chat.conftest import Tools

STACK = "helpdesk-edge"
DATABASE = "00000000-0000-4000-8000-000000000001"
OWN = {"d1_migrations", "slipway_migrations"}  # what tells which are applied
Schema = dict[str, set[str]]  # the columns of each table


def asked_for() -> set[str]:
    """The tables that the example asks D1 for. A room's messages are in the room's own database."""
    sources = [file.read_text(encoding="utf-8") for file in (EXAMPLE / "src").glob("*.ts") if file.name != "room.ts"]
    return set(re.findall(r"\b(?:FROM|INTO|JOIN|UPDATE) +([a-z_]+)", "\n".join(sources)))


def made(state: Path) -> Schema:
    """What is in the local D1, read without anybody between."""
    (file,) = [each for each in state.rglob("d1/**/*.sqlite") if each.stem != "metadata"]
    with closing(sqlite3.connect(file)) as database:
        listed = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        tables = [name for (name,) in listed if name not in OWN and not name.startswith(("sqlite_", "_cf_"))]
        return {name: {row[1] for row in database.execute(f"PRAGMA table_info({name})")} for name in tables}


def test_the_deployment_makes_the_tables_that_the_example_asks_for_and_no_other(
    edge_tools: Tools, tmp_path: Path
) -> None:
    (command,) = graph(STACK).of_type("command:local:Command")
    told = command.inputs["environment"]
    assert isinstance(told, dict)
    program, *remote = shlex.split(str(command.inputs["create"]))
    assert remote == ["--remote"]
    done = subprocess.run(
        [sys.executable, program, "--local", "--persist-to", tmp_path],
        cwd=ROOT,
        env={
            **edge_tools.environment,
            **{name: text for name, text in told.items() if isinstance(text, str)},
            "D1_DATABASE_ID": DATABASE,  # which a deployment alone tells
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        text=True,
        timeout=2 * PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    files = sorted(file.name for file in (EXAMPLE / "migrations").iterdir())
    count = f"{len(files)} migrations are applied to helpdesk-production"
    assert done.stdout == f"{count}; new: {', '.join(files)}\n"
    found = made(tmp_path)
    assert set(found) == asked_for() == {"users", "tickets", "files"}
    assert found["tickets"] == {"id", "title", "opened_by", "opened_at"}


def test_so_does_wrangler_with_the_file_that_is_rendered_for_this_machine(edge_tools: Tools, tmp_path: Path) -> None:
    rendered, state = tmp_path / "rendered", tmp_path / "state"
    render = [sys.executable, "-m", "slipway", "render", STACK, "--out", str(rendered)]
    done = subprocess.run(render, cwd=ROOT, capture_output=True, check=False, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    where = ("--local", "--persist-to", state, "--config", rendered / "wrangler.jsonc")
    applied = edge_tools.run("wrangler", "d1", "migrations", "apply", "DB", *where, cwd=tmp_path)
    assert applied.returncode == 0, applied.stdout + applied.stderr
    assert set(made(state)) == asked_for()
