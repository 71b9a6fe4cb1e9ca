"""What settings of caches go together: shards, times, encryption, zones, parameters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from slipway.simulated.checks.asked import ApiError, Refusal
from slipway.simulated.checks.aws.lookups import SUBNET, group_elsewhere, network_of, zones_of
from slipway.simulated.checks.aws.windows import check_windows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

_PARAMETERS = "aws:elasticache/parameterGroup:ParameterGroup"
_SUBNETS = "aws:elasticache/subnetGroup:SubnetGroup"
_SHORTEST_WINDOW = 60  # minutes
_PASSWORDS = ("passwords", "passwordsWo")
_MOST_CLUSTERS = 6  # one that is written to and five that are read
_WITH_TIERS = re.compile(r"cache\.r(6|7)gd\..+")
_YES_NO = frozenset(
    (
        *("activedefrag", "activerehashing", "appendonly", "close-on-replica-write", "close-on-slave-write"),
        *("cluster-allow-reads-when-down", "cluster-enabled", "cluster-require-full-coverage"),
        *("lazyfree-lazy-eviction", "lazyfree-lazy-expire", "lazyfree-lazy-server-del", "replica-lazy-flush"),
    )
)
_VALUES = {
    "appendfsync": ("always", "everysec", "no"),
    "maxmemory-policy": (
        *("volatile-lru", "allkeys-lru", "volatile-lfu", "allkeys-lfu", "volatile-random", "allkeys-random"),
        *("volatile-ttl", "noeviction"),
    ),
}


def judge_cluster(asked: Asked) -> Iterator[Refusal]:
    """A cache of one machine is on one, and what is on several is of the engine that shares nothing."""
    nodes, engine = asked.inputs.get("numCacheNodes"), asked.inputs.get("engine")
    if asked.inputs.get("azMode") == "cross-az" and nodes == 1:
        yield Refusal('az_mode "cross-az" is not supported with num_cache_nodes = 1')
    if engine in ("redis", "valkey") and isinstance(nodes, int) and nodes > 1:
        yield Refusal(f'engine "{engine}" does not support num_cache_nodes > 1')
    if engine == "memcached" and asked.sure("finalSnapshotIdentifier"):
        yield Refusal('engine "memcached" does not support final_snapshot_identifier')


def check_cluster(asked: Asked, cloud: Cloud) -> None:
    """A cache by itself has its groups in its network, times that are long enough, and no shards."""
    check_times(asked)
    check_groups(asked, cloud)
    if asked.inputs.get("engine") != "memcached" and _sharded(asked.text("parameterGroupName"), cloud):
        raise ApiError(
            "InvalidParameterCombination: Cluster mode should be disabled in parameter group, but found it is enabled."
        )


def check_settings(asked: Asked, cloud: Cloud) -> None:
    """The settings of a group of caches that depend on each other."""
    _check_shards(asked, cloud)
    check_times(asked)
    _check_encryption(asked)
    if asked.inputs.get("dataTieringEnabled") and not _WITH_TIERS.fullmatch(asked.text("nodeType")):
        raise ApiError(
            f"InvalidParameterValue: Data tiering is not supported for the node type {asked.text('nodeType')}."
        )
    _check_zones(asked, cloud)
    check_groups(asked, cloud)
    _check_family(asked, cloud)


def check_times(asked: Asked) -> None:
    """The two windows of time are long enough, and beside each other."""
    check_windows(asked.text("snapshotWindow"), asked.text("maintenanceWindow"), _SHORTEST_WINDOW, "snapshot")


def check_groups(asked: Asked, cloud: Cloud) -> None:
    """A cache's groups are in the network of its subnets."""
    own = network_of(SUBNET, next(iter(_subnets(asked, cloud)), ""), cloud)
    elsewhere = group_elsewhere(own, asked.texts("securityGroupIds"), cloud)
    if elsewhere:
        group, there = elsewhere
        raise ApiError(
            f"InvalidParameterValue: The security group {group} is in {there}, the cache subnet group in {own}: "
            "they have to be in one VPC."
        )


def check_parameters(asked: Asked, _cloud: Cloud) -> None:
    """A parameter has a value that it takes."""
    for parameter in asked.inputs.get("parameters") or ():
        name = str(parameter.get("name"))
        allowed = ("yes", "no") if name in _YES_NO else _VALUES.get(name, ())
        if allowed and str(parameter.get("value")) not in allowed:
            raise ApiError(
                f"InvalidParameterValue: invalid parameter value for {name}, allowed values are:{','.join(allowed)}"
            )


