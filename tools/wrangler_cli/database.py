"""A D1 database, through wrangler."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from tools.wrangler_cli.running import WranglerError, run

if TYPE_CHECKING:
    from pathlib import Path

JsonValue = None | float | str  # what a column of an answer is


@dataclass(frozen=True, slots=True)
class Database:
    """A database by its name or binding. `options` say where: `--remote` in the account, `--local` on this machine."""

    wrangler: Path
    name: str
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
        return run(self.wrangler, "d1", "execute", self.name, *self.options, "--yes", *what)
