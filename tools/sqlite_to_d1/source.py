"""The SQLite file that is moved: what is in it, in the order in which D1 takes it, as it was at one moment."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from tools.sqlite_to_d1.literals import Text, Value, name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MAGIC = b"SQLite format 3\0"
_OLDEST = (3, 37)  # PRAGMA table_list
_ROWIDS = ("rowid", "_rowid_", "oid")
# `hidden` of PRAGMA table_xinfo: a column that no SELECT * shows; computed when it is read, or when it is written.
_HIDDEN, _GENERATED = "1", ("2", "3")


class UnsuitableError(Exception):
    """What has to be changed before the file can be moved."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table, or a virtual one that has rows of its own.

    `stored` are the columns that are written, `key` what its rows are ordered by: unique, and the same on both sides.
    """

    name: str
    sql: str
    columns: tuple[str, ...]
    stored: tuple[str, ...]
    key: tuple[str, ...]
    has_rowid: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Something else of the schema: an index, a view, a trigger or a virtual table."""

    kind: str
    name: str
    sql: str


class Source:
    """An open file. `tables` are in the order of their making."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Read the schema."""
        self._connection = connection
        kinds = {row[0]: (row[1], row[2] == "1") for row in self.ask("SELECT name, type, wr FROM pragma_table_list")}
        self.parts = [
            Part(kind, called, sql)
            for kind, called, sql in self.ask(
                "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' "
                "ESCAPE '\\' ORDER BY rowid"
            )
            if kind != "table" or kinds[called][0] != "shadow"
        ]
        self.tables = tuple(
            self._table(part, without_rowid=kinds[part.name][1])
            for part in self.parts
            if part.kind == "table" and kinds[part.name][0] == "table"
        )
        self.virtual = tuple(part for part in self.parts if part.kind == "table" and kinds[part.name][0] == "virtual")
        self.indexes = tuple(part for part in self.parts if part.kind == "index")
        self.views = tuple(part for part in self.parts if part.kind == "view")
        self.triggers = tuple(part for part in self.parts if part.kind == "trigger")

    def ask(self, sql: str, *parameters: str) -> list[tuple[str, ...]]:
        """The rows of a query about the schema, everything as text; what is NULL is empty."""
        rows = cast("list[tuple[Value, ...]]", self._connection.execute(sql, parameters).fetchall())
        return [tuple(_as_text(one) for one in row) for row in rows]

    def rows(self, sql: str) -> Iterator[tuple[Value, ...]]:
        """The rows of a query, as they are read."""
        return cast("Iterator[tuple[Value, ...]]", self._connection.execute(sql))

    def sequences(self) -> list[tuple[str, ...]]:
        """What AUTOINCREMENT has come to in each table, also where the newest rows are gone."""
        if not self.ask("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'"):
            return []
        return self.ask("SELECT name, seq FROM sqlite_sequence ORDER BY name")

    def stored(self, virtual: Part) -> Table:
        """A virtual table with rows of its own, as a table."""
        return self._table(virtual, without_rowid=False)

    def _table(self, part: Part, *, without_rowid: bool) -> Table:
        found = self.ask("SELECT name, type, pk, hidden FROM pragma_table_xinfo(?)", part.name)
        columns = tuple(row[0] for row in found if row[3] != _HIDDEN)
        stored = tuple(row[0] for row in found if row[3] not in (_HIDDEN, *_GENERATED))
        keys = sorted((int(row[2]), row[0]) for row in found if row[2] != "0")
        primary = tuple(column for _, column in keys)
        if without_rowid:
            return Table(part.name, part.sql, columns, stored, primary, has_rowid=False)
        types = {row[0]: row[1].upper() for row in found}
        index = self.ask("SELECT 1 FROM pragma_index_list(?) WHERE origin = 'pk'", part.name)
        if len(primary) == 1 and types[primary[0]] == "INTEGER" and not index:
            return Table(part.name, part.sql, columns, stored, primary, has_rowid=True)
        lower = {column.lower() for column in columns}
        rowid = next((one for one in _ROWIDS if one not in lower), None)
        if rowid is None:
            raise UnsuitableError(f"table {part.name} has columns rowid, _rowid_ and oid; rename one of them")
        return Table(part.name, part.sql, (rowid, *columns), (rowid, *stored), (rowid,), has_rowid=True)


@contextmanager
def opened(file: Path) -> Iterator[Source]:
    """The file, open for reading, as it is now: what is written from now on is not seen."""
    if sqlite3.sqlite_version_info < _OLDEST:
        raise UnsuitableError(f"this Python has SQLite {sqlite3.sqlite_version}; 3.37 or newer is needed")
    _look_at(file)
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    try:
        connection.text_factory = Text
        connection.execute("BEGIN")
        problem = connection.execute("PRAGMA quick_check(1)").fetchone()[0].decode()
        if problem != "ok":
            raise UnsuitableError(
                f"{file} is not sound: {problem}. Put that right first; of a damaged file, "
                f"sqlite3 {file} .recover writes down what can be read"
            )
        yield Source(connection)
    except sqlite3.DatabaseError as error:
        raise UnsuitableError(f"{file} cannot be read: {error}") from error
    finally:
        connection.close()


def _look_at(file: Path) -> None:
    if file.exists() and not (file.is_file() or file.is_dir()):  # reading it would wait for ever
        raise UnsuitableError(f"{file} is a pipe or a device; give a file")
    try:
        with file.open("rb") as opened_file:
            magic = opened_file.read(len(_MAGIC))
    except OSError as error:
        raise UnsuitableError(f"{file} cannot be read: {error.strerror}") from error
    if magic != _MAGIC:
        raise UnsuitableError(
            f"{file} is not a SQLite file: it does not begin with {_MAGIC[:-1].decode()!r}. "
            "Give the database itself, not a dump of it; an encrypted one has to be decrypted first"
        )


def _as_text(value: Value) -> str:
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            told = value[:100].decode(errors="backslashreplace")
            raise UnsuitableError(
                f"its schema says {told!r}, which is no UTF-8; D1 takes no other. Rename it"
            ) from None
    return "" if value is None else str(value)


def listed(columns: tuple[str, ...]) -> str:
    """Columns, between commas."""
    return ", ".join(map(name, columns))
