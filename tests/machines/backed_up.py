"""A server's data, on real PostgreSQL, SQLite and Redis, and its backups in a repository in a folder."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from components.server.backups import BackedUp, backup_files
from tests.conftest import ROOT
from tests.machines.ports import free_port
from tests.machines.servers import Postgres, Redis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROGRAMS = ROOT / "components" / "server" / "programs"
STACK, DATABASE = "shop-vps", "shop"
PASSPHRASE = "correct horse $battery `staple`"  # noqa: S105 - it opens nothing that outlives the test
REDIS_PASSWORD = "quite a password"  # noqa: S105 - likewise
SECONDS = 120
_SCHEMA = """
create schema sales;
create type mood as enum ('glad', 'sad');
create table people (id bigint generated always as identity primary key, name text not null, mood mood, at timestamptz,
  share numeric, size double precision, photo bytea, facts jsonb, status varchar(9) check (status in ('new', 'old')));
create table sales.orders (id uuid primary key, person bigint references people, total money) partition by hash (id);
create table sales.orders_0 partition of sales.orders for values with (modulus 2, remainder 0);
create table sales.orders_1 partition of sales.orders for values with (modulus 2, remainder 1);
create index by_name on people (lower(name));
create view glad as select * from people where mood = 'glad';
create table "odd "" name" ("a b" int, "select" text);
create table nothing ();
create table dropped (a int, b int, c text);
alter table dropped drop column b;
create function greet(text) returns text language sql as 'select ''hello '' || $1';
insert into people (name, mood, at, share, size, photo, facts, status)
  select 'person ' || n, case when n % 2 = 0 then 'glad' end::mood,
  '2026-01-01 10:00+02'::timestamptz + n * interval '1 hour',
  n / 7.0, n / 3.0, decode(md5(n::text), 'hex'), jsonb_build_object('n', n, 'é', 'ü'), 'new'
  from generate_series(1, 500) n;
