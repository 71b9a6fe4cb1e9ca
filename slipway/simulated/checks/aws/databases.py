"""What settings of databases go together: speed of disks, times, logs, copies, groups of parameters, Aurora."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from slipway.simulated.checks.asked import ApiError
from slipway.simulated.checks.aws.lookups import SUBNET, group_elsewhere, network_of
from slipway.simulated.checks.aws.versions import DATABASES
from slipway.simulated.checks.aws.windows import check_windows

if TYPE_CHECKING:
    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

_DATABASE = "aws:rds/instance:Instance"
_SUBNETS = "aws:rds/subnetGroup:SubnetGroup"
_SHORTEST_WINDOW = 30  # minutes
_BASE = 400  # GiB of gp3 up to which its speed is what it is
_BASES = {"oracle": 200, "sqlserver": 0}
_LOGS = {
    "aurora-mysql": ("audit", "error", "general", "iam-db-auth-error", "slowquery"),
    "aurora-postgresql": ("iam-db-auth-error", "instance", "postgresql"),
    "db2": ("diag.log", "notify.log"),
    "mariadb": ("audit", "error", "general", "iam-db-auth-error", "slowquery"),
    "mysql": ("audit", "error", "general", "iam-db-auth-error", "slowquery"),
    "oracle": ("alert", "audit", "listener", "oemagent", "trace"),
    "postgres": ("iam-db-auth-error", "postgresql", "upgrade"),
    "sqlserver": ("agent", "error"),
}
_LONGEST_NAMES = {"mariadb": 64, "mysql": 64, "postgres": 63}
# Words that both PostgreSQL and MySQL keep for themselves.
_RESERVED = frozenset(
    (
        *("all", "and", "as", "asc", "case", "check", "collate", "column", "constraint", "create", "default", "desc"),
        *("distinct", "else", "false", "for", "foreign", "from", "grant", "group", "having", "in", "into", "limit"),
        *("not", "null", "on", "or", "order", "primary", "references", "select", "table", "then", "to", "true"),
        *("union", "unique", "using", "when", "where", "with"),
    )
)
_TOO_SMALL_FOR_INSIGHTS = re.compile(r"db\.(t2|t3|t4g)\.(micro|small)")
_PAST_AUTHORITIES = ("rds-ca-2010", "rds-ca-2015", "rds-ca-2019")
# Parameters that count from the next start on only: the better known ones.
_STATIC = {
    "postgres": frozenset(
        (
            *("autovacuum_freeze_max_age", "huge_pages", "max_connections", "max_locks_per_transaction"),
            *("max_prepared_transactions", "max_replication_slots", "max_wal_senders", "max_worker_processes"),
            *("rds.logical_replication", "shared_buffers", "shared_preload_libraries"),
            *("superuser_reserved_connections", "track_activity_query_size", "wal_buffers"),
        )
    ),
    "mysql": frozenset(
        (
            *("innodb_log_file_size", "innodb_open_files", "innodb_read_io_threads", "innodb_write_io_threads"),
            *("lower_case_table_names", "performance_schema", "skip_name_resolve", "table_open_cache_instances"),
        )
    ),
}
_OWN_FAMILIES = ("aurora-mysql", "aurora-postgresql", "mariadb", "mysql", "postgres")  # engine and major version
_OLD_FAMILIES = (
    *("aurora5.6", "aurora-postgresql9.6", "aurora-postgresql10", "mariadb10.0", "mariadb10.1", "mariadb10.2"),
    *("mariadb10.3", "mysql5.1", "mysql5.5", "mysql5.6", "postgres9.3", "postgres9.4", "postgres9.5", "postgres9.6"),
    "postgres10",
)
_MORE_FAMILIES = r"(custom-|db2-|docdb|neptune|oracle-|sqlserver-).+"
_STEP = 0.5  # of the capacity of Aurora without machines


def check_settings(asked: Asked, cloud: Cloud) -> None:
    """The settings of a database that depend on each other."""
    engine, kind = asked.text("engine"), asked.text("storageType")
    if kind or asked.inputs.get("iops"):
        _check_speed(asked, engine, kind)
    check_windows(asked.text("backupWindow"), asked.text("maintenanceWindow"), _SHORTEST_WINDOW, "backup")
    _check_logs(asked, engine)
    if asked.inputs.get("monitoringInterval") and not asked.inputs.get("monitoringRoleArn"):
        raise ApiError(
            "InvalidParameterCombination: A MonitoringRoleARN value is required if you specify a MonitoringInterval "
            "value other than 0."
        )
    if asked.text("availabilityZone") and asked.inputs.get("multiAz"):
        raise ApiError(
            "InvalidParameterCombination: Requesting a specific availability zone is not valid for Multi-AZ instances."
        )
    small = _TOO_SMALL_FOR_INSIGHTS.fullmatch(asked.text("instanceClass"))
    if asked.inputs.get("performanceInsightsEnabled") and small and engine in ("mariadb", "mysql"):
        raise ApiError("InvalidParameterCombination: Performance Insights not supported for this configuration.")
    if asked.text("caCertIdentifier") in _PAST_AUTHORITIES:
        raise ApiError(f"CertificateNotFound: Certificate not found: {asked.text('caCertIdentifier')}")
    _check_name(asked.text("dbName"), engine)
    check_groups(asked, cloud)


def check_copy(asked: Asked, cloud: Cloud) -> None:
    """A replica is one of a database that is backed up."""
    source = asked.text("replicateSourceDb")
    for path in ("identifier", "arn"):
        for held in cloud.naming(_DATABASE, path, source):
            if not int(held.inputs.get("backupRetentionPeriod") or 0) and not held.inputs.get("replicateSourceDb"):
                raise ApiError(
                    "InvalidDBInstanceState: Automated backups are not enabled for this database instance. To enable "
                    "automated backups, use ModifyDBInstance to set the backup retention period to a non-zero value."
                )


def check_groups(asked: Asked, cloud: Cloud) -> None:
    """A database's groups are in the network of its subnets."""
    for held in cloud.naming(_SUBNETS, "name", asked.text("dbSubnetGroupName")):
        own = network_of(SUBNET, str(next(iter(held.inputs.get("subnetIds") or ()), "")), cloud)
        elsewhere = group_elsewhere(own, asked.texts("vpcSecurityGroupIds"), cloud)
        if elsewhere:
            raise ApiError(
                "InvalidParameterCombination: The DB instance and EC2 security group are in different VPCs. The DB "
                f"instance is in {own} and the EC2 security group is in {elsewhere[1]}"
            )


