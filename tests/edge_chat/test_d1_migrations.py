"""`tools/apply-d1-migrations`, as a deployment runs it, against wrangler's local D1; and with stand-ins for faults."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import ROOT
from tests.edge_chat.conftest import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.edge_chat.conftest import Tools

TOOL = ROOT / "tools" / "apply-d1-migrations"
ACCOUNT, DATABASE = "0123456789abcdef" * 2, "00000000-0000-4000-8000-000000000001"
TOKEN = "a-token-that-nobody-may-see"  # noqa: S105 - what must not be shown
FIRST = "CREATE TABLE tickets (id INTEGER PRIMARY KEY, title TEXT NOT NULL);\nINSERT INTO tickets VALUES (1, 'a; b');"
SECOND = "ALTER TABLE tickets ADD COLUMN room TEXT; -- with a comment at its end"
THIRD = "CREATE INDEX rooms ON tickets (room);\n"


def sums(files: Mapping[str, str]) -> str:
    return "\n".join(f"{hashlib.sha256(text.encode()).hexdigest()}  {name}" for name, text in files.items())


@dataclass(frozen=True, slots=True)
class Desk:
    """A project with migrations, whose database is wrangler's local one."""

    folder: Path
    environment: Mapping[str, str]

    def write(self, files: Mapping[str, str]) -> None:
        """These are the migrations from now on."""
        place = self.folder / "migrations"
        place.mkdir(exist_ok=True)
        for old in place.iterdir():
            old.unlink()
        for name, text in files.items():
            (place / name).write_text(text)

    def deploy(
        self, files: Mapping[str, str], *where: str, listed: str | None = None, **more: str
    ) -> subprocess.CompletedProcess[str]:
        """What became of the command that a deployment with these migrations runs."""
        self.write(files)
        told = {
            "D1_ACCOUNT_ID": ACCOUNT,
            "D1_DATABASE_ID": DATABASE,
            "D1_DATABASE_NAME": "desk-production",
            "D1_MIGRATIONS": "migrations",
            "D1_MIGRATIONS_SHA256": sums(files) if listed is None else listed,
        }
        return subprocess.run(
            [sys.executable, TOOL, *(where or ("--local", "--persist-to", str(self.folder / "state")))],
            cwd=self.folder,
            env={**self.environment, **told, **more},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            text=True,
            timeout=2 * PATIENCE,
        )


@dataclass(frozen=True, slots=True)
class Account:
    """The database behind a desk, asked by wrangler alone."""

    desk: Desk
    tools: Tools

    def rows(self, statement: str) -> list[dict[str, Any]]:  # Any: values of SQLite
        """What a statement answers."""
        config = self.desk.folder / "asking.json"
        database = {"binding": "DB", "database_name": "desk", "database_id": DATABASE}
        told = {"name": "desk", "compatibility_date": "2026-11-01", "d1_databases": [database]}
        config.write_text(json.dumps(told))
        state = self.desk.folder / "state"
        where = ("--local", "--persist-to", state, "--config", config, "--json", "--command", statement)
        done = self.tools.run("wrangler", "d1", "execute", "DB", *where, cwd=self.desk.folder)
        assert done.returncode == 0, done.stdout + done.stderr
        ((answer),) = json.loads(done.stdout)
        found: list[dict[str, Any]] = answer["results"]
        return found

    def applied(self) -> list[str]:
        """The names of what is applied, in order."""
        return [row["name"] for row in self.rows("SELECT name FROM d1_migrations ORDER BY id")]


@pytest.fixture
def desk(edge_tools: Tools, tmp_path: Path) -> Desk:
    return Desk(tmp_path, edge_tools.environment)


@pytest.fixture
def account(desk: Desk, edge_tools: Tools) -> Account:
    return Account(desk, edge_tools)


def test_each_is_applied_once_in_the_order_of_its_number(desk: Desk, account: Account) -> None:
    first = desk.deploy({"2_tables.sql": FIRST})
    assert first.returncode == 0, first.stderr
    assert first.stdout == "1 migrations are applied to desk-production; new: 2_tables.sql\n"
    grown = desk.deploy({"2_tables.sql": FIRST, "9_room.sql": SECOND, "10_rooms.sql": THIRD})
    assert grown.returncode == 0, grown.stderr
    assert "new: 9_room.sql, 10_rooms.sql" in grown.stdout
    again = desk.deploy({"2_tables.sql": FIRST, "9_room.sql": SECOND, "10_rooms.sql": THIRD})
    assert again.returncode == 0, again.stderr
    assert again.stdout == "3 migrations are applied to desk-production; none is new\n"
    assert account.applied() == ["2_tables.sql", "9_room.sql", "10_rooms.sql"]
    assert account.rows("SELECT * FROM tickets") == [{"id": 1, "title": "a; b", "room": None}]


