"""The second phase: the new side deployed and tried with a copy of the data, while the old one serves everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.move import data, services
from slipway.move.model import Phase, Step
from slipway.move.shell import address, made, word

if TYPE_CHECKING:
    from slipway.move.context import Move
    from slipway.move.facts import Name


_OWN = "localhost"  # the name under which the proxy answers for services that claim none


def stage(move: Move) -> Phase:
    """Deployed, reached, tried, and held back again."""
    steps = [_deploy(move)]
    if reach := move.reach():
        steps.append(_reach(reach))
    if held := (*services.hold_jobs(move.target), *services.hold_queues(move.target)):
        steps.append(
            Step(
                key="hold-jobs",
                title="Let nothing run twice",
                text=f"Until the cut-over what runs by the clock, and queues, are the business of `{move.source.stack}`.",
                commands=held,
                good="no error.",
                minutes=2,
            )
        )
    steps += data.trial(move)
    steps.append(_try(move))
    if move.target.emails:
        mails = f"Each of {', '.join(move.target.emails)} has got a mail: whoever does not confirm gets no alarm."
        steps.append(Step(key="alarms", title="Confirm the alarms", text=mails, good="nobody is `PendingConfirmation`.",
            commands=("to_aws sns list-subscriptions --query 'Subscriptions[].[Endpoint,SubscriptionArn]' --output text",),
            minutes=5))  # fmt: skip
    return Phase("stage", "Stage", "The day before, or earlier. People are still served by the old side.", tuple(steps))


def smoke(move: Move) -> tuple[str, ...]:
    """Commands that ask the new side under the names that it will have, before any name leads there."""
    target = move.target
    wanted = [name for name in move.switched if name.part == "services"]
    if target.cloud == "engine":
        hosts = tuple(name.host for name in wanted) or target.hosts or (_OWN,)
        return tuple(_asked_inside(move, host, path) for host in hosts for path in target.asked(host))
    if not target.health and target.runs != "worker":
        return ()  # nobody reaches it
    if target.runs == "worker" or not wanted:
        paths = target.asked(target.hosts[0] if target.hosts else "") or ("/",)
        return tuple(f'curl -fsS "$(pulumi stack output url --stack "$TO")"{path}' for path in paths)
    return tuple(_asked(move, name, path) for name in wanted for path in target.asked(name.host))


def _asked_inside(move: Move, host: str, path: str) -> str:
    """The proxy asked in its own container, so that the engine may be on any machine; curl is in its image."""
    side = move.target
    proxy = made(side, side.proxy) if side.proxy is not None else f'"${{{side.word}_PROXY:?}}"'
    # Whoever stands before it ends TLS, and says so.
    told = "" if host == _OWN else " -H 'X-Forwarded-Proto: https'"
    return (
        f"{side.low}_docker exec {proxy} curl -fsS -H {word(f'Host: {host}')}{told}"
        f" http://127.0.0.1:{side.proxy_port}{path}"
    )


def _asked(move: Move, name: Name, path: str) -> str:
    target = move.target
    port = 443 if target.scheme == "https" else 80
    goal = made(target, target.front) if target.front else address(target)
    return f"curl -fsS --connect-to {name.host}:{port}:{goal}:{port} {target.scheme}://{name.host}{path}"


def _deploy(move: Move) -> Step:
    target = move.target
    commands = ['tools/gate up "$TO"', 'pulumi stack output --stack "$TO"']
    text = "The gate stops where a rule is broken or data would be lost."
    if target.contained and not target.engine.startswith(("unix:", "tcp:")):
        text += " The engine is asked by the program `ssh`: have the key in its agent (`ssh-add`)."
    if target.site is not None:
        commands.append('.venv/bin/slipway render "$TO" --out "$MOVE/rendered"')
        text += (
            " The frontend is built and released as docs/frontend.md and docs/pages.md have it, by the rendered script."
        )
    return Step(key="deploy", title=f"Deploy {target.stack}", text=text, commands=tuple(commands), minutes=30,
        good="exit code 0.")  # fmt: skip


def _reach(commands: tuple[str, ...]) -> Step:
    return Step(
        key="reach",
        title="Reach the data of both sides",
        text=(
            "From the machine that copies: near both sides, with room for the dump. The addresses are in variables of this"
            " shell alone; run the step again in another one."
        ),
        commands=commands,
        good="no error.",
        minutes=10,
    )


def _try(move: Move) -> Step:
    text = f"Asked as people will ask it, though no name leads there. Try by hand what `{move.source.app}` is for, signed in."
    sqlite = move.target.sqlite
    if move.moves_sqlite and sqlite is not None and sqlite.kind == "d1":
        text += " Write nothing: D1 takes the file into an empty database alone."
    elif move.target.users:
        text += f" Then load it as its users will: {move.target.users}."
    return Step(
        key="try", title="Try the new side", text=text, commands=smoke(move), minutes=60,
        good=(
            "each answer is 200"
            + ("" if move.target.cloud == "engine" else ", with a certificate that holds")
            + ". An error here stops the move."
        ),
    )  # fmt: skip
