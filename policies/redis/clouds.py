"""The Redis that clouds and services other than AWS's own SDK make, and those inside CloudFormation templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from policies.inputs import Field, configured
from policies.redis.hosts import plain_type
from policies.redis.trees import yaml_trees
from policies.user_data import script

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from plan.graph import Graph
    from plan.model import Resource

Engine = Literal["redis", "other", "unknown"]

REDIS = frozenset({"redis", "valkey", "keydb", "dragonfly", "caching"})
# Those of their engine alone.
_ALWAYS = frozenset(
    {
        "aiven:index/dragonfly:Dragonfly",
        "aiven:index/redis:Redis",
        "aiven:index/valkey:Valkey",
        "alicloud:kvstore/instance:Instance",
        "alicloud:redis/tairInstance:TairInstance",
        "aws-native:memorydb:Cluster",
        "azure-native:cache:Redis",
        "azure-native:cache:RedisEnterprise",
        "azure-native:redis:Redis",
        "azure-native:redisenterprise:RedisEnterprise",
        "azure:managedredis/managedRedis:ManagedRedis",
        "azure:redis/cache:Cache",
        "azure:redis/enterpriseCluster:EnterpriseCluster",
        "gcp:memorystore/instance:Instance",
        "gcp:redis/cluster:Cluster",
        "gcp:redis/instance:Instance",
        "google-native:redis/v1:Instance",
        "oci:Redis/redisCluster:RedisCluster",
        "rediscloud:index/activeActiveSubscriptionDatabase:ActiveActiveSubscriptionDatabase",
        "rediscloud:index/essentialsDatabase:EssentialsDatabase",
        "rediscloud:index/subscriptionDatabase:SubscriptionDatabase",
        "render:index/redis:Redis",
        "scaleway:index/redisCluster:RedisCluster",
        "scaleway:redis/cluster:Cluster",
        "tencentcloud:Redis/instance:Instance",
        "upstash:index/redisDatabase:RedisDatabase",
        "yandex:index/mdbRedisCluster:MdbRedisCluster",
        "aws-native:elasticache:ReplicationGroup",
    }
)
# Those of one engine among several, and the input that names it.
_BY_ENGINE = {
    "aws-native:elasticache:CacheCluster": "engine",
    "aws-native:elasticache:ServerlessCache": "engine",
    "digitalocean:index/databaseCluster:DatabaseCluster": "engine",
    "exoscale:index/dbaas:Dbaas": "type",
    "exoscale:index/database:Database": "type",
    "heroku:addon/addon:Addon": "plan",
    "heroku:index/addon:Addon": "plan",
    "ovh:CloudProject/database:Database": "engine",
    "vultr:index/database:Database": "databaseEngine",
}
_TEMPLATES = ("aws:cloudformation/stack:Stack", "aws:cloudformation/stackSet:StackSet")
_CONTROL = "aws:cloudcontrol/resource:Resource"
_IN_TEMPLATES = {
    "AWS::ElastiCache::ReplicationGroup": "",
    "AWS::ElastiCache::CacheCluster": "Engine",
    "AWS::ElastiCache::ServerlessCache": "Engine",
    "AWS::MemoryDB::Cluster": "",
}


class Elsewhere(NamedTuple):
    """A cache that another cloud or a template makes. `identity` tells it from others of the same resource."""

    resource: Resource
    identity: str
    engine: Engine


def elsewhere(graph: Graph) -> Iterator[Elsewhere]:
    """Every such cache of a plan that is, or may be, a Redis."""
    for resource in graph.plan.resources:
        kind = plain_type(resource.type)
        if kind in _ALWAYS:
            yield Elsewhere(resource, resource.urn, "redis")
        elif kind in _BY_ENGINE:
            field = Field(resource, "", configured(resource))[_BY_ENGINE[kind]]
            yield Elsewhere(resource, resource.urn, _engine(field))
        elif kind in _TEMPLATES and not resource.external:
            for name, engine in _templated(resource):
                yield Elsewhere(resource, f"{resource.urn}#{name}", engine)
        elif kind == _CONTROL and not resource.external:
            yield from _controlled(resource)


def _controlled(resource: Resource) -> Iterator[Elsewhere]:
    """The cache that Cloud Control makes; what it makes may be hidden."""
    inputs = Field(resource, "", resource.inputs)
    kind = inputs["typeName"].text()
    if kind is None and inputs["typeName"].given:
        yield Elsewhere(resource, resource.urn, "unknown")
    elif kind in _IN_TEMPLATES:
        (state, *_) = yaml_trees(script(inputs["desiredState"]).text) or (None,)
        yield Elsewhere(resource, resource.urn, _templated_engine({"Properties": state}, _IN_TEMPLATES[kind]))


def _engine(field: Field) -> Engine:
    word = field.text()
    if word is None:
        return "unknown"
    words = set(word.lower().replace("-", " ").replace(":", " ").replace("_", " ").split())
    return "redis" if words & REDIS else "other"


def _templated(resource: Resource) -> Iterator[tuple[str, Engine]]:
    body = script(Field(resource, "", resource.inputs)["templateBody"]).text
    for tree in yaml_trees(body) or ():
        made: Any = tree.get("Resources") if isinstance(tree, dict) else None
        for name, each in made.items() if isinstance(made, dict) else ():
            if isinstance(each, dict) and each.get("Type") in _IN_TEMPLATES:
                yield str(name), _templated_engine(each, _IN_TEMPLATES[each["Type"]])


def _templated_engine(made: Mapping[str, Any], key: str) -> Engine:
    if not key:
        return "redis"
    properties = made.get("Properties")
    engine = properties.get(key) if isinstance(properties, dict) else None
    if not isinstance(engine, str):
        return "unknown"
    return "redis" if engine.lower() in REDIS else "other"
