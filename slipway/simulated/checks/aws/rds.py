"""Databases. A deleted one leaves its final snapshot, unless it was said that there shall be none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from slipway.simulated.checks.asked import ApiError
from slipway.simulated.checks.aws.databases import check_cluster, check_copy, check_parameters, check_settings
from slipway.simulated.checks.aws.given import of_database, of_subnet_group
from slipway.simulated.checks.aws.lookups import machine_type, zones_of
from slipway.simulated.checks.aws.versions import DATABASES, check_upgrade, check_version, major
from slipway.simulated.store import Object
from slipway.simulated.values import ACCOUNT

if TYPE_CHECKING:
    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

SNAPSHOT = "aws:rds/snapshot:Snapshot"
CLUSTER_SNAPSHOT = "aws:rds/clusterSnapshot:ClusterSnapshot"
_PARAMETERS = "aws:rds/parameterGroup:ParameterGroup"
_SOURCES = ("replicateSourceDb", "snapshotIdentifier", "restoreToPointInTime", "s3Import")  # a password comes with them
_SHORTEST_PASSWORD = 8
_LONGEST_PASSWORD = {"mysql": 41, "mariadb": 41}  # 128 for the others
_SMALLEST = {"gp2": 20, "gp3": 20, "io1": 100, "io2": 100, "standard": 5}  # GiB
_LARGEST = 65536
_RESERVED = {"postgres": ("admin", "postgres", "rdsadmin", "public"), "mysql": ("rdsadmin", "rdsrepladmin")}
_FEWEST_ZONES = 2


def check_new_database(asked: Asked, cloud: Cloud) -> None:
    """A database is such as there can be, and a copy is one of what can be copied."""
    check_database(asked, cloud)
    check_copy(asked, cloud)


def check_database(asked: Asked, cloud: Cloud) -> None:
    """A database's machine, engine, storage, names and password are such as there can be."""
    engine, version = asked.text("engine"), asked.text("engineVersion")
    made_anew = not asked.old and not any(asked.inputs.get(source) for source in _SOURCES)
    if made_anew and engine not in DATABASES:
        raise ApiError("InvalidParameterValue: Invalid DB engine")
    kind = asked.text("instanceClass")
    if kind and not machine_type(kind, "db."):
        raise ApiError(f"InvalidParameterValue: Invalid DB Instance class: {kind}")
    if engine in DATABASES:
        check_version(engine, version, DATABASES[engine])
        _check_parameters(asked, cloud)
    _check_storage(asked, made_anew=made_anew)
    _check_names(asked, engine)
    _check_password(asked, engine, needed=made_anew)
    check_settings(asked, cloud)


def check_changed_database(asked: Asked, cloud: Cloud) -> None:
    """The same; and storage grows only, versions go up only, major ones with leave only."""
    check_database(asked, cloud)
    old, new = int(asked.old.get("allocatedStorage") or 0), int(asked.inputs.get("allocatedStorage") or 0)
    if old and new and new < old:
        raise ApiError(
            f"InvalidParameterCombination: Requested size ({new} GiB) must be greater than or equal to current size "
            f"({old} GiB)"
        )
    engine, before, after = asked.text("engine"), str(asked.old.get("engineVersion") or ""), asked.text("engineVersion")
    if not before or not after or engine not in DATABASES:
        return
    check_upgrade(engine, before, after)
    known = DATABASES[engine]
    if major(before, known) != major(after, known) and not asked.inputs.get("allowMajorVersionUpgrade"):
        raise ApiError(
            "InvalidParameterCombination: The AllowMajorVersionUpgrade flag must be present when upgrading to a new "
            "major version."
        )


