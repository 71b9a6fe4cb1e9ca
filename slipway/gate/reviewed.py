"""What was reviewed is what is deployed: a preview's steps in short, kept from the review until the deployment."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slipway.errors import ProgramError, UsageError
from slipway.files import write
from slipway.gate.commit import CHANGED
from slipway.gate.essence import essence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from slipway.engine.results import Step

VERSION = 2  # the first had no digest of what is created
_SHOWN = 20  # differences; more help nobody


@dataclass(frozen=True, slots=True)
class Review:
    """A stack's preview at a commit. `steps` has for each URN that changes the operations, and digests of properties.

    A secret is `[secret]` in a preview, and an output of what is not there yet is unknown: those cannot be compared.
    """

    stack: str
    commit: str
    steps: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(cls, stack: str, commit: str, steps: Sequence[Step]) -> Review:
        """The review of a preview. Physical names, which the engine makes up anew each time, do not count."""
        return cls(stack, commit, essence(steps))

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
            return cls(str(content["stack"]), str(content["commit"]), _checked(content["steps"]))
        except OSError as error:
            raise UsageError(
                f"{file}: no reviewed preview here: {error.strerror}. `tools/gate preview` writes it."
            ) from None
        except (ValueError, KeyError, TypeError, RecursionError):
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
                f"setting, a variable, a look-up.\n{shown}{more}\nNothing was changed. Preview again, and review that. "
                "In a pipeline of GitHub's: `Re-run all jobs`; with the failed ones only, it is the old preview again."
            )

    def _differences(self, fresh: Review) -> list[str]:
        lines = []
        for urn in sorted({*self.steps, *fresh.steps}):
            before, now = self.steps.get(urn, _NOTHING), fresh.steps.get(urn, _NOTHING)
            if before["operations"] != now["operations"]:
                lines.append(f"{urn}: reviewed: {before['operations']}; now: {now['operations']}")
            elif before["properties"] != now["properties"]:
                names = {*before["properties"], *now["properties"]}
                other = sorted(name for name in names if before["properties"].get(name) != now["properties"].get(name))
                lines.append(f"{urn}: {now['operations']}, not as it was reviewed: {', '.join(other)}")
        return lines


_NOTHING: Mapping[str, Any] = {"operations": "no change", "properties": {}}


def _checked(steps: Any) -> dict[str, Mapping[str, Any]]:
    """The steps of a file, which may be any JSON. Raises `TypeError`."""
    found = dict(steps)
    if not all(isinstance(step["operations"], str) and isinstance(step["properties"], dict) for step in found.values()):
        raise TypeError
    return found
