"""How many managed Redis caches a plan has, and which resources they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple
from weakref import WeakKeyDictionary

from policies.inputs import configured
from policies.redis.clouds import elsewhere

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from plan.graph import Graph
    from plan.model import Resource

CLUSTER = "aws:elasticache/cluster:Cluster"
REPLICATION_GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
GLOBAL_GROUP = "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup"
SERVERLESS = "aws:elasticache/serverlessCache:ServerlessCache"
MEMORYDB = "aws:memorydb/cluster:Cluster"
MULTI_REGION = "aws:memorydb/multiRegionCluster:MultiRegionCluster"

_REDIS = frozenset({"redis", "valkey"})
_NOT_REDIS = frozenset({"memcached"})


class _Membership(NamedTuple):
    """`name` is the input by which a resource is a part of one of type `kind`, whose input `key` is called by."""

    name: str
    kind: str
    key: str


# A part of a larger cache is not a cache of its own: nodes of a group, a region's copy of a global group.
_MEMBERSHIPS = {
    CLUSTER: _Membership("replicationGroupId", REPLICATION_GROUP, "replicationGroupId"),
    REPLICATION_GROUP: _Membership("globalReplicationGroupId", GLOBAL_GROUP, "globalReplicationGroupId"),
    GLOBAL_GROUP: _Membership("primaryReplicationGroupId", REPLICATION_GROUP, "replicationGroupId"),
    MEMORYDB: _Membership("multiRegionClusterName", MULTI_REGION, "multiRegionClusterName"),
}


@dataclass(frozen=True, slots=True)
class Cache:
    """One cache, shown by its largest resource in the plan: its nodes and copies are not caches of their own.

    `doubt` says why it may be no Redis, or a part of another cache; empty where it certainly is one.
    """

    resource: Resource
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How many caches there are: at least `least`, at most `most`."""

    least: int
    most: int


_FOUND: WeakKeyDictionary[Graph, tuple[Cache, ...]] = WeakKeyDictionary()


def caches(graph: Graph) -> tuple[Cache, ...]:
    """Every cache of the plan that is, or may be, a Redis; read-only ones included. Kept as long as the plan is."""
    found = _FOUND.get(graph)
    if found is None:
        found = _FOUND[graph] = _largest(graph)
    return found


def _largest(graph: Graph) -> tuple[Cache, ...]:
    """The parts that are shown for each cache: the largest, or what stands for one."""
    shown: dict[str, Cache] = {}
    for identity, cache in sorted(_parts(graph), key=lambda part: (bool(part[1].doubt), part[1].resource.urn)):
        if identity not in shown or cache.resource.urn == identity:
            shown[identity] = cache
    return tuple(shown.values())


def count(found: tuple[Cache, ...]) -> Count:
    """The number of caches, as far as the plan tells. A doubtful one may be none, or a part of another."""
    return Count(sum(1 for cache in found if not cache.doubt), len(found))


def _parts(graph: Graph) -> Iterator[tuple[str, Cache]]:
    """Every resource that is, or may be, a Redis cache or a part of one, with what all parts of one cache share."""
    named = _names(graph)
    for made in elsewhere(graph):
        if made.engine != "other":
            yield made.identity, Cache(made.resource, "its engine is not known" if made.engine == "unknown" else "")
    for kind in (CLUSTER, REPLICATION_GROUP, SERVERLESS, MEMORYDB):
        for resource in graph.of_type(kind):
            identity = _identity(graph, named, resource)
            alone = identity == resource.urn
            engine = _engine(resource) if alone and kind in (CLUSTER, SERVERLESS) else "redis"
            if not identity:
                yield resource.urn, Cache(resource, "of which cache it is a part is not known")
            elif engine != "other":
                yield identity, Cache(resource, "its engine is not known" if engine == "unknown" else "")


def _engine(resource: Resource) -> Literal["redis", "other", "unknown"]:
    engine = configured(resource).get("engine")
    name = engine.lower() if isinstance(engine, str) else ""
    return "redis" if name in _REDIS else "other" if name in _NOT_REDIS else "unknown"


def _names(graph: Graph) -> dict[tuple[str, str], str]:
    """The URNs of the resources that others are parts of, by type and the name that the program gave them."""
    named = {}
    for membership in _MEMBERSHIPS.values():
        for resource in graph.of_type(membership.kind):
            for given in (configured(resource).get(membership.key), resource.id):
                if isinstance(given, str):
                    named[membership.kind, given] = resource.urn
    return named


def _identity(graph: Graph, named: Mapping[tuple[str, str], str], resource: Resource) -> str:
    """The URN or name of the largest cache that a resource is a part of; empty where the plan does not tell."""
    seen = set()
    while resource.urn not in seen and (membership := _MEMBERSHIPS.get(resource.type)):
        seen.add(resource.urn)
        value = configured(resource).get(membership.name)
        if value in (None, ""):
            break
        whole = graph.follow(resource, membership.name, (membership.kind,))
        if whole is None and isinstance(value, str):
            urn = named.get((membership.kind, value))
            if urn is None:
                return f"{membership.kind}::{value}"  # outside this plan, and yet one cache
            whole = graph.get(urn)
        if whole is None:
            return ""
        resource = whole
    return resource.urn
