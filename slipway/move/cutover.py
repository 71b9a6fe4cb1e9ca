"""The third phase, by the clock: notice, stop, drain, export, import, check, names."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from slipway.move import data, names, postgres, redis, services
from slipway.move.model import Phase, Step
from slipway.move.stage import smoke

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slipway.move.context import Move

_SPARE = 10  # minutes between the lowered time to live being everywhere and the beginning


def cut_over(move: Move) -> Phase:
    """The steps with their times; T is the moment in which people are told."""
    before, during = _before(move), _during(move)
    timed = [*_backwards(before), *forwards(during)]
    closed = closed_minutes(move)
    text = (
        f"T is the beginning of the announced window. Nobody is served for some {closed} minutes (an estimate)."
        if closed
        else "No data moves, so nobody is shut out: for a while both sides serve."
    )
    return Phase("cut-over", "Cut over", text, tuple(timed))


def closed_minutes(move: Move) -> int:
    """Minutes in which nobody is served: from the stop until everybody's name leads to the new side."""
    if not move.moves_data:
        return 0
    steps = _during(move)
    keys = [step.key for step in steps]
    first = keys.index("stop")
    last = keys.index("watch-switch") if "watch-switch" in keys else keys.index("start") + 1
    return sum(step.minutes for step in steps[first : last + 1])


def _before(move: Move) -> list[Step]:
    steps: list[Step] = []
    if lowered := [name for name in move.switched if names.can_lower(name)]:
        steps.append(
            Step(
                key="lower-ttl",
                title="Lower the time to live",
                text=(
                    f"Others keep the old answer for up to {move.slowest or 'an unknown number of'} seconds, so this comes"
                    " that long before, and longer. A deployment would set it back: none runs now."
                ),
                commands=tuple(line for name in lowered for line in names.lower(move.source, name)),
                good="no error.",
                minutes=math.ceil(2 * (move.slowest or 3600) / 60) + _SPARE,
            )
        )
        steps.append(
            Step(
                key="ttl-expired",
                title="See that the old time is over",
                commands=tuple(line for name in lowered for line in names.look(name)),
                good=f"the second column is {names.SHORT} or less everywhere. If not, wait; do not begin.",
                minutes=5,
            )
        )
    if move.moves_data:
        target = move.target
        held = services.stop(target) if target.runs != "worker" else ()
        if held:
            steps.append(
                Step(
                    key="hold-target",
                    title=f"Stop {target.stack}",
                    text="It shall write nothing while its data is put there." + services.caution(target),
                    commands=held,
                    good=services.stopped_good(target),
                    minutes=5,
                )
            )
        if reach := move.reach():
            steps.append(
                Step(
                    key="reach-again",
                    title="See that both sides' data can be reached",
                    text="In a new shell, the step “Reach the data of both sides” of phase 2 first.",
                    commands=_reached(move),
                    good="no error.",
                    minutes=5 if reach else 1,
                )
            )
    return steps


def _reached(move: Move) -> tuple[str, ...]:
    found: list[str] = []
    if move.moves_postgres:
        found.append(f"tools/compare-databases --apart {postgres.url(move.source)} {postgres.url(move.target)}")
    if move.moves_sqlite:
        found.append("sqlite3 --version")
    if move.moves_uploads:
        found.append('rclone size "FROM:$FROM_BUCKET"')
    return tuple(found)


def _during(move: Move) -> list[Step]:
    steps = [notice(move)]
    if held := (*services.hold_jobs(move.source), *services.hold_queues(move.source)):
        text = "A run that is under way ends by itself; wait for it."
        steps.append(
            Step(key="stop-jobs", title="Stop what runs by the clock", text=text, commands=held, good="no error.")
        )
    if move.leaves_redis and move.source.redis is not None:
        steps.append(redis.look(move))
    if move.moves_data:
        steps += _moved(move)
    else:
        steps.append(Step(key="check-target", title="Ask the new side once more", commands=smoke(move),
            good="each answer is 200.", minutes=2))  # fmt: skip
    steps += _led(move)
    return steps