def test_one_that_fails_leaves_nothing_of_itself_and_the_next_deployment_goes_on(desk: Desk, account: Account) -> None:
    wrong = "CREATE TABLE half (id INTEGER); INSERT INTO nowhere VALUES (1);"
    failed = desk.deploy({"0001_tables.sql": FIRST, "0002_half.sql": wrong, "0003_room.sql": SECOND})
    assert failed.returncode == 1
    assert failed.stdout == ""
    assert "no such table: nowhere" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert account.applied() == ["0001_tables.sql"]
    assert account.rows("SELECT name FROM sqlite_schema WHERE name = 'half'") == []
    # It is not applied, so it may still be corrected.
    mended = desk.deploy({"0001_tables.sql": FIRST, "0002_half.sql": "SELECT 1;", "0003_room.sql": SECOND})
    assert mended.returncode == 0, mended.stderr
    assert "new: 0002_half.sql, 0003_room.sql" in mended.stdout


@pytest.mark.slow  # wrangler starts some twenty times
def test_what_is_applied_is_never_changed_renamed_taken_out_or_preceded(desk: Desk, account: Account) -> None:
    applied = {"0002_tables.sql": FIRST, "0003_room.sql": SECOND}
    assert desk.deploy(applied).returncode == 0
    for files, why in (
        ({**applied, "0003_room.sql": THIRD}, "0003_room.sql is applied and was changed since: put it back, and write"),
        ({"0002_tables.sql": FIRST}, "0003_room.sql is applied and its file is gone: put it back under this name"),
        ({"0002_tables.sql": FIRST, "0004_room.sql": SECOND}, "0003_room.sql is applied and its file is gone"),
        ({"0001_first.sql": THIRD, **applied}, "0001_first.sql comes before 0003_room.sql, which is applied: give it"),
    ):
        refused = desk.deploy({**files, "0009_new.sql": "CREATE TABLE new (id INTEGER);"})
        assert refused.returncode == 2, why
        assert f"Nothing was applied.\n  {why}" in refused.stderr
    assert account.applied() == list(applied)
    assert account.rows("SELECT name FROM sqlite_schema WHERE name = 'new'") == []


@pytest.mark.slow  # as above
def test_what_somebody_applied_by_hand_counts_as_applied_with_the_content_that_it_has_now(
    desk: Desk, account: Account, edge_tools: Tools
) -> None:
    desk.write({"0001_tables.sql": FIRST})
    account.rows("SELECT 1")  # writes wrangler's file
    by_hand = ("d1", "migrations", "apply", "DB", "--local", "--persist-to", "state", "--config", "asking.json")
    assert edge_tools.run("wrangler", *by_hand, cwd=desk.folder).returncode == 0
    found = desk.deploy({"0001_tables.sql": FIRST})
    assert (found.returncode, found.stdout.rpartition("; ")[2]) == (0, "none is new\n"), found.stderr
    assert "was changed since" in desk.deploy({"0001_tables.sql": SECOND}).stderr


# -- faults, with stand-ins for wrangler


def stand_in(folder: Path, does: str) -> Path:
    """A wrangler in the application's own packages: notes what it is asked, and answers as a new database."""
    program = folder / "node_modules" / ".bin" / "wrangler"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(
        f"#!{sys.executable}\n"
        "import json, os, pathlib, sys\n"
        "config = pathlib.Path(sys.argv[sys.argv.index('--config') + 1])\n"
        f"with open({str(folder / 'asked')!r}, 'a') as asked:\n"
        "    files = sorted(each.name for each in config.parent.rglob('*.sql'))\n"
        "    print(json.dumps([sys.argv[1:], json.loads(config.read_text()), files]), file=asked)\n"
        "executes = 'execute' in sys.argv\n"
        f"{does}\n"
        "print(json.dumps([{'results': []}] * (sys.argv[-1].count(';\\n') + 1)))\n"
    )
    program.chmod(0o755)
    return program


@pytest.fixture
def plain(tmp_path: Path) -> Desk:
    """A desk without wrangler."""
    path = tmp_path / "bin"
    path.mkdir()
    return Desk(tmp_path, {"PATH": f"{path}:/usr/bin:/bin", "HOME": os.environ["HOME"]})