def _check_parameters(asked: Asked, cloud: Cloud) -> None:
    """The group of parameters is of the engine's major version."""
    version = major(asked.text("engineVersion"), DATABASES[asked.text("engine")])
    for group in cloud.naming(_PARAMETERS, "name", asked.text("parameterGroupName")):
        wanted, given = f"{asked.text('engine')}{version}", str(group.inputs.get("family"))
        if version and given != wanted:
            raise ApiError(
                f"InvalidParameterCombination: The parameter group {group.id} with DBParameterGroupFamily {given} "
                f"can't be used for this instance. Use a parameter group with DBParameterGroupFamily {wanted}."
            )


def _check_storage(asked: Asked, *, made_anew: bool) -> None:
    size = asked.inputs.get("allocatedStorage")
    kind = str(asked.inputs.get("storageType") or ("io1" if asked.inputs.get("iops") else "gp2"))
    if size is None:
        if made_anew and not asked.text("engine").startswith("aurora"):
            raise ApiError(
                "InvalidParameterValue: Invalid storage size for engine name "
                f"{asked.text('engine')} and storage type {kind}: 0"
            )
        return
    if not _SMALLEST.get(kind, 0) <= int(size) <= _LARGEST:
        raise ApiError(
            f"InvalidParameterCombination: Invalid storage size for engine name {asked.text('engine')} and storage "
            f"type {kind}: {int(size)}"
        )
    most = int(asked.inputs.get("maxAllocatedStorage") or 0)
    if most and most <= int(size):
        raise ApiError(
            "InvalidParameterCombination: Max storage size must be greater than storage size: "
            f"{most} is not greater than {int(size)}"
        )


def _check_names(asked: Asked, engine: str) -> None:
    user, name = asked.text("username"), asked.text("dbName")
    if user and user.lower() in _RESERVED.get(engine, ()):
        raise ApiError(
            f"InvalidParameterValue: MasterUsername {user} cannot be used as it is a reserved word used by the engine"
        )
    if user and not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,62}", user):
        raise ApiError(
            "InvalidParameterValue: The parameter MasterUsername must begin with a letter and contain only "
            "alphanumeric characters."
        )
    if name and not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name):
        raise ApiError(
            "InvalidParameterValue: DBName must begin with a letter and contain only alphanumeric characters."
        )


def _check_password(asked: Asked, engine: str, *, needed: bool) -> None:
    """The password, which is not shown, is one."""
    password = asked.text("password") or asked.text("passwordWo")
    given = password or asked.inputs.get("password") or asked.inputs.get("passwordWo")
    if not given:
        if needed and not asked.inputs.get("manageMasterUserPassword") and not engine.startswith("aurora"):
            raise ApiError(
                "InvalidParameterValue: The parameter MasterUserPassword must be provided and must not be blank."
            )
        return
    told = "InvalidParameterValue: The parameter MasterUserPassword is not a valid password"
    longest = _LONGEST_PASSWORD.get(engine, 128)
    if len(password) < _SHORTEST_PASSWORD:
        raise ApiError(f"{told} because it is shorter than {_SHORTEST_PASSWORD} characters.")
    if len(password) > longest:
        raise ApiError(f"{told} because it is longer than {longest} characters.")
    if not re.fullmatch(r"[!-~]+", password) or set(password) & set('/@"'):
        raise ApiError(f"{told}. Only printable ASCII characters besides '/', '@', '\"', ' ' may be used.")


def check_subnets(asked: Asked, cloud: Cloud) -> None:
    """A group of subnets is in two zones at least."""
    zones = zones_of(asked.texts("subnetIds"), cloud)
    count = len(set(zones)) if zones is not None else len(set(asked.texts("subnetIds")))
    if count < _FEWEST_ZONES:
        raise ApiError(
            "DBSubnetGroupDoesNotCoverEnoughAZs: The DB subnet group doesn't meet Availability Zone (AZ) coverage "
            f"requirement. Current AZ coverage: {', '.join(sorted(set(zones or ())))}. Add subnets to cover at least "
            f"{_FEWEST_ZONES} AZs."
        )


