"""How other programs are run: none is handed a secret in its arguments, and only restic gets those of the bucket."""

from __future__ import annotations

import os
import subprocess
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

KEYS = ("RESTIC_REPOSITORY", "RESTIC_PASSWORD", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
_TAIL = 1500  # characters of what a program said before it failed


class Failed(Exception):  # noqa: N818  # its message ends a run
    """A part cannot be done; the message says which and why."""


def run(
    *words: str | Path, user: str = "", env: Mapping[str, str] | None = None, cwd: Path | None = None,
    into: IO[bytes] | None = None, hidden: tuple[str, ...] = (),
) -> str:  # fmt: skip
    """Run a program to its end and return what it wrote, unless that goes `into` a file. Failed has its complaint."""
    done = subprocess.run(
        [*_as(user), *map(str, words)],
        check=False, cwd=cwd, env=env or plain_environment(), errors="replace", stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL, stdout=into or subprocess.PIPE,
    )  # fmt: skip
    if done.returncode:
        said = (done.stderr or done.stdout or "").strip()[-_TAIL:]
        for each in hidden:
            said = said.replace(each, "***")
        raise Failed(f"{words[0]} {words[1]}: exit code {done.returncode}: {said}")
    return done.stdout or ""


def as_user(user: str, *words: str | Path) -> list[str]:
    """The command with which root runs a program as somebody else."""
    return [*_as(user), *map(str, words)]


def plain_environment() -> dict[str, str]:
    """The environment without what opens the bucket."""
    return {name: value for name, value in os.environ.items() if name not in KEYS}


def _as(user: str) -> list[str]:
    return ["runuser", "-u", user, "--"] if user and os.geteuid() == 0 else []
