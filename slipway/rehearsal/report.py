"""What a person sees of a rehearsal: its steps as they end, then all of them in a table."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Self

from rich.table import Table
from rich.text import Text

from slipway.rehearsal.results import Outcome

if TYPE_CHECKING:
    from rich.console import Console
    from rich.status import Status

    from slipway.rehearsal.results import Rehearsal, Result

SIMULATED = (
    "Simulated: the real Pulumi engine runs the project's own program, and its providers are simulated. "
    "No account is touched, no network is used."
)
_STYLES = {Outcome.PASSED: "green", Outcome.FAILED: "bold red"}
_DIM = "dim"
_WIDEST = len(Outcome.NOT_APPLICABLE.value)


class Lines:
    """A line for each step that begins, and one when it ends; a terminal shows the former only while it lasts.

    Safe for threads.
    """

    def __init__(self, console: Console) -> None:
        """`console` is where progress goes, which is never where results go."""
        self._console = console
        self._running: list[str] = []
        self._lock = threading.Lock()
        self._status: Status | None = None

    def __enter__(self) -> Self:
        """Say first what this is."""
        self._console.print(SIMULATED, style=_DIM)
        if self._console.is_terminal:
            self._status = self._console.status("")
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the lines and nothing else."""
        if self._status:
            self._status.stop()

    def began(self, name: str) -> None:
        """A step begins."""
        with self._lock:
            self._running.append(name)
            if not self._status:
                self._console.print(f"… {name}", style=_DIM)
            self._show()

    def ended(self, result: Result) -> None:
        """A step has ended."""
        with self._lock:
            if result.name in self._running:
                self._running.remove(result.name)
            why = f": {result.detail}" if result.outcome is Outcome.NOT_RUN else ""
            line = (_outcome(result), f"  {result.seconds:6.1f} s  ", (result.name, "bold"), why)
            self._console.print(Text.assemble(*line))
            self._show()

    def _show(self) -> None:
        if self._status:
            self._status.update(Text(", ".join(self._running)))


def print_rehearsal(console: Console, rehearsal: Rehearsal) -> None:
    """All steps as a table, then what failed in full, then the verdict."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Step", no_wrap=True)
    table.add_column("Outcome", no_wrap=True)
    table.add_column("Time", justify="right", no_wrap=True)
    table.add_column("What was seen")
    for result in rehearsal.results:
        seen = result.detail.partition("\n")[0]
        table.add_row(Text(result.name), _outcome(result), f"{result.seconds:.1f} s", Text(seen))
    console.print(table)
    for result in rehearsal.failed:
        console.print()
        console.print(Text.assemble(("failed", "bold red"), f"  {result.name}: {result.proves}"))
        console.print(Text(result.detail))
        console.print(Text(f"Log: {result.log}"))
    console.print()
    console.print(_verdict(rehearsal))
    if told := str(rehearsal.made_up):
        console.print(Text(told))
    if rehearsal.logs:
        console.print(Text(f"Logs: {rehearsal.logs}"))


def _verdict(rehearsal: Rehearsal) -> Text:
    counts = {outcome: sum(result.outcome is outcome for result in rehearsal.results) for outcome in Outcome}
    told = ", ".join(f"{number} {outcome.value}" for outcome, number in counts.items() if number)
    word, style = ("failed", "bold red") if rehearsal.failed else ("passed", "green")
    return Text.assemble(
        (f"{rehearsal.stack} {word}", style), f" its rehearsal (simulated) in {rehearsal.seconds:.0f} s: {told}"
    )


def _outcome(result: Result) -> Text:
    return Text(result.outcome.value.ljust(_WIDEST), style=_STYLES.get(result.outcome, _DIM))
