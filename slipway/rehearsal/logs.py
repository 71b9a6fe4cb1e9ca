"""The logs of rehearsals: one folder each, of which the newest few are kept."""

from __future__ import annotations

import re
import shlex
import shutil
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from slipway.files import hide_from_git

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

KEPT = 5  # folders of a stack; a person looks at the last one, and compares it with one before
LOGS = ".cache/rehearsals"  # below the project
_MADE_BY_US = re.compile(r"\d{8}-\d{6}-\d{6}\Z")


def new_folder(project: Path, stack: str) -> Path:
    """A folder for the logs of one rehearsal, below the project; older ones of the stack are removed."""
    above = project / LOGS / stack
    above.mkdir(parents=True, exist_ok=True)
    hide_from_git(project / LOGS)
    while True:
        folder = above / datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
        try:
            folder.mkdir()
        except FileExistsError:  # another one began in the same microsecond
            continue
        break
    made = sorted(each for each in above.iterdir() if _MADE_BY_US.match(each.name))
    for old in made[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return folder


class Log:
    """What the commands of one step said. Written at once, so that it is there when a step does not end."""

    def __init__(self, file: Path) -> None:
        """`file` is made with the first line."""
        self.file = file
        self._lock = threading.Lock()

    def command(self, arguments: Sequence[str]) -> None:
        """A command that begins."""
        self._write(f"$ pulumi {shlex.join(arguments)}\n")

    def ended(self, exit_code: int, seconds: float, stdout: str, stderr: str) -> None:
        """How it ended and what it said."""
        said = "".join(f"{text.rstrip()}\n" for text in (stdout, stderr) if text.strip())
        self._write(f"{said}[exit {exit_code} after {seconds:.1f} s]\n\n")

    def note(self, text: str) -> None:
        """Something that was done or seen besides."""
        self._write(f"# {text}\n")

    def _write(self, text: str) -> None:
        with self._lock:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            try:
                with self.file.open("a", encoding="utf-8") as opened:
                    opened.write(text)
            except OSError as error:
                error.filename = error.filename or str(self.file)  # a full disk is told of without one
                raise
