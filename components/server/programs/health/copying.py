"""Whether the SQLite file's continuous copy keeps up: what was written at the last look must be copied at this one."""

from __future__ import annotations

import re
import urllib.request
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from .faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .restarts import Seen

LATE = 5  # looks in a row, a minute apart
_LINE = re.compile(r"^litestream_(\w+)(?:\{.*\})? (\S+)$", re.MULTILINE)
_SECONDS = 5


@dataclass(frozen=True)
class Place:
    """How far the program is, since it started."""

    written: tuple[int, int]
    """The last change that it has read from the database: file of changes, and bytes of that; (0, 0): none yet."""
    copied: tuple[int, int] | None
    """The last change that lies in the bucket; None: it has sent none since it started."""
    reached: bool
    """Whether the bucket has answered since then."""
    errors: float
    """How often the database could not be read."""


def copying(seen: Seen, address: str, file: Path) -> Iterator[Fault]:
    """A copy that is minutes behind, for want of the program, of the bucket or of the database."""
    before, seen.copier = seen.copier, {}
    try:
        now = place(address, file)
    except (OSError, ValueError) as error:
        reason = f"litestream does not say how far it is: {error}"
    else:
        last = Place(**{**before["place"], **_pairs(before["place"])}) if before.get("place") else None
        reason = behind(last, now)
        seen.copier["place"] = asdict(now)
    late = before.get("late", 0) + 1 if reason else 0
    seen.copier["late"] = late
    if late >= LATE:
        yield Fault("copying", f"{reason}; for {late} minutes. journalctl --unit slipway-litestream has more")


def behind(last: Place | None, now: Place) -> str:
    """Why the copy is behind; empty where it is not. A program that was started anew is given until the next look."""
    if last is None:
        return "" if now.reached or now.written == (0, 0) else "litestream has not reached the bucket yet"
    if now.errors > last.errors:
        return "litestream cannot read the database"
    if now.written != (0, 0) and not now.reached:
        return "litestream does not reach the bucket"
    if now.copied is None:  # nothing was written since it started; what it found then it has compared
        return "" if now.written == last.written else "nothing of what was written is copied"
    return "" if now.copied >= last.written else f"{now.copied} is copied, and {last.written} was written a minute ago"


def place(address: str, file: Path) -> Place:
    """How far the program is that copies a file. Raises OSError where it does not answer."""
    with urllib.request.urlopen(address, timeout=_SECONDS) as answer:  # noqa: S310  # this machine's own
        text = answer.read().decode()
    found: dict[str, float] = {}
    for name, value in _LINE.findall(text):
        found[name] = found.get(name, 0.0) + float(value)
    copied = None
    if {"replica_wal_index", "replica_wal_offset"} <= found.keys():  # it tells of the one a moment before the other
        copied = int(found["replica_wal_index"]), int(found["replica_wal_offset"])
    return Place(_written(file), copied, found.get("replica_operation_total", 0) > 0, found.get("sync_error_count", 0))


def _written(file: Path) -> tuple[int, int]:
    """The end of the newest of the files in which the program keeps changes. Its metrics have only the sum of all."""
    kept = file.with_name(f".{file.name}-litestream")
    with suppress(OSError, ValueError):
        generation = (kept / "generation").read_text().strip()
        newest = max((kept / "generations" / generation / "wal").glob("*.wal"), key=lambda each: each.name)
        return int(newest.stem, 16), newest.stat().st_size
    return 0, 0


def _pairs(kept: dict[str, Any]) -> dict[str, Any]:  # Any: JSON, which has lists alone
    return {name: kept[name] and tuple(kept[name]) for name in ("written", "copied")}
