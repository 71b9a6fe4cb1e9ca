"""What a drill found: each part of the backup with what the server counted and what was restored."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

SAME = "same"
NEWER = "newer"
RIGHT = (SAME, NEWER)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is counted, as a table."""

    part: str
    """Where it is: postgres, sqlite, redis."""
    name: str
    """What it is."""
    expected: int | None
    """How many the manifest says; None where it knows of none."""
    found: int | None
    """How many there are; None where there is none."""
    verdict: str
    """`same`, `newer` in a copy that is newer than what it is compared with, or what differs."""

    def to_json(self) -> dict[str, Any]:
        """As `--json` prints it."""
        return {
            "part": self.part,
            "name": self.name,
            "expected": self.expected,
            "found": self.found,
            "verdict": self.verdict,
        }


@dataclass(frozen=True, slots=True)
class Copied:
    """The newest change that the continuous copy has."""

    taken: str
    """When it was copied, UTC."""
    point: float
    """Seconds since then. That is no loss where nothing was written since."""


@dataclass(slots=True)
class Outcome:
    """The whole drill."""

    stack: str
    repository: str
    snapshot: str
    """The snapshot's short id."""
    taken: str
    """The moment whose data it has, UTC."""
    point: float
    """Seconds since then: what would be lost."""
    copied: Copied | None = None
    """The newest change of the continuous copy; None where there is no such copy, or it did not come back."""
    time: float = 0
    """Seconds that the restoring took, with everything that was asked."""
    steps: dict[str, float] = field(default_factory=dict)
    """The seconds of each step."""
    lines: list[Line] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """What is wrong, in sentences."""

    @property
    def equal(self) -> bool:
        """Whether everything came back as it was."""
        return not self.faults

    def compare(self, part: str, expected: Mapping[str, Any], found: Mapping[str, Any]) -> None:
        """Hold what the manifest says against what was restored; both give `count` and `sum` by name."""
        for name in sorted({*expected, *found}):
            told, seen = expected.get(name), found.get(name)
            line = Line(part, name, told and told["count"], seen and seen["count"], _verdict(told, seen))
            self.lines.append(line)
            if line.verdict != SAME:
                self.faults.append(f"{part}: {name}: {line.verdict}")

    def show(self, part: str, older: Mapping[str, Any], found: Mapping[str, Any]) -> None:
        """Show what a copy has that is newer than the manifest; only what is not there at all differs."""
        for name in sorted({*older, *found}):
            told, seen = older.get(name), found.get(name)
            verdict = NEWER if seen else "the daily copy has it, and the newer one does not"
            self.lines.append(Line(part, name, told and told["count"], seen and seen["count"], verdict))
            if verdict != NEWER:
                self.faults.append(f"{part}: {name}: {verdict}")

    def to_json(self) -> dict[str, Any]:
        """As `--json` prints it."""
        return {
            "stack": self.stack,
            "repository": self.repository,
            "snapshot": self.snapshot,
            "equal": self.equal,
            "taken": self.taken,
            "recovery_point_seconds": round(self.point),
            "copied": self.copied and self.copied.taken,
            "copied_seconds": self.copied and round(self.copied.point),
            "recovery_time_seconds": round(self.time, 1),
            "steps": {name: round(seconds, 1) for name, seconds in self.steps.items()},
            "differences": self.faults,
            "contents": [line.to_json() for line in self.lines],
        }


def _verdict(told: Mapping[str, Any] | None, seen: Mapping[str, Any] | None) -> str:
    if seen is None:
        return "the server had it, and it did not come back"
    if told is None:
        return "it came back, and the server did not have it"
    if told["count"] != seen["count"]:
        return f"{seen['count']} came back of {told['count']}"
    return SAME if told["sum"] == seen["sum"] else "as many came back, with other content"
