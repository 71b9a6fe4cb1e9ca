"""Rules about Redis that AWS manages: encryption, passwords, failure of a zone, copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.aws.types import (
    CACHE_CLUSTER,
    GLOBAL_REPLICATION_GROUP,
    MEMORYDB,
    REPLICATION_GROUP,
    SERVERLESS_CACHE,
)
from policies.facts import in_production
from policies.inputs import demand, every, made, negated, some
from policies.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from policies.finding import Verdict
    from policies.inputs import Answer, Field

_REDIS, _VALKEY = frozenset({"REDIS", "VALKEY"}), frozenset({"VALKEY"})
_SUBNET_GROUPS = ("aws:elasticache/subnetGroup:SubnetGroup", "aws:memorydb/subnetGroup:SubnetGroup")
_OLDEST = 6  # Redis 4 and 5 are in extended support since February 2026


def _lone_nodes(graph: Graph) -> Iterator[Field]:
    """Clusters of one node that are a Redis by themselves and no part of a replication group."""
    for cluster in made(graph, CACHE_CLUSTER):
        if cluster["replicationGroupId"].absent and cluster["engine"].among(_REDIS) is not False:
            yield cluster


def _by_primary(graph: Graph, group: Field, field: Field) -> bool:
    """Whether a copy of a global group leaves a setting to the primary, which the plan holds."""
    if group["globalReplicationGroupId"].absent or field.given:
        return False
    return graph.follow(group.resource, "globalReplicationGroupId", (GLOBAL_REPLICATION_GROUP,)) is not None


def _encrypted(group: Field, field: Field) -> Answer:
    """Whether a setting of encryption is on: for Valkey it is where nothing is said."""
    return group["engine"].among(_VALKEY) if field.absent else field.flag(default=False)


def _judge_at_rest(graph: Graph) -> Iterator[Verdict]:
    wrong = "keeps its data unencrypted"
    for group in made(graph, REPLICATION_GROUP):
        field = group["atRestEncryptionEnabled"]
        if not _by_primary(graph, group, field):
            yield from demand(field, _encrypted(group, field), wrong)
    for cluster in _lone_nodes(graph):
        yield from demand(cluster["engine"], negated(cluster["engine"].among(_REDIS)), wrong)


def _judge_in_transit(graph: Graph) -> Iterator[Verdict]:
    wrong = "speaks with its clients unencrypted"
    for group in made(graph, REPLICATION_GROUP):
        field, mode = group["transitEncryptionEnabled"], group["transitEncryptionMode"]
        if not _by_primary(graph, group, field):
            yield from demand(field, _encrypted(group, field), wrong)
            yield from demand(mode, mode.among({"REQUIRED"}, default="required"), wrong)
    for cluster in _lone_nodes(graph):
        field = cluster["transitEncryptionEnabled"]
        yield from demand(field, field.flag(default=False), wrong)
    for cluster in made(graph, MEMORYDB):
        yield from demand(cluster["tlsEnabled"], cluster["tlsEnabled"].flag(default=True), wrong)


def _judge_password(graph: Graph) -> Iterator[Verdict]:
    wrong = "answers everybody who reaches it, without a password"
    for group in made(graph, REPLICATION_GROUP):
        ways = [group[name] for name in ("authToken", "authTokenWo", "userGroupIds")]
        if not _by_primary(graph, group, ways[0]):
            yield from demand(ways[0], some(each.present for each in ways), wrong)
    for cluster in _lone_nodes(graph):
        yield from demand(cluster["engine"], negated(cluster["engine"].among(_REDIS)), wrong)
    for cache in made(graph, SERVERLESS_CACHE):
        redis = cache["engine"].among(_REDIS)
        yield from demand(cache["userGroupId"], some((negated(redis), cache["userGroupId"].present)), wrong)
    for cluster in made(graph, MEMORYDB):
        yield from demand(cluster["aclName"], negated(cluster["aclName"].among({"OPEN-ACCESS"})), wrong)


def _judge_failover(graph: Graph) -> Iterator[Verdict]:
    wrong = "is gone with the zone of its first node"
    for group in made(graph, REPLICATION_GROUP):
        for name in ("automaticFailoverEnabled", "multiAzEnabled"):
            yield from in_production(graph, demand(group[name], group[name].flag(default=False), wrong))
        counts = [(group["numCacheClusters"], 2), (group["replicasPerNodeGroup"], 1)]
        shards = [(each["replicaCount"], 1) for each in group["nodeGroupConfigurations"].items()]
        given = [(field, field.at_least(least)) for field, least in counts if field.given]
        apart = [(field, field.at_least(least)) for field, least in shards if field.given]
        field = next((field for field, holds in (*apart, *given) if not holds), group["numCacheClusters"])
        copies = every(answer for _, answer in apart) if apart else some(answer for _, answer in given)
        yield from in_production(graph, demand(field, copies, wrong))
    for cluster in _lone_nodes(graph):
        lone = negated(cluster["engine"].among(_REDIS))
        yield from in_production(graph, demand(cluster["engine"], lone, wrong))
    for cluster in made(graph, MEMORYDB):
        copies = cluster["numReplicasPerShard"].at_least(1, default=1)
        yield from in_production(graph, demand(cluster["numReplicasPerShard"], copies, wrong))


def _judge_snapshots(graph: Graph) -> Iterator[Verdict]:
    for cache in (*made(graph, REPLICATION_GROUP, MEMORYDB), *_lone_nodes(graph)):
        kept = cache["snapshotRetentionLimit"]
        yield from in_production(graph, demand(kept, kept.at_least(1), "keeps no copy of its data"))


def _judge_subnets(graph: Graph) -> Iterator[Verdict]:
    wrong = "stands in the default subnets, which lead to the internet"
    for cache in (*made(graph, REPLICATION_GROUP, MEMORYDB), *_lone_nodes(graph)):
        group = cache["subnetGroupName"]
        if not _by_primary(graph, cache, group):
            own = graph.follow(cache.resource, "subnetGroupName", _SUBNET_GROUPS) is not None
            holds = own or (group.given and negated(group.among({"DEFAULT"})))
            yield from demand(group, holds, wrong)
    for cache in made(graph, SERVERLESS_CACHE):
        yield from demand(cache["subnetIds"], cache["subnetIds"].present, wrong)


def _judge_upgrades(graph: Graph) -> Iterator[Verdict]:
    for cache in (*made(graph, REPLICATION_GROUP, MEMORYDB), *_lone_nodes(graph)):
        upgrades = cache["autoMinorVersionUpgrade"]
        yield from demand(upgrades, upgrades.flag(default=True), "does not get repairs of its engine by itself")


def _judge_version(graph: Graph) -> Iterator[Verdict]:
    for cache in (*made(graph, REPLICATION_GROUP), *_lone_nodes(graph)):
        version = cache["engineVersion"]
        text = version.text(default=str(_OLDEST))
        major = (text or "").partition(".")[0]
        current = int(major) >= _OLDEST if major.isdecimal() else None
        holds = some((cache["engine"].among(_VALKEY), current))
        yield from demand(version, holds, "runs a Redis that gets repairs for an extra fee only")


RULES = (
    Rule(
        id="cache-encrypted-at-rest",
        title="Redis keeps its data encrypted",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("FSBP ElastiCache.4", "CKV_AWS_29"),
        rationale="Snapshots and swap of a cache hold sessions and personal data, as readable as they were in memory.",
        remedy="Set at_rest_encryption_enabled=True on an aws.elasticache.ReplicationGroup; a lone Cluster cannot.",
        judge=_judge_at_rest,
    ),
    Rule(
        id="cache-encrypted-in-transit",
        title="Redis speaks TLS only",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("FSBP ElastiCache.5", "CKV_AWS_30"),
        rationale="Sessions and the password of the cache itself cross the network in plain text otherwise.",
        remedy='Set transit_encryption_enabled=True, and no transit_encryption_mode but "required".',
        judge=_judge_in_transit,
    ),
    Rule(
        id="cache-asks-for-password",
        title="Redis asks for a password",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("FSBP ElastiCache.6", "CKV_AWS_31"),
        rationale="One reachable port is enough to read and change every session where Redis knows no users.",
        remedy="Set auth_token_wo (or auth_token, from a secret) or user_group_ids; MemoryDB: an ACL of your own.",
        judge=_judge_password,
    ),
    Rule(
        id="cache-survives-a-zone",
        title="Redis of production survives the loss of a zone",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("FSBP ElastiCache.3", "CKV2_AWS_50"),
        rationale="All instances share one cache: with its only node, sessions and sockets of everybody are gone.",
        remedy="Set automatic_failover_enabled and multi_az_enabled, and num_cache_clusters to 2 or more.",
        judge=_judge_failover,
    ),
    Rule(
        id="cache-snapshots",
        title="Redis of production keeps snapshots",
        severity="medium",
        level="advisory",
        clouds=("aws",),
        references=("FSBP ElastiCache.1", "CKV_AWS_134"),
        rationale="After a wrong command or a failed upgrade only a snapshot brings queues and sessions back.",
        remedy="Set snapshot_retention_limit to 1 or more days.",
        judge=_judge_snapshots,
    ),
    Rule(
        id="cache-own-subnets",
        title="Redis stands in subnets of its own choice",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("FSBP ElastiCache.7", "CKV_AWS_323"),
        rationale="The default subnet group has the default VPC's subnets, and all of those lead to the internet.",
        remedy="Make an aws.elasticache.SubnetGroup of private subnets and name it in subnet_group_name.",
        judge=_judge_subnets,
    ),
    Rule(
        id="cache-minor-upgrades",
        title="Redis takes minor versions by itself",
        severity="low",
        level="advisory",
        clouds=("aws",),
        references=("FSBP ElastiCache.2", "CKV_AWS_322"),
        rationale="Minor versions carry repairs of known holes.",
        remedy="Leave auto_minor_version_upgrade at its default, True.",
        judge=_judge_upgrades,
    ),
    Rule(
        id="cache-supported-engine",
        title="Redis runs a version that is still supported",
        severity="medium",
        level="advisory",
        clouds=("aws",),
        references=("own: AWS bills extended support by the node and hour",),
        rationale="Redis 4 and 5 are in extended support, which costs more than the node in the end.",
        remedy='Take engine="valkey", or engine_version 7 of Redis.',
        judge=_judge_version,
    ),
)
