"""Whether two databases have the same: every table row by row, each sequence, and all that hangs on them.

The databases count and sum up by themselves, so no row leaves them, and no table is ever held in memory. Only where
sums differ, the keys of a small part of a table are fetched, to name the rows.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tools.compare_databases.catalog import Catalog, Table, catalog, name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tools.compare_databases.session import Session

MOST_ROWS = 10  # of one table that are named
_SIDES = 2
# The rows of a table in 4096 parts, by their keys. One part of a hundred million rows has 25,000.
_PART = "get_byte({0}, 0) * 16 + get_byte({0}, 1) / 16"
_SUM = "('x' || encode(substr({0}, 1, 8), 'hex'))::bit(64)::bigint"


@dataclass(frozen=True, slots=True)
class Same:
    """A table that is the same on both sides."""

    table: str
    rows: int
    checksum: str


@dataclass(slots=True)
class Found:
    """What the comparison has come to. There are no `differences` where the two are the same."""

    same: list[Same] = field(default_factory=list)
    sequences: int = 0
    parts: int = 0
    differences: list[str] = field(default_factory=list)


class Comparison:
    """Two databases, and what is asked of both at the same time."""

    def __init__(self, source: Session, target: Session, tell: Callable[[str], None]) -> None:
        self._sides = (source, target)
        self._tell = tell
        self._found = Found()

    def run(self, schemas: Sequence[str]) -> Found:
        """Compare everything in these schemas. What differs is named, and the rest is compared all the same."""
        ours, theirs = self._both(lambda session: catalog(session, schemas))
        self._names("table", ours.tables, theirs.tables)
        for called in ours.tables.keys() & theirs.tables.keys():
            self._columns(ours, theirs, called)
        for called in sorted(ours.tables.keys() & theirs.tables.keys()):
            if not ours.tables[called].whole and not theirs.tables[called].whole:
                self._rows(ours.tables[called], theirs.tables[called])
        self._sequences(ours, theirs)
        self._parts(ours, theirs)
        self._large_objects()
        return self._found

    def _both(self, ask: Callable[[Session], Any]) -> tuple[Any, Any]:  # Any: whatever is asked
        with ThreadPoolExecutor(_SIDES) as pool:
            first, second = pool.map(ask, self._sides)
        return first, second

    def _differs(self, what: str) -> None:
        self._found.differences.append(what)
        self._tell(f"DIFFERS  {what}")

    def _names(self, kind: str, ours: dict[str, Any], theirs: dict[str, Any]) -> None:
        source, target = (side.name for side in self._sides)
        for called in sorted(ours.keys() - theirs.keys()):
            self._differs(f"{kind} {called} is not in {target}".strip())
        for called in sorted(theirs.keys() - ours.keys()):
            self._differs(f"{kind} {called} is in {target} only, and not in {source}".strip())

    def _columns(self, ours: Catalog, theirs: Catalog, called: str) -> None:
        first, second = ours.tables[called], theirs.tables[called]
        here, there = ({column.name: column for column in table.columns} for table in (first, second))
        self._names(f"table {called}: column", here, there)
        for column in here.keys() & there.keys():
            one, other = here[column], there[column]
            if one.kind != other.kind:
                self._differs(f"table {called}: column {column} is {one.kind} here and {other.kind} there")
            elif ours.version == theirs.version and one.default != other.default:
                self._differs(f"table {called}: column {column} has another default")
        if first.key != second.key:
            self._differs(f"table {called}: the primary key is another one")
        if first.whole != second.whole:
            self._differs(f"table {called} is partitioned on one side only")

    def _rows(self, ours: Table, theirs: Table) -> None:
        columns = [column.name for column in ours.columns]
        if set(columns) != {column.name for column in theirs.columns}:
            return  # what differs is said already
        query = f"select json_build_array(count(*), coalesce(sum(h), 0)::text) from ({_hashed(ours, columns)}) r"
        (rows, total), (other_rows, other_total) = self._both(lambda session: session.one(query))
        if (rows, total) == (other_rows, other_total):
            same = Same(str(ours), rows, f"{int(total) % 2**64:016x}")
            self._found.same.append(same)
            self._tell(f"same     {same.table}: {rows:,} rows, checksum {same.checksum}")
            return
        counts = (
            f"{rows:,} rows here and {other_rows:,} there" if rows != other_rows else f"{rows:,} rows on both sides"
        )
        self._differs(f"table {ours}: {counts}, and they are not the same")
        if not ours.key or ours.key != theirs.key:
            self._tell("         without a primary key the rows cannot be named")
            return
        for shown, what in enumerate(self._named(ours, columns)):
            if shown == MOST_ROWS:
                self._tell("         and more")
                break
            self._differs(f"table {ours}: {what}")

    def _named(self, table: Table, columns: list[str]) -> Iterator[str]:
        """The rows that differ, as many as are named, and one more where there are more."""
        inner = _hashed(table, columns)
        query = f"select json_build_array(part, count(*), sum(h)::text) from ({inner}) r group by part order by part"
        ours, theirs = self._both(lambda session: {row[0]: row[1:] for row in session.rows(query)})
        parts = [part for part in sorted(ours.keys() | theirs.keys()) if ours.get(part) != theirs.get(part)]
        looked_at = ", ".join(map(str, parts[: MOST_ROWS + 1]))  # each has at least one row to name
        yield from self._in_parts(f"select json_build_array(key, h::text) from ({inner}) r where part in ({looked_at})")

    def _in_parts(self, query: str) -> Iterator[str]:
        here, there = self._both(lambda session: dict(session.rows(query)))
        source, target = (side.name for side in self._sides)
        for key in sorted(here.keys() | there.keys()):
            if key not in there:
                yield f"the row with the key {key} is not in {target}"
            elif key not in here:
                yield f"the row with the key {key} is in {target} only, and not in {source}"
            elif here[key] != there[key]:
                yield f"the row with the key {key} is another one"

    def _sequences(self, ours: Catalog, theirs: Catalog) -> None:
        self._names("sequence", ours.sequences, theirs.sequences)
        for called in sorted(ours.sequences.keys() & theirs.sequences.keys()):
            here, there = ours.sequences[called], theirs.sequences[called]
            if here == there:
                self._found.sequences += 1
            else:
                self._differs(f"sequence {called} has come to {_come(here)} here and to {_come(there)} there")

    def _parts(self, ours: Catalog, theirs: Catalog) -> None:
        self._names("", ours.parts, theirs.parts)
        for what in sorted(ours.parts.keys() & theirs.parts.keys()):
            if ours.version == theirs.version and ours.parts[what] != theirs.parts[what]:
                self._differs(f"{what} is defined otherwise")
            else:
                self._found.parts += 1

    def _large_objects(self) -> None:
        """Those that `lo_create` makes, which lie in no schema."""
        summed = _SUM.format("sha256(oid::text::bytea || lo_get(oid))")
        query = f"select json_build_array(count(*), coalesce(sum({summed}), 0)::text) from pg_largeobject_metadata"
        query += " where lomowner = current_user::regrole"
        ours, theirs = self._both(lambda session: session.one(query))
        if ours != theirs:
            self._differs(f"large objects: {ours[0]} here and {theirs[0]} there, and they are not the same")


def _hashed(table: Table, columns: list[str]) -> str:
    """Of each row its hash `h`, and where the table has a key, `key` and the `part` that it falls in."""
    row = ", ".join(map(name, columns))
    whole = _SUM.format(f"sha256(convert_to(row({row})::text, 'UTF8'))")
    origin = f"from only {name(table.schema)}.{name(table.name)}"
    if not table.key:
        return f"select {whole} as h {origin}"
    key = f"json_build_array({', '.join(f'{name(column)}::text' for column in table.key)})::text"
    part = _PART.format(f"sha256(convert_to({key}, 'UTF8'))")
    return f"select {whole} as h, {key} as key, {part} as part {origin}"


def _come(state: tuple[str, bool]) -> str:
    return state[0] if state[1] else f"{state[0]}, which is not given out yet"