def check_parameters(asked: Asked, _cloud: Cloud) -> None:
    """A group of parameters is of an engine that there is, and changes at once only what can be."""
    family = asked.text("family")
    known = {f"{engine}{version}" for engine in _OWN_FAMILIES for version in DATABASES[engine]}
    if family not in known and family not in _OLD_FAMILIES and not re.fullmatch(_MORE_FAMILIES, family):
        raise ApiError(f"InvalidParameterValue: ParameterGroupFamily {family} is not a valid parameter group family")
    static = next((names for engine, names in _STATIC.items() if re.match(rf"{engine}\d", family)), frozenset())
    before = asked.old.get("parameters") or ()
    for parameter in asked.inputs.get("parameters") or ():
        at_once = str(parameter.get("applyMethod") or "immediate") == "immediate"
        if parameter.get("name") in static and at_once and parameter not in before:
            raise ApiError("InvalidParameterCombination: cannot use immediate apply method for static parameter")


def check_cluster(asked: Asked, cloud: Cloud) -> None:
    """A new cluster has a password; each is backed up, and grows to more than it shrinks to."""
    made_anew = not asked.old and not any(
        asked.inputs.get(source)
        for source in (
            *("globalClusterIdentifier", "replicationSourceIdentifier", "restoreToPointInTime", "s3Import"),
            "snapshotIdentifier",
        )
    )
    given = ("masterPassword", "masterPasswordWo", "manageMasterUserPassword")
    if made_anew and not any(asked.inputs.get(name) for name in given):
        raise ApiError(
            "InvalidParameterValue: The parameter MasterUserPassword must be provided and must not be blank."
        )
    kept = asked.inputs.get("backupRetentionPeriod")
    if kept is not None and int(kept) < 1:
        raise ApiError("InvalidParameterValue: Retention period must be between 1 and 35.")
    daily, weekly = asked.text("preferredBackupWindow"), asked.text("preferredMaintenanceWindow")
    check_windows(daily, weekly, _SHORTEST_WINDOW, "backup")
    _check_logs(asked, asked.text("engine"))
    _check_capacity(asked)
    check_groups(asked, cloud)


