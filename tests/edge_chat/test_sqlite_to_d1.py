"""`tools/sqlite-to-d1` moves a real file to a local D1, which wrangler and workerd hold as Cloudflare does.

Longer than 300 lines because each of its tests is about the one command and shares the file that it moves.
"""

from __future__ import annotations

import json
import math
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import hypothesis
import pytest
from hypothesis import strategies

from tests.conftest import ROOT
from tests.edge_chat.conftest import PATIENCE
from tests.edge_chat.desk import TABLES, TEXTS, make
from tools.sqlite_to_d1.comparison import DifferenceError, compare
from tools.sqlite_to_d1.limits import STATEMENT_BYTES
from tools.sqlite_to_d1.literals import Text, literal
from tools.sqlite_to_d1.script import statements
from tools.sqlite_to_d1.source import opened
from tools.sqlite_to_d1.suitability import rows_of
from tools.wrangler_cli.database import Database

if TYPE_CHECKING:
    from pathlib import Path

    from tests.edge_chat.conftest import Tools
    from tools.wrangler_cli.database import JsonValue

TOOL = ROOT / "tools" / "sqlite-to-d1"
# As the guide writes it, of this file and this database.
LOCAL, REMOTE = (
    line.replace("orvale_tickets.db", "desk.db").replace("helpdesk", "desk").split()
    for line in re.findall(r"^\$ tools/sqlite-to-d1 (.*)$", (ROOT / "docs" / "edge.md").read_text(), re.MULTILINE)
)
DATABASE = {"binding": "DB", "database_name": "desk", "database_id": "desk"}
CONFIG = json.dumps({"name": "desk", "compatibility_date": "2026-11-01", "d1_databases": [DATABASE]})


@dataclass(frozen=True, slots=True)
class Desk:
    """A folder with a SQLite file and wrangler's file beside it."""

    tools: Tools
    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "desk.db"

    def move(self, *options: str, wrangler: str | None = None) -> subprocess.CompletedProcess[str]:
        """What became of the command."""
        more = ("--wrangler", wrangler or str(self.tools.packages / ".bin" / "wrangler"), *options)
        return self.tools.run(TOOL, *LOCAL, *more, cwd=self.folder, seconds=2 * PATIENCE)

    def inside(self) -> sqlite3.Connection:
        """The local D1's own file, without anybody between."""
        files = [file for file in self.folder.rglob(".wrangler/**/d1/**/*.sqlite") if file.stem != "metadata"]
        assert len(files) == 1, files
        return raw(files[0])


def raw(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file)
    connection.text_factory = lambda text: ("text", text)
    return connection


@pytest.fixture
def desk(edge_tools: Tools, tmp_path: Path) -> Desk:
    (tmp_path / "wrangler.jsonc").write_text(CONFIG)
    return Desk(edge_tools, tmp_path)


def written(file: Path, sql: str) -> None:
    connection = sqlite3.connect(file)
    connection.executescript(sql)
    connection.close()


def test_a_file_of_23_tables_arrives_whole(desk: Desk) -> None:
    source = make(desk.file)
    assert (desk.folder / "desk.db-wal").stat().st_size > 1_000_000, "the newest rows are in the file beside"
    done = desk.move()
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^messages: 5,000 rows, sha256 [0-9a-f]{16} on both sides$", done.stdout, re.MULTILINE)
    assert re.search(rf"^{TABLES + 1} tables and 1\d,\d{{3}} rows are the same in desk$", done.stdout, re.MULTILINE)
    assert "note: PRAGMA user_version is 7 here" in done.stdout

    ours, theirs = raw(desk.file), desk.inside()
    names = [name for _, (_, name) in ours.execute("SELECT 1, name FROM pragma_table_list WHERE type = 'table'")]
    tables = [name.decode() for name in names if not name.startswith(b"sqlite_")]
    assert len(tables) == TABLES
    for table in tables:
        rowid = "" if b"WITHOUT ROWID" in definition(ours, table) or "odd" in table else "rowid,"
        query = f'SELECT {rowid} * FROM "{table}" ORDER BY 1, 2'  # noqa: S608 - names of ours
        assert ours.execute(query).fetchall() == theirs.execute(query).fetchall(), table
        assert definition(ours, table) == definition(theirs, table)
    for query in (
        "SELECT type, name FROM sqlite_schema WHERE type <> 'table' ORDER BY name",
        "SELECT name, seq FROM sqlite_sequence ORDER BY name",
        "SELECT rowid FROM message_search WHERE message_search MATCH 'plain' ORDER BY rowid",
        "SELECT rowid, title FROM notes WHERE notes MATCH 'title' ORDER BY rowid",
    ):
        assert ours.execute(query).fetchall() == theirs.execute(query).fetchall()
    assert theirs.execute("SELECT count(*) FROM sqlite_schema WHERE name LIKE '%slipway%'").fetchone() == (0,)
    source.close()


