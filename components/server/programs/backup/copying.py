"""The copies of one run and their manifest, in a folder of the run's own."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import redis, sqlite
from .postgres import session
from .running import Failed, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RESERVE = 256 << 20  # bytes that a copy leaves free: a database whose disk is full stops
FORMAT = 1


@dataclass(frozen=True)
class Facts:
    """What is to be copied; components/server/backups.py writes it."""

    stack: str
    days: int
    weeks: int
    home: Path
    """Where copies lie while a run needs them, and what this server remembers of its runs."""
    well: Path
    """The file that nginx shows while the last good copy is young."""
    postgres: dict[str, Any] | None = None
    """The database, and the user who may read all of it."""
    sqlite: str | None = None
    """The file."""
    redis: dict[str, Any] | None = None
    """The port, and the file with the password."""


def facts(file: Path) -> Facts:
    """What the file says."""
    told = json.loads(file.read_text())
    return Facts(**{**told, "home": Path(told["home"]), "well": Path(told["well"])})


def copies(told: Facts, folder: Path) -> str:
    """Fill the folder, and return what lies in it in a line. Failed names every part that could not be copied."""
    parts: dict[str, Any] = {}
    faults = []
    for name, copy in _wanted(told):
        try:
            parts[name] = copy(folder)
        except (Failed, OSError, ValueError) as error:
            faults.append(f"{name}: {error}")
    if faults:
        raise Failed("; ".join(faults))
    for beside in (folder / "sqlite.db-wal", folder / "sqlite.db-shm"):
        beside.unlink(missing_ok=True)
    files = {file.name: {"bytes": file.stat().st_size, "sum": redis.digest(file)} for file in sorted(folder.iterdir())}
    manifest = {"format": FORMAT, "stack": told.stack, "parts": parts, "files": files}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1))
    return ", ".join(f"{name} {_counted(part)}" for name, part in parts.items())


def _wanted(told: Facts) -> Iterator[tuple[str, Callable[[Path], dict[str, Any]]]]:
    if told.postgres is not None:
        database, user = told.postgres["database"], told.postgres["user"]
        yield "postgres", lambda folder: _postgres(database, user, folder)
    if told.sqlite is not None:
        file = Path(told.sqlite)
        yield "sqlite", lambda folder: _sqlite(file, folder)
    if told.redis is not None:
        port, password = told.redis["port"], Path(told.redis["password"])
        yield "redis", lambda folder: _redis(port, password, folder)


def _postgres(database: str, user: str, folder: Path) -> dict[str, Any]:
    """The dump and the sums see the same moment, because one session lends its snapshot to the other."""
    with session(database, user) as moment:
        snapshot = moment.snapshot()
        version, encoding, taken, size = moment.facts()
        _room(folder, size)
        with (folder / "postgres.dump").open("wb") as file:  # as root: the other user sees no other file here
            words = ("pg_dump", "--format=custom", "--compress=0", "--no-password", f"--snapshot={snapshot}")
            run(*words, f"--dbname={database}", user=user, into=file)  # restic compresses what it has not yet
        found = moment.contents()
    with (folder / "globals.sql").open("wb") as file:
        run("pg_dumpall", "--globals-only", "--no-password", user=user, into=file)
    about = {"database": database, "encoding": encoding, "globals": "globals.sql"}
    return {"file": "postgres.dump", "taken": taken, "version": version, **about, "contents": found}


def _sqlite(source: Path, folder: Path) -> dict[str, Any]:
    file = folder / "sqlite.db"
    _room(folder, sqlite.size(source))
    taken = _now()
    sqlite.copy(source, file)
    return {"file": file.name, "taken": taken, "version": sqlite.version(file), "contents": sqlite.contents(file)}


def _redis(port: int, password: Path, folder: Path) -> dict[str, Any]:
    file = folder / "redis.rdb"
    taken = _now()
    redis.copy(port, password, file)
    return {"file": file.name, "taken": taken, "contents": redis.contents(file)}


def _room(folder: Path, size: int) -> None:
    disk = os.statvfs(folder)
    free = disk.f_bavail * disk.f_frsize
    if free < size + RESERVE:
        raise Failed(f"{folder} has {free >> 20} MiB free, {size >> 20} MiB are wanted, {RESERVE >> 20} MiB stay free")


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _counted(part: dict[str, Any]) -> str:
    tables = {name: each["count"] for name, each in part["contents"].items() if name.startswith("table ")}
    if not tables:
        return f"{part['contents']['keys']['count']} keys" if "keys" in part["contents"] else "no tables"
    return f"{sum(tables.values())} rows in {len(tables)} tables"