def _check_capacity(asked: Asked) -> None:
    scaling = asked.inputs.get("serverlessv2ScalingConfiguration") or {}
    least, most = (scaling.get(name) for name in ("minCapacity", "maxCapacity"))
    for each in (least, most):
        if each is not None and float(each) % _STEP:
            raise ApiError(
                f"InvalidParameterValue: Serverless v2 capacity value {float(each)} is not valid. It must be a "
                f"multiple of {_STEP}."
            )
    if least is not None and most is not None and float(least) > float(most):
        raise ApiError(
            "InvalidParameterValue: Serverless v2 minimum capacity must be less than or equal to maximum capacity"
        )
    if scaling.get("secondsUntilAutoPause") and least:
        raise ApiError(
            "InvalidParameterCombination: SecondsUntilAutoPause can only be specified when minimum capacity is 0."
        )


def _check_speed(asked: Asked, engine: str, kind: str) -> None:
    kind, size = kind or "io1", int(asked.inputs.get("allocatedStorage") or 0)
    iops, throughput = asked.inputs.get("iops"), asked.inputs.get("storageThroughput")
    if kind in ("io1", "io2") and not iops and size:
        raise ApiError(f"InvalidParameterCombination: The storage type {kind} requires iops to be specified.")
    if throughput and kind != "gp3":
        raise ApiError(f"InvalidParameterCombination: You can't specify storage throughput for storage type {kind}.")
    if iops and kind in ("gp2", "standard"):
        raise ApiError(
            f"InvalidParameterCombination: Invalid iops value for engine name {engine} and storage type {kind}: "
            f"{int(iops)}"
        )
    base = next((size for name, size in _BASES.items() if engine.startswith(name)), _BASE)
    if kind == "gp3" and (iops or throughput) and 0 < size < base:
        raise ApiError(
            f"InvalidParameterCombination: You can't specify IOPS or storage throughput for engine {engine} and a "
            f"storage size less than {base}."
        )


def _check_logs(asked: Asked, engine: str) -> None:
    known = next((logs for name, logs in _LOGS.items() if engine == name or engine.startswith(f"{name}-")), None)
    wrong = [log for log in asked.texts("enabledCloudwatchLogsExports") if known is not None and log not in known]
    if wrong:
        raise ApiError(
            f"InvalidParameterCombination: You cannot use the log types '{', '.join(wrong)}' with engine version "
            f"{engine} {asked.text('engineVersion')}. For supported log types, see the documentation."
        )


def _check_name(name: str, engine: str) -> None:
    if engine not in _LONGEST_NAMES:
        return
    if name.lower() in _RESERVED:
        raise ApiError(f"InvalidParameterValue: DBName {name} cannot be used. It is a reserved word for this engine")
    if len(name) > _LONGEST_NAMES[engine]:
        raise ApiError(
            f"InvalidParameterValue: DBName must have at most {_LONGEST_NAMES[engine]} characters with engine {engine}."
        )
