"""Rules about databases that AWS manages."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from policies.aws.database_tls import RULE as TAKES_TLS_ONLY
from policies.aws.types import (
    CLUSTER_INSTANCE,
    DATABASE,
    DATABASE_CLUSTER,
    DOCUMENT_CLUSTER,
    NEPTUNE_CLUSTER,
    REDSHIFT,
)
from policies.facts import in_production
from policies.inputs import Field, demand, made, negated, verdict
from policies.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from policies.finding import Verdict
    from policies.inputs import Answer

_CLUSTERS = (DATABASE_CLUSTER, DOCUMENT_CLUSTER, NEPTUNE_CLUSTER)
_GLOBAL = "aws:rds/globalCluster:GlobalCluster"
_KEPT_DAYS = 7  # FSBP RDS.11


def _copy_of(graph: Graph, database: Field) -> Answer:
    """Whether a database is a copy of one that this plan holds; None where of one that it does not hold."""
    if database["replicateSourceDb"].absent:
        return False
    return True if graph.follow(database.resource, "replicateSourceDb", (DATABASE,)) else None


def _judge_encryption(graph: Graph) -> Iterator[Verdict]:
    wrong = "keeps its data unencrypted"
    for database in made(graph, DATABASE):
        field = database["storageEncrypted"]
        copied = _copy_of(graph, database)
        if field.absent and copied is not False:
            yield from verdict(database.resource, copied, wrong, "what it copies is not in the plan")
        else:
            yield from demand(field, field.flag(default=False), wrong)
    for cluster in made(graph, *_CLUSTERS):
        field = cluster["storageEncrypted"]
        serverless = cluster["engineMode"].among({"SERVERLESS"})
        yield from demand(field, serverless if field.absent else field.flag(default=False), wrong)
    for warehouse in made(graph, REDSHIFT):
        yield from demand(warehouse["encrypted"], warehouse["encrypted"].flag(default=True), wrong)
    for everywhere in made(graph, _GLOBAL):
        field = everywhere["storageEncrypted"]
        copied = everywhere["sourceDbClusterIdentifier"].given and field.absent
        yield from demand(field, copied or field.flag(default=False), wrong)


def _judge_public(graph: Graph) -> Iterator[Verdict]:
    for database in made(graph, DATABASE, CLUSTER_INSTANCE, REDSHIFT):
        public = database["publiclyAccessible"]
        yield from demand(public, negated(public.flag(default=False)), "has an address in the internet")


def _judge_zones(graph: Graph) -> Iterator[Verdict]:
    wrong = "is gone with its availability zone"
    for database in made(graph, DATABASE):
        if database["replicateSourceDb"].absent:
            field = database["multiAz"]
            yield from in_production(graph, demand(field, field.flag(default=False), wrong))
    members = _members(graph)
    for cluster in made(graph, DATABASE_CLUSTER):
        several = cluster["dbClusterInstanceClass"].given  # three copies in three zones
        aurora = cluster["engine"].among({"AURORA-MYSQL", "AURORA-POSTGRESQL"})
        enough: Answer = several or len(members[cluster.resource.urn]) > 1
        if not enough and (members[""] or aurora is None):
            enough = None
        because = f"it has {len(members[cluster.resource.urn])} instances"
        if aurora is not False or several:
            yield from in_production(graph, verdict(cluster.resource, enough, wrong, because))


def _members(graph: Graph) -> defaultdict[str, list[Field]]:
    """The instances of each cluster; under "" those of which the plan does not tell."""
    named = {each["clusterIdentifier"].text(): each.resource.urn for each in made(graph, DATABASE_CLUSTER)}
    found: defaultdict[str, list[Field]] = defaultdict(list)
    for member in made(graph, CLUSTER_INSTANCE):
        cluster = graph.follow(member.resource, "clusterIdentifier", (DATABASE_CLUSTER,))
        urn = cluster.urn if cluster else named.get(member["clusterIdentifier"].text() or None, "")
        found[urn].append(member)
    return found


def _judge_backups(graph: Graph) -> Iterator[Verdict]:
    for database in made(graph, DATABASE, *_CLUSTERS):
        if database["replicateSourceDb"].given:
            continue  # what it copies keeps the backups
        kept = database["backupRetentionPeriod"]
        default = 0 if database.resource.type == DATABASE else 1
        some_days = kept.at_least(1, default=default)
        if some_days:
            enough = kept.at_least(_KEPT_DAYS, default=default)
            wrong = f"keeps its backups for less than {_KEPT_DAYS} days"
            yield from in_production(graph, demand(kept, enough, wrong))
        else:
            yield from demand(kept, some_days, "keeps no backups")


def _judge_protection(graph: Graph) -> Iterator[Verdict]:
    for database in made(graph, DATABASE, *_CLUSTERS):
        field = database["deletionProtection"]
        yield from in_production(graph, demand(field, field.flag(default=False), "can be deleted by a slip"))


def _judge_upgrades(graph: Graph) -> Iterator[Verdict]:
    for database in made(graph, DATABASE, CLUSTER_INSTANCE):
        field = database["autoMinorVersionUpgrade"]
        yield from demand(field, field.flag(default=True), "does not get repairs of its engine by itself")


def _judge_logs(graph: Graph) -> Iterator[Verdict]:
    for database in made(graph, DATABASE, *_CLUSTERS):
        name = "enableCloudwatchLogsExports" if database["enableCloudwatchLogsExports"].given else ""
        field = database[name or "enabledCloudwatchLogsExports"]
        yield from demand(field, field.present, "keeps its log on its own disk only")


RULES = (
    Rule(
        id="database-encrypted",
        title="Databases keep their data encrypted",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("FSBP RDS.3", "CIS AWS 5.0 2.2.1", "CKV_AWS_16", "CKV_AWS_96"),
        rationale=(
            "Disks, snapshots and backups are read by whoever gets at them. A database that was made without "
            "encryption can only be copied into one that has it."
        ),
        remedy="Set storage_encrypted=True before there is any data.",
        judge=_judge_encryption,
    ),
    Rule(
        id="database-not-public",
        title="Databases have no address in the internet",
        severity="critical",
        level="mandatory",
        clouds=("aws",),
        references=("FSBP RDS.2", "CIS AWS 5.0 2.2.3", "CKV_AWS_17"),
        rationale="What can be reached is tried: passwords are guessed and holes are used within hours.",
        remedy="Leave publicly_accessible out or set it to False, and put the database into private subnets.",
        judge=_judge_public,
    ),
    Rule(
        id="database-survives-a-zone",
        title="Databases of production survive the loss of a zone",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("FSBP RDS.5", "FSBP RDS.15", "CIS AWS 5.0 2.2.4", "CKV_AWS_157"),
        rationale="A database in one zone is down with it, and what was not yet in a backup may be lost.",
        remedy="Set multi_az=True; give an Aurora cluster two instances or more.",
        judge=_judge_zones,
    ),
    Rule(
        id="database-backups",
        title="Databases keep backups for a week",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("FSBP RDS.11", "CKV_AWS_133"),
        rationale=(
            "A mistake in data is seen after days. Backups also are what every point in time is restored from; for a "
            "stack that is not production one day is enough."
        ),
        remedy="Set backup_retention_period to 7 or more (1 or more outside production).",
        judge=_judge_backups,
    ),
    Rule(
        id="database-deletion-protection",
        title="Databases of production cannot be deleted by a slip",
        severity="medium",
        level="advisory",
        clouds=("aws",),
        references=("FSBP RDS.7", "FSBP RDS.8", "CKV_AWS_293", "CKV_AWS_139"),
        rationale="A wrong target, a renamed resource or a removed stack deletes a database in seconds.",
        remedy="Set deletion_protection=True in production.",
        judge=_judge_protection,
    ),
    TAKES_TLS_ONLY,
    Rule(
        id="database-minor-upgrades",
        title="Databases take minor versions by themselves",
        severity="medium",
        level="advisory",
        clouds=("aws",),
        references=("FSBP RDS.13", "CIS AWS 5.0 2.2.2", "CKV_AWS_226"),
        rationale="Minor versions carry repairs of known holes.",
        remedy="Leave auto_minor_version_upgrade at its default, True.",
        judge=_judge_upgrades,
    ),
    Rule(
        id="database-exports-logs",
        title="Databases send their logs to CloudWatch",
        severity="medium",
        level="advisory",
        clouds=("aws",),
        references=("FSBP RDS.9", "FSBP RDS.34", "FSBP RDS.36", "CKV_AWS_129"),
        rationale="Logs on the database's own disk are gone after days, and with the database.",
        remedy='Set enabled_cloudwatch_logs_exports, e.g. ["postgresql"].',
        judge=_judge_logs,
    ),
)