def check_deletable_cluster(held: Object, cloud: Cloud) -> None:
    """A cluster that is not protected, and whose last snapshot has a free name, or none is wanted."""
    name = _last_snapshot(held, "Cluster")
    if name and cloud.get(CLUSTER_SNAPSHOT, name):
        raise ApiError(
            "DBClusterSnapshotAlreadyExistsFault: Cannot create the cluster snapshot because one with the identifier "
            f"{name} already exists."
        )


def _last_snapshot(held: Object, what: str) -> str:
    """The name of the snapshot that its deletion leaves, empty for none. A protected one cannot be deleted."""
    if held.inputs.get("deletionProtection"):
        raise ApiError(
            f"InvalidParameterCombination: Cannot delete protected {what}, please disable deletion protection and try "
            "again."
        )
    if held.inputs.get("skipFinalSnapshot"):
        return ""
    name = str(held.inputs.get("finalSnapshotIdentifier") or "")
    if not name:
        raise ApiError("final_snapshot_identifier is required when skip_final_snapshot is false")
    return name


def leave_cluster_snapshot(held: Object, cloud: Cloud) -> None:
    """The cluster's final snapshot stays."""
    if held.inputs.get("skipFinalSnapshot"):
        return
    name, region = str(held.inputs["finalSnapshotIdentifier"]), str(held.properties.get("region"))
    tags = held.inputs.get("tags") or {}
    inputs = {"dbClusterSnapshotIdentifier": name, "dbClusterIdentifier": held.id, "tags": tags}
    arn = f"arn:aws:rds:{region}:{ACCOUNT}:cluster-snapshot:{name}"
    computed = {"dbClusterSnapshotArn": arn, "region": region, "tagsAll": held.properties.get("tagsAll") or {}}
    cloud.add(Object(CLUSTER_SNAPSHOT, name, "", inputs, computed))


def check_deletable(held: Object, cloud: Cloud) -> None:
    """A database that is not protected, and whose last snapshot has a free name, or none is wanted; none of a copy."""
    name = _last_snapshot(held, "DB Instance")
    if name and held.inputs.get("replicateSourceDb"):
        raise ApiError(
            "InvalidParameterCombination: FinalDBSnapshotIdentifier can not be specified when deleting a replica "
            "instance"
        )
    if name and cloud.get(SNAPSHOT, name):
        raise ApiError(
            "DBSnapshotAlreadyExists: Cannot create the snapshot because a snapshot with the identifier "
            f"{name} already exists."
        )


def leave_snapshot(held: Object, cloud: Cloud) -> None:
    """The final snapshot stays."""
    if held.inputs.get("skipFinalSnapshot"):
        return
    name = str(held.inputs["finalSnapshotIdentifier"])
    region, identifier = str(held.properties.get("region")), str(held.properties.get("identifier"))
    inputs = {"dbSnapshotIdentifier": name, "dbInstanceIdentifier": identifier, "tags": held.inputs.get("tags") or {}}
    arn = f"arn:aws:rds:{region}:{ACCOUNT}:snapshot:{name}"
    computed = {"dbSnapshotArn": arn, "region": region, "tagsAll": held.properties.get("tagsAll") or {}}
    cloud.add(Object(SNAPSHOT, name, "", inputs, computed))


CREATING = {
    "Cluster": check_cluster,
    "ClusterParameterGroup": check_parameters,
    "Instance": check_new_database,
    "ParameterGroup": check_parameters,
    "SubnetGroup": check_subnets,
}
UPDATING = {
    "Cluster": check_cluster,
    "ClusterParameterGroup": check_parameters,
    "Instance": check_changed_database,
    "ParameterGroup": check_parameters,
    "SubnetGroup": check_subnets,
}
DELETING = {"Cluster": check_deletable_cluster, "Instance": check_deletable}
DELETED = {"Cluster": leave_cluster_snapshot, "Instance": leave_snapshot}
GIVES = {"Instance": of_database, "SubnetGroup": of_subnet_group}