def test_no_statement_is_longer_than_d1_takes_or_looks_like_a_transaction(tmp_path: Path) -> None:
    make(tmp_path / "desk.db").close()
    with opened(tmp_path / "desk.db") as source:
        made = list(statements(source))
    assert 90_000 < max(len(statement.encode()) for statement in made) <= STATEMENT_BYTES
    assert not [statement for statement in made if "BEGIN TRANSACTION" in statement or "COMMIT" in statement]
    assert len(made) < 200, "eleven thousand rows share statements"


def definition(connection: sqlite3.Connection, table: str) -> bytes:
    ((_, sql),) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", [table]).fetchone()
    return bytes(sql)


def test_what_was_moved_is_compared_again_and_never_moved_twice(desk: Desk) -> None:
    written(desk.file, "CREATE TABLE a (x REAL); INSERT INTO a VALUES (0.1)")
    assert desk.move().returncode == 0
    again = desk.move()
    assert again.returncode == 2
    assert "desk is not empty: it has a. Give an empty database" in again.stderr
    written(desk.file, "UPDATE a SET x = 0.1 + 2e-17")
    verified = desk.move("--verify")
    assert (verified.returncode, verified.stdout) == (1, "")
    assert "a: the row whose rowid is i1 differs" in verified.stderr


def test_when_one_statement_fails_nothing_has_arrived(desk: Desk) -> None:
    written(desk.file, "CREATE TABLE a (x); INSERT INTO a VALUES (1), (1); CREATE INDEX i ON a (x)")
    unique = (
        "UPDATE sqlite_schema SET sql = replace(sql, 'INDEX', 'UNIQUE INDEX') WHERE name = 'i'"  # SQLite lets nobody
    )
    written(desk.file, f"PRAGMA writable_schema = on; {unique}")
    done = desk.move()
    assert done.returncode == 1
    assert "UNIQUE constraint failed: a.x" in done.stderr
    assert "Traceback" not in done.stderr
    ((count,),) = desk.inside().execute("SELECT count(*) FROM sqlite_schema WHERE name IN ('a', '_slipway_long')")
    assert count == 0


@dataclass(frozen=True, slots=True)
class Mirror(Database):
    """A SQLite file that answers as D1 does: rows as JSON has them."""

    def query(self, *statements: str) -> list[list[dict[str, JsonValue]]]:
        with closing(sqlite3.connect(self.wrangler)) as connection:
            connection.row_factory = sqlite3.Row
            found = [[dict(row) for row in connection.execute(statement)] for statement in statements]
        answers: list[list[dict[str, JsonValue]]] = json.loads(json.dumps(found))
        return answers


