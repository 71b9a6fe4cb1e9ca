"""The commands: `run FACTS` copies, `age FACTS` says whether the last copy is young, `contents KIND WHAT` counts."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import postgres, redis, repository, sqlite
from .copying import copies, facts
from .running import Failed, run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .copying import Facts

HOUR = 3600
YOUNG = 26 * HOUR  # a day, the delay of the timer, and a copy that takes its time
WEEK = 7 * 24 * HOUR
UNIT = "slipway-backup.service"
USAGE = "usage: python3 -m backup run FACTS | age FACTS | contents postgres|sqlite|redis WHAT"
ERROR, INFORMATION = 3, 6  # as the journal numbers them


def say(text: str, level: int = INFORMATION) -> None:
    """A line for the journal."""
    mark = f"<{level}>" if "JOURNAL_STREAM" in os.environ else ""
    sys.stderr.write(f"{mark}slipway: {text}\n")
    sys.stderr.flush()


@contextmanager
def alone(told: Facts) -> Iterator[None]:
    """No other run of this server. The lock is free as soon as its holder is dead."""
    with (told.home / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failed("another backup runs; this one did nothing") from None
        yield


def back_up(told: Facts) -> None:
    """Copy, send, forget what is old, and once a week look at what is there. Only then is it a good one."""
    told.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with alone(told):
        folder, begun = told.home / "data", time.time()
        shutil.rmtree(folder, ignore_errors=True)  # of a run that was killed
        folder.mkdir(mode=0o700)
        try:
            what = copies(told, folder)
            repository.opened()
            snapshot = repository.store(told, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        repository.forget(told)
        state = remembered(told)
        if begun - state.get("checked", 0) > WEEK - HOUR:
            repository.check(int(begun // WEEK))
            state["checked"] = begun
        remember(told, {**state, "good": begun})
        say(f"backup {snapshot[:8]} of {told.stack} in {time.time() - begun:.0f} seconds: {what}")
        age(told)


def age(told: Facts) -> bool:
    """Let nginx show that the last good copy is young, or no longer."""
    good = remembered(told).get("good")
    young = good is not None and -HOUR < time.time() - good < YOUNG
    if young:
        told.well.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        fresh = told.well.with_name(f"{told.well.name}.new")
        fresh.write_text("the last backup is less than 26 hours old\n")
        fresh.chmod(0o644)
        fresh.replace(told.well)
    else:
        told.well.unlink(missing_ok=True)
        last = "there is none yet" if good is None else time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(good))
        say(f"no good backup of {told.stack} in 26 hours; the last one: {last}", ERROR)
    return young


def remembered(told: Facts) -> dict[str, float]:
    """When the last good run and the last check began."""
    with suppress(OSError, ValueError):
        return dict(json.loads((told.home / "state.json").read_text()))
    return {}


def remember(told: Facts, state: dict[str, float]) -> None:
    """Write that down, whole."""
    fresh = told.home / "state.json.new"
    fresh.write_text(json.dumps(state))
    fresh.replace(told.home / "state.json")


def counted(kind: str, what: str) -> dict[str, dict[str, Any]]:
    """What is in a database or a file."""
    match kind:
        case "postgres":
            return postgres.contents(what)
        case "sqlite":
            return sqlite.contents(Path(what))
        case "redis":
            return redis.contents(Path(what))
        case _:
            raise Failed(USAGE)


def stopped(number: int, _: object) -> None:
    """End as a failure does."""
    say(f"stopped by {signal.Signals(number).name}", ERROR)
    sys.exit(1)


def main(words: list[str]) -> None:
    """Do what the words say."""
    match words:
        case ["run", file]:
            os.umask(0o077)
            back_up(facts(Path(file)))
        case ["age", file]:
            if not age(facts(Path(file))):
                run("systemctl", "start", "--no-block", UNIT)  # a missed one is tried again every hour
        case ["contents", kind, what]:
            sys.stdout.write(json.dumps(counted(kind, what)))
        case _:
            raise Failed(USAGE)


if __name__ == "__main__":
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, stopped)
    try:
        main(sys.argv[1:])
    except (Failed, OSError, ValueError) as error:
        say(str(error), ERROR)
        sys.exit(1)
