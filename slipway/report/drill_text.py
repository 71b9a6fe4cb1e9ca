"""A drill as text for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from slipway.drill.outcome import RIGHT

if TYPE_CHECKING:
    from rich.console import Console

    from slipway.drill.outcome import Outcome

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def print_drill(console: Console, outcome: Outcome) -> None:
    """The table, recovery point and time, and the verdict."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("part", "what", "server", "restored", "verdict"):
        table.add_column(heading, no_wrap=heading != "verdict", justify="right" if heading in _NUMBERS else "left")
    for line in outcome.lines:
        style = "" if line.verdict in RIGHT else "bold red"
        numbers = ["-" if number is None else f"{number:,}" for number in (line.expected, line.found)]
        table.add_row(line.part, Text(line.name), *numbers, Text(line.verdict, style=style))
    console.print(table)
    console.print(f"snapshot        {outcome.snapshot} of {outcome.stack} in {outcome.repository}", markup=False)
    console.print(f"recovery point  {duration(outcome.point)}: the data is that of {outcome.taken}")
    if outcome.copied:
        console.print(f"copied last     {duration(outcome.copied.point)} ago by litestream: {outcome.copied.taken}")
    steps = ", ".join(f"{name} {duration(seconds)}" for name, seconds in outcome.steps.items())
    console.print(f"recovery time   {duration(outcome.time)}: {steps}")
    for fault in outcome.faults:
        console.print(Text.assemble(("differs", "bold red"), f"  {fault}"))
    console.print("all of it came back as it was" if outcome.equal else f"{len(outcome.faults)} found", style="bold")


_NUMBERS = ("server", "restored")


def duration(seconds: float) -> str:
    """A time as people say it."""
    if seconds < _MINUTE:
        return f"{seconds:.1f} s"
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.0f} min"
    return f"{seconds / _HOUR:.1f} h" if seconds < 2 * _DAY else f"{seconds / _DAY:.1f} days"