def check_user(asked: Asked, _cloud: Cloud) -> None:
    """A user says how it is known."""
    ways = [name for name in ("authenticationMode", "noPasswordRequired", *_PASSWORDS) if asked.inputs.get(name)]
    if not ways:
        raise ApiError(
            "InvalidParameterValue: Input Authentication type: null is not in the allowed list: "
            "[password,no-password-required,iam]"
        )
    if "noPasswordRequired" in ways and set(_PASSWORDS) & set(ways):
        raise ApiError(
            "InvalidParameterCombination: Password field is not allowed with authentication type: no-password-required"
        )


def _check_shards(asked: Asked, cloud: Cloud) -> None:
    several = int(asked.inputs.get("numNodeGroups") or 1) > 1
    group = asked.text("parameterGroupName")
    if (several or _sharded(group, cloud)) and not asked.inputs.get("automaticFailoverEnabled"):
        raise ApiError(
            "InvalidParameterValue: Redis with cluster mode enabled cannot be created with auto failover turned off."
        )
    if several and group and _sharded(group, cloud) is False:
        raise ApiError(
            "InvalidParameterCombination: Cluster mode should be enabled in parameter group, but found it is disabled."
        )
    if int(asked.inputs.get("numCacheClusters") or 1) > _MOST_CLUSTERS:
        raise ApiError(
            f"InvalidParameterValue: The number of cache clusters must be at most {_MOST_CLUSTERS}: a primary and "
            f"{_MOST_CLUSTERS - 1} replicas."
        )


def _sharded(group: str, cloud: Cloud) -> bool | None:
    """Whether a group of parameters is for shards; None where nothing is known of it."""
    if group.startswith("default."):
        return group.endswith(".cluster.on")
    for held in cloud.naming(_PARAMETERS, "name", group):
        parameters = held.inputs.get("parameters") or ()
        return any((each.get("name"), each.get("value")) == ("cluster-enabled", "yes") for each in parameters)
    return None


def _check_encryption(asked: Asked) -> None:
    if asked.text("transitEncryptionMode") and not asked.inputs.get("transitEncryptionEnabled"):
        raise ApiError(
            "InvalidParameterCombination: TransitEncryptionMode can only be set when encryption-in-transit is enabled"
        )
    if asked.texts("userGroupIds") and not asked.inputs.get("transitEncryptionEnabled"):
        raise ApiError(
            "InvalidParameterCombination: User group based access control requires encryption-in-transit to be enabled "
            "on the replication group."
        )
    if asked.inputs.get("kmsKeyId") and asked.inputs.get("atRestEncryptionEnabled") is False:
        raise ApiError("InvalidParameterCombination: Please enable encryption at rest to use Customer Managed CMK")


def _check_zones(asked: Asked, cloud: Cloud) -> None:
    """There is a zone for each cache, and each is one of the subnets'."""
    wanted, clusters = asked.texts("preferredCacheClusterAzs"), asked.inputs.get("numCacheClusters")
    if not wanted:
        return
    if clusters is not None and len(wanted) != int(clusters):
        raise ApiError(
            "InvalidParameterCombination: The number of availability zones in PreferredCacheClusterAZs must be "
            f"NumCacheClusters: {len(wanted)} is not {int(clusters)}"
        )
    known = zones_of(_subnets(asked, cloud), cloud)
    for zone in wanted:
        if known and zone not in known:
            raise ApiError(
                f"InvalidParameterValue: Availability zone {zone} is not in the cache subnet group "
                f"{asked.text('subnetGroupName')}"
            )


def _check_family(asked: Asked, cloud: Cloud) -> None:
    """The parameters are those of the engine's version."""
    engine, version = str(asked.inputs.get("engine") or "redis"), asked.text("engineVersion")
    group = asked.text("parameterGroupName")
    found = [str(held.inputs.get("family")) for held in cloud.naming(_PARAMETERS, "name", group)]
    if group.startswith("default."):
        found = [group.removeprefix("default.").removesuffix(".cluster.on")]
    wanted = _family(engine, version)
    for family in found:
        if wanted and family != wanted:
            raise ApiError(
                f"InvalidParameterCombination: Expected a parameter group of family {wanted} but found one of family "
                f"{family}"
            )


def _family(engine: str, version: str) -> str:
    """The family of a version's parameters; empty where it is not said."""
    major, _, minor = version.partition(".")
    if not major:
        return ""
    if engine == "redis" and int(major) < 7:  # noqa: PLR2004 - from 7 on, families are of whole versions
        return f"redis{major}.{'x' if major == '6' else minor.partition('.')[0]}"
    return f"{engine}{major}"


def _subnets(asked: Asked, cloud: Cloud) -> list[str]:
    held = cloud.naming(_SUBNETS, "name", asked.text("subnetGroupName"))
    return [str(each) for each in (held[0].inputs.get("subnetIds") or ())] if held else []
