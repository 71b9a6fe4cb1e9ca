"""The data step of a move between two engines: the runbook's own blocks, on real PostgreSQL, SQLite and Node.js.

Docker and Pulumi are stand-ins (`engine_stand_ins/`): no engine is at hand, so containers are what they name.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from slipway.move.facts import Name
from slipway.move.runbook import runbook
from slipway.move.shell import chained
from tests.conftest import ROOT, without
from tests.machines.ports import free_port
from tests.machines.servers import Postgres
from tests.slipway.move_sides import contained_server, engine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.move.facts import Side
    from slipway.move.model import Runbook

HERE = Path(__file__).parent
STAND_INS = HERE / "engine_stand_ins"
PASSWORD = "0123456789abcdef"  # noqa: S105 - of a server that ends with the test
SECONDS = 100
MOVED = ("stop", "postgres-read-only", "postgres-export", "sqlite-export", "postgres-import", "sqlite-import",
         "postgres-check", "sqlite-check", "start")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Engines:
    """Two stacks in containers, and how a runbook's blocks are run with them."""

    source: Postgres | None
    target: Postgres | None
    folder: Path
    ports: tuple[int, int]

    def run(self, book: Runbook, *keys: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """The blocks of these steps in one shell, each as a person reads it; the first that fails is the last."""
        steps = {step.key: step for phase in book.phases for step in phase.steps}
        lines = list(book.setup)
        for key in keys:
            lines += [*chained(steps[key].commands), f'[ $? = 0 ] || {{ echo "{key} failed" >&2; exit 1; }}']
        text = "\n".join(lines)
        for told, port in zip((15431, 15432), self.ports, strict=True):
            text = text.replace(str(told), str(port))
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PG")},
            "PATH": f"{STAND_INS}:{self.source.programs if self.source else ''}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "ENGINE": str(self.folder / "engine.json"),
            "STATES": str(self.folder),
            **variables,
        }
        return subprocess.run(
            ["/bin/bash", "-c", text], cwd=ROOT, env=environment, capture_output=True, check=False, text=True,
            timeout=SECONDS,
        )  # fmt: skip

    def volume(self, side: str) -> Path:
        return self.folder / f"volume-{side}"

    def rows(self, side: str) -> list[tuple[int, str]]:
        with contextlib.closing(sqlite3.connect(self.volume(side) / "shop.db")) as database:
            return database.execute("select * from notes order by 1").fetchall()

    def is_running(self, name: str) -> bool:
        return bool(json.loads((self.folder / "engine.json").read_text())[name]["running"])


def written(folder: Path, servers: tuple[Postgres | None, Postgres | None]) -> None:
    """What the engine has, and the states of both stacks."""
    containers: dict[str, Any] = {}
    for side, server in zip(("old", "new"), servers, strict=True):
        volume = folder / f"volume-{side}"
        volume.mkdir()
        names = {role: f"shop-{role}-{side}1a2b" for role in ("web-container", "database-postgres")}
        general: dict[str, Any] = {"running": True, "variables": {}, "volumes": {}, "port": 0}
        containers[names["web-container"]] = {**general, "image": f"sha256:{side}", "volumes": {"/data": str(volume)}}
        containers[names["database-postgres"]] = {
            **general, "image": "sha256:database", "port": server.port if server else 0,
            "variables": {"POSTGRES_PASSWORD": PASSWORD},
        }  # fmt: skip
        resources = [
            {
                "urn": f"urn:pulumi:{side}::slipway::docker:index/container:Container::shop-{role}",
                "id": "4711",
                "outputs": {"name": name},
            }
            for role, name in names.items()
        ]
        (folder / f"{side}.json").write_text(json.dumps({"deployment": {"resources": resources}}))
    (folder / "engine.json").write_text(json.dumps(containers))


def the_book(**changes: Any) -> Runbook:  # Any: any of the facts
    def one(word: str, stack: str) -> Side:
        return engine(word, stack, redis=None, **changes)

    return runbook(one("FROM", "old"), one("TO", "new"))


