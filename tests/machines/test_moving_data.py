"""The data step of a move on real PostgreSQL: the runbook's own commands, and what the comparison finds afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
import yaml

from slipway.move.runbook import runbook
from tests.conftest import ROOT, without
from tests.machines.ports import free_port
from tests.machines.servers import Postgres
from tests.slipway.move_sides import database, server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.move.model import Runbook, Step

HERE = Path(__file__).parent
SHOP = (HERE / "shop.sql").read_text(encoding="utf-8")
DIFFERENCES = yaml.safe_load((HERE / "differences.yaml").read_text(encoding="utf-8"))
PASSWORD = "pa%ss/w:o@rd"  # noqa: S105 - of a server that ends with the test; every sign that an address may not hold
SECONDS = 300


@dataclass(frozen=True, slots=True)
class Pair:
    """Two servers, each with a database `shop` that an unprivileged user owns, and how commands are run with them."""

    source: Postgres
    target: Postgres
    folder: Path

    def run(self, *commands: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PG")},
            "PATH": f"{self.source.programs}:{os.environ['PATH']}",
            "FROM_DATABASE_URL": address(self.source),
            "TO_DATABASE_URL": address(self.target),
            "MOVE": str(self.folder),
        }
        text = "set -euo pipefail\n" + "\n".join(commands)
        return subprocess.run(
            ["/bin/bash", "-c", text],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            check=False,
            text=True,
            timeout=SECONDS,
        )

    def compare(self, *more: str) -> tuple[int, str]:
        done = self.run(f"tools/compare-databases {' '.join(more)} FROM_DATABASE_URL TO_DATABASE_URL")
        return done.returncode, done.stdout + done.stderr

    def change(self, text: str) -> None:
        """What goes wrong in the copy."""
        self.target.sql(text, "shop")


def address(server: Postgres) -> str:
    return f"postgres://shop:{quote(PASSWORD, safe='')}@127.0.0.1:{server.port}/shop?sslmode=disable"


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Postgres, Postgres]]:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if not found:
        without("needs PostgreSQL's server programs (Debian's package postgresql)")
    with tempfile.TemporaryDirectory(prefix="slipway-move-") as first, tempfile.TemporaryDirectory() as second:
        made = tuple(Postgres(found[-1].parent, Path(folder), free_port()) for folder in (first, second))
        try:
            for each in made:
                each.create()
                each.start()
                each.sql(f"create role shop login password '{PASSWORD}'")
            yield made[0], made[1]
        finally:
            for each in made:
                each.stop()


@pytest.fixture
def pair(servers: tuple[Postgres, Postgres], tmp_path: Path) -> Pair:
    """The old database full, the new one empty."""
    return filled(servers, tmp_path)


@pytest.fixture(scope="module")
def imported(servers: tuple[Postgres, Postgres], tmp_path_factory: pytest.TempPathFactory) -> tuple[Postgres, Postgres]:
    """Both servers, each with a database `kept`: the new one's is after the export and the import of a runbook."""
    made, book = filled(servers, tmp_path_factory.mktemp("import")), the_book()
    for key in ("postgres-export", "postgres-import"):
        done = made.run(*step(book, key).commands)
        assert done.returncode == 0, done.stderr
    for each in servers:
        each.sql("alter database shop rename to kept")
    return servers


@pytest.fixture
def copied(imported: tuple[Postgres, Postgres], tmp_path: Path) -> Pair:
    """The pair after that import, each test with one of its own."""
    for each in imported:
        each.sql("drop database if exists shop with (force)")
        each.sql("create database shop owner shop template kept")
    return Pair(*imported, tmp_path)


def filled(servers: tuple[Postgres, Postgres], folder: Path) -> Pair:
    for each in servers:
        each.sql("drop database if exists shop with (force)")
        each.sql("create database shop owner shop")
    made = Pair(*servers, folder)
    (folder / "shop.sql").write_text(SHOP, encoding="utf-8")
    done = made.run('tools/with-database FROM_DATABASE_URL psql -Xq -v ON_ERROR_STOP=1 -f "$MOVE/shop.sql"')
    assert done.returncode == 0, done.stderr
    return made


