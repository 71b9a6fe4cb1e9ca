"""The D1 database, through wrangler."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from pathlib import Path

JsonValue = None | float | str  # what a column of an answer is
_LAST = 15  # lines of what wrangler said


class WranglerError(Exception):
    """It did not do what it was asked; the message has what it said."""


@dataclass(frozen=True, slots=True)
class Target:
    """A database by its name or binding, in the account or on this machine."""

    wrangler: Path
    database: str
    options: tuple[str, ...]

    def query(self, *statements: str) -> list[list[dict[str, JsonValue]]]:
        """The rows that each of these statements answers with."""
        said = self._run("--json", "--command", ";\n".join(statements))
        try:
            answers = json.loads(said[said.index("[") :])
            found = [cast("list[dict[str, JsonValue]]", answer["results"]) for answer in answers]
        except (ValueError, KeyError, TypeError) as error:
            raise WranglerError(f"wrangler's answer is no list of results: {said[:300]}") from error
        if len(found) != len(statements):
            raise WranglerError(f"wrangler answers {len(statements)} statements with {len(found)} results")
        return found

    def execute(self, file: Path) -> None:
        """Run a file of statements. When one fails, the database is as it was."""
        self._run("--file", str(file))

    def _run(self, *what: str) -> str:
        return run(self.wrangler, "d1", "execute", self.database, *self.options, "--yes", *what)


def run(wrangler: Path, *command: str, seconds: float | None = None) -> str:
    """What wrangler prints, which nobody is there to answer. Raises `WranglerError` where it fails or takes longer."""
    environment = {"WRANGLER_SEND_METRICS": "false", "WRANGLER_HIDE_BANNER": "true", "NO_COLOR": "1", **os.environ}
    try:
        done = subprocess.run(
            [str(wrangler), *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            text=True,
            timeout=seconds,
        )
    except OSError as error:
        raise WranglerError(f"{wrangler} cannot be run: {error.strerror}") from error
    except subprocess.TimeoutExpired:
        raise WranglerError(f"wrangler did not end within {seconds:g} seconds, and was ended") from None
    if done.returncode != 0:
        lines = f"{done.stdout}\n{done.stderr}".strip().splitlines()
        raise WranglerError("\n".join(["wrangler failed:", *(line[:500] for line in lines[-_LAST:])]))
    return done.stdout
