"""What a rehearsal had to make up, so that nobody takes it for real."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slipway.simulated.lookups import simulated_lookups

if TYPE_CHECKING:
    from slipway.engine.workspace import Workspace


@dataclass(frozen=True, slots=True)
class MadeUp:
    """The functions whose results were made up, and the full keys of the secrets that had placeholders."""

    lookups: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()

    @classmethod
    def of(cls, workspace: Workspace, stack: str) -> MadeUp:
        """What a workspace has made up so far."""
        return cls(simulated_lookups(workspace.cloud), workspace.stacks.unset_secrets(stack))

    def __str__(self) -> str:
        """One line for a person, empty where nothing was made up."""
        told = [f"results of {', '.join(self.lookups)}"] if self.lookups else []
        told += [f"placeholders for {', '.join(self.secrets)}"] if self.secrets else []
        return f"Made up (docs/answers.md): {'; '.join(told)}" if told else ""

    def to_json(self) -> dict[str, list[str]]:
        """What `--json` prints of it."""
        return {"lookups": list(self.lookups), "secrets": list(self.secrets)}