def the_book() -> Runbook:
    """A runbook between two servers with a database of their own."""
    return runbook(
        server("FROM", "shop-old", postgres=database("shop")), server("TO", "shop-new", postgres=database("shop"))
    )


def step(book: Runbook, key: str) -> Step:
    return next(each for phase in book.phases for each in phase.steps if each.key == key)


def test_the_runbooks_commands_move_everything_and_the_way_back_brings_the_writes_along(pair: Pair) -> None:
    book = the_book()
    for phase in book.phases:
        if phase.key == "stage":
            keys = ("postgres-versions", "trial-postgres-export", "trial-postgres-import", "trial-postgres-check")
        elif phase.key == "cut-over":
            keys = ("postgres-read-only", "postgres-export", "postgres-import", "postgres-check")
        else:
            continue
        for key in keys:
            done = pair.run(*step(book, key).commands)
            assert done.returncode == 0, (key, done.stdout, done.stderr)
    assert "All the same in audit, public: 7 tables with 3,429 rows" in done.stdout
    assert (
        "cannot execute INSERT in a read-only transaction"
        in pair.run("tools/with-database FROM_DATABASE_URL psql -Xqc 'insert into empty values (1)'").stderr
    )

    pair.run("tools/with-database TO_DATABASE_URL psql -Xqc \"insert into users (name) values ('written later')\"")
    for key in (
        "back-postgres-read-only",
        "back-postgres-export",
        "back-postgres-writable",
        "back-postgres-import",
        "back-postgres-check",
    ):
        done = pair.run(*step(book, key).commands)
        assert done.returncode == 0, (key, done.stdout, done.stderr)
    assert pair.source.sql("select name from users where id > 3004", "shop") == "written later"
    done = pair.run("tools/with-database FROM_DATABASE_URL psql -Xqc 'insert into empty values (1)'")
    assert done.returncode == 0, done.stderr


def test_what_was_there_before_is_gone_after_the_import(pair: Pair) -> None:
    pair.change("create table users (id int); insert into users values (1); create table stale (id int)")
    pair.change("alter table users owner to shop; alter table stale owner to shop")
    book = the_book()
    done = pair.run(*step(book, "postgres-export").commands, *step(book, "postgres-import").commands)
    assert done.returncode == 0, done.stderr
    assert pair.compare()[0] == 0


def test_large_objects_of_a_trial_are_gone_and_the_import_after_it_says_nothing(pair: Pair) -> None:
    for each, there in ((pair.source, "new"), (pair.target, "old")):
        each.sql(f"select lo_from_bytea(4711, '{there}')", "shop")
        each.sql("alter large object 4711 owner to shop", "shop")
    pair.target.sql("select lo_from_bytea(4712, 'another one''s')", "shop")
    pair.target.sql("select lo_from_bytea(4713, 'stale')", "shop")
    pair.target.sql("alter large object 4713 owner to shop", "shop")
    book = the_book()
    done = pair.run(*step(book, "postgres-export").commands, *step(book, "postgres-import").commands)
    assert (done.returncode, done.stderr) == (0, "")
    assert pair.target.sql("select lo_get(4711)", "shop") == r"\x6e6577"
    assert pair.target.sql("select min(oid), max(oid) from pg_largeobject_metadata", "shop") == "4711|4712"


def test_an_import_into_the_database_itself_empties_nothing(pair: Pair) -> None:
    book = the_book()
    commands = ('export TO_DATABASE_URL="$FROM_DATABASE_URL"', *step(book, "postgres-import").commands[:1])
    done = pair.run(*step(book, "postgres-export").commands, *commands)
    assert done.returncode != 0
    assert "lead to one database" in done.stderr
    assert pair.source.sql("select count(*) from users", "shop") == "3004"


def test_equal_databases_are_the_same_whatever_the_settings_of_the_servers(copied: Pair) -> None:
    copied.change("alter database shop set timezone = 'Asia/Kolkata'; alter database shop set datestyle = 'SQL, DMY'")
    copied.change("alter database shop set extra_float_digits = -5; alter database shop set bytea_output = 'escape'")
    code, said = copied.compare()
    assert code == 0, said
    assert "same     public.users: 3,004 rows, checksum " in said