SMALL = """
CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, x); INSERT INTO a (x) VALUES (1), ('1'), (x'31'), (NULL), (1.0);
CREATE TABLE b (k TEXT PRIMARY KEY, v) WITHOUT ROWID; INSERT INTO b VALUES ('k', 9007199254740993), ('l', 2);
CREATE TABLE c (x); INSERT INTO c (x) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000)
SELECT i FROM n;
CREATE TABLE d (k INTEGER PRIMARY KEY, v) WITHOUT ROWID; INSERT INTO d SELECT x, x FROM c;
CREATE INDEX i ON a (x); CREATE VIEW v AS SELECT 1; CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END;
"""
DIFFERENCES = {
    "UPDATE a SET x = '1' WHERE id = 1": "a: the row whose id is i1 differs",
    "UPDATE a SET x = x'31' WHERE id = 2": "a: the row whose id is i2 differs",
    "UPDATE a SET x = '' WHERE id = 4": "a: the row whose id is i4 differs",
    "UPDATE a SET x = 1 WHERE id = 5": "a: the row whose id is i5 differs",
    "UPDATE a SET x = 1.0000000000000002 WHERE id = 5": "a: the row whose id is i5 differs",
    "UPDATE b SET v = v - 1 WHERE k = 'k'": "b: the row whose k is t6B differs",
    "DELETE FROM b WHERE k = 'l'": "b: the row whose k is t6C is not in the database",
    "INSERT INTO b VALUES ('m', 1)": "b: the row whose k is t6D is in the database only",
    "DELETE FROM c WHERE x = 4321": "c: the row whose rowid is i4321 differs",
    "DELETE FROM c WHERE x = 5000": "c: the row whose rowid is i5000 is not in the database",
    "INSERT INTO c VALUES (1)": "c: the row whose rowid is i5001 is in the database only",
    "UPDATE d SET v = 0 WHERE k = 2001": "d: the row whose k is i2001 differs",
    "DELETE FROM d WHERE k = 1": "d: the row whose k is i1 differs",
    "INSERT INTO d VALUES (5001, 1)": "d: the row whose k is i5001 is in the database only",
    "DROP INDEX i": "the database lacks index i",
    "DROP VIEW v": "the database lacks view v",
    "DROP TRIGGER t": "the database lacks trigger t",
    "UPDATE sqlite_sequence SET seq = 99": "sqlite_sequence, where AUTOINCREMENT looks, is not the same",
}


@pytest.mark.parametrize(("change", "said"), DIFFERENCES.items(), ids=DIFFERENCES)
def test_any_difference_is_found_and_said(change: str, said: str, tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.db", tmp_path / "theirs.db"
    for file in (ours, theirs):
        written(file, SMALL)
    with opened(ours) as source:
        same = compare(source, rows_of(source), Mirror(theirs, "", ()))
        assert [(table.table, table.rows) for table in same] == [("a", 5), ("b", 2), ("c", 5000), ("d", 5000)]
        written(theirs, change)
        with pytest.raises(DifferenceError, match=f"^{re.escape(said)}$"):
            compare(source, rows_of(source), Mirror(theirs, "", ()))


COLUMNS = ", ".join(f"c{place}" for place in range(101))
REFUSED = {
    "CREATE VIRTUAL TABLE r USING rtree (id, a, b)": "r: D1 has no virtual tables of rtree, only of fts5; DROP TABLE",
    "CREATE VIRTUAL TABLE f USING fts5 (a, content='')": "f: it keeps no content",
    f"CREATE TABLE wide ({COLUMNS})": "wide: it has 102 columns, rowid included; D1 takes 100",
    "CREATE TABLE long (x); INSERT INTO long VALUES (1), (zeroblob(1999999) || 'xy')": (
        "long: row 2 has 2,000,001 bytes; D1 takes 2,000,000"
    ),
    "CREATE TABLE _cf_KV (x)": "_cf_KV: names that begin with _cf_",
    "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p); INSERT INTO c VALUES (8), (9)": (
        "c: 2 rows refer to rows of p that are not there, first row 1"
    ),
    "CREATE VIEW v AS SELECT 'begin transaction' AS x": "v: its definition says BEGIN TRANSACTION",
    f"CREATE VIEW v AS SELECT '{'x' * 100_000}'": "v: its definition has 100,0",
    "CREATE TABLE k (rowid, _rowid_, oid)": "table k has columns rowid, _rowid_ and oid",
}


def refused(folder: Path, *options: str) -> str:
    """What the command says when it refuses before it asks the database anything."""
    command = [sys.executable, str(TOOL), *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, text=True, timeout=PATIENCE)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize(("sql", "said"), REFUSED.items(), ids=[said[:40] for said in REFUSED.values()])
def test_what_d1_cannot_hold_is_refused_before_anything_is_moved(sql: str, said: str, tmp_path: Path) -> None:
    written(tmp_path / "desk.db", sql)
    assert said in refused(tmp_path, *LOCAL)


def test_all_that_has_to_be_changed_is_said_at_once(tmp_path: Path) -> None:
    written(
        tmp_path / "desk.db", "; ".join(sql for sql in REFUSED if not sql.startswith(("CREATE VIEW", "CREATE TABLE k")))
    )
    said = refused(tmp_path, *REMOTE)
    assert said.count("\n  ") == len(REFUSED) - 3


def test_what_is_no_sqlite_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "desk.db"
    assert "desk.db cannot be read: No such file" in refused(tmp_path, *LOCAL)
    file.write_text("CREATE TABLE a (x);")
    assert "desk.db is not a SQLite file: it does not begin with 'SQLite format 3'" in refused(tmp_path, *LOCAL)
    file.unlink()
    make(file, wal=False).close()
    damaged = bytearray(file.read_bytes())
    damaged[40_000:60_000] = bytes(20_000)
    file.write_bytes(damaged)
    assert re.search(r"desk.db (is not sound|cannot be read): ", refused(tmp_path, *LOCAL))
    file.unlink()
    written(file, "CREATE TABLE a (x); INSERT INTO a VALUES (NULL)")
    written(file, "PRAGMA writable_schema = on; UPDATE sqlite_schema SET sql = 'CREATE TABLE a (x NOT NULL)'")
    assert "desk.db is not sound: NULL value in a.x. Put that right first" in refused(tmp_path, *LOCAL)


def test_a_name_that_is_no_utf_8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "desk.db"
    written(file, "CREATE TABLE aXXb (x)")
    file.write_bytes(file.read_bytes().replace(b"aXXb", b"a\xff\xfeb"))
    assert r"its schema says 'a\\xff\\xfeb', which is no UTF-8" in refused(tmp_path, *LOCAL)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "desk.db")
    assert "desk.db is a pipe or a device; give a file" in refused(tmp_path, *LOCAL)


