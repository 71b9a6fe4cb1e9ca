"""What is in a PostgreSQL database: for each table its rows and a sum of their content, and the names of the rest.

The sums depend neither on the order of rows or columns nor on the machine, its locale or its version. Definitions are
not compared: PostgreSQL spells some of them otherwise after they were restored. Nor are materialised views, which are
made anew, and the numbers that sequences are at, which no snapshot holds still.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import tempfile
from typing import TYPE_CHECKING, Any

from .running import Failed, as_user, plain_environment

if TYPE_CHECKING:
    from collections.abc import Iterator

_SETTINGS = (
    "SET search_path = ''; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; SET timezone = 'UTC';"
    " SET extra_float_digits = 1; SET bytea_output = 'hex'; SET xmlbinary = 'base64'; SET lc_monetary = 'C';"
    " SET row_security = off; SET statement_timeout = 0; SET lock_timeout = '10min';"
    " SET idle_in_transaction_session_timeout = 0; SET max_parallel_workers_per_gather = 0;"
    " BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
)
_OURS = "nspname !~ '^pg_' AND nspname <> 'information_schema'"
_SUM = (
    "coalesce(sum(('x' || left(encode(sha256(convert_to({}, getdatabaseencoding())), 'hex'), 16))::bit(64)::bigint"
    "::numeric), 0)::text"
)
_TABLES = f"""
SELECT json_build_array(
  n.nspname || '.' || c.relname,
  format('%I.%I', n.nspname, c.relname),
  (SELECT coalesce(json_agg(format('t.%I', a.attname) ORDER BY a.attname COLLATE "C"), '[]')
   FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND {_OURS} AND NOT EXISTS (
  SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1::text;"""  # noqa: S608  # constants
_OBJECTS = f"""
WITH own AS (
  SELECT c.oid, c.relname, c.relkind, n.nspname || '.' || c.relname AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE {_OURS} AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
), found (kind, name) AS (
  SELECT 'columns', concat_ws(' ', own.name, attname, format_type(atttypid, atttypmod), attnotnull)
  FROM own JOIN pg_attribute ON attrelid = own.oid
  WHERE relkind IN ('r', 'p', 'v', 'm') AND attnum > 0 AND NOT attisdropped
  UNION ALL SELECT 'indexes', concat_ws(' ', own.name, i.indisunique)
  FROM own JOIN pg_index i ON i.indexrelid = own.oid WHERE i.indisvalid
  UNION ALL SELECT 'constraints', concat_ws(' ', own.name, conname, contype, convalidated)
  FROM own JOIN pg_constraint ON conrelid = own.oid WHERE contype IN ('c', 'f', 'p', 'u', 'x')
  UNION ALL SELECT 'triggers', concat_ws(' ', own.name, tgname, tgenabled)
  FROM own JOIN pg_trigger ON tgrelid = own.oid WHERE NOT tgisinternal
  UNION ALL SELECT 'views', own.name FROM own WHERE relkind IN ('v', 'm')
  UNION ALL SELECT 'sequences', own.name FROM own WHERE relkind = 'S'
  UNION ALL SELECT 'functions', concat_ws(' ', p.oid::regprocedure::text, p.prosrc)
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE {_OURS} AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
  UNION ALL SELECT 'extensions', extname FROM pg_extension
)
SELECT json_build_array(kind, count(*), {_SUM.format("name")}) FROM found GROUP BY kind;"""  # noqa: S608  # constants
_LARGE = f"SELECT json_build_array(count(*), {_SUM.format('concat(oid, lo_get(oid))')}) FROM pg_largeobject_metadata;"  # noqa: S608
_FACTS = (
    "SELECT json_build_array(current_setting('server_version_num')::int, getdatabaseencoding(),"
    " to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'),"
    " pg_database_size(current_database()));"
)
_END = "slipway-end"


class Session:
    """A transaction that sees one moment of a database."""

    def __init__(self, database: str, user: str) -> None:
        """PGHOST and its like say where the database is."""
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the session
        self._psql = subprocess.Popen(
            as_user(user, "psql", "-XAtqw", "-v", "ON_ERROR_STOP=1", "--dbname", database),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said, encoding="utf-8",
            env={**plain_environment(), "PGCLIENTENCODING": "UTF8"},
        )  # fmt: skip

    def close(self) -> None:
        """End it."""
        self._psql.kill()
        self._psql.communicate()
        self._said.close()

    def ask(self, query: str) -> list[Any]:  # Any: JSON
        """The rows of the answer, each of them one JSON value."""
        assert self._psql.stdin  # noqa: S101  # both are pipes
        assert self._psql.stdout  # noqa: S101
        rows: list[Any] = []
        try:
            self._psql.stdin.write(f"{query}\n\\echo {_END}\n")
            self._psql.stdin.flush()
            while (line := self._psql.stdout.readline()) and line != f"{_END}\n":
                rows.append(json.loads(line))
        except BrokenPipeError:
            line = ""
        if not line:
            self._psql.wait()
            self._said.seek(0)
            raise Failed(f"psql: {self._said.read().decode(errors='replace').strip()[-1500:]}")
        return rows

    def snapshot(self) -> str:
        """The name by which pg_dump sees the same moment, as long as this lives."""
        return str(self.ask("SELECT to_json(pg_export_snapshot());")[0])

    def facts(self) -> tuple[int, str, str, int]:
        """The server's version as a number, the database's encoding, the time, and the bytes that it takes."""
        version, encoding, now, size = self.ask(_FACTS)[0]
        return int(version), str(encoding), str(now), int(size)

    def contents(self) -> dict[str, dict[str, Any]]:
        """How many there are and their sum, by what they are."""
        found = {}
        for name, quoted, columns in self.ask(_TABLES):
            text = f"ROW({', '.join(columns)})::text"
            query = f"SELECT json_build_array(count(*), {_SUM.format(text)}) FROM ONLY {quoted} t;"  # noqa: S608  # quoted by the server
            found[f"table {name}"] = _entry(*self.ask(query)[0])
        for kind, count, total in self.ask(_OBJECTS):
            found[str(kind)] = _entry(count, total)
        found["large objects"] = _entry(*self.ask(_LARGE)[0])
        return found


def contents(database: str) -> dict[str, dict[str, Any]]:
    """What is in a database now."""
    with session(database, "") as opened:
        return opened.contents()


@contextlib.contextmanager
def session(database: str, user: str) -> Iterator[Session]:
    """A session, as long as it is needed."""
    with contextlib.closing(Session(database, user)) as opened:
        opened.ask(_SETTINGS)
        yield opened


def _entry(count: int, total: str) -> dict[str, Any]:
    return {"count": int(count), "sum": str(total)}
