"""The Pulumi CLI with the environment that it runs in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slipway.engine.process import Running
from slipway.errors import ProgramError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from slipway.engine.process import Finished

QUIET = ("--non-interactive", "--color", "never")
_SHORT_SECONDS = 60


def with_packs(folders: Iterable[Path]) -> list[str]:
    """The flags that let policy packs judge."""
    return [part for folder in folders for part in ("--policy-pack", str(folder.absolute()))]


class EngineError(ProgramError):
    """The engine refused something that it needs before it can work; the message has what it said."""


@dataclass(frozen=True, slots=True)
class Cli:
    """A `pulumi` to run, and its environment variables."""

    program: Path
    environment: Mapping[str, str]

    def run(self, arguments: Sequence[str], folder: Path, seconds: float) -> Finished:
        """Run a command in `folder` without asking and without colour, however it ends within `seconds`."""
        return self.start(arguments, folder).finish(seconds)

    def start(self, arguments: Sequence[str], folder: Path) -> Running:
        """Start a command as `run` does; it goes on beside us."""
        return Running([str(self.program), *arguments, *QUIET], folder, self.environment)

    def must(self, *arguments: str, folder: Path) -> str:
        """What a short command says on stdout. Raises `EngineError` where it fails."""
        finished = self.run(arguments, folder, _SHORT_SECONDS)
        if finished.exit_code != 0:
            said = finished.stderr.strip() or finished.stdout.strip()
            message = f"`pulumi {' '.join(arguments[:2])}` failed (exit {finished.exit_code}): {said}"
            raise EngineError(message)
        return finished.stdout
