"""The table of sessions on a real PostgreSQL: made once, kept small, and left alone where it is another one."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from components.server.sessions import session_command, session_keeper
from tests.machines.ports import free_port
from tests.machines.servers import PATIENCE, Postgres, ended, forwarded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LIVE = "insert into session select 'live-' || n, '{}', now() + interval '1 hour' from generate_series(1, 5) n"
EXPIRED = "insert into session select 'old-' || n, '{}', now() - interval '1 minute' from generate_series(1, 2500) n"
SHAPE = (
    "select attname, format_type(atttypid, atttypmod), attnotnull from pg_attribute"
    " where attrelid = 'session'::regclass and attnum > 0 order by attnum"
)
INDEXES = "select indexdef from pg_indexes where tablename = 'session' order by indexname"


@dataclass
class Keeper:
    """Starts the program as a machine does: as a file, with `pg` in the folder of tools."""

    node: Path
    tools: Path
    server: Postgres
    database: str
    folder: Path

    def start(self, table: str = "session", **variables: str) -> subprocess.Popen[str]:
        program = self.folder / "sessions.mjs"
        program.write_text(session_keeper(table))
        return self.launch([str(self.node), str(program)], **variables)

    def launch(self, command: list[str], **variables: str) -> subprocess.Popen[str]:
        environment = {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": self.server.url(self.database),
            "SLIPWAY_TOOLS": str(self.tools),
            **variables,
        }
        return subprocess.Popen(
            command, cwd=self.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def run(self, table: str = "session", **variables: str) -> tuple[int, str]:
        return ended(self.start(table, **variables))

    def sql(self, text: str) -> str:
        return self.server.sql(text, self.database)


@pytest.fixture
def keeper(node: Path, release_tools: Path, postgres_server: Postgres, database: str, tmp_path: Path) -> Keeper:
    return Keeper(node, release_tools, postgres_server, database, tmp_path)


def test_the_table_is_that_of_connect_pg_simple(keeper: Keeper) -> None:
    assert keeper.run() == (0, "sessions: 0 expired in session deleted\n")
    assert keeper.sql(SHAPE).splitlines() == [
        "sid|character varying|t",
        "sess|json|t",
        "expire|timestamp(6) without time zone|t",
    ]
    expiry, key = keeper.sql(INDEXES).splitlines()
    assert expiry.endswith("USING btree (expire)")
    assert key.startswith("CREATE UNIQUE INDEX")
    assert key.endswith("USING btree (sid)")


def test_a_second_run_changes_nothing(keeper: Keeper) -> None:
    keeper.run()
    before = keeper.sql(SHAPE), keeper.sql(INDEXES), keeper.sql("select 'session'::regclass::oid")
    keeper.sql(LIVE)
    assert keeper.run() == (0, "sessions: 0 expired in session deleted\n")
    assert (keeper.sql(SHAPE), keeper.sql(INDEXES), keeper.sql("select 'session'::regclass::oid")) == before
    assert keeper.sql("select count(*) from session") == "5"


def test_machines_that_start_together_make_one_table(keeper: Keeper) -> None:
    together = [keeper.start() for _ in range(6)]
    assert [ended(process) for process in together] == [(0, "sessions: 0 expired in session deleted\n")] * 6
    assert len(keeper.sql(INDEXES).splitlines()) == 2


def test_who_finds_another_making_the_table_waits_for_its_end(keeper: Keeper) -> None:
    # Without the lock this ends with PostgreSQL's "duplicate key" in its own list of types.
    columns = "sid varchar primary key, sess json not null, expire timestamp(6) not null"
    other = meanwhile(keeper, f"select pg_advisory_xact_lock(3248, 0); create table session ({columns})")
    assert keeper.run() == (0, "sessions: 0 expired in session deleted\n")
    assert other.wait(PATIENCE) == 0


def meanwhile(keeper: Keeper, statements: str) -> subprocess.Popen[bytes]:
    """Somebody else, who has done this and commits in two seconds."""
    program, url = str(keeper.server.programs / "psql"), keeper.server.url(keeper.database)
    text = f"begin; {statements}; select pg_sleep(2); commit"
    other = subprocess.Popen([program, "-Xq", "-v", "ON_ERROR_STOP=1", "-c", text, url], stdout=subprocess.DEVNULL)
    waiting = "select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'"
    while keeper.sql(waiting) == "0":
        assert other.poll() is None
    return other


def test_expired_sessions_go_and_live_ones_stay(keeper: Keeper) -> None:
    keeper.run()
    keeper.sql(f"{LIVE}; {EXPIRED}")
    assert keeper.run() == (0, "sessions: 2500 expired in session deleted\n")
    assert keeper.sql("select count(*), min(sid) from session") == "5|live-1"


def test_two_cleaners_at_once_delete_each_row_once(keeper: Keeper) -> None:
    keeper.run()
    keeper.sql(f"{LIVE}; {EXPIRED}")
    together = [ended(process) for process in [keeper.start() for _ in range(4)]]
    assert [code for code, _ in together] == [0] * 4
    # Each may leave a batch to another that has it just now; nobody deletes what is gone, and the next run ends it.
    deleted = sum(int(said.split()[1]) for _, said in together)
    assert deleted + int(keeper.sql("select count(*) from session")) == 2505
    keeper.run()
    assert keeper.sql("select count(*), min(sid) from session") == "5|live-1"


def test_a_session_that_somebody_prolongs_just_now_is_left_alone(keeper: Keeper) -> None:
    keeper.run()
    keeper.sql("insert into session values ('busy', '{}', now() - interval '1 minute')")
    prolonged = "update session set expire = now() + interval '1 hour' where sid = 'busy'"
    other = meanwhile(keeper, prolonged)
    assert keeper.run() == (0, "sessions: 0 expired in session deleted\n")
    assert other.wait(PATIENCE) == 0
    assert keeper.sql("select count(*) from session") == "1"


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ("sid varchar primary key, sess json, expire bigint", 'column "expire" is of type bigint but'),
        ("sid varchar primary key, data json, expire timestamp(6)", 'column "sess" of relation "session" does not'),
        ("sid varchar primary key, sess json, expire timestamp(6), user_id int", "it has other columns"),
        ("sid varchar, sess json, expire timestamp(6)", "there is no unique or exclusion constraint matching"),
        ("sid int primary key, sess json, expire timestamp(6)", "invalid input syntax for type integer"),
    ],
)
def test_another_table_of_that_name_stays_as_it_is_and_is_told(keeper: Keeper, columns: str, why: str) -> None:
    keeper.sql(f"create table session ({columns})")
    before = keeper.sql(SHAPE), keeper.sql(INDEXES)
    code, said = keeper.run()
    assert code == 1
    assert said.startswith(f"sessions: session is no table of sessions and stays as it is: {why}")
    assert said.endswith("; name another\n")
    assert (keeper.sql(SHAPE), keeper.sql(INDEXES)) == before


@pytest.mark.parametrize(
    "columns",
    [
        "sid varchar primary key, sess json not null, expire timestamp(6) not null",
        "sid text primary key, sess jsonb not null, expire timestamptz not null",
        'sid varchar not null collate "default" primary key, sess json not null, expire timestamp not null',
    ],
)
def test_a_table_that_the_store_itself_or_migrations_made_is_taken(keeper: Keeper, columns: str) -> None:
    keeper.sql(f"create table session ({columns}); {EXPIRED}")
    assert keeper.run() == (0, "sessions: 2500 expired in session deleted\n")


def test_a_table_of_another_name_is_the_one_that_is_made(keeper: Keeper) -> None:
    assert keeper.run("user_sessions")[0] == 0
    assert keeper.sql("select to_regclass('user_sessions') is not null, to_regclass('session') is null") == "t|t"


def test_in_a_container_the_text_is_the_command_and_pg_the_image_s_own(keeper: Keeper) -> None:
    (keeper.folder / "node_modules").symlink_to(keeper.tools / "node_modules")
    node, *rest = session_command("session")
    assert node == "node"
    process = keeper.launch([str(keeper.node), *rest], SLIPWAY_TOOLS="slipway")
    assert ended(process) == (0, "sessions: 0 expired in session deleted\n")


def test_a_container_s_command_fits_into_what_ecs_takes() -> None:
    assert sum(len(word) for word in session_command("s" * 50)) < 6000  # of 8,192 characters of a task's changes


def test_an_application_without_pg_is_told_so(keeper: Keeper) -> None:
    code, said = keeper.run(SLIPWAY_TOOLS=str(keeper.folder))
    assert code == 1
    assert said == "sessions: no package pg among the dependencies\n"


def test_a_database_that_comes_late_is_waited_for(keeper: Keeper) -> None:
    port = free_port()
    process = keeper.start(DATABASE_URL=keeper.server.url(keeper.database, port))
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(2)
    with forwarded(keeper.node, port, keeper.server.port):
        assert ended(process) == (0, "sessions: 0 expired in session deleted\n")


@pytest.mark.parametrize(
    ("change", "reason"),
    [(("correct", "wrong"), "password authentication failed"), (("/db_", "/no_db_"), "does not exist")],
    ids=["password", "database"],
)
def test_what_fails_is_said_without_the_secret(keeper: Keeper, change: tuple[str, str], reason: str) -> None:
    url = keeper.server.url(keeper.database).replace(*change)
    code, said = keeper.run(DATABASE_URL=url)
    assert code == 1
    assert reason in said
    for part in ("horse", "battery", "%25", "%2F"):
        assert part not in said


def test_a_pooler_that_lends_sessions_by_transaction_does_as_well(keeper: Keeper, pooled: Callable[..., str]) -> None:
    assert keeper.run(DATABASE_URL=pooled("transaction")) == (0, "sessions: 0 expired in session deleted\n")
