"""The programs that a drill runs: found or named, and run without what opens the bucket or leads to a live database."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slipway.errors import ProgramError

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVER_PROGRAMS = Path(__file__).resolve().parents[2] / "components" / "server" / "programs"
"""Where `backup` lies, the program that the server runs itself. It is run and not imported: it is the server's."""
_PACKAGES = {
    "restic": "restic",
    "initdb": "postgresql",
    "postgres": "postgresql",
    "pg_restore": "postgresql",
    "psql": "postgresql",
    "redis-server": "redis-server",
    "redis-cli": "redis-tools",
    "redis-check-rdb": "redis-tools",
}
_ELSEWHERE = {"litestream": "version 0.3.13 of github.com/benbjohnson/litestream, of which Debian has no package"}
_NEEDED = {
    "postgres": ("initdb", "postgres", "pg_restore", "psql"),
    "redis": ("redis-server", "redis-cli", "redis-check-rdb"),
}
_SECRET_PREFIXES = ("RESTIC_", "AWS_", "AGE_", "LITESTREAM_", "PG", "REDIS")
_TAIL = 1500  # characters of what a program said


class Broken(Exception):  # noqa: N818  # it is what a drill is there to find
    """What was restored does not work; the message says how."""


def restic() -> str:
    """Where restic is."""
    return _program("restic")


def check_programs(part: str) -> None:
    """Whether all programs are here that this part is restored with. Raises `ProgramError` that names those missing."""
    for name in _NEEDED.get(part, ()):
        _program(name)


def run(*words: str | Path, env: Mapping[str, str] | None = None, **how: Any) -> str:  # Any: arguments of subprocess
    """What a program writes and complains of; `Broken` has it where the program fails."""
    done = subprocess.run(
        [_program(str(words[0])), *map(str, words[1:])],
        check=False, env=clean_environment(env or {}), encoding="utf-8", errors="replace", stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, **how,
    )  # fmt: skip
    said = str(done.stdout)
    if done.returncode:
        raise Broken(f"{words[0]}: {tail(said)}")
    return said


def contents(kind: str, what: str | Path, env: Mapping[str, str] | None = None) -> str:
    """What the server's own program counts in a database or file, as JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "backup", "contents", kind, str(what)],
        check=False, capture_output=True, cwd=SERVER_PROGRAMS, env=clean_environment(env or {}), text=True,
    )  # fmt: skip
    if done.returncode:
        raise Broken(tail(done.stderr).removeprefix("slipway: "))
    return done.stdout


def start(*words: str | Path, log: Path, **how: Any) -> subprocess.Popen[bytes]:  # Any: arguments of subprocess
    """Start a server that says what it has to say in a file."""
    with log.open("wb") as said:
        command = [_program(str(words[0])), *map(str, words[1:])]
        return subprocess.Popen(command, env=clean_environment({}), stdout=said, stderr=subprocess.STDOUT, **how)


def clean_environment(more: Mapping[str, str]) -> dict[str, str]:
    """The environment without secrets, and without what says where a database is; with `more`."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(_SECRET_PREFIXES)}
    path = os.pathsep.join([*map(str, _postgres_folders()[:1]), own.get("PATH", os.defpath)])
    return {**own, "LC_ALL": "C", "PATH": path, **more}


def unprivileged(*folders: Path) -> dict[str, Any]:  # Any: arguments of subprocess
    """What lets PostgreSQL run, which refuses to be root, as somebody else, who gets these folders."""
    if os.geteuid() != 0:
        return {}
    accounts = {account.pw_name: account for account in pwd.getpwall()}
    owner = accounts.get("postgres") or accounts["nobody"]
    for folder in folders:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def tail(said: str) -> str:
    """The end of what a program said."""
    return said.strip()[-_TAIL:] or "it said nothing"


def _program(name: str) -> str:
    """Where a program is. Raises `ProgramError` that says what to install."""
    folders = os.pathsep.join([*map(str, _postgres_folders()[:1]), os.environ.get("PATH", os.defpath)])
    path = shutil.which(name, path=folders)
    if path is None:
        what = _ELSEWHERE.get(name) or f"Debian's package {_PACKAGES[name]}"
        raise ProgramError(f"the program {name} is not on this machine; install it ({what}).")
    return path


def _postgres_folders() -> list[Path]:
    """The folders where Debian keeps PostgreSQL's own programs, the newest version first."""
    folders = Path("/usr/lib/postgresql").glob("*/bin")
    return sorted(folders, key=lambda folder: int(folder.parts[4]) if folder.parts[4].isdigit() else 0, reverse=True)