def _moved(move: Move) -> list[Step]:
    source, target = move.source, move.target
    steps = [
        Step(
            key="stop",
            title=f"Close and drain {source.stack}",
            text=(
                "New requests are turned away, and what is under way has"
                f" {source.drain or 'a few'} seconds to end. From here nobody is served."
                f"{services.caution(source)}"
            ),
            commands=services.stop(source),
            good=services.stopped_good(source),
            minutes=move.drain_minutes,
        )
    ]
    if move.moves_postgres and source.postgres is not None:
        steps.append(postgres.shut(source, source.postgres))
    steps += [*data.exported(move), *data.imported(move), *data.checked(move)]
    commands = services.start(target) if target.runs != "worker" else ()
    text = f"With the data that was compared. Nobody is led there yet, but what `{target.stack}` does by itself, it does now."
    steps.append(
        Step(key="start", title=f"Start {target.stack}", text=text, commands=commands or ('tools/gate readback "$TO"',),
            good="no error.", minutes=4)
    )  # fmt: skip
    steps.append(
        Step(
            key="check-target",
            title="Ask the new side, and decide",
            text=(
                "The last moment in which going back loses nothing. If anything is wrong, or the window is nearly over: phase 5."
            ),
            commands=smoke(move),
            good="each answer is 200, and what you look up by hand is there. Write nothing.",
            minutes=3,
        )
    )
    return steps


def _led(move: Move) -> list[Step]:
    source, target = move.source, move.target
    steps: list[Step] = []
    if move.switched:
        shown = ", ".join(f"`{name.host}`" for name in move.switched)
        steps.append(
            Step(
                key="switch",
                title=move.switch_title,
                text=shown
                + (". From the first request on the new side has writes of its own." if move.moves_data else "."),
                commands=tuple(line for name in move.switched for line in names.switch(source, target, name)),
                good="no error.",
                minutes=1,
            )
        )
        steps.append(
            Step(
                key="watch-switch",
                title="See that people arrive",
                text=f"Others keep the old answer for up to {move.kept_seconds or 'a few'} seconds more.",
                commands=(
                    *(line for name in move.switched for line in names.look(name)),
                    *(
                        f"curl -fsS {move.scheme}://{name.host}{path}"
                        for name in move.switched
                        for path in (target.asked(name.host) if name.part == "services" else ("/",))
                    ),
                ),
                good="the new answer everywhere, and 200.",
                minutes=max(1, math.ceil(move.kept_seconds / 60)) + 1,
            )
        )
    else:
        steps.append(
            Step(
                key="switch",
                title=move.switch_title,
                text=(
                    f"No name that `{source.stack}` keeps leads people to it. Whoever calls it by its address needs the new"
                    " one: pages that are built with it, other companies, bookmarks."
                    if target.health
                    else f"`{target.stack}` has no public service, so no address to tell: from here on it does the work."
                ),
                commands=('pulumi stack output url --stack "$TO"',) if target.health else (),
                good="the pages that people load call the new address." if target.health else "its logs name no error.",
                minutes=5,
            )
        )
    if begun := (*services.release_jobs(target), *services.release_queues(target)):
        steps.append(Step(key="start-jobs", title="Start what runs by the clock", commands=begun, good="no error.",
            text="On the new side alone.", minutes=2))  # fmt: skip
    if target.webhooks:
        steps.append(_webhooks(move))
    steps.append(
        Step(key="online", title="Say that it is done", text="The notice of T+0 is taken back.", good="people work.")
    )
    if not move.moves_data and move.switched:
        steps.append(
            Step(
                key="stop",
                title=f"Drain {source.stack}",
                text=(
                    "Not before nobody asks it any more. Its connections end, and clients come back to the new side. Starting"
                    f" it again is the way back (phase 5).{services.caution(source)}"
                ),
                commands=services.stop(source),
                good=services.stopped_good(source),
                minutes=move.drain_minutes,
            )
        )
    return steps


def notice(move: Move) -> Step:
    """The step in which people are told."""
    closed = "for some minutes" if move.moves_data else "without a break"
    commands = services.quiet(move.source, on=False) if move.source.alarms and move.moves_data else ()
    text = f"People and whoever is on call are told: `{move.source.app}` moves {closed}."
    if commands:
        text += " The old side's alarms would ring when it stops, so they keep quiet from now on."
    return Step(key="notice", title="Give notice", text=text, commands=commands, good="the notice is seen.", minutes=1)


def _webhooks(move: Move) -> Step:
    paths = ", ".join(f"`{path}`" for path in move.target.webhooks)
    hosts = {name.host for name in move.switched if name.part == "services"}
    if hosts:
        text = f"{paths}: the address stays the same. What came while nobody was there is sent again by whoever sent it; look there."
    else:
        text = f"{paths}: enter the new address where each is configured, and have sent again what came meanwhile."
    return Step(key="webhooks", title="See to the webhooks", text=text, good="the last deliveries are 2xx.", minutes=3)


def forwards(steps: Iterable[Step]) -> list[Step]:
    """The steps with their times, from the beginning of the cut-over on."""
    found, now = [], 0
    for step in steps:
        found.append(replace(step, at=now))
        now += step.minutes
    return found


def _backwards(steps: list[Step]) -> list[Step]:
    begin = -sum(step.minutes for step in steps)
    found = []
    for step in steps:
        found.append(replace(step, at=begin))
        begin += step.minutes
    return found
