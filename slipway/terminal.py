"""Where things are printed: results to standard output, everything else to standard error."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from slipway.errors import ProgramError

if TYPE_CHECKING:
    from slipway.errors import SlipwayError

STANDARD_OUTPUT = "standard output"
_FILE_WIDTH = 160  # columns where no terminal says otherwise


class _Results(Console):
    """Standard output. That its reader leaves, as `head` does, is no failure; any other `OSError` names it."""

    def print(self, *objects: Any, **how: Any) -> None:
        """What Rich's own does."""
        try:
            super().print(*objects, **how)
        except OSError as error:
            error.filename = error.filename or STANDARD_OUTPUT
            raise

    def on_broken_pipe(self) -> None:
        """Print nothing more."""
        self.quiet = True
        discard_output()


def stdout() -> Console:
    """For results. Colour on a terminal only, and never with `NO_COLOR`."""
    return _Results(
        highlight=False, width=None if sys.stdout.isatty() else _FILE_WIDTH, soft_wrap=not sys.stdout.isatty()
    )


def stderr() -> Console:
    """For notices, progress and errors. What is printed is text as it stands: no markup, no emoji codes."""
    return Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)


def accept_any_text() -> None:
    """Let both streams replace what the terminal's encoding lacks, where they would stop at it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def write_result(text: str) -> None:
    """Write to standard output at once, in UTF-8 whatever the terminal speaks. Raises `ProgramError` if it cannot."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        discard_output()
    except OSError as error:
        discard_output()
        raise ProgramError(f"{STANDARD_OUTPUT} cannot be written: {error.strerror}.") from error


def discard_output() -> None:
    """Send what is still to be written nowhere: Python would complain at its end otherwise."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def report_error(error: SlipwayError) -> None:
    """An error as the user sees it."""
    stderr().print(Text.assemble(("error:", "bold red"), " ", str(error)))


def report_output(title: str, output: str) -> None:
    """What a program printed, apart from the result."""
    if output.strip():
        console = stderr()
        console.print(title, style="dim")
        for line in output.rstrip().splitlines():
            console.print(f"  {line}", style="dim")
