"""The mark of an `up` that is under way, and what is done about the lock that a killed one leaves behind.

One run at a time has the folder, from before its preview until it has ended: whoever is killed lets go of it, and who
has it not touches nothing here. So a mark is either of the run that has the folder, or of one that is dead.

The engine locks a stack while it changes it, and unlocks it however it ends, except when it is killed. Then the mark is
still there, and says that the lock is ours: while we held it nobody else could have one.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slipway.errors import ProgramError
from slipway.files import write

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENDED = "XZ"  # states of a process that is only waiting for somebody to ask how it ended


@dataclass(frozen=True, slots=True)
class Mark:
    """The file that is there while an `up` of a stack runs. Beside it the engine notes its events."""

    folder: Path

    @property
    def file(self) -> Path:
        """Where the process id of the engine and the machine's name stand."""
        return self.folder / "running.json"

    @property
    def events(self) -> Path:
        """What the engine tells while it runs. It tells the first thing when it has its lock."""
        return self.folder / "running.events"

    @contextmanager
    def taken(self) -> Iterator[bool]:
        """Whether this run has the folder, until the end of the block. Raises `ProgramError` where nobody can tell."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "running.lock").open("a", encoding="utf-8") as file:
            yield _locked(file.fileno(), self.folder)

    def clear(self) -> None:
        """Forget an `up` that has ended."""
        self.file.unlink(missing_ok=True)
        self.events.unlink(missing_ok=True)

    def put(self, engine: int) -> None:
        """Say that this process of the engine's is at work."""
        about = {"engine": engine, "started": _about(engine)[1], "machine": socket.gethostname()}
        write(self.file, json.dumps(about))

    def had_the_lock(self) -> bool:
        """Whether the engine of the last `up` here got as far as to lock the stack."""
        return self.events.exists() and self.events.stat().st_size > 0

    def left_a_lock(self) -> bool:
        """Whether an `up` was killed after it had locked the stack."""
        return self.file.exists() and self.had_the_lock()

    def still_runs(self) -> bool:
        """Whether the engine of the mark is alive. Raises `ProgramError` where this machine cannot tell."""
        about = self._read()
        if about is None:
            return False
        if about["machine"] != socket.gethostname():
            message = (
                f"an up was started in {self.folder} on the machine {about['machine']!r}, and whether it still runs is "
                "known there only: nothing was changed. Run tools/gate unlock there. Where you are sure that it has "
                f"ended, remove {self.file}; where the stack is locked, docs/recovery.md says what to do."
            )
            raise ProgramError(message)
        try:
            os.kill(about["engine"], 0)
        except ProcessLookupError:
            return False
        except PermissionError:  # it is another user's, and alive
            pass
        state, now = _about(about["engine"])
        if state in _ENDED:
            return False
        return not now or not about["started"] or now == about["started"]  # else a later one has its number

    def _read(self) -> dict[str, Any] | None:
        """What the mark says, None where there is none."""
        try:
            about = json.loads(self.file.read_text(encoding="utf-8"))
            return {"engine": int(about["engine"]), "started": about["started"], "machine": about["machine"]}
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            message = (
                f"{self.file}: is not the mark of an up, as tools/gate writes it: nothing was changed. Remove it when "
                "you are sure that no up of this stack is running."
            )
            raise ProgramError(message) from None


def _locked(descriptor: int, folder: Path) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        message = (
            f"{folder}: files cannot be locked here ({error.strerror}). Give a folder of this machine's: --out DIR."
        )
        raise ProgramError(message) from None
    return True


def _about(process: int) -> tuple[str, str]:
    """A process's state, and when it was started, to tell it from a later one with its number; a blank if untold."""
    try:
        told = Path("/proc", str(process), "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return told[0], told[19]
    except (OSError, IndexError):
        return " ", ""
