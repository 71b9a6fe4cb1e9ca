"""Servers for a drill alone: they listen on no port, only on sockets in a folder of their own, and end with it."""

from __future__ import annotations

import contextlib
import json
import re
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slipway.drill.programs import Broken, contents, run, start, tail, unprivileged

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator, Mapping

_PATIENCE = 600  # seconds for a server to start: Redis reads all of its data first
_SOCKETS = "/tmp"  # noqa: S108  # a path to a socket has at most 107 characters; below lies a folder of our own
_QUICK = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off", "listen_addresses=")
_ROLE_IS_THERE = re.compile(r'ERROR: +role "[^"]+" already exists')


def postgres(part: Mapping[str, Any], folder: Path, work: Path, faults: list[str]) -> dict[str, Any]:
    """Restore a dump and count. What PostgreSQL complains of meanwhile goes to `faults`."""
    database = str(part["database"])
    with _sockets() as sockets:
        data = work / "postgres"
        data.mkdir()
        who = unprivileged(data, sockets)
        run("initdb", "-D", data, "-U", "postgres", "--auth=trust", "--locale=C", "--no-sync", cwd=data, **who)
        settings = [word for each in _QUICK for word in ("-c", each)]
        log = work / "postgres.log"
        server = start("postgres", "-D", data, "-k", sockets, *settings, log=log, cwd=data, **who)
        env = {"PGHOST": str(sockets), "PGPORT": "5432", "PGUSER": "postgres"}
        with _running(server, log, lambda: run("psql", "-XAtwc", "select 1", "postgres", env=env)):
            _globals(folder / str(part["globals"]), env, faults)
            quoted = database.replace('"', '""')
            create = f"CREATE DATABASE \"{quoted}\" TEMPLATE template0 ENCODING '{part['encoding']}' LOCALE 'C'"
            run("psql", "-Xwqc", create, "postgres", env=env)
            try:
                run("pg_restore", "--no-password", f"--dbname={database}", folder / str(part["file"]), env=env)
            except Broken as error:
                faults.append(f"postgres: {error}")
            return dict(json.loads(contents("postgres", database, env)))


def redis(part: Mapping[str, Any], folder: Path, work: Path) -> dict[str, Any]:
    """Start Redis on a dump, and count what it read."""
    file = folder / str(part["file"])
    found = dict(json.loads(contents("redis", file)))
    with _sockets() as sockets:
        socket, log = sockets / "redis", work / "redis.log"
        options = ("--port", "0", "--unixsocket", socket, "--dir", folder, "--dbfilename", file.name)
        server = start("redis-server", *options, "--save", "", "--appendonly", "no", log=log)

        def ask(*words: str) -> str:
            return run("redis-cli", "-e", "-s", socket, *words)

        with _running(server, log, lambda: ask("ping")):
            said = ask("info", "persistence")
    loaded = sum(int(number) for number in re.findall(r"rdb_last_load_keys_(?:loaded|expired):(\d+)", said))
    if loaded != found["keys"]["count"]:
        raise Broken(f"Redis read {loaded} of the {found['keys']['count']} keys in {file.name}")
    return found


def _globals(file: Path, env: Mapping[str, str], faults: list[str]) -> None:
    """Make the roles. The one that PostgreSQL begins with is there already."""
    said = run("psql", "-Xwq", "-f", file, "postgres", env=env)
    wrong = [line for line in said.splitlines() if "ERROR:" in line and not _ROLE_IS_THERE.search(line)]
    faults.extend(f"postgres: {file.name}: {line.partition('ERROR:')[2].strip()}" for line in wrong)


@contextlib.contextmanager
def _sockets() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="slipway-drill-", dir=_SOCKETS) as name:
        yield Path(name)


@contextlib.contextmanager
def _running(server: subprocess.Popen[bytes], log: Path, asked: Callable[[], object]) -> Iterator[None]:
    """The server, once it answers; it ends with the block. `Broken` has the end of its log."""
    try:
        deadline = time.monotonic() + _PATIENCE
        while True:
            with contextlib.suppress(Broken):
                asked()
                break
            if server.poll() is not None or time.monotonic() > deadline:
                raise Broken(f"{log.stem} does not start on it: {tail(log.read_text(errors='replace'))}")
            time.sleep(0.1)
        yield
    finally:
        server.terminate()
        server.wait()