def test_the_account_s_database_is_named_by_its_id_and_the_token_stays_in_the_environment(plain: Desk) -> None:
    stand_in(plain.folder, "")
    done = plain.deploy({"0001_a.sql": FIRST}, "--remote", CLOUDFLARE_API_TOKEN=TOKEN)
    asked = [json.loads(line) for line in (plain.folder / "asked").read_text().splitlines()]
    assert done.returncode == 1, "the stand-in applies nothing, and that is noticed"
    assert "wrangler ended without applying 0001_a.sql" in done.stderr
    assert [words[:3] for words, _, _ in asked][:3] == [
        ["d1", "execute", "DB"],
        ["d1", "execute", "DB"],
        ["d1", "migrations", "apply"],
    ]
    for words, told, files in asked:
        assert "--remote" in words
        assert "--local" not in words
        assert told["account_id"] == ACCOUNT
        assert told["d1_databases"][0]["database_id"] == DATABASE
        assert files == ["0001_a.sql"]
    assert TOKEN not in (plain.folder / "asked").read_text()


def test_what_wrangler_says_is_told_without_the_token(plain: Desk) -> None:
    stand_in(plain.folder, f"sys.exit('Authentication error [code: 10000] with {TOKEN}')")
    done = plain.deploy({"0001_a.sql": FIRST}, "--remote", CLOUDFLARE_API_TOKEN=TOKEN)
    assert done.returncode == 1
    assert "wrangler failed:\nAuthentication error [code: 10000] with [secret]" in done.stderr


@pytest.mark.parametrize(
    ("does", "why"),
    [
        ("print('Welcome!'); sys.exit()", "wrangler's answer is no list of results: Welcome!"),
        ("executes or sys.exit('D1_ERROR: too many requests')", "wrangler failed:\nD1_ERROR: too many requests"),
        ("print('[]'); sys.exit()", "wrangler answers 1 statements with 0 results"),
        ("os.kill(os.getpid(), 9)", "wrangler failed:"),
    ],
)
def test_a_wrangler_that_fails_or_talks_nonsense_ends_the_deployment_without_a_traceback(
    plain: Desk, does: str, why: str
) -> None:
    stand_in(plain.folder, does)
    done = plain.deploy({"0001_a.sql": FIRST}, "--remote", CLOUDFLARE_API_TOKEN=TOKEN)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"tools/apply-d1-migrations: {why}" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_wrangler_it_says_what_to_install(plain: Desk) -> None:
    done = plain.deploy({"0001_a.sql": FIRST}, "--remote", CLOUDFLARE_API_TOKEN=TOKEN)
    assert done.returncode == 2
    assert "there is no wrangler. Install it beside the application: npm install wrangler" in done.stderr


def test_the_application_s_own_wrangler_comes_before_that_of_the_machine(plain: Desk) -> None:
    other = plain.folder / "bin" / "wrangler"
    other.write_text("#!/bin/sh\nexit 9\n")
    other.chmod(0o755)
    stand_in(plain.folder, "sys.exit('its own')")
    assert "its own" in plain.deploy({"0001_a.sql": FIRST}, "--remote", CLOUDFLARE_API_TOKEN=TOKEN).stderr


@pytest.mark.parametrize("token", [{}, {"CLOUDFLARE_API_TOKEN": ""}, {"CLOUDFLARE_API_KEY": "x"}])
def test_without_a_token_nothing_is_asked(plain: Desk, token: dict[str, str]) -> None:
    stand_in(plain.folder, "")
    done = plain.deploy({"0001_a.sql": FIRST}, "--remote", **token)
    assert done.returncode == 2
    assert "CLOUDFLARE_API_TOKEN is not set. Give who deploys a token with the right to edit D1" in done.stderr
    assert not (plain.folder / "asked").exists()


def test_a_file_that_is_not_what_was_planned_is_not_applied(plain: Desk) -> None:
    stand_in(plain.folder, "")
    for listed, why in (
        (sums({"0001_a.sql": SECOND}), "0001_a.sql: was changed since this deployment began. Nothing was applied"),
        (sums({"0002_b.sql": FIRST}), "0002_b.sql: cannot be read (No such file or directory). Nothing was applied"),
        ("0001_a.sql", "D1_MIGRATIONS_SHA256: a sum, two spaces and a file's name are wanted in each line"),
        (f"{'a' * 64}  0001_a'); DROP.sql", "D1_MIGRATIONS_SHA256: a sum, two spaces and a file's name"),
        ("", "D1_MIGRATIONS_SHA256: not set. The deployment of a stack sets them: run `pulumi up`"),
    ):
        done = plain.deploy({"0001_a.sql": FIRST}, "--remote", listed=listed, CLOUDFLARE_API_TOKEN=TOKEN)
        assert done.returncode == 2
        assert why in done.stderr
    assert not (plain.folder / "asked").exists()


def test_it_says_what_it_wants(plain: Desk) -> None:
    helped = plain.deploy({}, "--help")
    assert helped.returncode == 0
    assert "CLOUDFLARE_API_TOKEN" in helped.stdout
    assert "go together" in plain.deploy({}, "--local").stderr
    assert "go together" in plain.deploy({}, "--remote", "--persist-to", "x").stderr
