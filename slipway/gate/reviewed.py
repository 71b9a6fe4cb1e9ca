"""What was reviewed is what is deployed: a preview's steps in short, kept from the review until the deployment."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slipway.errors import ProgramError, UsageError
from slipway.files import write
from slipway.gate.commit import CHANGED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from slipway.engine.results import Step

VERSION = 1
_SHOWN = 20  # differences; more help nobody


@dataclass(frozen=True, slots=True)
class Review:
    """A stack's preview at a commit. `steps` maps each URN that changes to its operations and their digest."""

    stack: str
    commit: str
    steps: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, stack: str, commit: str, steps: Sequence[Step]) -> Review:
        """The review of a preview. Physical names, which the engine makes up anew each time, do not count."""
        grouped: dict[str, list[dict[str, Any]]] = {}
        for step in steps:
            if step.op != "same":
                grouped.setdefault(step.urn, []).append(_essence(step))
        return cls(stack, commit, {urn: _short(found) for urn, found in sorted(grouped.items())})

    def write(self, file: Path) -> None:
        """Keep it for the deployment."""
        content = {"version": VERSION, "stack": self.stack, "commit": self.commit, "steps": self.steps}
        write(file, json.dumps(content, indent=1, sort_keys=True) + "\n")

    @classmethod
    def read(cls, file: Path) -> Review:
        """A review that was kept. Raises `UsageError` for a file that is none."""
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            if content["version"] != VERSION:
                raise UsageError(f"{file}: version {content['version']!r}; this Slipway reads {VERSION}. Preview anew.")
            return cls(content["stack"], content["commit"], dict(content["steps"]))
        except OSError as error:
            raise UsageError(
                f"{file}: no reviewed preview here: {error.strerror}. `tools/gate preview` writes it."
            ) from None
        except (ValueError, KeyError, TypeError):
            raise UsageError(f"{file}: is not a reviewed preview, as `tools/gate preview` writes it.") from None

    def must_be(self, fresh: Review) -> None:
        """Raises `ProgramError` where a fresh preview is not what was reviewed, saying how they differ."""
        if self.stack != fresh.stack:
            raise UsageError(f"the reviewed preview is one of stack {self.stack!r}, not of {fresh.stack!r}.")
        if not self.commit or self.commit.endswith(CHANGED):
            raise ProgramError(
                f"the preview was made of {self.commit or 'no known commit'}: nobody can review that. "
                "Commit, and preview again."
            )
        if self.commit != fresh.commit:
            raise ProgramError(
                f"reviewed was commit {self.commit}, and checked out is {fresh.commit or 'no known commit'}. "
                "Deploy the commit that was reviewed, or review this one."
            )
        differences = [*self._differences(fresh)]
        if differences:
            shown = "\n".join(f"  {line}" for line in differences[:_SHOWN])
            more = f"\n  and {len(differences) - _SHOWN} more" if len(differences) > _SHOWN else ""
            raise ProgramError(
                "what would be done now is not what was reviewed. Something else has changed since: a deployment, a "
                f"secret, a look-up.\n{shown}{more}\nNothing was changed. Preview again, and review that."
            )

    def _differences(self, fresh: Review) -> list[str]:
        lines = []
        for urn in sorted({*self.steps, *fresh.steps}):
            before, now = self.steps.get(urn, _NOTHING), fresh.steps.get(urn, _NOTHING)
            if before["operations"] != now["operations"]:
                lines.append(f"{urn}: reviewed: {before['operations']}; now: {now['operations']}")
            elif before["digest"] != now["digest"]:
                lines.append(f"{urn}: {now['operations']}, with other properties than were reviewed")
        return lines


_NOTHING: Mapping[str, str] = {"operations": "no change", "digest": ""}


def _essence(step: Step) -> dict[str, Any]:
    """What a reviewer sees of a step. The inputs of an update count too: it keeps its names, so they are the same."""
    inputs = (step.new or {}).get("inputs") if step.op == "update" else None
    return {
        "op": step.op,
        "reasons": sorted({*step.diff_reasons, *step.replace_reasons}),
        "detail": sorted((path, str(detail.get("kind", ""))) for path, detail in step.detailed_diff.items()),
        "inputs": inputs,
    }


def _short(steps: list[dict[str, Any]]) -> dict[str, str]:
    ordered = sorted(json.dumps(step, sort_keys=True) for step in steps)
    operations = sorted({step["op"] for step in steps})
    return {
        "operations": ", ".join(operations),
        "digest": hashlib.sha256("\n".join(ordered).encode()).hexdigest(),
    }
