"""Where things are printed: results to standard output, everything else to standard error."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from slipway.errors import SlipwayError

_FILE_WIDTH = 160  # columns where no terminal says otherwise


def stdout() -> Console:
    """For results. Colour on a terminal only, and never with `NO_COLOR`."""
    return Console(
        highlight=False, width=None if sys.stdout.isatty() else _FILE_WIDTH, soft_wrap=not sys.stdout.isatty()
    )


def stderr() -> Console:
    """For notices, progress and errors."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def report_error(error: SlipwayError) -> None:
    """An error as the user sees it."""
    stderr().print(f"[bold red]error:[/] {_plain(str(error))}")


def report_output(title: str, output: str) -> None:
    """What a program printed, apart from the result."""
    if output.strip():
        console = stderr()
        console.print(f"[dim]{_plain(title)}[/]")
        for line in output.rstrip().splitlines():
            console.print(f"[dim]  {_plain(line)}[/]")


def _plain(text: str) -> str:
    """Text that rich prints as it is."""
    return text.replace("[", "\\[")
