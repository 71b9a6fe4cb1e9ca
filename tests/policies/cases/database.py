"""Plans for the rules about databases."""

from __future__ import annotations

from typing import Any

from plan.model import Secret, Unknown
from policies.aws.types import (
    CLUSTER_INSTANCE,
    DATABASE,
    DATABASE_CLUSTER,
    DOCUMENT_CLUSTER,
    NEPTUNE_CLUSTER,
    REDSHIFT,
)
from tests.policies.cases.building import Cases, a, facts
from tests.policies.plans import opaque, whole

PARAMETERS, CLUSTER_PARAMETERS = (
    "aws:rds/parameterGroup:ParameterGroup",
    "aws:rds/clusterParameterGroup:ClusterParameterGroup",
)
SOURCE = a(DATABASE, "source", storageEncrypted=True, engine="postgres", engineVersion="17.2")
COPY = a(DATABASE, "copy", replicateSourceDb=whole(SOURCE, "identifier"))
GLOBAL = "aws:rds/globalCluster:GlobalCluster"
CLUSTER = a(DATABASE_CLUSTER, engine="aurora-postgresql")


def forced(value: Any, family: str = "postgres14", name: str = "rds.force_ssl", kind: str = PARAMETERS) -> Any:
    return a(
        kind,
        "parameters",
        family=family,
        parameters=[{"name": "log_min_duration", "value": "5"}, {"name": name, "value": value}],
    )


def database(engine: str = "postgres", version: Any = "14.9", **more: Any) -> Any:
    return a(DATABASE, engine=engine, engineVersion=version, **more)


def member(name: str) -> Any:
    return a(CLUSTER_INSTANCE, name, clusterIdentifier=whole(CLUSTER))


