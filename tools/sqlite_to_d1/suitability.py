"""What of a file D1 cannot hold, all of it at once, and what to do about each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tools.sqlite_to_d1 import limits
from tools.sqlite_to_d1.literals import name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.sqlite_to_d1.source import Source, Table

STAGING = "_slipway_long"  # a table of ours, while a value is put together that is longer than a statement
_SHOWN = 5
_ELSEWHERE = "Put what is so long into R2 and its key into the table"
_MODULE = re.compile(r"\bUSING\s+(\w+)", re.IGNORECASE)
_CONTENT = re.compile(r"\bcontent\s*=\s*(?:'([^']*)'|\"([^\"]*)\"|(\w*))", re.IGNORECASE)


def problems(source: Source) -> list[str]:
    """What keeps the file from being moved; none when it can be."""
    return [*_schema(source), *_virtual(source), *_size(source), *_rows(source), *_references(source)]


def notices(source: Source) -> Iterator[str]:
    """What does not come along and may be missed."""
    for pragma in ("user_version", "application_id"):
        (number,) = source.ask(f"PRAGMA {pragma}")[0]
        if number != "0":
            yield f"PRAGMA {pragma} is {number} here; D1 has none, so what looks at it must look elsewhere"


def content(sql: str) -> str | None:
    """Where a full-text table has its content: None in itself, else a table's name, or nowhere (empty)."""
    found = _CONTENT.search(sql)
    return next((one for one in found.groups() if one is not None), "") if found else None


def _schema(source: Source) -> Iterator[str]:
    for part in source.parts:
        if part.name.lower().startswith(limits.RESERVED) or part.name == STAGING:
            yield f"{part.name}: names that begin with {limits.RESERVED}, and {STAGING}, are taken; rename it"
        length = len(part.sql.encode())
        if length > limits.STATEMENT_BYTES:
            yield f"{part.name}: its definition has {length:,} bytes; D1 takes {limits.STATEMENT_BYTES:,}"
        if "BEGIN TRANSACTION" in part.sql.upper():
            yield f"{part.name}: its definition says BEGIN TRANSACTION, which wrangler takes for one; say it otherwise"
    for table in source.tables:
        columns = len(table.columns)
        if columns > limits.COLUMNS:
            yield f"{table.name}: it has {columns} columns, rowid included; D1 takes {limits.COLUMNS}. Split the table"


def _virtual(source: Source) -> Iterator[str]:
    for part in source.virtual:
        module = (_MODULE.search(part.sql) or ["", "?"])[1].lower()
        if module != "fts5":
            yield f"{part.name}: D1 has no virtual tables of {module}, only of fts5; DROP TABLE {name(part.name)}"
        elif content(part.sql) == "":
            yield f"{part.name}: it keeps no content, so there is nothing to fill it from; drop it, fill it anew in D1"


def _size(source: Source) -> Iterator[str]:
    pages, size = (int(source.ask(f"PRAGMA {what}")[0][0]) for what in ("page_count", "page_size"))
    if pages * size > limits.DATABASE_BYTES:
        yield f"the file has {pages * size:,} bytes; a D1 database takes {limits.DATABASE_BYTES:,}"


def _rows(source: Source) -> Iterator[str]:
    for table in source.tables:
        beside = table.key if table.has_rowid else ()  # SQLite keeps it beside the row
        stored = [name(column) for column in table.stored if column not in beside] or ["NULL"]
        length = " + ".join(f"coalesce(length(CAST({column} AS BLOB)), 0)" for column in stored)
        key = " || ', ' || ".join(f"quote({name(column)})" for column in table.key)
        found = source.ask(
            f"SELECT {key}, {length} FROM {name(table.name)} WHERE {length} > {limits.ROW_BYTES} LIMIT {_SHOWN}"
        )
        for where, bytes_ in found:
            yield f"{table.name}: row {where} has {int(bytes_):,} bytes; D1 takes {limits.ROW_BYTES:,}. {_ELSEWHERE}"


def _references(source: Source) -> Iterator[str]:
    """D1 always looks after foreign keys; a file has often been written without."""
    found = source.ask('SELECT "table", min("rowid"), "parent", count(*) FROM pragma_foreign_key_check GROUP BY 1, 3')
    for table, row, parent, count in found[:_SHOWN]:
        where = f"row {row}" if row else "a row without a rowid"
        yield (
            f"{table}: {int(count):,} rows refer to rows of {parent} that are not there, first {where}; D1 refuses "
            f"such. Delete them, or put back what they refer to: PRAGMA foreign_key_check({name(table)})"
        )


def rows_of(source: Source) -> list[Table]:
    """Everything that has rows of its own: the tables, and full-text tables that keep their content."""
    kept = [source.stored(part) for part in source.virtual if content(part.sql) is None]
    return [*source.tables, *kept]
