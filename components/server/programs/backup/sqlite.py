"""What is in a SQLite file: for each table its rows and a sum of their content in any order, and the schema."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from typing import TYPE_CHECKING, Any

from .running import Failed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_WIDTH = 1 << 64
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"


def size(source: Path) -> int:
    """The bytes of the file that is there."""
    if not source.is_file():
        raise Failed(f"{source}: there is no such file")
    return source.stat().st_size


def copy(source: Path, target: Path) -> None:
    """One moment of a file that others may write to meanwhile."""
    try:
        with contextlib.closing(_opened(source, "")) as live, contextlib.closing(sqlite3.connect(target)) as made:
            live.backup(made)  # all at once: in parts, it would begin anew after each write of others
    except sqlite3.Error as error:
        raise Failed(f"{source}: {error}") from None


def contents(file: Path) -> dict[str, dict[str, Any]]:
    """How many there are in a copy, and their sum, by what they are. Failed has what SQLite finds broken."""
    with contextlib.closing(_opened(file)) as database:
        database.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
        try:
            said = [str(row[0]) for row in database.execute("PRAGMA integrity_check(5)")]
            if said != ["ok"]:
                raise Failed(f"integrity_check: {'; '.join(said)}")
            found = {}
            for (name,) in database.execute(_TABLES).fetchall():
                quoted = str(name).replace('"', '""')
                found[f"table {name}"] = _sum(database.execute(f'SELECT * FROM "{quoted}"'))  # noqa: S608  # quoted
            schema = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%'"
            found["schema"] = _sum(database.execute(schema))
        except sqlite3.Error as error:
            raise Failed(f"SQLite: {error}") from None
        return found


def version(file: Path) -> int:
    """The number that an application gave its schema."""
    with contextlib.closing(_opened(file)) as database:
        return int(database.execute("PRAGMA user_version").fetchone()[0])


def _opened(file: Path, how: str = "&immutable=1") -> sqlite3.Connection:
    """A copy is one file: a log beside it is neither asked nor made."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro{how}", uri=True, timeout=60)


def _sum(rows: Iterable[tuple[Any, ...]]) -> dict[str, Any]:  # Any: what SQLite keeps
    count = total = 0
    for row in rows:
        count += 1
        digest = hashlib.sha256()
        for value in row:
            digest.update(_spelt(value))
        total += int.from_bytes(digest.digest()[:8])
    return {"count": count, "sum": f"{total % _WIDTH:016x}"}


def _spelt(value: Any) -> bytes:  # Any: what SQLite keeps
    """A value with its kind and length, so that no two rows are spelt alike."""
    if isinstance(value, str):
        kind, spelt = b"t", value.encode("utf-8", "surrogateescape")
    elif isinstance(value, bytes):
        kind, spelt = b"b", value
    elif isinstance(value, float):
        kind, spelt = b"r", value.hex().encode()
    else:
        kind, spelt = b"i" if value is not None else b"n", str(value).encode()
    return b"%s%d:%s" % (kind, len(spelt), spelt)
