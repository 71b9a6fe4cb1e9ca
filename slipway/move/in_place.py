"""A stack whose topology changes and which stays the same stack: what holds data keeps its URN, so nothing is copied."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from slipway.move import redis, secrets
from slipway.move.cutover import forwards, notice
from slipway.move.model import Phase, Step
from slipway.move.shell import address, word
from slipway.move.stage import smoke
from slipway.move.watch import watch

if TYPE_CHECKING:
    from slipway.move.context import Move


_AWAY = 10  # minutes without a server, a guess: it is made, set up, and given its release


def phases(move: Move) -> tuple[Phase, ...]:
    """The same five phases, in which the deployment is the cut-over."""
    return (_prepare(move), _stage(move), _cut_over(move), _watch(move), _roll_back(move))


def closed_minutes(move: Move) -> int:
    """Minutes in which nobody is served: a single server is made anew, and its volume is at one server at a time."""
    return _AWAY if _renewed(move) else 0


def _goes(move: Move) -> tuple[str, ...]:
    """URNs of what keeps the old Redis' data and is no part of the new topology."""
    return move.source.redis.guarded if move.leaves_redis and move.source.redis is not None else ()


def _let_go(urns: tuple[str, ...]) -> tuple[str, ...]:
    """Commands after which the engine deletes these where the program no longer has them."""
    return tuple(f'pulumi state unprotect --yes --stack "$FROM" {word(urn)}' for urn in urns)


def _approving(command: str, urns: tuple[str, ...]) -> str:
    return " ".join((command, *(f"--approve {word(urn)}" for urn in urns)))


def _renewed(move: Move) -> bool:
    return move.source.cloud == move.target.cloud == "server"


def loses(move: Move) -> tuple[str, ...]:
    """What going back loses."""
    left = (
        "What Redis has: a Redis in a container begins empty each time, and one on the server itself has what its volume had"
        " when it last ran."
    )
    return (
        *((left,) if move.leaves_redis else ()),
        f"No row and no file, at any time: `{move.source.stack}` keeps its data where it is.",
        "A migration that the old release does not understand would stand in the way, so none is deployed until the end.",
    )


def _prepare(move: Move) -> Phase:
    steps = [
        Step(
            key="freeze",
            title="Keep the state",
            text="The same commit before and after, so that nothing but the topology changes.",
            commands=(
                'pulumi stack export --stack "$FROM" --file "$MOVE/from.state.json"',
                '.venv/bin/slipway check "$TO"',
            ),
            good="no mandatory finding; the state is in a file that only you can read.",
            minutes=15,
        )
    ]
    if move.new:
        shown = ", ".join(f"`{name}`" for name in move.new)
        commands = tuple(secrets.set_new(name) for name in move.new)
        steps.append(Step(key="secrets", title="Set the new secrets", text=f"Asked for: {shown}.", commands=commands,
            good="each name stands in the stack file as `secure`. Commit it.", minutes=10))  # fmt: skip
    return Phase("prepare", "Prepare", "Days before. Nothing here changes what people see.", tuple(steps))


def _stage(move: Move) -> Phase:
    goes = _goes(move)
    rehearsed = (
        Step(
            key="deploy",
            title="Rehearse the change",
            text="Deployed by the revision before the change, then upgraded, in a simulated cloud. REVISION is that commit.",
            commands=('.venv/bin/slipway rehearse "$TO" --from "${REVISION:?}"',),
            good="every step passed, and no data is endangered.",
            minutes=30,
        ),
    )
    text = f"What runs the services is made anew; what holds data of `{move.source.app}` must not stand among what is replaced or deleted."
    if goes:
        text += (
            " But for Redis' own, its volume and its password, which end here by intention: their protection is taken away, and"
            " their loss approved. No rehearsal goes over what is protected, so there is none."
        )
    preview = Step(
        key="preview",
        title="Preview it in the account",
        text=text,
        commands=(*_let_go(goes), _approving('tools/gate preview "$TO"', goes)),
        good="exit code 0. With 5 data would be lost: stop.",
        minutes=10,
    )
    steps = (*(() if goes else rehearsed), preview)
    return Phase("stage", "Stage", "The day before, or earlier.", steps)


def _cut_over(move: Move) -> Phase:
    steps = [
        _notice(move),
        *([redis.look(move)] if move.leaves_redis else []),
        _deploy(move),
        Step(key="check-target", title="Ask it", commands=smoke(move), good="each answer is 200.", minutes=3),
        Step(key="online", title="Say that it is done", text="The notice of T+0 is taken back.", good="people work."),
    ]  # fmt: skip
    text = "T is the beginning of the announced window."
    if closed := closed_minutes(move):
        text += f" Nobody is served for some {closed} minutes (an estimate)."
    return Phase("cut-over", "Cut over", text, tuple(forwards(steps)))


def _notice(move: Move) -> Step:
    step = notice(move)
    return replace(step, text=step.text.replace("without a break", "for some minutes")) if _renewed(move) else step


def _deploy(move: Move) -> Step:
    text = "Names, load balancer and data stay; what runs the services is replaced."
    commands = [_approving('tools/gate up "$TO"', _goes(move))]
    if _renewed(move):
        text = (
            "Address, names, volume and what lies elsewhere stay; the server is made anew, and until it has its release nobody is"
            " served (docs/servers.md, “When a server is replaced”). It has a key of its own, so the old one is forgotten first."
        )
        if move.target.contained:
            text += " Its engine is asked by the program `ssh`: have the key in its agent (`ssh-add`)."
        commands.insert(0, _forget(move))
    return Step(key="switch", title="Deploy", text=text, commands=tuple(commands), good="exit code 0.", minutes=30)


def _forget(move: Move) -> str:
    """Whoever answers at the address with another key than the known one is not spoken with, and is the new server."""
    return f"if [ -e ~/.ssh/known_hosts ]; then ssh-keygen -R {address(move.source)}; fi"


def _watch(move: Move) -> Phase:
    found = watch(move)
    return Phase(found.key, found.title, "24 hours, in which nothing else is changed.", found.steps[:1])


def _roll_back(move: Move) -> Phase:
    """Back by another commit. What keeps the data of a Redis that the new topology brought ends with it."""
    goes = move.target.redis.guarded if move.leaves_redis and move.target.redis is not None else ()
    text = "The commit that brought the new topology is reverted."
    if goes:
        text += " The Redis that it brought ends, with its volume and its password."
    step = Step(
        key="back-switch",
        title="Deploy the stack file as it was",
        text=text,
        commands=(
            'git revert --no-edit "${COMMIT:?}"',
            *_let_go(goes),
            _approving('tools/gate preview "$FROM"', goes),
            *([_forget(move)] if _renewed(move) else []),
            _approving('tools/gate up "$FROM"', goes),
        ),
        good="exit code 0, and the health path answers 200.",
        minutes=30,
    )
    return Phase(
        "roll-back", "Roll back", f"At any time: the data of `{move.source.stack}` stays where it is.", (step,)
    )
