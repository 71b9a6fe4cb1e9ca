"""Rule `shared-redis`: one application in one environment has exactly one Redis, shared by all of its instances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.finding import Status, Verdict
from policies.redis.caches import Count, caches, count
from policies.redis.machine_texts import machine_texts
from policies.redis.text import container_sightings, user_data_sightings
from policies.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from policies.redis.caches import Cache
    from policies.redis.machine_texts import MachineText

APPLICATION = "slipway:app:Application"
# The least and the most caches of a stack by what its application declares; "" declares nothing.
_ALLOWED = {"managed": (1, 1), "external": (0, 0), "none": (0, 0), "": (0, 1)}
_SHOWN = 3  # names of other caches in a message
_DECLARE = "Let the application declare its Redis as managed, external or none, in plain text and everywhere the same."
_MAKE = "Make one cache in this stack (an aws.elasticache.ReplicationGroup), or declare the Redis as external or none."
_AGREE = "Declare the Redis as managed if this cache is the application's one Redis; remove the cache if not."
_TELL = "Give the engine as plain text, and a replication group by a reference to it or by its name."
_SHOW = (
    "Let the whole text be known before deployment, without secrets: what only deployment tells, such as an address or "
    "a password, the machine can read from Parameter Store or Secrets Manager when it starts."
)


def judge(graph: Graph) -> Iterator[Verdict]:
    """A verdict on each cache, machine and fact that breaks the rule or hides whether it does."""
    declared, verdicts = _declared(graph)
    yield from verdicts
    yield from _judge_caches(graph, declared)
    for text in machine_texts(graph):
        yield from _judge_text(text)


def _declared(graph: Graph) -> tuple[str, list[Verdict]]:
    """What the application says about its Redis (empty: nothing), and what is wrong with saying so."""
    applications = graph.of_type(APPLICATION)
    told = [application.inputs.get("redis") for application in applications]
    declared = [value for value in told if isinstance(value, str) and value in _ALLOWED and value]
    if len(declared) == len(told) and len(set(declared)) == 1:
        return declared[0], []
    clear = len(declared) == len(told)
    wrong = "contradicts another one" if clear else "says of its Redis neither managed, external nor none"
    message = f"the application {wrong}: how many caches it needs is not known."
    return "", [Verdict("unproven", application.urn, message, _DECLARE) for application in applications]


def _judge_caches(graph: Graph, declared: str) -> Iterator[Verdict]:
    found = caches(graph)
    if declared == "external":
        # What is only read may be the external Redis itself; a second one is too many all the same.
        read = tuple(cache for cache in found if cache.resource.external)
        if count(read).most <= 1:
            found = tuple(cache for cache in found if not cache.resource.external)
    number = count(found)
    least, most = _ALLOWED[declared]
    if least <= number.least and number.most <= most:
        return
    too_many = number.least > most
    if not found:
        message = "the application's Redis is declared as managed, and yet no cache is in the plan."
        yield from (Verdict("violation", application.urn, message, _MAKE) for application in graph.of_type(APPLICATION))
    first = sorted((cache.resource for cache in found), key=lambda each: (each.name, each.urn))[: _SHOWN + 1]
    for cache in found:
        status: Status = "violation" if too_many and not cache.doubt else "unproven"
        others = [each.name for each in first if each is not cache.resource][:_SHOWN]
        more = len(found) - 1 - len(others)
        among = f" besides {', '.join(others)}{f' and {more} more' if more else ''}" if others else ""
        remedy = _TELL if status == "unproven" else _AGREE if not most else ""
        yield Verdict(status, cache.resource.urn, _about(cache, among, number, declared), remedy)


def _about(cache: Cache, among: str, number: Count, declared: str) -> str:
    name = cache.resource.name
    doubt = f" Whether {name} is one is not certain: {cache.doubt}." if cache.doubt else ""
    if declared in ("external", "none"):
        says = "its Redis is external" if declared == "external" else "it has none"
        return f"{name} is a Redis cache of this stack, and yet the application declares that {says}.{doubt}"
    total = str(number.most) if number.least == number.most else f"{number.least} to {number.most}"
    harm = " What one instance writes, those of another cache never read." if number.most > 1 else ""
    return f"{name} is a Redis cache{among}: the plan has {total} where all instances share exactly one.{harm}{doubt}"


def _judge_text(text: MachineText) -> Iterator[Verdict]:
    """At most one verdict a text: that it starts Redis, else that it may."""
    where = f"the {text.kind} of {text.resource.name} ({text.path})"
    if text.hidden:
        message = f"{where} is {text.hidden}: whether it starts a Redis of its own cannot be told."
        yield Verdict("unproven", text.resource.urn, message, _SHOW)
        return
    read = container_sightings if text.kind == "container definitions" else user_data_sightings
    hidden = ""
    for kind, what in read(text.text):
        if kind == "starts":
            message = f"{where} {what}: each instance would have a Redis of its own, and each would answer differently."
            yield Verdict("violation", text.resource.urn, message)
            return
        hidden = what
    if hidden:
        message = f"{where} {hidden}: whether that starts a Redis of its own cannot be told."
        yield Verdict("unproven", text.resource.urn, message, _SHOW)


RULE = Rule(
    id="shared-redis",
    title="Exactly one Redis, shared by all instances",
    severity="critical",
    level="mandatory",
    clouds=("aws",),
    references=("own: no public rule set asks for it",),
    rationale=(
        "A Redis on each instance caches the same data as often as there are instances, misses what the others wrote, "
        "starts cold with each of them, and takes sessions and sockets along when its instance goes."
    ),
    remedy=(
        "Keep one cache for the application and environment (an aws.elasticache.ReplicationGroup, grown by its own "
        "num_cache_clusters) or one external Redis, give its address to every instance, take Redis off the instances."
    ),
    judge=judge,
)
