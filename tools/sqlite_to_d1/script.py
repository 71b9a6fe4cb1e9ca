"""The file as statements that D1 takes in one go: all of them hold, or none does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.sqlite_to_d1.limits import STATEMENT_BYTES
from tools.sqlite_to_d1.literals import LONGEST, Text, Value, literal, name, pieces
from tools.sqlite_to_d1.source import Source, Table, listed
from tools.sqlite_to_d1.suitability import STAGING, content

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOM = STATEMENT_BYTES - 2_000  # bytes; the rest is for what stands around


def statements(source: Source) -> Iterator[str]:
    """The statements in order: what looks at rows, and what would act on them, comes after the rows."""
    yield "PRAGMA defer_foreign_keys = on"
    for table in source.tables:
        yield table.sql
    yield f"CREATE TABLE {STAGING} (value BLOB)"
    for table in source.tables:
        yield from _rows(source, table)
    yield from _sequences(source)
    for part in (*source.indexes, *source.views):
        yield part.sql
    for part in source.virtual:
        yield part.sql
        if content(part.sql) is None:
            yield from _rows(source, source.stored(part))
        else:
            yield f"INSERT INTO {name(part.name)} ({name(part.name)}) VALUES ('rebuild')"
    yield f"DROP TABLE {STAGING}"
    for part in source.triggers:
        yield part.sql


def _rows(source: Source, table: Table) -> Iterator[str]:
    """As many rows in a statement as fit."""
    begin = f"INSERT INTO {name(table.name)} ({listed(table.stored)}) VALUES\n"
    select = f"SELECT {listed(table.stored)} FROM {name(table.name)} ORDER BY {listed(table.key)}"
    room = _ROOM - len(begin.encode())
    ready: list[str] = []
    length = 0
    for row in source.rows(select):
        values = f"({', '.join(map(literal, row))})"
        size = len(values.encode()) + 2
        if ready and length + size > room:
            yield begin + ",\n".join(ready)
            ready, length = [], 0
        if size <= room:
            ready.append(values)
            length += size
        else:
            yield from _long_row(begin, row)
    if ready:
        yield begin + ",\n".join(ready)


def _long_row(begin: str, row: tuple[Value, ...]) -> Iterator[str]:
    """A row that is longer than a statement: its long values are put together beside the table.

    In the table itself a CHECK would not take half of one.
    """
    values = []
    for place, value in enumerate(row, 1):
        if not isinstance(value, bytes) or len(value) <= LONGEST // len(row):
            values.append(literal(value))
            continue
        first, *others = pieces(value)
        yield f"INSERT INTO {STAGING} (rowid, value) VALUES ({place}, {first})"
        for piece in others:
            yield f"UPDATE {STAGING} SET value = CAST(value || {piece} AS BLOB) WHERE rowid = {place}"
        kept = f"(SELECT value FROM {STAGING} WHERE rowid = {place})"
        values.append(f"CAST({kept} AS TEXT)" if isinstance(value, Text) else kept)
    yield f"{begin}({', '.join(values)})"
    yield f"DELETE FROM {STAGING}"


def _sequences(source: Source) -> Iterator[str]:
    found = source.sequences()
    if not found:
        return
    yield "DELETE FROM sqlite_sequence"
    for table, number in found:
        yield f"INSERT INTO sqlite_sequence (name, seq) VALUES ({literal(Text(table.encode()))}, {number})"