def test_what_cannot_be_printed_is_told_without_a_traceback(desk: Desk) -> None:
    written(desk.file, "CREATE TABLE a (x)")
    wrangler = desk.tools.packages / ".bin" / "wrangler"
    command = ["sh", "-c", '"$@" > /dev/full', "sh", TOOL, *LOCAL, "--wrangler", wrangler]
    done = desk.tools.run(*command, cwd=desk.folder, seconds=2 * PATIENCE)
    assert done.returncode == 1
    assert "No space left on device; --verify tells what has arrived" in done.stderr
    assert "Traceback" not in done.stderr


def test_where_to_is_said_by_whoever_moves(tmp_path: Path) -> None:
    assert "one of the arguments --local --remote is required" in refused(tmp_path, *LOCAL[:-1])
    assert "--persist-to is for --local" in refused(tmp_path, *REMOTE, "--persist-to", "x")


def test_without_wrangler_it_says_how_to_get_one(desk: Desk) -> None:
    written(desk.file, "CREATE TABLE a (x)")
    done = desk.move(wrangler="no-such-program")
    assert (done.returncode, "there is no no-such-program; npm install wrangler" in done.stderr) == (1, True)


@hypothesis.given(strategies.floats(allow_nan=False))
@hypothesis.example(5e-324)
@hypothesis.example(1.7976931348623157e308)
def test_a_real_is_written_so_that_any_sqlite_reads_the_same(value: float) -> None:
    """Python's SQLite stands for any: the text has whole numbers up to 2^53 and powers of two alone."""
    text = literal(value)
    assert re.fullmatch(r"-?9e999|-?\d{1,16}\.\d|\(-?\d{1,16}\.0([*/]\(1<<\d+\))*\)", text)
    ((read,),) = sqlite3.connect(":memory:").execute(f"SELECT {text}")
    assert read == value
    assert math.copysign(1, read) == math.copysign(1, value) or value == 0


@hypothesis.given(strategies.text() | strategies.sampled_from(TEXTS))
def test_a_text_is_written_so_that_nobody_finds_the_end_of_a_statement_in_it(value: str) -> None:
    raw_bytes = value.encode(errors="surrogatepass")
    text = literal(Text(raw_bytes))
    assert not re.search(r"[\x00-\x1f;$`\\]|--|/\*|BEGIN TRANSACTION", text, re.IGNORECASE)
    ((read,),) = sqlite3.connect(":memory:").execute(f"SELECT CAST({text} AS BLOB)")
    assert read == raw_bytes
