"""Orphans as text for a person: each with its two ways out, then what is none and what nobody looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from plan.urns import name_of
from slipway.report.tree import short_type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from slipway.orphans.coverage import NotCovered
    from slipway.orphans.finding import Found, Orphan, Other

_BECAUSE = {"name": "by its name", "tags": "by its tags", "only": "the only one of its type that is missing"}


def print_orphans(console: Console, title: str, found: Found, missing: Sequence[NotCovered]) -> None:
    """Everything that was found. `title` says of what and where."""
    count = len(found.orphans)
    style = "bold red" if count else "bold"
    console.print(Text.assemble(("Orphans", style), f"  {count or 'none'} in {title}; {found.recorded} are recorded"))
    for orphan in found.orphans:
        _print_orphan(console, orphan)
    _print_others(console, "Kept on purpose", found.kept)
    _print_others(console, "Made by AWS", found.of_aws)
    _print_others(console, "Going", found.going)
    if missing:
        console.print(Text("Not covered", style="bold"), Text("an orphan of these types would not be found"))
        table = Table(box=None, pad_edge=False, show_header=False)
        for each in missing:
            table.add_row(f"  {each.count}", short_type(each.type), Text(each.reason, style="dim"))
        console.print(table)


def _print_orphan(console: Console, orphan: Orphan) -> None:
    kind = short_type(orphan.type) if orphan.type else "type not known"
    name = orphan.tags.get("Name", "")
    data = ("  holds data", "yellow") if orphan.data else ""
    console.print(
        Text.assemble("  ", (kind, "bold"), f"  {orphan.id or orphan.arn}", f"  {name}" if name else "", data)
    )
    for line in (orphan.arn if orphan.id != orphan.arn else "", orphan.about):
        if line:
            console.print(Text(f"    {line}", style="dim"))
    console.print(Text(f"    {_place(orphan)}"))
    for command in orphan.delete:
        console.print(Text(f"    delete:    {command}"))
    if not orphan.delete:
        console.print(Text("    delete:    with the console or the AWS CLI of its service"))


def _place(orphan: Orphan) -> str:
    if not orphan.urn:
        return "take over: its place in the program is not clear; name it with --resource TYPE::NAME=ID"
    name = name_of(orphan.urn)
    if orphan.double:
        return f"double:    the state records another one as {name}; delete the one that is not wanted"
    return f"take over: as {name} ({_BECAUSE[orphan.because]}), with --import FILE"


def _print_others(console: Console, title: str, others: Sequence[Other]) -> None:
    if others:
        console.print(Text(title, style="bold"))
        for each in others:
            console.print(Text.assemble(f"  {each.arn}  ", (each.about, "dim")))
