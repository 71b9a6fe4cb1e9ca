"""The fourth phase: a day in which both sides are there, and one looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.move import services
from slipway.move.model import Phase, Step

if TYPE_CHECKING:
    from slipway.move.context import Move


def watch(move: Move) -> Phase:
    """What to look at, and what ends the move."""
    steps = [_look(move), _own(move), _end(move)]
    text = "24 hours, in which the old side is kept as it is, stopped and with its data."
    return Phase("watch", "Watch for 24 hours", text, tuple(steps))


def _look(move: Move) -> Step:
    target = move.target
    limits = "; ".join(target.alerts)
    text = (
        f"The application's own limits: {limits}."
        if limits
        else "The application names no limits: look at errors and times."
    )
    text += (
        " Look after 15 minutes, an hour, and in the first busy hour of the day. Beyond a limit that stays: phase 5."
    )
    commands: list[str] = []
    if target.alarms:
        commands.append("to_aws cloudwatch describe-alarms --state-value ALARM --query 'MetricAlarms[].AlarmName'")
    if target.runs == "worker":
        commands.append(f"npx wrangler tail {target.services[0].unit} --status error")
    commands += [
        f"curl -fsS -o /dev/null -w '%{{http_code}} %{{time_total}}\\n' {move.scheme}://{name.host}{path}"
        for name in move.switched
        if name.part == "services"
        for path in target.asked(name.host)
    ]
    return Step(key="look", title="Look", text=text, commands=tuple(commands), good="no alarm, 200.", minutes=24 * 60)


def _own(move: Move) -> Step:
    """What was done by hand becomes what the stack files say."""
    target = move.target
    text = (
        f"The record of each name leads to the new side, and belongs to the old side's state. Let that forget it, write the"
        f" hosts and `dns` of `{target.stack}` as they shall stay, name the record under `adopt` (docs/existing.md), and"
        " deploy: the preview must show imports and no replacement. The time to live is set back by that, too."
        if move.switched
        else f"Write `{target.stack}` as it shall stay, and deploy."
    )
    if move.switched and target.cloud == "engine":
        text = (
            f"The record of each name leads to what stands before `{target.stack}`, which itself makes no records. Let the old"
            " side's state forget it, or taking that down deletes it; from then on it is kept by hand."
        )
    commands = [f'pulumi stack --show-urns --stack "$FROM" | grep -F {name.host}' for name in move.switched]
    if move.switched:
        once = "" if target.cloud == "engine" else ", once adopt names it"
        commands.append(f'echo "pulumi state delete --stack $FROM URN   # of each record above{once}"')
    commands.append('tools/gate up "$TO"')
    return Step(key="own", title="Let the new stack own what it serves", text=text, commands=tuple(commands),
        good="a second `tools/gate preview` shows no change.", minutes=30)  # fmt: skip


def _end(move: Move) -> Step:
    source = move.source
    text = (
        f"After the 24 hours, and not before you have a backup of the new side: take `{source.stack}` down as docs/data.md has it"
        " (“Taking a whole stack down”). Its data ends with that, and so does phase 5."
    )
    if not move.moves_postgres and source.postgres is not None:
        text += " The database is shared and stays: it is in no state of the old side." if source.postgres.kind in (
            "external", "existing") else ""  # fmt: skip
    if source.site is not None and move.target.site is None:
        text += " It still has the frontend's files: move them first."
    commands = [*services.quiet(source, on=True)] if source.alarms and move.moves_data else []
    commands += move.leave()
    commands.append('rm -rf "$MOVE"')
    return Step(key="end", title="End the move", text=text, commands=tuple(commands), minutes=30,
        good="nothing of the move is left: no bridge, no dump.")  # fmt: skip
