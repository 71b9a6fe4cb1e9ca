"""The encrypted repository in the bucket, by restic."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from .running import KEYS, Failed, run

if TYPE_CHECKING:
    from pathlib import Path

    from .copying import Facts

PARTS = 12  # a weekly check reads one of so many parts of all data: in as many weeks it has read everything
_WANTED = KEYS[:2]
_SECRET = KEYS[1:]


def restic(*words: str, cwd: Path | None = None) -> str:
    """Run restic, which reads its secrets from its environment."""
    if missing := [name for name in _WANTED if not os.environ.get(name)]:
        where = "/etc/slipway/credentials/restic.env has them"
        raise Failed(f"restic: {' and '.join(missing)} not in the environment; {where}")
    env = {"GOMAXPROCS": "1", "GOGC": "20", **os.environ}  # less memory, and a processor for the application
    hidden = tuple(value for name in _SECRET if (value := os.environ.get(name)))
    return run("restic", *words, env=env, cwd=cwd, hidden=hidden)


def opened() -> None:
    """The repository is there, and no lock of a run that was killed lies on it."""
    try:
        restic("cat", "config")
    except Failed as error:
        if "Is there a repository" not in str(error):
            raise
        restic("init")  # which refuses where one is: when the bucket was only out of reach nothing is lost
    restic("unlock")  # of dead processes here, and of machines that have not been heard of for half an hour


def store(told: Facts, folder: Path) -> str:
    """Send the folder as one snapshot: its id."""
    names = sorted(file.name for file in folder.iterdir())
    said = restic("backup", "--json", "--host", told.stack, "--tag", told.stack, *names, cwd=folder)
    for line in said.splitlines():
        if line.startswith("{") and (message := json.loads(line)).get("message_type") == "summary":
            return str(message["snapshot_id"])
    raise Failed(f"restic backup: it named no snapshot: {said[-500:]}")


def forget(told: Facts) -> None:
    """Remove what is older than is kept."""
    kept = ("--keep-daily", str(told.days), "--keep-weekly", str(told.weeks))
    restic("forget", "--quiet", "--host", told.stack, "--tag", told.stack, "--group-by", "host", *kept, "--prune")


def check(week: int) -> None:
    """Look at the structure of everything and at this week's part of the data."""
    restic("check", f"--read-data-subset={week % PARTS + 1}/{PARTS}")
