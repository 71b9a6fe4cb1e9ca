"""What a person reads of the dangers of a change."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.danger.findings import Danger


def report(danger: Danger) -> str:
    """The dangers as plain text, the worst first; one line says so where there are none."""
    return "\n".join(_lines(danger)) + "\n"


def _lines(danger: Danger) -> Iterator[str]:
    for found in danger.endangered:
        yield f"{'approved' if found.approved else 'DATA ENDANGERED'}: {found.urn}"
        yield f"  {found.happens}: {found.why}"
        if not found.approved:
            yield f"  {found.remedy}"
            if found.protected:
                yield "  The engine refuses it as long as the state protects it."
            yield f"  To approve: --approve {shlex.quote(found.urn)}"
    for renamed in danger.renamed:
        more = f", and {len(renamed.below)} below it" if renamed.below else ""
        yield f"probably renamed without an alias: {renamed.old}{more}"
        yield f"  now: {renamed.new}"
    named = {urn for renamed in danger.renamed for urn in (renamed.old, *renamed.below)}
    yield from (f"vanishes: {urn}" for urn in danger.vanished if urn not in named)
    for interrupted in danger.downtime:
        yield f"downtime: {interrupted.urn}"
        yield f"  {interrupted.sentence}"
    serving = {interrupted.urn for interrupted in danger.downtime} | {found.urn for found in danger.endangered}
    yield from (f"replaced: {urn}" for urn in danger.replaced if urn not in serving)
    yield from (f"note: {note.urn}: {note.message}" for note in danger.notes)
    yield from (f"no way back: {note.urn}: {note.message}" for note in danger.one_way)
    yield from (f"approval not needed: {urn}: no data of that URN is endangered here." for urn in danger.unneeded)
    if not danger.endangered:
        yield "No data is endangered."
