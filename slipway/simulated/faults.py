"""Faults on demand: what shall go wrong in the simulated cloud, and when.

They lie in `faults.json` of the cloud's folder. Whether an operation meets one is counted in files that are created
exclusively: the count is right over all provider processes, packages and commands, and a killed process loses none.
"""

from __future__ import annotations

import fnmatch
import json
import os
import shutil
import uuid
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

KINDS: Mapping[str, str] = {
    "fail": "an error of the provider",
    "throttle": "the cloud asks to slow down; tried again inside the provider, at most three times",
    "slow": "works after some seconds",
    "hang": "does not end before the engine cancels",
    "deaf": "does not end, even when the engine cancels",
    "die-before": "the provider ends before the change",
    "die-after": "the provider ends after the change, before it tells of it",
    "unhealthy": "made or changed, and then not well",
    "replace": "the provider asks for a new object, as an upgrade of a provider may",
}
OPERATIONS = ("create", "read", "update", "delete", "diff", "invoke")
_ONLY_AT = {"unhealthy": ("create", "update"), "replace": ("diff",)}
_LONGEST_SECONDS = 86_400
_FILE = "faults.json"
_COUNTS = ".faults"


class FaultError(ValueError):
    """A fault that cannot be; the message says which field, what was given and what is allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong. Raises `FaultError` for what cannot be.

    It meets the operations whose type and logical name fit the globs (of a function, its token and the token's last
    part), from the `nth` on, `times` of them; 0 for all that follow. `message` replaces the provider's usual words,
    `seconds` is how long `slow` waits.
    """

    kind: str
    operation: str = "create"
    type: str = "*"
    name: str = "*"
    nth: int = 1
    times: int = 1
    seconds: float = 0.0
    message: str = ""

    def __post_init__(self) -> None:
        """Refuse what would never happen, or not as it is meant."""
        if self.kind not in KINDS:
            raise FaultError(f"kind: given {self.kind!r}; allowed: {', '.join(KINDS)}.")
        allowed = _ONLY_AT.get(self.kind, OPERATIONS)
        if self.operation not in allowed:
            of = f" of {self.kind}" if self.kind in _ONLY_AT else ""
            raise FaultError(f"operation{of}: given {self.operation!r}; allowed: {', '.join(allowed)}.")
        for name, value, least in (("nth", self.nth, 1), ("times", self.times, 0)):
            if value < least:
                raise FaultError(f"{name}: given {value}; {least} or more is allowed.")
        if not 0 <= self.seconds <= _LONGEST_SECONDS:
            raise FaultError(f"seconds: given {self.seconds}; 0 to {_LONGEST_SECONDS} are allowed.")
        if self.kind == "slow" and not self.seconds:
            raise FaultError("seconds: given 0; a slow operation needs how many seconds it waits.")

    def fits(self, operation: str, token: str, name: str) -> bool:
        """Whether an operation is one of those that are counted."""
        return (
            operation == self.operation
            and fnmatch.fnmatchcase(token, self.type)
            and fnmatch.fnmatchcase(name, self.name)
        )


def write_faults(cloud: Path, faults: Sequence[Fault]) -> None:
    """Let these faults happen in a cloud from now on, counted anew; none, if there are none."""
    file = cloud / _FILE
    if faults:
        cloud.mkdir(parents=True, exist_ok=True)
        unfinished = cloud / f".{_FILE}.{os.getpid()}"
        counts = uuid.uuid4().hex  # a folder of their own: who still counts the old ones does not disturb
        unfinished.write_text(
            json.dumps({"counts": counts, "faults": [asdict(fault) for fault in faults]}, indent=1) + "\n",
            encoding="utf-8",
        )
        unfinished.replace(file)
    else:
        counts = ""
        file.unlink(missing_ok=True)
    for old in (cloud / _COUNTS).glob("*"):
        if old.name != counts:
            shutil.rmtree(old, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Met:
    """A fault that an operation met."""

    fault: Fault
    counts: Path

    def again(self) -> bool:
        """Count another try of the same operation; whether it meets the fault too."""
        return _meets(self.fault, self.counts)


class Faults:
    """What goes wrong in one cloud. Safe for threads and processes; without a file it costs one failed `open`."""

    def __init__(self, cloud: Path) -> None:
        """`cloud` is the folder that `write_faults` wrote to."""
        self._file = cloud / _FILE
        self._counts = cloud / _COUNTS

    def met(self, operation: str, token: str, name: str) -> Met | None:
        """Count an operation for every fault that it fits; the first fault that it meets."""
        try:
            run = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        faults = [Fault(**each) for each in run["faults"]]
        fitting = [
            (fault, self._counts / run["counts"] / str(position))
            for position, fault in enumerate(faults)
            if fault.fits(operation, token, name)
        ]
        met = [Met(fault, counts) for fault, counts in fitting if _meets(fault, counts)]
        return met[0] if met else None


def _meets(fault: Fault, counts: Path) -> bool:
    past = _number(counts) - fault.nth
    return past >= 0 and (past < fault.times or not fault.times)


def _number(counts: Path) -> int:
    """The next number in a folder, from 1; nobody else has it or gets it."""
    counts.mkdir(parents=True, exist_ok=True)
    number = 1 + sum(1 for _ in counts.iterdir())  # the next free one, unless others count at this moment
    while True:
        try:
            os.close(os.open(counts / str(number), os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        except FileExistsError:
            number += 1
        else:
            return number
