"""What a rehearsal comes to: a result for each of its steps."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from slipway.exit_codes import FAILED
from slipway.rehearsal.made_up import MadeUp

if TYPE_CHECKING:
    from pathlib import Path

VERSION = 1


class Outcome(enum.StrEnum):
    """How a step ended. Only a failed one makes its rehearsal fail."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not applicable"  # this stack has nothing that the step could be tried on
    NOT_RUN = "not run"  # a step that it stands on has failed, or the rehearsal was interrupted


@dataclass(frozen=True, slots=True)
class Result:
    """One step. `detail` says what was seen, or which difference made it fail, or why it was not run."""

    name: str
    proves: str
    outcome: Outcome
    seconds: float
    detail: str
    log: Path | None = None
    exit_code: int = FAILED  # of the command, where this failed

    def to_json(self) -> dict[str, Any]:
        """The step in the document that `--json` prints."""
        return {
            "name": self.name,
            "proves": self.proves,
            "outcome": self.outcome.value,
            "seconds": round(self.seconds, 1),
            "detail": self.detail,
            "log": str(self.log) if self.log else None,
        }


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """All steps of one stack's rehearsal, in the order in which they are told."""

    project: str
    stack: str
    seconds: float
    results: tuple[Result, ...]
    logs: Path | None = None
    made_up: MadeUp = field(default_factory=MadeUp)
    facts: dict[str, Any] = field(default_factory=dict)  # what else `--json` tells: any JSON

    @property
    def failed(self) -> tuple[Result, ...]:
        """The steps that failed."""
        return tuple(result for result in self.results if result.outcome is Outcome.FAILED)

    @property
    def exit_code(self) -> int:
        """The command's: that of the first step that failed, or 0."""
        return next((result.exit_code for result in self.failed), 0)

    def to_json(self) -> dict[str, Any]:
        """The document that `--json` prints."""
        return {
            "version": VERSION,
            "simulated": True,
            "project": self.project,
            "stack": self.stack,
            "ok": not self.failed,
            "seconds": round(self.seconds, 1),
            "steps": [result.to_json() for result in self.results],
            "made_up": self.made_up.to_json(),
            "logs": str(self.logs) if self.logs else None,
            **self.facts,
        }
