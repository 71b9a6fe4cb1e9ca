"""Which processes were started anew since the last look: PM2 does so when one ends, and systemd when PM2 does."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

WITHIN = 600  # seconds
OFTEN = 3  # times within these


class Seen:
    """What is remembered between two looks. Without it nothing is found, and everything with the next one."""

    def __init__(self, file: Path) -> None:
        self._file = file
        said: dict[str, Any] = {}  # Any: JSON
        with suppress(OSError, ValueError):
            said = json.loads(file.read_text())
        self.starts: list[float] = said.get("starts", [])
        self.running: dict[str, list[int]] = said.get("running", {})
        self.scarce: int = said.get("scarce", 0)
        self.copier: dict[str, Any] = said.get("copier", {})

    def keep(self) -> None:
        """Write it down, whole."""
        fresh = self._file.with_name(f"{self._file.name}.new")
        told = {"starts": self.starts, "running": self.running, "scarce": self.scarce, "copier": self.copier}
        fresh.write_text(json.dumps(told))
        fresh.replace(self._file)


def restarts(seen: Seen, units: dict[str, int]) -> Iterator[Fault]:
    """A service whose processes end again and again. A slot that a deployment starts is none."""
    now = time.time()
    running = {unit: [main, *children(main)] for unit, main in units.items()}
    for unit, processes in running.items():
        before = seen.running.get(unit)
        if before is not None:
            new = len(set(processes) - set(before)) if processes[0] == before[0] else 1
            seen.starts += [now] * new
    seen.running = running
    seen.starts = [at for at in seen.starts if 0 <= now - at < WITHIN]
    if len(seen.starts) >= OFTEN:
        yield Fault("restarts", f"processes were started anew {len(seen.starts)} times in {WITHIN // 60} minutes")


def children(parent: int) -> list[int]:
    """The processes that a process has started itself and that still run."""
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, mother = file.read_text().rpartition(")")[2].split()[:2]
            if int(mother) == parent and state != "Z":
                found.append(int(file.parent.name))
    return sorted(found)
