"""Rule `external-redis-over-tls`: a Redis outside the stack is spoken to over TLS.

Caches that the stack makes have a rule of their own, which reads their settings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.facts import APPLICATION, beyond_development
from policies.finding import Verdict
from policies.inputs import made
from policies.redis.caches import caches
from policies.redis.outside import addresses
from policies.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from policies.inputs import Answer, Field
    from policies.redis.outside import Address

_SHOW = (
    "Give the address with its scheme in plain text (rediss://HOST:PORT, or REDIS_HOST and REDIS_TLS=true), and only "
    "the password as a secret; an application declares redisTls."
)
_ZONE = "Name the zone of each record by a reference to the zone, or write its whole name."


def judge(graph: Graph) -> Iterator[Verdict]:
    """A verdict on each setting and application that lets a Redis outside be spoken to in plain text, or hides it."""
    yield from beyond_development(graph, _judge(graph))


def _judge(graph: Graph) -> Iterator[Verdict]:
    declared = {each.resource.urn: each for each in made(graph, APPLICATION) if each["redis"].among({"EXTERNAL"})}
    settings = addresses(graph)
    for application in declared.values():
        yield from _declared(application, settings)
    # What is hidden may be the address of a cache that the plan holds, and is judged as that.
    asked = [each for each in settings if each.host or not (declared or any(caches(graph)) or _declares(graph))]
    for each in {address.resource.urn: address for address in sorted(asked, key=_worst, reverse=True)}.values():
        yield from _judge_address(each)


def _declares(graph: Graph) -> bool:
    """Whether an application says which Redis it has."""
    return any(each["redis"].given for each in made(graph, APPLICATION))


def _declared(application: Field, settings: tuple[Address, ...]) -> Iterator[Verdict]:
    tls, name = application["redisTls"], application.resource.name
    answer = None if tls.absent else tls.flag(default=False)
    if answer is False:
        message = f"{name} declares that it speaks with its external Redis in plain text ({tls.shown})."
        yield Verdict("violation", application.resource.urn, message)
    elif answer is None and not any(each.host for each in settings):
        message = f"whether {name} speaks with its external Redis over TLS cannot be told: {tls.shown}."
        yield Verdict("unproven", application.resource.urn, message, _SHOW)


def _worst(address: Address) -> int:
    return (False, None, True).index(_safe(address))


def _safe(address: Address) -> Answer:
    """Whether no Redis outside is spoken to in plain text; what may be the plan's own is none outside for certain."""
    return None if address.maybe_own and address.tls is False else address.tls


def _judge_address(address: Address) -> Iterator[Verdict]:
    at, which = f"{address.setting} of {address.resource.name}", address.host or "hidden"
    safe = _safe(address)
    if safe is False:
        message = f"{at} names a Redis outside this stack ({which}) without TLS."
        yield Verdict("violation", address.resource.urn, message)
    elif safe is None:
        message = f"{at} names a Redis outside this stack ({which}): whether over TLS cannot be told."
        if address.maybe_own:
            message = f"{at} names a Redis ({which}): whether a record of this stack gives that name cannot be told."
        yield Verdict("unproven", address.resource.urn, message, _ZONE if address.maybe_own else _SHOW)


RULE = Rule(
    id="external-redis-over-tls",
    title="A Redis outside the stack is spoken to over TLS",
    severity="high",
    level="mandatory",
    clouds=("aws", "cloudflare", "digitalocean", "hcloud", "linode"),
    references=("own: the like of FSBP ElastiCache.5 for a Redis that another provider runs",),
    rationale=(
        "Its password and everybody's sessions cross the internet: everyone on the way reads them, and may write into "
        "the connection."
    ),
    remedy="Use its TLS port with rediss://, or a client with TLS switched on.",
    judge=judge,
    hidden_in_preview="the variables of a container or a machine stand in one text with the addresses of others",
)
