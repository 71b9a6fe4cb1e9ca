"""The fifth phase: the way back, until when it loses nothing, and what it loses later."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from slipway.move import data, names, postgres, services
from slipway.move.model import Phase, Step
from slipway.move.shell import word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slipway.move.context import Move

_WRITES = "(writes)"  # how a step begins that brings back what was written on the new side


def roll_back(move: Move) -> Phase:
    """Back as it was, and, where writes were made meanwhile, with these."""
    steps = [_close(move)] if move.moves_data else []
    if move.moves_data:
        steps += _with_writes(move)
    steps += [_open(move), *_names_back(move), _told(move)]
    if move.moves_data:
        text = (
            "Before the switch: only the steps without “(writes)”, and nothing is lost. After it: all steps, or without those"
            " of the writes and with the loss that is named at the top."
            f" Some {_minutes(steps, writes=False)} minutes without them, {_minutes(steps, writes=True)} with them (estimates)."
        )
    else:
        text = "At any time: both sides use the same data."
    return Phase("roll-back", "Roll back", text, tuple(steps))


def _minutes(steps: Iterable[Step], *, writes: bool) -> int:
    return sum(step.minutes for step in steps if writes or not step.title.startswith(_WRITES))


def loses(move: Move) -> tuple[str, ...]:
    """What going back loses, and from when on: sentences."""
    found: list[str] = []
    if move.moves_data:
        holders = _holders(move)
        found.append(
            f"Until people come to the new side (phase 3, step “{move.switch_title}”): nothing. The old data is complete and,"
            " since the stop, unchanged."
        )
        found.append(
            f"From the first write on the new side: everything that was written there since, in {holders}; unless it is brought"
            " back (phase 5, the steps with “(writes)”), which closes both sides about as long as the move did."
        )
    else:
        found.append(_nothing(move))
    if move.leaves_redis:
        found.append(
            "At any time: what the Redis of the new side has had since. Sessions and waiting work in it are not brought back."
        )
    if move.target.entries or move.target.queues or move.target.objects:
        kept = [*move.target.entries, *move.target.queues, *move.target.objects]
        found.append(f"At any time: what the new side keeps in {', '.join(kept)}, for which the old side has no place.")
    found.append("What was sent meanwhile stays sent: mail, payments, answers to webhooks.")
    found.append(f"After `{move.source.stack}` is taken down (end of phase 4) there is no way back.")
    return tuple(found)


def _nothing(move: Move) -> str:
    if move.source.postgres is None:
        return "Neither side keeps anything that the other one would miss: going back loses nothing."
    return (
        "Both sides use one database: going back loses no row, at any time. Only a migration that the old release does not"
        " understand would stand in the way, so none is deployed until the end."
    )


def _holders(move: Move) -> str:
    found = [
        word
        for word, moves in (
            ("PostgreSQL", move.moves_postgres),
            ("D1" if move.target.sqlite and move.target.sqlite.kind == "d1" else "SQLite", move.moves_sqlite),
            ("uploaded files", move.moves_uploads),
        )
        if moves
    ]
    return " and ".join(found)


def reverse(move: Move) -> Move:
    """The same move the other way. The sides keep their words: FROM is still the old one."""
    return replace(move, source=move.target, target=move.source)


def _close(move: Move) -> Step:
    return Step(
        key="back-stop",
        title=f"Close and drain {move.target.stack}",
        text="Nobody is served from here on." + services.caution(move.target),
        commands=(*services.stop(move.target), *services.hold_jobs(move.target), *services.hold_queues(move.target)),
        good=services.stopped_good(move.target),
        minutes=max(3, -(-move.target.drain // 60) + 2),
    )


def _with_writes(move: Move) -> list[Step]:
    back = reverse(move)
    steps: list[Step] = []
    if back.moves_postgres and back.source.postgres is not None:
        steps.append(postgres.shut(back.source, back.source.postgres))
    steps += data.exported(back)
    if back.moves_postgres and back.target.postgres is not None:
        steps.append(
            Step(
                key="postgres-writable",
                title=f"Let the database of {back.target.stack} take writes again",
                commands=postgres.open_again(back.target, back.target.postgres),
                good="no error.",
            )
        )
    steps += _sparing(back, data.imported(back))
    steps += data.checked(back)
    return [replace(step, key=f"back-{step.key}", title=f"{_WRITES} {step.title}") for step in steps]


def _sparing(back: Move, steps: Iterable[Step]) -> list[Step]:
    """D1 takes a file into an empty database only, and the old one still has its rows."""
    if back.target.sqlite is None or back.target.sqlite.kind != "d1":
        return list(steps)
    empty = (
        f'npx wrangler d1 execute {word(back.target.sqlite.path)} --remote --config "$MOVE/{back.target.low}/wrangler.jsonc"'
        ' --command "PRAGMA defer_foreign_keys = on; $(sqlite3 "$MOVE/data.db" <tools/sqlite_to_d1/drop_tables.sql)"'
    )
    text = "The first command empties the old database; its rows are in this file, and in Time Travel."
    return [
        replace(step, text=text, commands=(empty, *step.commands)) if step.key == "sqlite-import" else step
        for step in steps
    ]


def _open(move: Move) -> Step:
    source = move.source
    commands: list[str] = []
    if move.moves_postgres and source.postgres is not None:
        commands += postgres.open_again(source, source.postgres)
    commands += [*services.start(source), *services.release_jobs(source), *services.release_queues(source)]
    if not move.moves_data:
        commands = [*services.hold_jobs(move.target), *services.hold_queues(move.target), *commands]
    if source.alarms and move.moves_data:
        commands += services.quiet(source, on=True)
    return Step(key="back-start", title=f"Start {source.stack}", commands=tuple(commands), minutes=5,
        text="With everything that was held back there.", good="its health path answers 200.")  # fmt: skip


def _names_back(move: Move) -> list[Step]:
    if not move.switched:
        return []
    return [
        Step(
            key="back-switch",
            title="Lead the names to the old side again",
            text=f"Others keep the other answer for up to {move.kept_seconds or 'a few'} seconds.",
            commands=(
                *(line for name in move.switched for line in names.back(move.source, move.target, name)),
                *(line for name in move.switched for line in names.look(name)),
            ),
            good="the old answer everywhere.",
            minutes=max(1, -(-move.kept_seconds // 60)) + 1,
        )
    ]


def _told(move: Move) -> Step:
    text = f"Say that `{move.source.app}` is back, and keep `$MOVE`: what failed is found with it."
    return Step(key="back-online", title="Say that it is back", text=text, good="people work.")