insert into sales.orders select md5(n::text)::uuid, n, n::numeric::money from generate_series(1, 300) n;
insert into "odd "" name" values (1, null), (2, ''), (null, 'NULL');
insert into dropped values (1, 'x');
select lo_from_bytea(4711, 'a large object');
"""


@dataclass
class Server:
    """What lies on a single server, and where its backups go."""

    folder: Path
    postgres: Postgres
    redis: Redis
    repository: Path
    extra: dict[str, str] = field(default_factory=dict)
    stand_ins: Path = Path("/nonexistent")
    """A folder for programs that are found before the real ones, by other users too."""

    @property
    def facts(self) -> Path:
        """What the program reads, with the places of this test."""
        return self.folder / "backup.json"

    @property
    def sqlite(self) -> Path:
        """The live file."""
        return self.folder / "live.db"

    def tell(self, **changed: Any) -> None:  # Any: JSON
        """Write the facts as a stack has them, but for the places of this test."""
        wanted = BackedUp(STACK, "03:30", 14, DATABASE, str(self.sqlite), redis=True)
        told = json.loads(backup_files(wanted).programs["/etc/slipway/backup.json"])
        told["home"], told["well"] = str(self.folder / "home"), str(self.folder / "well" / "backup")
        told["redis"] = {"port": self.redis.port, "password": str(self.folder / "redis-password")}
        self.facts.write_text(json.dumps({**told, **changed}))

    def environment(self) -> dict[str, str]:
        """What the unit gives the program, and where the database of this test is."""
        return {
            "PATH": f"{self.postgres.programs}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "RESTIC_REPOSITORY": str(self.repository),
            "RESTIC_PASSWORD": PASSPHRASE,
            "RESTIC_CACHE_DIR": str(self.folder / "cache"),
            "AWS_SECRET_ACCESS_KEY": "not-used-and-never-shown",
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.postgres.port),
            "PGUSER": self.postgres.user,
            "PGPASSWORD": self.postgres.password,
            **self.extra,
        }

    def program(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the program as the unit does."""
        return subprocess.run(
            [sys.executable, "-m", "backup", *words],
            capture_output=True, check=False, cwd=PROGRAMS, env=self.environment(), text=True, timeout=SECONDS,
        )  # fmt: skip

    def back_up(self) -> subprocess.CompletedProcess[str]:
        """One run."""
        return self.program("run", str(self.facts))

    def restic(self, *words: str, cwd: Path | None = None) -> str:
        """Ask the repository."""
        command = ["restic", "--no-cache", *words]
        done = subprocess.run(command, capture_output=True, check=False, cwd=cwd, env=self.environment(), text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def snapshots(self) -> list[dict[str, Any]]:  # Any: JSON
        """The snapshots that are there."""
        return list(json.loads(self.restic("snapshots", "--json")) or [])

    @contextlib.contextmanager
    def forged(self, time: str = "") -> Iterator[Path]:
        """The files of the newest snapshot; what a test makes of them becomes a newer one."""
        with contextlib.ExitStack() as ends:
            folder = self.folder / "forged"
            ends.callback(shutil.rmtree, folder, ignore_errors=True)
            self.restic("restore", "latest", "--target", str(folder))
            yield folder
            when = ("--time", time) if time else ()
            self.restic("backup", "--host", STACK, "--tag", STACK, *when, ".", cwd=folder)


def told(folder: Path) -> dict[str, Any]:  # Any: JSON
    """The manifest of forged files."""
    return dict(json.loads((folder / "manifest.json").read_text()))


@pytest.fixture(scope="session")
def kept(
    postgres_server: Postgres, tmp_path_factory: pytest.TempPathFactory, require_program: Callable[[str], Path]
) -> Iterator[Server]:
    """A server with data, and one good backup of it. Who changes it takes `server`, a copy."""
    for name in ("restic", "redis-cli", "redis-check-rdb"):
        require_program(name)
    folder = tmp_path_factory.mktemp("server")
    redis = Redis(require_program("redis-server"), free_port(), ("--requirepass", REDIS_PASSWORD))
    (folder / "redis-password").write_text(REDIS_PASSWORD)
    made = Server(folder, postgres_server, redis, folder / "repository")
    postgres_server.sql(f"drop database if exists {DATABASE} with (force)")
    postgres_server.sql(f"create database {DATABASE}")
    if not postgres_server.sql("select 1 from pg_roles where rolname = 'reader'"):
        postgres_server.sql("create role reader login password 'reads'")
    postgres_server.sql(_SCHEMA + "grant select on people to reader", DATABASE)
    with contextlib.closing(sqlite3.connect(made.sqlite)) as database:
        database.execute("pragma journal_mode = wal")
        database.executescript("create table notes (id integer primary key, text); create index i on notes (text)")
        rows = [("a",), (1.5,), (None,), (b"a",), ("é",)] * 400
        database.executemany("insert into notes (text) values (?)", rows)
        database.execute("pragma user_version = 7")
        database.commit()
    redis.start()
    try:
        ask(made, *(word for n in range(200) for word in (f"key:{n}", str(n))))
        made.tell()
        done = made.back_up()
        assert done.returncode == 0, done.stderr
        yield made
    finally:
        redis.stop()
        postgres_server.sql(f"drop database if exists {DATABASE} with (force)")


@pytest.fixture
def server(kept: Server, tmp_path: Path) -> Iterator[Server]:
    """The same server with a repository of the test's own, which holds the good backup."""
    shutil.copytree(kept.repository, tmp_path / "repository")
    shutil.copytree(kept.folder / "home", tmp_path / "home")
    for name in ("redis-password", "live.db"):
        shutil.copy(kept.folder / name, tmp_path)
    made = Server(tmp_path, kept.postgres, kept.redis, tmp_path / "repository")
    made.tell()
    with tempfile.TemporaryDirectory(prefix="slipway-stand-ins-") as name:  # pytest's own folder is root's alone
        made.stand_ins = Path(name)
        made.stand_ins.chmod(0o777)
        yield made


def ask(server: Server, *values: str) -> None:
    """Set keys of Redis."""
    command = ["redis-cli", "-p", str(server.redis.port), "mset", *values]
    env = {**os.environ, "REDISCLI_AUTH": REDIS_PASSWORD}
    subprocess.run(command, capture_output=True, check=True, env=env)
