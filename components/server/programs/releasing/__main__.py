"""The commands, one at a time."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import sys
import time
from typing import TYPE_CHECKING

from . import deploying, slots
from .document import read
from .running import active
from .saying import LOGS, Failed, hide, say
from .state import HOME, load

if TYPE_CHECKING:
    from collections.abc import Iterator

WAIT = 1800  # seconds for the deployment that runs
USAGE = "usage: release.py deploy <DOCUMENT | rollback [ID] | restart SERVICE | status | resume"


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Nobody else changes this server meanwhile. The lock is free as soon as its holder is dead."""
    with (HOME / "lock").open("a+") as file:
        deadline, said = time.monotonic() + WAIT, False
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                file.seek(0)
                who = f"another deployment runs ({file.read().strip()})"
            if time.monotonic() > deadline:
                raise Failed(f"{who} and has not ended in {WAIT} seconds; nothing was changed")
            if not said:
                say(f"{who}; waiting for its end")
            said = True
            time.sleep(1)
        file.truncate(0)
        file.write(f"process {os.getpid()} since {time.strftime('%H:%M:%S', time.gmtime())} UTC")
        file.flush()
        yield


def status() -> None:
    """Print what serves. It holds no variable."""
    state = load()
    told = {
        "app": state.app,
        "serving": state.serving,
        "former": state.former,
        "changing": bool(state.begun),
        "releases": sorted(state.releases, key=lambda each: -float(state.releases[each]["at"])),
        "services": {
            each.name: {
                "slot": (slot := state.slots[each.name]),
                "active": active(f"{each.unit}@{slot}"),
                "ports": {port: slots.problem(each, port) or "well" for port in each.ports(slot)},
            }
            for each in deploying.serving(state)
        },
    }
    sys.stdout.write(f"{json.dumps(told, indent=2)}\n")


def stopped(number: int, _: object) -> None:
    """End as a failure does: what served goes on."""
    raise Failed(f"stopped by {signal.Signals(number).name}")


def main(words: list[str]) -> None:
    """Do what the words say."""
    document = None
    match words:
        case ["status"]:
            return status()
        case ["deploy"]:
            document = read(sys.stdin.read())
        case ["rollback"] | ["rollback", _] | ["restart", _] | ["resume"]:
            pass
        case _:
            raise Failed(USAGE)
    with alone():
        state = load()
        for each in slots.ETC.glob("env/*.env"):
            hide(*slots.secrets_in(each.read_text()))
        deploying.resume(state)
        match words:
            case ["deploy"] if document:
                deploying.deploy(state, document)
            case ["rollback", *which]:
                deploying.rollback(state, which[0] if which else "")
            case ["restart", name]:
                deploying.restart(state, name)
    return None


if __name__ == "__main__":
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # who called may lose the connection: the work goes on to its end
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, stopped)
    LOGS.mkdir(parents=True, exist_ok=True)
    try:
        main(sys.argv[1:])
    except (Failed, OSError) as error:
        say(str(error))
        sys.exit(1)
