"""What a Redis has that stays behind: looked at before, so that nobody is surprised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.move.model import Step
from slipway.move.shell import made, word

if TYPE_CHECKING:
    from slipway.move.context import Move
    from slipway.move.facts import Redis, Side

# Queues of BullMQ, Bull and bee-queue that wait, and what connect-redis keeps of sessions.
_PASSWORD = "/etc/slipway/generated/redis"  # noqa: S105 - a file
_PATTERNS = ("bull:*:wait", "bull:*:active", "bull:*:delayed", "bq:*:waiting", "sess:*")


def look(move: Move) -> Step:
    """Whether something is there that must not be lost."""
    source, target = move.source, move.target
    assert source.redis is not None  # noqa: S101 - something stays behind
    after = "fills again" if target.redis is not None else f"has no successor: `{target.stack}` has no Redis"
    text = f"It is left behind: what is a cache {after}."
    if not source.sessions:
        text += " Sessions that lie in it end, and people sign in again."
    text += " Work that waits in a queue would be lost: let the old side finish it first, while nothing new comes in."
    return Step(
        key="redis-look", title="Look at what stays in Redis", text=text, commands=_commands(source, source.redis),
        good="no queue is named. `sess:` are sessions; without them nobody has to sign in again.", minutes=2,
    )  # fmt: skip


def _commands(side: Side, redis: Redis) -> tuple[str, ...]:
    patterns = " ".join(word(pattern) for pattern in _PATTERNS)
    loop = f'for pattern in {patterns}; do {{0}} --scan --pattern "$pattern" | head -5; done'
    tls = " --tls" if redis.tls else ""
    if redis.kind == "local":
        # The password was made on the server, and only root reads it there.
        begin = f"export REDISCLI_AUTH=$(cat {_PASSWORD}); "
        return (f"on_{side.low} sh -c {word(begin + loop.format('redis-cli'))}",)
    if redis.kind == "container" and redis.made is not None:
        # The password is a variable of the container, and so comes by no command line.
        script = f'export REDISCLI_AUTH="$REDIS_PASSWORD"; {loop.format("redis-cli")}'
        return (f"{side.low}_docker exec {made(side, redis.made)} sh -c {word(script)}",)
    if redis.kind == "external":
        user = f" --user {redis.user}" if redis.user else ""
        client = f"redis-cli{tls} -h {redis.host} -p {redis.port}{user}"
        secret = f'REDISCLI_AUTH=$(pulumi config get --stack "${side.word}" secrets:{redis.secret})'
        return (f"export {secret}", loop.format(client), "unset REDISCLI_AUTH")
    host = made(side, redis.made) if redis.made else redis.host
    return (
        f"# From a machine of the private network, with REDISCLI_AUTH set to the secret {redis.secret}:",
        f"echo redis-cli{tls} -h {host} -p {redis.port} --scan --pattern {word(_PATTERNS[0])}",
    )
