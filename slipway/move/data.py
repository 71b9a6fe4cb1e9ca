"""The data step, in either direction: what is written down is exported, imported and compared, holder by holder."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from slipway.move import postgres, sqlite, uploads

if TYPE_CHECKING:
    from slipway.move.context import Move
    from slipway.move.facts import Sqlite
    from slipway.move.model import Step


def exported(move: Move) -> list[Step]:
    """What leaves the old side, once nothing writes there any more."""
    found: list[Step] = []
    if move.moves_postgres:
        found.append(postgres.export(move.source, move.gib))
    if move.moves_sqlite and move.source.sqlite is not None:
        found.append(sqlite.export(move.source, move.source.sqlite, move.gib))
    return found


def imported(move: Move) -> list[Step]:
    """What comes to the new side."""
    found: list[Step] = []
    if move.moves_postgres:
        found.append(postgres.load(move.source, move.target, move.gib))
    if move.moves_sqlite and move.target.sqlite is not None:
        found.append(sqlite.load(move.target, move.target.sqlite, move.gib))
    if move.moves_uploads:
        found.append(uploads.copy(move.source, move.target, "uploads-copy", "Copy the last uploaded files", 3))
    return found


def checked(move: Move) -> list[Step]:
    """That both sides have the same."""
    found: list[Step] = []
    if move.moves_postgres:
        found.append(postgres.check(move.source, move.target, move.gib))
    if move.moves_sqlite and move.target.sqlite is not None:
        found.append(sqlite.check(move.target, move.target.sqlite))
    if move.moves_uploads:
        found.append(uploads.check(move.source, move.target))
    return found


def trial(move: Move) -> list[Step]:
    """The same as a rehearsal, while the old side goes on: it gives the true times, and shows what does not fit."""
    found: list[Step] = []
    if move.moves_postgres:
        found.append(postgres.versions(move.source, move.target))
        found += [
            replace(step, key=f"trial-{step.key}", title=f"Trial: {step.title[0].lower()}{step.title[1:]}")
            for step in (
                postgres.export(move.source, move.gib),
                postgres.load(move.source, move.target, move.gib),
                postgres.check(move.source, move.target, move.gib),
            )
        ]
        last = found[-1]
        good = "the same but for what was written meanwhile. Write down how long each of the three took."
        found[-1] = replace(last, good=good)
    if move.moves_sqlite and move.source.sqlite is not None:
        found += _trial_sqlite(move, move.source.sqlite)
    if move.moves_uploads:
        step = uploads.copy(
            move.source, move.target, "uploads-first-copy", "Copy the uploaded files for the first time", 60
        )
        found.append(
            replace(step, text=f"{step.text} The last copy has only the rest to do. An estimate is not possible.")
        )
    return found


def _trial_sqlite(move: Move, database: Sqlite) -> list[Step]:
    """The copy of a file that is in use is whole too; into D1 it is tried on this machine."""
    step = sqlite.export(move.source, database, move.gib)
    title = f"Trial: {step.title[0].lower()}{step.title[1:]}"
    found = [replace(step, key="trial-sqlite-export", title=title, text="It may be in use: the copy is of one moment.")]
    if move.target.sqlite is not None and move.target.sqlite.kind == "d1":
        found.append(sqlite.tried(move.target, move.target.sqlite))
    return found
