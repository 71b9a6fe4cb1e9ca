"""What a runbook is: phases in order, each with steps that have a time, a reason, commands and what is good."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do.

    `key` names it for programs and never changes. `minutes` is how long it takes, an estimate. `at` is when it begins,
    in minutes from the beginning of the cut-over, where it has a time. `good` is what one must see before going on.
    """

    key: str
    title: str
    text: str = ""
    commands: tuple[str, ...] = ()
    good: str = ""
    minutes: int = 1
    at: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain data for `--json`."""
        timed = {} if self.at is None else {"at": self.at}
        return {
            "key": self.key,
            "title": self.title,
            "text": self.text,
            "commands": list(self.commands),
            "good": self.good,
            "minutes": self.minutes,
            **timed,
        }


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the move. `text` says when it is, and what holds throughout."""

    key: str
    title: str
    text: str
    steps: tuple[Step, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain data for `--json`."""
        steps = [step.to_json() for step in self.steps]
        return {"phase": self.key, "title": self.title, "text": self.text, "steps": steps}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that the application has: where it is, where it will be, and what the move does about it."""

    what: str
    source: str
    target: str
    how: str

    def to_json(self) -> dict[str, Any]:
        """Plain data for `--json`."""
        return {"what": self.what, "from": self.source, "to": self.target, "how": self.how}


@dataclass(frozen=True, slots=True, kw_only=True)
class Runbook:
    """All of it. `open_points` have to be settled before anything else; `closed` are the minutes without service."""

    application: str
    source: str
    target: str
    lines: tuple[Line, ...]
    open_points: tuple[str, ...]
    estimates: tuple[str, ...]
    loses: tuple[str, ...]
    setup: tuple[str, ...]
    phases: tuple[Phase, ...]
    closed: int
    needs: tuple[str, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """Plain data for `--json`."""
        return {
            "version": VERSION,
            "application": self.application,
            "from": self.source,
            "to": self.target,
            "what": [line.to_json() for line in self.lines],
            "openPoints": list(self.open_points),
            "closedMinutes": self.closed,
            "estimates": list(self.estimates),
            "rollbackLoses": list(self.loses),
            "needs": list(self.needs),
            "setup": list(self.setup),
            "phases": [phase.to_json() for phase in self.phases],
        }
