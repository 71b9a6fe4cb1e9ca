"""The runbook of a move: what moves and what does not, what is still open, and the five phases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.errors import UsageError
from slipway.move import in_place, names
from slipway.move.context import Move
from slipway.move.cutover import closed_minutes, cut_over
from slipway.move.estimates import sources
from slipway.move.model import Line, Runbook
from slipway.move.prepare import prepare
from slipway.move.rollback import loses, roll_back
from slipway.move.shell import needs, setup
from slipway.move.stage import stage
from slipway.move.watch import watch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.move.facts import Side

_LONG = 60  # minutes without service, beyond which another way is worth thinking of
_NO = "none"


def runbook(source: Side, target: Side, gib: float | None = None) -> Runbook:
    """The runbook. Raises `UsageError` where there is no such move."""
    _possible(source, target)
    move = Move(source=source, target=target, given_gib=gib)
    if move.in_place:
        _keeps(move)
        phases = in_place.phases(move)
    else:
        phases = (prepare(move), stage(move), cut_over(move), watch(move), roll_back(move))
    commands = "\n".join(line for phase in phases for step in phase.steps for line in step.commands)
    return Runbook(
        application=source.app,
        source=f"{source.stack} ({source.topology})",
        target=f"{target.stack} ({target.topology})",
        lines=tuple(_lines(move)),
        open_points=tuple(_open_points(move)),
        estimates=tuple(_estimates(move)),
        loses=in_place.loses(move) if move.in_place else loses(move),
        setup=setup(source, target, commands),
        needs=needs(source, target, commands),
        phases=phases,
        closed=in_place.closed_minutes(move) if move.in_place else closed_minutes(move),
    )


def _possible(source: Side, target: Side) -> None:
    if source.app != target.app:
        raise UsageError(
            f"{source.stack} is of the application {source.app}, and {target.stack} of {target.app}. A move is from one stack"
            " to another one of the same application. Name two stacks of one."
        )
    if source.stack == target.stack and source.topology == target.topology:
        raise UsageError(
            f"{source.stack} ({source.topology}): both sides are the same, so nothing moves. Name another stack, or, for a stack"
            " whose topology was changed in its file, the folder of the project as it was: --from-project DIR."
        )


def _keeps(move: Move) -> None:
    """In one stack, what leaves the program is deleted: only what stays may be moved so."""
    if move.moves_data:
        raise UsageError(
            f"{move.source.stack}: its data lies elsewhere after the change from {move.source.topology} to"
            f" {move.target.topology}, and in one stack the old place would go before anything is copied. Write the new"
            " topology into a stack file of its own, and make the runbook for these two stacks."
        )


def _lines(move: Move) -> Iterator[Line]:
    source, target = move.source, move.target
    yield Line("services", _running(source), _running(target), "stopped there, started here")
    yield from _data_lines(move)
    for name in source.names:
        keeper = f"{name.keeper}, {_kept(name.ttl, name.form)}"
        if name in move.switched:
            yield Line(f"`{name.host}`", keeper, target.topology, "stays" if move.in_place else "switched")
        else:
            lacks = "redirect" if name.part == "redirect" else "pages"
            yield Line(f"`{name.host}`", keeper, "not there", f"stays where it is: the new side has no such {lacks}")
    if not source.names:
        told = "they stay" if move.in_place else "people are told the new address"
        yield Line("names", _NO, ", ".join(target.hosts) or _NO, told)
    secrets = f"{len(move.copied)} handed over, {len(move.kept)} generated kept, {len(move.new)} set anew"
    if move.in_place:
        secrets = f"they stay, {len(move.new)} set anew"
    yield Line(
        "secrets",
        str(len(source.given) + len(source.generated)),
        str(len(target.given) + len(target.generated)),
        secrets,
    )
    if source.jobs or target.jobs:
        yield Line(
            "by the clock", str(len(source.jobs)), str(len(target.jobs)), "held on one side while the other runs"
        )
    if source.webhooks or target.webhooks:
        yield Line(
            "webhooks", ", ".join(source.webhooks) or _NO, ", ".join(target.webhooks) or _NO, "looked at in phase 3"
        )
    for what, here, there in (
        ("KV", source.entries, target.entries), ("queues", source.queues, target.queues),
        ("Durable Objects", source.objects, target.objects),
    ):  # fmt: skip
        if here or there:
            how = "begins empty" if there else "not moved: read what is needed out of it with the application"
            yield Line(what, ", ".join(here) or _NO, ", ".join(there) or _NO, how)


def _data_lines(move: Move) -> Iterator[Line]:
    source, target = move.source, move.target
    for what, here, there, moves, how in (
        ("PostgreSQL", source.postgres, target.postgres, move.moves_postgres, "exported, imported, compared"),
        ("SQLite", source.sqlite, target.sqlite, move.moves_sqlite, "exported, imported, compared"),
        ("uploads", source.uploads, target.uploads, move.moves_uploads, "copied before, the rest in phase 3, compared"),
    ):
        if here is None and there is None:
            continue
        if here is None:
            does = "begins empty"
        elif there is None:
            does = "no place for it: see below"
        else:
            does = how if moves else "the same for both: no data step, because nothing is copied anywhere"
        yield Line(what, str(here or _NO), str(there or _NO), does)
    if source.redis or target.redis:
        does = "left behind" if move.leaves_redis else "the same for both: it stays"
        yield Line(
            "Redis", str(source.redis or _NO), str(target.redis or _NO), does if source.redis else "begins empty"
        )
    if source.sessions or target.sessions:
        yield Line("sessions", _table(source), _table(target), "with the rows of PostgreSQL")


def _table(side: Side) -> str:
    return "a table of PostgreSQL" if side.sessions else "elsewhere"


def _running(side: Side) -> str:
    return f"{side.runs}, {side.region}" if side.region else side.runs


def _kept(ttl: int, form: str) -> str:
    if form in ("proxied", "worker"):
        return "answered by Cloudflare itself"
    if form == "alias":
        return f"an alias, {ttl} s, which nobody can change"
    return f"{ttl} s" if ttl else "time to live unknown"


def _open_points(move: Move) -> Iterator[str]:
    source, target = move.source, move.target
    if source.environment != target.environment:
        yield (
            f"`{source.stack}` is for {source.environment}, and `{target.stack}` for {target.environment}: what moves is the data"
            f" of the first into the second, whose own is overwritten. Is that meant?"
        )
    if source.postgres and target.postgres and 0 < target.postgres.version < source.postgres.version:
        yield (
            f"PostgreSQL {target.postgres.version} of `{target.stack}` is older than {source.postgres.version} of"
            f" `{source.stack}`: a dump goes only forward. Raise its version first."
        )
    if target.runs == "worker" and any(
        name.keeper != "cloudflare" for name in move.switched if name.part == "services"
    ):
        yield "The names are not kept at Cloudflare, where a Worker needs them: phase 1 says how they get there. It takes days."
    if any(side.postgres and side.postgres.pooled for side in (source, target)):
        yield "A database is reached through a pooler by transaction: `pg_dump` and `pg_restore` need its direct host. Export that."
    for side in () if move.in_place else (source, target):
        if side.contained:
            yield _engine(side)
        elif side.cloud == "server" and (side is source or move.moves_data):
            yield _root(side)
    if move.in_place and source.runs == "server" and move.leaves_redis and not source.operators:
        yield _unseen(move)
    yield from _unplaced(move)
    if (closed := 0 if move.in_place else closed_minutes(move)) > _LONG:
        yield (
            f"Some {closed} minutes without service are many. Logical replication (a publication here, a subscription there)"
            " brings the rows over beforehand; this runbook does not have it."
        )


def _engine(side: Side) -> str:
    """Who speaks with the engine of containers, and from where."""
    if not side.engine:
        return (
            f"On the server of `{side.stack}` the commands call docker as `deploy`: have one of the keys of `ssh.keys` in your"
            " agent, and be in one of `ssh.networks`. `ssh deploy@ADDRESS docker ps` names the containers where that is so."
        )
    if side.engine.startswith("ssh:"):
        return (
            f"The commands speak with the engine of `{side.stack}`, {side.engine}, by docker's own client: have that here, and"
            f" the key of its user in your agent. `docker --host {side.engine} ps` names the containers where that is so."
        )
    return (
        f"The engine of `{side.stack}`, {side.engine}, is asked where it is: run this runbook on its machine, with docker's own"
        f" client. `docker --host {side.engine} ps` names the containers where that is so."
    )


def _unseen(move: Move) -> str:
    """What of a server nobody can look at who is not root."""
    return (
        f"On the server of `{move.source.stack}` nobody may become root, which a look at its Redis needs (`FROM_SERVER`). Without"
        " it the application itself must tell whether work waits there, or sessions that must not end."
    )


def _root(side: Side) -> str:
    """Who stops services and reads data on a server."""
    if side.operators:
        return (
            f"On the server of `{side.stack}` the commands run as `operator`, who is root by sudo: have one of the keys of"
            f" `ssh.operators`, and be in one of `ssh.networks`. `ssh operator@ADDRESS sudo true` says nothing where that is so."
        )
    return (
        f"On the server of `{side.stack}` nobody may become root: `deploy`, the only one who logs in, brings releases and nothing"
        f" else, and SSH forwards no port. Stopping services and reading data need both. Days before, write your public key as"
        f" `ssh.operators` and deploy: that makes another server, away for some minutes, with the same volume and address; then"
        f" make this runbook anew. Where data lies on the server's own disk that would lose it. Then, from the provider's rescue"
        f" system: add a user with your key and sudo, name it in `AllowUsers` and set `AllowTcpForwarding yes` in"
        f" `/etc/ssh/sshd_config.d/10-slipway.conf`. That is `{side.word}_SERVER`; take it back at the end."
    )


def _unplaced(move: Move) -> Iterator[str]:
    """What the new side has no place for, or begins without."""
    source, target = move.source, move.target
    for what, here, there in (
        ("PostgreSQL", source.postgres, target.postgres),
        ("SQLite", source.sqlite, target.sqlite),
        ("uploads", source.uploads, target.uploads),
    ):
        if here is not None and there is None:
            yield f"`{target.stack}` has no {what}: what `{source.stack}` keeps there is not moved by any step here."
    for name in source.names:
        if name.part == "frontend" and not names.answers(target, name):
            yield f"`{target.stack}` does not have the pages of `{name.host}`: they stay with `{source.stack}`, which then must stay too."
        if name.part == "redirect" and name not in move.switched:
            yield f"`{target.stack}` does not lead `{name.host}` on: it ends with `{source.stack}`, unless the new side or somebody else does."
    if target.frontend and not move.switched:
        yield "The frontend is built with the address of the services: build and release it anew with the new one."
    if target.objects:
        yield f"Rooms and the like in Durable Objects ({', '.join(target.objects)}) begin empty."
    if source.objects:
        yield f"What Durable Objects keep ({', '.join(source.objects)}) has no export: read it out with the application before."


def _names(move: Move) -> str:
    if all(name.form in ("proxied", "worker") for name in move.switched):
        return "Names: Cloudflare answers for them itself, so a switch is seen within seconds."
    if not move.slowest:
        return "Names: how long others keep an answer is in no plan; an hour is assumed, and `dig` tells."
    return (
        f"Names: others keep an answer for {move.slowest} s now and {move.kept_seconds} s in the cut-over, by the plan."
    )


def _estimates(move: Move) -> Iterator[str]:
    yield "All times are estimates."
    if move.moves_data:
        yield f"{move.gib_source}."
        if move.moves_postgres:
            yield sources()
    if move.in_place:
        return
    if move.source.contained:
        yield f"Draining: the {move.source.drain} s that a container has to end, of the plan, and 2 minutes."
    elif move.source.drain:
        yield f"Draining: the load balancer's {move.source.drain} s, of the plan, and 2 minutes."
    if move.switched:
        yield _names(move)
