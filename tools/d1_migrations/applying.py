"""Applying migrations to a D1 database with wrangler: each once, in order, and none that was changed afterwards."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tools.wrangler_cli.database import Database
from tools.wrangler_cli.running import WranglerError, run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tools.d1_migrations.order import Migration, Order

APPLIED = "d1_migrations"  # wrangler's own table
SUMS = "slipway_migrations"  # ours beside it: what was in each file
SECONDS = 1800.0  # that wrangler has for everything that is left to apply
_BINDING = "DB"
_ANY_DATE = "2026-11-01"  # wrangler wants one in its file; no Worker runs
_AT_ONCE = 200  # rows in one statement: far below the 100 kB that D1 takes


class RewrittenError(Exception):
    """A migration that is applied is no more what its file says; the message says which, and what to do."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a database says of its migrations: the names of those that are applied, in order, and their sums."""

    applied: tuple[str, ...]
    sums: dict[str, str]

    @classmethod
    def of(cls, target: Database) -> Recorded:
        """What is recorded there now; nothing where the database is new."""
        (rows,) = target.query(f"SELECT name FROM sqlite_schema WHERE name IN ('{APPLIED}', '{SUMS}')")  # noqa: S608 - constants
        tables = {str(row["name"]) for row in rows}
        applied = target.query(f"SELECT name FROM {APPLIED} ORDER BY id")[0] if APPLIED in tables else []  # noqa: S608
        sums = target.query(f"SELECT name, sha256 FROM {SUMS}")[0] if SUMS in tables else []  # noqa: S608
        return cls(tuple(str(row["name"]) for row in applied), {str(row["name"]): str(row["sha256"]) for row in sums})

    def left(self, migrations: Sequence[Migration]) -> tuple[Migration, ...]:
        """Those that are not applied yet. Raises `RewrittenError` where the others are not what they were."""
        problems = list(self._problems(migrations))
        if problems:
            raise RewrittenError("\n  ".join(["what is applied stays as it is. Nothing was applied.", *problems]))
        return tuple(each for each in migrations if each.name not in self.applied)

    def unrecorded(self, migrations: Sequence[Migration]) -> tuple[Migration, ...]:
        """Those whose sum is not written down: they are to be applied, or somebody else has applied them."""
        return tuple(each for each in migrations if self.sums.get(each.name) != each.sha256)

    def _problems(self, migrations: Sequence[Migration]) -> Iterator[str]:
        names = [each.name for each in migrations]
        for name in self.applied:
            if name not in names:
                yield f"{name} is applied and its file is gone: put it back under this name, as it was"
        last = max((at for at, name in enumerate(names) if name in self.applied), default=-1)
        for at, each in enumerate(migrations):
            if each.name not in self.applied:
                if at < last:
                    yield f"{each.name} comes before {names[last]}, which is applied: give it a number after that one"
            elif self.sums.get(each.name, each.sha256) != each.sha256:
                yield f"{each.name} is applied and was changed since: put it back, and write a new one"


def apply(order: Order, wrangler: Path, where: Sequence[str]) -> tuple[str, ...]:
    """Apply what is left and return its names. `where` are wrangler's options: --remote, or --local with its folder.

    What is applied is read first: where a file of it was changed, is gone or got a predecessor, nothing is applied.
    Each migration is applied whole or not at all, and the first that fails is the last that is tried. Raises
    `OrderError`, `RewrittenError`, and `WranglerError` where wrangler fails.
    """
    contents = order.contents()
    with tempfile.TemporaryDirectory(prefix="slipway-d1-") as name:
        folder = Path(name)
        for file, content in contents.items():
            place = folder / "migrations" / file
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(content)
        config = folder / "wrangler.jsonc"
        config.write_text(configuration(order), encoding="utf-8")
        target = Database(wrangler, _BINDING, (*where, "--config", str(config)))
        recorded = Recorded.of(target)
        left = recorded.left(order.migrations)
        # Before they are applied: a run that ends between the two is still known by what it applied.
        _write_down(target, recorded.unrecorded(order.migrations))
        if left:
            options = ["--config", str(config), *where]
            run(wrangler, "d1", "migrations", "apply", _BINDING, *options, seconds=SECONDS)
            still = Recorded.of(target).left(order.migrations)
            if still:
                raise WranglerError(f"wrangler ended without applying {', '.join(each.name for each in still)}")
        return tuple(each.name for each in left)


def configuration(order: Order) -> str:
    """What wrangler has to know of the database, as its own file."""
    database = {
        "binding": _BINDING,
        "database_name": order.name,
        "database_id": order.database,
        "migrations_dir": "migrations",
        "migrations_table": APPLIED,
    }
    told = {
        "name": order.name,
        "account_id": order.account,
        "compatibility_date": _ANY_DATE,
        "send_metrics": False,
        "d1_databases": [database],
    }
    return json.dumps(told, indent=2)


def _write_down(target: Database, migrations: Sequence[Migration]) -> None:
    table = f"CREATE TABLE IF NOT EXISTS {SUMS} (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL)"
    for first in range(0, len(migrations), _AT_ONCE):
        rows = ", ".join(f"('{each.name}', '{each.sha256}')" for each in migrations[first : first + _AT_ONCE])
        replace = "ON CONFLICT (name) DO UPDATE SET sha256 = excluded.sha256"
        target.query(table, f"INSERT INTO {SUMS} (name, sha256) VALUES {rows} {replace}")  # noqa: S608 - names have no quotes
