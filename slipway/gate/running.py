"""The mark of an `up` that is under way, and what is done about the lock that a killed one leaves behind.

The engine locks a stack while it changes it, and unlocks it however it ends, except when it is killed. Then the mark is
still there, and says that the lock is ours: while we held it nobody else could have one.
"""

from __future__ import annotations

import json
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from slipway.engine.files import write


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

    def clear(self) -> None:
        """Forget an `up` that has ended."""
        self.file.unlink(missing_ok=True)
        self.events.unlink(missing_ok=True)

    def put(self, engine: int) -> None:
        """Say that this process of the engine's is at work."""
        write(self.file, json.dumps(_identity(engine)))

    def left_a_lock(self) -> bool:
        """Whether an `up` was killed after it had locked the stack."""
        return self.file.exists() and self.events.exists() and self.events.stat().st_size > 0

    def still_runs(self) -> bool:
        """Whether the engine of the mark is alive, as far as this machine can tell."""
        try:
            about = json.loads(self.file.read_text(encoding="utf-8"))
            os.kill(about["engine"], 0)
            return bool(about == _identity(about["engine"]))
        except (OSError, ValueError, KeyError, TypeError):
            return False


def _identity(process: int) -> dict[str, str | int]:
    """A process, told apart from a later one with its number where the system says when it was started."""
    try:
        started = Path("/proc", str(process), "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        started = ""
    return {"engine": process, "started": started, "machine": socket.gethostname()}
