"""Whether the file and the database have the same rows: each is read back and compared, value by value.

The database is asked for each value with its type, and for integers, texts and blobs as texts, because JSON has neither
large integers nor blobs; reals pass through JSON exactly.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING

from tools.sqlite_to_d1.literals import Text, Value, name
from tools.sqlite_to_d1.source import Source, Table, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.wrangler_cli.database import Database, JsonValue

_PAGE_ROWS = 2_000
_PAGE_BYTES = 250_000
_QUESTION_BYTES = 60_000  # of one command line
_ANSWER_BYTES = 1_000_000
# What of a schema is neither SQLite's nor D1's.
OWN = "name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\'"


class DifferenceError(Exception):
    """The database does not have what the file has; the message says where."""


@dataclass(frozen=True, slots=True)
class Same:
    """A table that is the same on both sides."""

    table: str
    rows: int
    sha256: str


@dataclass(slots=True)
class _Page:
    """A part of a table: how the database is asked for it, and what the file has there."""

    table: Table
    question: str
    rows: list[tuple[str, ...]]
    size: int


@dataclass(slots=True)
class _Asked:
    """Pages that are asked for together, since each call of wrangler takes its seconds."""

    pages: list[_Page] = field(default_factory=list)

    def has_room(self, page: _Page) -> bool:
        question = sum(len(one.question.encode()) for one in self.pages) + len(page.question.encode())
        return question <= _QUESTION_BYTES and sum(one.size for one in self.pages) + page.size <= _ANSWER_BYTES


def compare(source: Source, tables: list[Table], target: Database) -> list[Same]:
    """Every table with the number of its rows and their checksum, when both sides agree on all of them."""
    _compare_schema(source, target)
    sums = {table.name: hashlib.sha256() for table in tables}
    counts = dict.fromkeys(sums, 0)
    for asked in _together(page for table in tables for page in _pages(source, table)):
        answers = target.query(*(page.question for page in asked.pages))
        if len(answers) != len(asked.pages):
            raise DifferenceError(f"{len(asked.pages)} questions had {len(answers)} answers")
        for page, answer in zip(asked.pages, answers, strict=True):
            theirs = [tuple(map(_theirs, row.values())) for row in answer]
            _hold(page, theirs)
            counts[page.table.name] += len(theirs)
            for row in theirs:
                sums[page.table.name].update("\0".join((*row, "")).encode())
    return [Same(table, counts[table], sums[table].hexdigest()) for table in sums]


def _together(pages: Iterator[_Page]) -> Iterator[_Asked]:
    asked = _Asked()
    for page in pages:
        if asked.pages and not asked.has_room(page):
            yield asked
            asked = _Asked()
        asked.pages.append(page)
    if asked.pages:
        yield asked


def _pages(source: Source, table: Table) -> Iterator[_Page]:
    """The table in parts. The last has no end, so that rows which only the database has are seen."""
    select = f"SELECT {listed(table.columns)} FROM {name(table.name)} ORDER BY {listed(table.key)}"
    key = table.columns.index(table.key[0])
    rows: list[tuple[str, ...]] = []
    size, passed, after = 0, 0, ""
    for row in source.rows(select):
        if len(rows) == _PAGE_ROWS or size > _PAGE_BYTES:
            until = rows[-1][key][1:]
            yield _Page(table, _question(table, passed, len(rows), after, until), rows, size)
            passed, after = passed + len(rows), until
            rows, size = [], 0
        rows.append(tuple(map(_ours, row)))
        size += sum(map(len, rows[-1]))
    yield _Page(table, _question(table, passed, None, after, ""), rows, size)


def _question(table: Table, passed: int, count: int | None, after: str, until: str) -> str:
    """The query for a part: by its rowids, else by the number of rows before it and in it."""
    columns = ", ".join(f"{_exactly(name(column))} AS c{place}" for place, column in enumerate(table.columns))
    query = f"SELECT {columns} FROM {name(table.name)}"
    order = f"ORDER BY {listed(table.key)}"
    if not table.has_rowid:
        return f"{query} {order} LIMIT {-1 if count is None else count} OFFSET {passed}"
    ends = [f"{name(table.key[0])} > {after}"] if after else []
    ends += [f"{name(table.key[0])} <= {until}"] if until else []
    return f"{query} WHERE {' AND '.join(ends or ['true'])} {order}"


def _exactly(column: str) -> str:
    return (
        f"CASE typeof({column}) WHEN 'integer' THEN 'i' || {column} WHEN 'text' THEN 't' || hex({column}) "
        f"WHEN 'blob' THEN 'b' || hex({column}) WHEN 'real' THEN "
        f"CASE WHEN {column} IN (9e999, -9e999) THEN 'r' || {column} ELSE {column} END END"
    )


def _theirs(value: JsonValue) -> str:
    """A value as the database answers to `_exactly`."""
    if value is None or isinstance(value, str):
        return value or "null"
    return _ours(float(value))


def _ours(value: Value) -> str:
    """A value of the file, as the database would answer."""
    if value is None:
        return "null"
    if isinstance(value, bytes):
        return ("t" if isinstance(value, Text) else "b") + value.hex().upper()
    if isinstance(value, int):
        return f"i{value}"
    if math.isinf(value):
        return "rInf" if value > 0 else "r-Inf"
    return f"r{value + 0.0!r}"  # no -0.0, which JSON does not tell from 0


def _hold(page: _Page, theirs: list[tuple[str, ...]]) -> None:
    """See that a part is the same, or say which row is not."""
    for place, (ours, other) in enumerate(zip_longest(page.rows, theirs)):
        if ours == other:
            continue
        row = ours or other
        key = ", ".join(row[page.table.columns.index(column)] for column in page.table.key) if row else str(place)
        what = "is not in the database" if other is None else "is in the database only" if ours is None else "differs"
        raise DifferenceError(f"{page.table.name}: the row whose {', '.join(page.table.key)} is {key} {what}")


def _compare_schema(source: Source, target: Database) -> None:
    """See that indexes, views, triggers and what AUTOINCREMENT has come to are there too."""
    parts = f"SELECT type || ' ' || name AS part FROM sqlite_schema WHERE {OWN} AND type <> 'table'"
    ours = {f"{part.kind} {part.name}" for part in (*source.indexes, *source.views, *source.triggers)}
    sequences = source.sequences()
    questions = [parts, *(["SELECT name, seq FROM sqlite_sequence ORDER BY name"] if sequences else [])]
    found, *numbers = target.query(*questions)
    if missing := ours - {str(row["part"]) for row in found}:
        raise DifferenceError(f"the database lacks {', '.join(sorted(missing))}")
    if sequences and [(row["name"], str(row["seq"])) for row in numbers[0]] != sequences:
        raise DifferenceError("sqlite_sequence, where AUTOINCREMENT looks, is not the same")
