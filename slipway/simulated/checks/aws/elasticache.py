"""Caches. A deleted one leaves its final snapshot, where it names one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.simulated.checks.asked import ApiError, Refusal
from slipway.simulated.checks.aws.caches import (
    check_cluster,
    check_parameters,
    check_settings,
    check_user,
    judge_cluster,
)
from slipway.simulated.checks.aws.given import of_cache, of_subnet_group
from slipway.simulated.checks.aws.lookups import machine_type
from slipway.simulated.checks.aws.versions import CACHES, check_upgrade, check_version
from slipway.simulated.store import Object
from slipway.simulated.values import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

# Not a resource of Pulumi's: AWS keeps it, and nothing but its own tools deletes it.
SNAPSHOT = "aws:elasticache/snapshot:Snapshot"
_FEWEST_FOR_FAILOVER = 2
_SIZES = ("numCacheClusters", "numNodeGroups", "replicasPerNodeGroup", "preferredCacheClusterAzs")


def judge_group(asked: Asked) -> Iterator[Refusal]:
    """Failover has somewhere to go."""
    clusters = asked.inputs.get("numCacheClusters")
    failover = asked.inputs.get("automaticFailoverEnabled") is True
    if failover and isinstance(clusters, int) and clusters < _FEWEST_FOR_FAILOVER:
        reason = f"must be at least {_FEWEST_FOR_FAILOVER} if automatic_failover_enabled is true"
        yield Refusal(f'"num_cache_clusters": {reason}')
    if asked.inputs.get("multiAzEnabled") is True and not asked.inputs.get("automaticFailoverEnabled"):
        yield Refusal("automatic_failover_enabled must be true if multi_az_enabled is true")


def check_group(asked: Asked, cloud: Cloud) -> None:
    """A group is of machines and of a version that there are, and has what its other settings need."""
    node = asked.text("nodeType")
    if node and not machine_type(node, "cache."):
        raise ApiError(f"InvalidParameterValue: The parameter CacheNodeType is not a valid cache node type: {node}")
    engine = str(asked.inputs.get("engine") or "redis")
    check_version(engine, asked.text("engineVersion"), CACHES.get(engine, ()))
    if asked.inputs.get("automaticFailoverEnabled") and not any(asked.inputs.get(size) for size in _SIZES):
        raise ApiError(
            "InvalidParameterCombination: When using automatic failover, there must be at least 2 cache clusters in "
            "the replication group."
        )
    if asked.text("authToken") and not asked.inputs.get("transitEncryptionEnabled"):
        raise ApiError("InvalidParameterValue: The AUTH token is only supported when encryption-in-transit is enabled")
    check_settings(asked, cloud)


def check_changed_group(asked: Asked, cloud: Cloud) -> None:
    """The same, and no version that is older."""
    check_group(asked, cloud)
    old, new = str(asked.old.get("engineVersion") or ""), asked.text("engineVersion")
    engine = str(asked.inputs.get("engine") or "redis")
    if old and new and engine == (asked.old.get("engine") or "redis"):
        check_upgrade(engine, old, new)


def check_last_snapshot(held: Object, cloud: Cloud) -> None:
    """The name of the final snapshot is free."""
    name = str(held.inputs.get("finalSnapshotIdentifier") or "")
    if name and cloud.get(SNAPSHOT, name):
        raise ApiError(f"SnapshotAlreadyExistsFault: Snapshot with specified name already exists: {name}")


def leave_snapshot(held: Object, cloud: Cloud) -> None:
    """The final snapshot stays."""
    name = str(held.inputs.get("finalSnapshotIdentifier") or "")
    if name:
        region = str(held.properties.get("region"))
        inputs = {"snapshotName": name, "replicationGroupId": held.id, "tags": held.inputs.get("tags") or {}}
        arn = f"arn:aws:elasticache:{region}:{ACCOUNT}:snapshot:{name}"
        computed = {"arn": arn, "region": region, "tagsAll": held.properties.get("tagsAll") or {}}
        cloud.add(Object(SNAPSHOT, name, "", inputs, computed))


INPUTS = {"Cluster": judge_cluster, "ReplicationGroup": judge_group}
CREATING = {
    "Cluster": check_cluster,
    "ParameterGroup": check_parameters,
    "ReplicationGroup": check_group,
    "User": check_user,
}
UPDATING = {**CREATING, "ReplicationGroup": check_changed_group}
DELETING = {"ReplicationGroup": check_last_snapshot, "Cluster": check_last_snapshot}
DELETED = {"ReplicationGroup": leave_snapshot, "Cluster": leave_snapshot}
GIVES = {"ReplicationGroup": of_cache, "SubnetGroup": of_subnet_group}
