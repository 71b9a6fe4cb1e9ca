"""What the gate says of a stack: whether it goes on, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from slipway.danger.findings import UNPROVEN, Danger
from slipway.engine.missing import no_such_stack
from slipway.exit_codes import CLEAN, ENDANGERED, FAILED, FINDINGS, USAGE
from slipway.gate.engine import is_simulated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.engine.results import PreviewResult, Step, Violation

VERSION = 1
_LOCKED = ("the stack is currently locked by", "Another update is currently in progress")
_LOGIN = ("PULUMI_ACCESS_TOKEN must be set", "passphrase must be set", "incorrect passphrase")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a preview or a failure comes to, as a `Verdict` says it."""

    exit_code: int
    headline: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a stage ended. `headline` is one sentence, `detail` what the engine or a remedy adds to it.

    `steps` are those of the preview, `changes` count what was planned, or where `deployed` what was done.
    """

    stage: str
    stack: str
    exit_code: int
    headline: str
    detail: str = ""
    commit: str = ""
    simulated: bool = False
    deployed: bool = False
    steps: tuple[Step, ...] = ()
    changes: Mapping[str, int] = field(default_factory=dict)
    violations: tuple[Violation, ...] = ()
    danger: Danger = field(default_factory=Danger)

    @classmethod
    def ended(cls, stage: str, stack: str, judgement: Judgement) -> Self:
        """The verdict of a stage that has ended so, whether or not there was a preview."""
        return cls(
            stage=stage, stack=stack, exit_code=judgement.exit_code, headline=judgement.headline,
            detail=judgement.detail, simulated=is_simulated(),
        )  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """Plain data for whoever ran the stage."""
        return {
            "version": VERSION,
            "stage": self.stage,
            "stack": self.stack,
            "exitCode": self.exit_code,
            "headline": self.headline,
            "detail": self.detail,
            "commit": self.commit,
            "simulated": self.simulated,
            "deployed": self.deployed,
            "changes": dict(self.changes),
            "violations": [
                {
                    "pack": each.pack,
                    "policy": each.policy,
                    "level": each.level,
                    "message": each.message,
                    "urn": each.urn,
                }
                for each in self.violations
            ],
            "danger": self.danger.to_json(),
        }


def mandatory(violations: tuple[Violation, ...]) -> tuple[Violation, ...]:
    """Those that stop a change."""
    return tuple(found for found in violations if found.level == "mandatory")


def judge_preview(preview: PreviewResult, danger: Danger, stale: tuple[str, ...], stack: str) -> Judgement:
    """What is to be said of a preview. Unknown is never safe: a preview that fails has shown nothing."""
    broken = mandatory(preview.violations)
    if broken:
        return Judgement(FINDINGS, f"{_count(len(broken), 'mandatory finding')}: nothing is deployed.")
    if not preview.ok:
        return failure(preview.exit_code, preview.errors, stack, "the preview failed: nothing is deployed.")
    if danger.unapproved:
        what = _count(len(danger.unapproved), "resource")
        lost = "may" if all(found.happens == UNPROVEN for found in danger.unapproved) else "would"
        headline = f"the data of {what} {lost} be lost, and nobody approved of it: nothing is deployed."
        return Judgement(ENDANGERED, headline)
    if stale:
        these = "this line" if len(stale) == 1 else "these lines"
        headline = (
            f"{_count(len(stale), 'approval')} of what is not endangered: take {these} out of the approvals file."
        )
        return Judgement(USAGE, headline, "\n".join(stale))
    return Judgement(CLEAN, planned(preview.steps))


def failure(exit_code: int, errors: str, stack: str, headline: str) -> Judgement:
    """What is to be said of an engine that failed, with what helps where the cause is a known one."""
    if no_such_stack(exit_code, errors, stack):
        remedy = f"Make it once: pulumi stack init {stack}. Or the backend is another one (PULUMI_BACKEND_URL)."
        return Judgement(USAGE, f"the backend has no stack {stack!r}.", f"{errors}\n{remedy}")
    if any(sign in errors for sign in _LOCKED):
        remedy = (
            "Another run is changing this stack: wait until it has ended. Where you are sure that none is, one was "
            f"killed: pulumi cancel --stack {stack}, then docs/recovery.md."
        )
        return Judgement(FAILED, "the stack is locked: nothing was changed.", f"{errors}\n{remedy}")
    if any(sign in errors for sign in _LOGIN):
        remedy = "The gate needs the backend and the key of the secrets: docs/deploying.md."
        return Judgement(FAILED, headline, f"{errors}\n{remedy}")
    return Judgement(FAILED, headline, errors)


def planned(steps: tuple[Step, ...]) -> str:
    """What a preview would do, in words."""
    counts = Counter(step.op for step in steps if step.op in _WORDS)
    if not counts:
        return "nothing changes."
    return ", ".join(f"{counts[op]} to {word}" for op, word in _WORDS.items() if counts[op]) + "."


_WORDS = {
    "create": "create", "import": "import", "update": "update", "replace": "replace", "delete": "delete",
    "read": "read", "discard": "forget", "import-replacement": "import in place",
}  # fmt: skip


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