@pytest.mark.parametrize("case", DIFFERENCES, ids=lambda case: case["change"])
def test_what_differs_is_found_and_named(copied: Pair, case: dict[str, str]) -> None:
    copied.change(case["change"])
    code, said = copied.compare()
    assert (code, case["named"] in said) == (1, True), said


def test_ten_rows_of_a_table_are_named_and_then_no_more(copied: Pair) -> None:
    copied.change("update users set name = name || 'x' where id <= 500")
    code, said = copied.compare()
    assert code == 1
    assert said.count("is another one") == 10
    assert "and more" in said


def test_a_table_is_never_held_in_memory(copied: Pair) -> None:
    for server_ in (copied.source, copied.target):
        server_.sql("create table big (id int primary key, pad text); alter table big owner to shop", "shop")
        server_.sql("insert into big select i, repeat(md5(i::text), 20) from generate_series(1, 200000) i", "shop")
    copied.change("update big set pad = 'x' where id = 123456")
    limit = "ulimit -v 400000"  # KiB; the rows alone are 128 MB on each side
    done = copied.run(limit, "tools/compare-databases FROM_DATABASE_URL TO_DATABASE_URL")
    assert 'table public.big: the row with the key ["123456"] is another one' in done.stdout, done.stdout + done.stderr


def test_a_schema_that_is_named_is_the_only_one(copied: Pair) -> None:
    copied.change("delete from audit.log")
    assert copied.compare("--schema", "public")[0] == 0
    assert copied.compare("--schema", "audit")[0] == 1


def test_rows_that_a_policy_hides_are_an_error_and_no_difference(copied: Pair) -> None:
    for server_ in (copied.source, copied.target):
        server_.sql("alter table empty enable row level security; alter table empty force row level security", "shop")
    code, said = copied.compare()
    assert code == 1
    assert "row-level security" in said


@pytest.mark.parametrize(
    ("address_", "said"),
    [
        ("", "TO_DATABASE_URL is not set"),
        ("mysql://a:geheim@h/d", "the address of one PostgreSQL is wanted"),
        ("postgresql://a:geheim@h", "the address names no database"),
        ("postgresql://a:geheim@h1,h2/d", "the address of one PostgreSQL is wanted"),
        ("postgresql://a:geheim@h:port/d", "this is no address"),
        ("postgresql://a:geheim@h/d?pgbouncer=true", "pgbouncer says nothing to libpq"),
        ("postgresql://a:geheim@h/d?sslmode=no-verify", "sslmode is one of"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_being_shown(pair: Pair, address_: str, said: str) -> None:
    done = pair.run(f"export TO_DATABASE_URL='{address_}'", "tools/compare-databases FROM_DATABASE_URL TO_DATABASE_URL")
    assert done.returncode == 2
    assert said in done.stderr
    assert "geheim" not in done.stderr


def test_an_address_on_the_command_line_is_refused(pair: Pair) -> None:
    done = pair.run("tools/compare-databases postgresql://a:geheim@h/d TO_DATABASE_URL")
    assert done.returncode == 2
    assert "everybody on this machine can read command lines" in done.stderr
    assert "geheim" not in done.stderr


def test_no_process_has_the_password_in_its_arguments(pair: Pair) -> None:
    done = pair.run('tools/with-database FROM_DATABASE_URL bash -c \'cat /proc/*/cmdline 2>/dev/null | tr "\\0" " "\'')
    assert done.returncode in (0, 1)
    assert quote(PASSWORD, safe="") not in done.stdout
    assert PASSWORD not in done.stdout


def test_a_server_that_does_not_answer_is_an_error_with_its_name(pair: Pair) -> None:
    done = pair.run(
        f"export TO_DATABASE_URL=postgresql://a:geheim@127.0.0.1:{free_port()}/d",
        "tools/compare-databases FROM_DATABASE_URL TO_DATABASE_URL",
    )
    assert done.returncode == 1
    assert "TO_DATABASE_URL: psql: error" in done.stderr
    assert "geheim" not in done.stderr


def test_without_psql_it_says_what_to_install(pair: Pair, tmp_path: Path) -> None:
    done = pair.run(f"PATH={tmp_path} {sys.executable} tools/compare-databases FROM_DATABASE_URL TO_DATABASE_URL")
    assert done.returncode == 1
    assert "install PostgreSQL's client" in done.stderr
