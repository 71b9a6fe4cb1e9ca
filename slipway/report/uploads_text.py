"""A copy of uploaded files as text for a person."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from rich.filesize import decimal
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from slipway.uploads.outcome import Outcome

_SHOWN = 50  # faults; `--json` has all


@contextlib.contextmanager
def progress(console: Console) -> Iterator[Callable[[int, int], None]]:
    """What hears how many bytes are done of how many, and shows it on a terminal."""
    if not console.is_terminal:
        yield lambda _done, _of: None
        return
    columns = (TextColumn("copying"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as shown:
        task = shown.add_task("copying", total=None)
        yield lambda done, of: shown.update(task, completed=done, total=of)


def print_uploads(console: Console, outcome: Outcome) -> None:
    """The counts, what is wrong, and the verdict."""
    would = "would be " if outcome.dry_run else ""
    lines = [
        ("folder", f"{outcome.folder}: {_files(outcome.files)}, {decimal(outcome.bytes)}"),
        ("bucket", f"{outcome.bucket}/{outcome.prefix}"),
        (f"{would}copied", f"{_files(outcome.copied)}, {decimal(outcome.copied_bytes)}"),
        ("the same", _files(outcome.same)),
        (f"{would}deleted", _files(outcome.deleted) if outcome.deleted else ""),
        ("only there", _files(outcome.only_in_bucket) if outcome.only_in_bucket else ""),
        ("left out", ", ".join(f"{count} {what}" for what, count in outcome.left_out.items() if count)),
        ("aborted", f"{outcome.aborted} that a former copy had begun" if outcome.aborted else ""),
        ("checked", "" if outcome.dry_run else _files(outcome.checked)),
    ]
    for name, what in lines:
        if what:
            console.print(f"{name:<18}{what}", markup=False, soft_wrap=True)
    for number, (name, why) in enumerate(outcome.faults.items()):
        if number == _SHOWN:
            console.print(f"and {len(outcome.faults) - _SHOWN} more; --json has all", style="bold red")
            break
        console.print(Text.assemble(("not copied", "bold red"), f"  {name}: {why}"), soft_wrap=True)
    console.print(_verdict(outcome), style="bold", markup=False, soft_wrap=True)


def _verdict(outcome: Outcome) -> str:
    if outcome.faults:
        return f"{_files(len(outcome.faults))} of {outcome.files} not in the bucket as in the folder"
    return "nothing was written" if outcome.dry_run else "the bucket has all of it"


def _files(count: int) -> str:
    return f"{count:,} file" if count == 1 else f"{count:,} files"