CASES = {
    "database-encrypted": Cases(
        good={
            "said": [a(DATABASE, storageEncrypted=True)],
            "a cluster": [a(DATABASE_CLUSTER, storageEncrypted=True)],
            "the serverless default": [a(DATABASE_CLUSTER, engineMode="serverless")],
            "a copy of what is here": [SOURCE, COPY],
            "a warehouse": [a(REDSHIFT, encrypted="true")],
            "everywhere": [a(GLOBAL, storageEncrypted=True)],
            "everywhere, of a cluster that is": [a(GLOBAL, sourceDbClusterIdentifier="arn:aws:rds:x")],
        },
        bad={
            **{
                f"nothing said by {kind}": [a(kind)]
                for kind in (DATABASE, DATABASE_CLUSTER, DOCUMENT_CLUSTER, NEPTUNE_CLUSTER)
            },
            "off": [a(DATABASE, storageEncrypted=False)],
            "off by a text": [a(DATABASE, storageEncrypted="false")],
            "a warehouse": [a(REDSHIFT, encrypted="false")],
            "everywhere": [a(GLOBAL, engine="aurora-postgresql")],
            "everywhere, off": [a(GLOBAL, sourceDbClusterIdentifier="arn:aws:rds:x", storageEncrypted=False)],
        },
        unproven={
            "unknown": [a(DATABASE, storageEncrypted=Unknown())],
            "secret": [a(DATABASE, storageEncrypted=Secret())],
            "a copy of what is elsewhere": [a(DATABASE, replicateSourceDb="arn:theirs")],
        },
    ),
    "database-not-public": Cases(
        good={"nothing said": [a(DATABASE)], "said": [a(CLUSTER_INSTANCE, publiclyAccessible=False)]},
        bad={
            "an instance": [a(DATABASE, publiclyAccessible=True)],
            "by a text": [a(DATABASE, publiclyAccessible="true")],
            "an instance of a cluster": [a(CLUSTER_INSTANCE, publiclyAccessible=True)],
            "a warehouse": [a(REDSHIFT, publiclyAccessible=True)],
        },
        unproven={"unknown": [a(DATABASE, publiclyAccessible=Unknown())]},
    ),
    "database-survives-a-zone": Cases(
        good={
            "two zones": [facts(), a(DATABASE, multiAz=True)],
            "staging": [facts("staging"), a(DATABASE)],
            "a copy": [facts(), a(DATABASE, "source", multiAz=True), COPY],
            "two of Aurora by its name": [
                facts(),
                a(DATABASE_CLUSTER, engine="aurora-mysql", clusterIdentifier="orders"),
                *(a(CLUSTER_INSTANCE, name, clusterIdentifier="orders") for name in ("one", "two")),
            ],
            "another engine, which stands in one place": [facts(), a(DATABASE_CLUSTER, engine="neptune")],
            "two of Aurora": [facts(), CLUSTER, member("one"), member("two")],
            "a cluster of three": [
                facts(),
                a(DATABASE_CLUSTER, engine="postgres", dbClusterInstanceClass="db.m6gd.large"),
            ],
        },
        bad={
            "one zone": [facts(), a(DATABASE)],
            "off": [facts(), a(DATABASE, multiAz=False)],
            "nobody says what it is": [a(DATABASE)],
            "one of Aurora": [facts(), CLUSTER, member("one")],
            "none of Aurora MySQL": [facts(), a(DATABASE_CLUSTER, engine="aurora-mysql")],
        },
        unproven={
            "unknown": [facts(), a(DATABASE, multiAz=Unknown())],
            "an environment that is not known": [facts(Unknown()), a(DATABASE)],
            "an unknown engine": [facts(), a(DATABASE_CLUSTER, engine=Unknown())],
            "members of which nobody knows": [facts(), CLUSTER, a(CLUSTER_INSTANCE, "m", clusterIdentifier=Unknown())],
        },
    ),
    "database-backups": Cases(
        good={
            "a week": [facts(), a(DATABASE, backupRetentionPeriod=7)],
            "a day in development": [facts("development"), a(DATABASE, backupRetentionPeriod=1)],
            "the default of a cluster in staging": [facts("staging"), CLUSTER],
            "a copy": [a(DATABASE, "source", backupRetentionPeriod=30), COPY],
        },
        bad={
            "nothing said": [facts(), a(DATABASE)],
            "none in development": [facts("development"), a(DATABASE, backupRetentionPeriod=0)],
            "six days": [facts(), a(DATABASE, backupRetentionPeriod="6")],
            "nobody says what it is": [a(DATABASE, backupRetentionPeriod=1)],
            "one beside a copy": [SOURCE, COPY, a(DATABASE, "z", backupRetentionPeriod=0)],
            "the default of a cluster": [facts(), CLUSTER],
        },
        unproven={"unknown": [facts(), a(DATABASE, backupRetentionPeriod=Unknown())]},
    ),
    "database-deletion-protection": Cases(
        good={
            "said": [facts(), a(DATABASE, deletionProtection=True)],
            "development": [facts("development"), a(DATABASE)],
        },
        bad={"nothing said": [facts(), a(DATABASE)], "a cluster": [facts(), CLUSTER], "nobody says": [a(DATABASE)]},
        unproven={"unknown": [facts(), a(DATABASE, deletionProtection=Unknown())]},
    ),
    "database-takes-tls-only": Cases(
        good={
            "PostgreSQL 15": [database(version="15.4")],
            "PostgreSQL 16, by its major version": [database(version="16")],
            "the latest PostgreSQL": [a(DATABASE, engine="postgres")],
            "a parameter": [one := forced("1"), database(parameterGroupName=whole(one, "name"))],
            "a number": [one := forced(1), database(parameterGroupName=whole(one, "name"))],
            "a group of 16 that says nothing": [
                one := a(PARAMETERS, "parameters", family="postgres16"),
                database(version="16.1", parameterGroupName=whole(one, "name")),
            ],
            "AWS's group": [database(version="16.1", parameterGroupName="default.postgres16")],
            "MySQL": [
                one := forced("ON", "mysql8.0", "require_secure_transport"),
                database("mysql", "8.0.36", parameterGroupName=whole(one, "name")),
            ],
            "Aurora": [
                one := forced("1", "aurora-postgresql15", kind=CLUSTER_PARAMETERS),
                a(
                    DATABASE_CLUSTER,
                    engine="aurora-postgresql",
                    engineVersion="15.4",
                    dbClusterParameterGroupName=whole(one, "name"),
                ),
            ],
            "Oracle": [database("oracle-se2", "19")],
            "a copy": [SOURCE, COPY],
        },
        bad={
            "PostgreSQL 14": [database()],
            "switched off": [
                one := forced("0", "postgres16"),
                database(version="16.1", parameterGroupName=whole(one, "name")),
            ],
            "MySQL": [database("mysql", "8.0.36")],
            "MySQL of AWS's group": [database("mysql", "8.0.36", parameterGroupName="default.mysql8.0")],
            "MariaDB": [database("mariadb", "10.11")],
            "SQL Server": [database("sqlserver-ex", "15.00")],
            "a group that says nothing": [
                one := a(PARAMETERS, "parameters", family="postgres14"),
                database(parameterGroupName=whole(one, "name")),
            ],
            "a parameter that says nothing": [one := forced(None), database(parameterGroupName=whole(one, "name"))],
            "PostgreSQL 16 by a group of 14": [
                one := a(PARAMETERS, "parameters", family="postgres14"),
                database(version=None, parameterGroupName=whole(one, "name")),
            ],
            "Aurora 16": [a(DATABASE_CLUSTER, engine="aurora-postgresql", engineVersion="16.2")],
        },
        unproven={
            "a group of somebody": [database(version="16.1", parameterGroupName="theirs")],
            "an unknown group": [database(version="16.1", parameterGroupName=opaque())],
            "an unknown value": [one := forced(Unknown()), database(parameterGroupName=whole(one, "name"))],
            "an unknown version": [database(version=Unknown())],
            "an unknown engine": [a(DATABASE, engine=Unknown())],
            "a group of which nothing is known": [
                one := a(PARAMETERS, "parameters", family=Unknown()),
                a(DATABASE, engine="postgres", parameterGroupName=whole(one, "name")),
            ],
        },
    ),
    "database-minor-upgrades": Cases(
        good={"nothing said": [a(DATABASE)]},
        bad={
            "off": [a(DATABASE, autoMinorVersionUpgrade=False)],
            "a cluster's": [a(CLUSTER_INSTANCE, autoMinorVersionUpgrade="false")],
        },
        unproven={"unknown": [a(DATABASE, autoMinorVersionUpgrade=Unknown())]},
    ),
    "database-exports-logs": Cases(
        good={
            "said": [a(DATABASE, enabledCloudwatchLogsExports=["postgresql"])],
            "Neptune": [a(NEPTUNE_CLUSTER, enableCloudwatchLogsExports=["audit"])],
        },
        bad={"nothing said": [a(DATABASE)], "an empty list": [a(DATABASE_CLUSTER, enabledCloudwatchLogsExports=[])]},
        unproven={"unknown": [a(DATABASE, enabledCloudwatchLogsExports=Unknown())]},
    ),
}