@pytest.fixture
def engines(tmp_path: Path) -> Iterator[Engines]:
    """Both with a PostgreSQL whose user is its superuser, as in a container, and with an empty volume."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if not found:
        without("needs PostgreSQL's server programs (Debian's package postgresql)")
    with tempfile.TemporaryDirectory(prefix="slipway-move-") as first, tempfile.TemporaryDirectory() as second:
        made = [Postgres(found[-1].parent, Path(folder), free_port()) for folder in (first, second)]
        try:
            for each in made:
                each.create()
                each.start()
                each.sql(f"create role shop superuser login password '{PASSWORD}'")
                each.sql("create database shop owner shop")
            written(tmp_path, (made[0], made[1]))
            yield Engines(made[0], made[1], tmp_path, (free_port(), free_port()))
        finally:
            for each in made:
                each.stop()


@pytest.fixture
def volumes(tmp_path: Path) -> Engines:
    """Both with an empty volume, and with no database beside."""
    written(tmp_path, (None, None))
    return Engines(None, None, tmp_path, (free_port(), free_port()))


@contextlib.contextmanager
def opened(folder: Path, *rows: str) -> Iterator[sqlite3.Connection]:
    """A database that somebody holds open, with rows in the file beside it alone."""
    with contextlib.closing(sqlite3.connect(folder / "shop.db", isolation_level=None)) as database:
        database.execute("pragma journal_mode = wal")
        database.execute("pragma wal_autocheckpoint = 0")
        database.execute("create table notes (n integer primary key, what text)")
        database.execute("pragma wal_checkpoint(truncate)")
        database.executemany("insert into notes (what) values (?)", [(row,) for row in rows])
        yield database


def test_all_that_two_engines_keep_moves_and_the_way_back_brings_the_writes_along(engines: Engines) -> None:
    book = the_book()
    assert engines.source is not None
    assert engines.target is not None
    engines.source.sql("set role shop;" + (HERE / "shop.sql").read_text(encoding="utf-8"), "shop")
    with opened(engines.volume("new"), "of a trial"):
        pass
    with opened(engines.volume("old"), "first", "second"):
        done = engines.run(book, "reach", "reach-again", "hold-target", *MOVED)
    assert done.returncode == 0, done.stderr
    assert "All the same in audit, public: 7 tables with 3,429 rows" in done.stdout
    assert engines.rows("new") == [(1, "first"), (2, "second")]
    assert not engines.is_running("shop-web-container-old1a2b")
    assert engines.is_running("shop-web-container-new1a2b")
    assert engines.is_running("shop-database-postgres-old1a2b"), "its rows are read once more on the way back"
    engines.target.sql("insert into users (name) values ('written later')", "shop")
    keys = [step.key for phase in book.phases if phase.key == "roll-back" for step in phase.steps]
    done = engines.run(book, "reach", *(key for key in keys if key != "back-online"))
    assert done.returncode == 0, done.stderr
    assert engines.source.sql("select name from users where id > 3004", "shop") == "written later"


def test_an_import_that_fails_ends_its_block_there(engines: Engines) -> None:
    assert engines.source is not None
    assert engines.target is not None
    engines.source.sql("set role shop; create table users (id int)", "shop")
    book = the_book(sqlite=None)
    spoiled = 'rm "$HOME"/move-shop/dump/toc.dat'
    steps = {step.key: step for phase in book.phases for step in phase.steps}
    done = engines.run(book, "reach", "postgres-export")
    assert done.returncode == 0, done.stderr
    subprocess.run(["/bin/bash", "-c", spoiled], check=True, env={"HOME": str(engines.folder)})
    assert "analyze" in steps["postgres-import"].commands[-1]
    done = engines.run(book, "reach", "postgres-import")
    assert "postgres-import failed" in done.stderr
    assert done.stderr.count("pg_restore: error") == 1, "the second pg_restore was not begun"


def test_a_container_whose_password_is_another_one_lets_nobody_in(engines: Engines) -> None:
    told = json.loads((engines.folder / "engine.json").read_text())
    told["shop-database-postgres-old1a2b"]["variables"]["POSTGRES_PASSWORD"] = "another"  # noqa: S105
    (engines.folder / "engine.json").write_text(json.dumps(told))
    done = engines.run(the_book(), "reach", "reach-again")
    assert "reach-again failed" in done.stderr
    assert "password authentication failed" in done.stderr


def test_a_file_that_changes_while_it_is_copied_is_no_copy(volumes: Engines) -> None:
    book = the_book(postgres=None)
    file = volumes.volume("old") / "shop.db"
    with opened(volumes.volume("old"), "first"):
        write = "insert into notes (what) values ('later')"
        done = volumes.run(book, "reach", "trial-sqlite-export", AFTER_COPY=f'sqlite3 "{file}" "{write}"')
        assert done.returncode == 0, "what is only appended beside the file was there in neither, or in both"
        into = f'sqlite3 "{file}" "pragma wal_checkpoint(passive)" >/dev/null'  # the file beside it stays as it is
        done = volumes.run(book, "reach", "trial-sqlite-export", AFTER_COPY=into)
    assert "trial-sqlite-export failed" in done.stderr
    assert not (volumes.folder / "move-shop" / "data.db").exists()


def test_a_file_beside_the_database_that_was_begun_anew_is_no_copy(volumes: Engines) -> None:
    book = the_book(postgres=None)
    file = volumes.volume("old") / "shop.db"
    with opened(volumes.volume("old"), "first") as database:
        database.execute("pragma wal_checkpoint(full)")
        anew = "insert into notes (what) values ('over the first')"
        done = volumes.run(book, "reach", "trial-sqlite-export", AFTER_COPY=f'sqlite3 "{file}" "{anew}"')
    assert "shop.db-wal differ" in done.stdout
    assert "trial-sqlite-export failed" in done.stderr


def test_a_file_of_which_not_all_comes_takes_no_place(volumes: Engines) -> None:
    book = the_book(postgres=None)
    with opened(volumes.volume("new"), "kept"):
        pass
    with opened(volumes.volume("old"), "first"):
        assert volumes.run(book, "reach", "sqlite-export").returncode == 0
    lost = "#!/bin/sh\necho 0000 -\n"  # a sum that is not the file's
    (volumes.folder / "bin").mkdir()
    (volumes.folder / "bin" / "sha256sum").write_text(lost)
    (volumes.folder / "bin" / "sha256sum").chmod(0o755)
    path = f"{volumes.folder}/bin:{STAND_INS}:{os.environ['PATH']}"
    done = volumes.run(book, "reach", "sqlite-import", PATH=path)
    assert "not all of the file came" in done.stderr
    assert "sqlite-import failed" in done.stderr
    assert volumes.rows("new") == [(1, "kept")]


def test_what_is_compared_is_the_file_in_the_volume(volumes: Engines) -> None:
    book = the_book(postgres=None)
    for end in ("", "-wal", "-shm", "-journal"):  # of services that were killed
        (volumes.volume("new") / f"shop.db{end}").write_text("stale")
    with opened(volumes.volume("old"), "first"):
        done = volumes.run(book, "reach", "sqlite-export", "sqlite-import", "sqlite-check")
    assert done.returncode == 0, done.stderr
    sum_ = hashlib.sha256((volumes.volume("new") / "shop.db").read_bytes()).hexdigest()
    assert [line.split()[0] for line in done.stdout.splitlines()[-2:]] == [sum_, sum_]
    assert sorted(file.name for file in volumes.volume("new").iterdir()) == ["shop.db"]


def test_by_ssh_docker_gets_the_words_that_were_meant(volumes: Engines) -> None:
    programs = volumes.folder / "bin"
    programs.mkdir()
    for name, text in {
        "ssh": '#!/bin/bash\n[ "$1" = deploy@192.0.2.7 ] && exec /bin/bash -c "$2"\n',
        "pulumi": f'#!/bin/sh\n[ "$1 $2" = "stack output" ] && echo 192.0.2.7 || exec {STAND_INS}/pulumi "$@"\n',
        "docker": f'#!/bin/sh\nexec {STAND_INS}/docker --host unix:///var/run/docker.sock "$@"\n',
        "redis-cli": '#!/bin/sh\necho "$REDISCLI_AUTH $*"\n',
    }.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    known = json.loads((volumes.folder / "engine.json").read_text())
    redis = {"running": True, "variables": {"REDIS_PASSWORD": PASSWORD}, "volumes": {}, "port": 0}
    (volumes.folder / "engine.json").write_text(json.dumps({**known, "shop-cache-redis-old1a2b": redis}))
    told = json.loads((volumes.folder / "old.json").read_text())
    urn = "urn:pulumi:old::slipway::docker:index/container:Container::shop-cache-redis"
    told["deployment"]["resources"].append({"urn": urn, "id": "1", "outputs": {"name": "shop-cache-redis-old1a2b"}})
    (volumes.folder / "old.json").write_text(json.dumps(told))
    host = Name(host="www.shop.example.com", part="services", keeper="elsewhere")
    book = runbook(contained_server("FROM", "old", names=(host,)), contained_server("TO", "new", hosts=(host.host,)))
    done = volumes.run(book, "redis-look", "stop", "back-start", PATH=f"{programs}:{os.environ['PATH']}")
    assert done.returncode == 0, done.stderr
    assert f"{PASSWORD} --scan --pattern bull:*:wait" in done.stdout
    assert f"{PASSWORD} --scan --pattern sess:*" in done.stdout
    assert volumes.is_running("shop-web-container-old1a2b")
