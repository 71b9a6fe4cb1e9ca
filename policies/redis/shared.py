"""Rule `shared-redis`: one application in one environment has exactly one Redis, shared by all of its instances.

What it cannot see passes: an image by digest, or under a neutral name, without another sign of a server (a command, a
port, a variable, a check). To call that unproven would stop every release of an application.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.facts import APPLICATION
from policies.finding import Status, Verdict
from policies.redis.caches import Count, caches, count
from policies.redis.hosts import hosts
from policies.redis.instances import Besides, judge_instances
from policies.redis.outside import addresses, read_caches
from policies.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from policies.redis.caches import Cache

# The least and the most caches of a stack by what its application declares; "" declares nothing.
_ALLOWED = {"managed": (1, 1), "external": (0, 0), "local": (0, 0), "none": (0, 0), "": (0, 1)}
_DECLARED = {
    "managed": "it is managed",
    "external": "its Redis is external",
    "local": "its Redis is on its server",
    "none": "it has none",
}
_OF_AWS = ".amazonaws.com"
_SHOWN = 3  # names of other caches in a message
_DECLARE = (
    "Let the application declare its Redis as managed, external, local or none, in plain text and everywhere the same."
)
_MAKE = "Make one cache in this stack (an aws.elasticache.ReplicationGroup), or declare the Redis as external or none."
_SERVE = "Make the one server in this stack, or declare the Redis as managed, external or none."
_AGREE = "Declare the Redis as managed if this cache is the application's one Redis; remove the cache if not."
_TELL = "Give the engine as plain text, and a replication group by a reference to it or by its name."
_TELL_OUTSIDE = (
    "Let every program use the application's one Redis: the cache of this stack by a reference to its address, or the "
    "one outside, declared as external."
)


def judge(graph: Graph) -> Iterator[Verdict]:
    """A verdict on each cache, machine and fact that breaks the rule or hides whether it does."""
    declared, verdicts = _declared(graph)
    yield from verdicts
    yield from _judge_caches(graph, declared)
    found = caches(graph)
    yield from _judge_outside(graph, declared, found)
    yield from _judge_local(graph, declared)
    yield from judge_instances(graph, _besides(graph, declared, found))


def _declared(graph: Graph) -> tuple[str, list[Verdict]]:
    """What the application says about its Redis (empty: nothing), and what is wrong with saying so."""
    applications = graph.of_type(APPLICATION)
    told = [application.inputs.get("redis") for application in applications]
    declared = [value for value in told if isinstance(value, str) and value in _ALLOWED and value]
    if len(declared) == len(told) and len(set(declared)) == 1:
        return declared[0], []
    clear = len(declared) == len(told)
    wrong = "contradicts another one" if clear else "says of its Redis neither managed, external, local nor none"
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
    for cache in {cache.resource.urn: cache for cache in reversed(found)}.values():
        status: Status = "violation" if too_many and not cache.doubt else "unproven"
        others = [each.name for each in first if each is not cache.resource][:_SHOWN]
        more = len(found) - 1 - len(others)
        among = f" besides {', '.join(others)}{f' and {more} more' if more else ''}" if others else ""
        remedy = _TELL if status == "unproven" else _AGREE if not most else ""
        yield Verdict(status, cache.resource.urn, _about(cache, among, number, declared), remedy)


def _about(cache: Cache, among: str, number: Count, declared: str) -> str:
    name = cache.resource.name
    doubt = f" Whether {name} is one is not certain: {cache.doubt}." if cache.doubt else ""
    if declared in ("external", "none", "local"):
        says = _DECLARED[declared]
        return f"{name} is a Redis cache of this stack, and yet the application declares that {says}.{doubt}"
    total = str(number.most) if number.least == number.most else f"{number.least} to {number.most}"
    harm = " What one instance writes, those of another cache never read." if number.most > 1 else ""
    return f"{name} is a Redis cache{among}: the plan has {total} where all instances share exactly one.{harm}{doubt}"


def _judge_outside(graph: Graph, declared: str, found: tuple[Cache, ...]) -> Iterator[Verdict]:
    """A verdict on each setting that tells of a Redis outside where the application has another one, or none."""
    told = [each for each in addresses(graph) if each.host]
    read = read_caches(graph)
    named = sorted({*read, *(each.cache for each in told)})
    made = [cache for cache in found if not cache.resource.external]
    for each in {address.resource.urn: address for address in reversed(told)}.values():
        at = f"{each.setting} of {each.resource.name} names a Redis outside this stack ({each.host})"
        # The address of a cache of AWS may be this stack's own, written out after it was made.
        unclear = bool(made) and (any(cache.doubt for cache in made) or each.host.endswith(_OF_AWS))
        status: Status = "unproven" if unclear or each.maybe_own else "violation"
        if declared in ("managed", "none", "local"):
            message = f"{at}, and yet the application declares that {_DECLARED[declared]}."
        elif made:
            message = f"{at} besides {made[0].resource.name}: all instances share exactly one."
        elif len(named) > 1 and each.cache not in read:
            others = ", ".join([read.get(name, name) for name in named if name != each.cache][:_SHOWN])
            message = f"{at} besides {others}: all instances share exactly one."
        else:
            continue
        yield Verdict(status, each.resource.urn, message, _TELL_OUTSIDE)


def _besides(graph: Graph, declared: str, found: tuple[Cache, ...]) -> Besides | None:
    """Which Redis the application has besides one on its only server; None where it has none."""
    if declared not in ("", "local"):
        return Besides("and yet the application declares that " + _DECLARED[declared])
    if found:
        return Besides(f"besides {found[0].resource.name}")
    outside = sorted((each for each in addresses(graph) if each.host), key=lambda each: each.maybe_own)
    told = (Besides(f"besides the one outside at {each.host}", certain=not each.maybe_own) for each in outside)
    return next(told, None)


def _judge_local(graph: Graph, declared: str) -> Iterator[Verdict]:
    """A verdict on an application whose Redis is on its server, where that is not the only machine, or is none."""
    if declared == "local":
        machines = hosts(graph)
        bare = not machines.names and machines.many is None
        why = f"{machines.told}: {'nothing holds it' if bare else 'they would not share it'}."
        status: Status = "unproven" if machines.server is None else "violation"
        for application in graph.of_type(APPLICATION) if machines.server is not True else ():
            message = f"the application's Redis is on its server, and {why}"
            yield Verdict(status, application.urn, message, _SERVE if bare else "")


RULE = Rule(
    id="shared-redis",
    title="Exactly one Redis, shared by all instances",
    severity="critical",
    level="mandatory",
    clouds=("aws", "cloudflare", "digitalocean", "hcloud", "linode"),
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
    hidden_in_preview="container definitions and user data are one text each, with the addresses of others in it",
)
