"""Who is told of what: the application's thresholds, on what the stack has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.aws.alarms import AlarmArgs, Alarms, AlarmsArgs
from components.aws.aurora_database import AuroraDatabase
from config.alerts import Metric, Severity
from stacks.aws_services import max_secret_age, namespace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from components.aws.alarms import ServiceMetricsArgs
    from components.aws.load_balancer import LoadBalancer
    from config.stack import StackSettings
    from stacks.aws_data import Stored

_CACHE = frozenset({Metric.REDIS_MEMORY, Metric.REDIS_MEMORY_MIB})
_DATABASE = frozenset({Metric.DATABASE_CONNECTIONS})
# What a database that the stack makes is watched for where its application's team says nothing else. Without writes a
# replica's lag grows until the next checkpoint, five minutes at most, and means nothing.
_BUSY: dict[str, AlarmArgs] = {
    "database-busy": {
        "metric": Metric.DATABASE_CONNECTIONS,
        "above": 80,
        "severity": Severity.WARNING,
        "seconds": 300,
    },
    "database-full": {
        "metric": Metric.DATABASE_CONNECTIONS,
        "above": 90,
        "severity": Severity.CRITICAL,
        "seconds": 300,
    },
}
_BEHIND: AlarmArgs = {"metric": Metric.REPLICA_LAG, "above": 600, "severity": Severity.WARNING, "seconds": 300}
_AURORA_BEHIND = 10  # seconds; its servers share their disk, and are some milliseconds behind


def alarms(
    stack: StackSettings,
    services: Mapping[str, ServiceMetricsArgs],
    balancer: LoadBalancer | None,
    stored: Stored,
    placed: pulumi.ResourceOptions,
) -> Alarms:
    """The alarms and the dashboard. `services` are what runs each service, by its name."""
    topology = stack.aws
    args: AlarmsArgs = {
        "emails": list(topology.alarms.emails),
        "alarms": dict(_alarms(stack, stored)),
        "services": {**services},
        "metric_namespace": namespace(stack),
        "secret_age_days": max_secret_age(stack, stack.application.services, stored),
        "region": topology.region,
    }
    if balancer is not None:
        args["load_balancer_arn_suffix"] = balancer.arn_suffix
    if stored.cache is not None:
        args["cache"] = {"node_ids": {**stored.cache.node_ids}}
    if stored.database is not None:
        args["database"] = {
            "identifier": stored.database.identifier,
            "max_connections": topology.database.max_connections,
            "replicas": {**stored.database.replica_identifiers},
            "aurora": isinstance(stored.database, AuroraDatabase),
        }
    return Alarms(f"{stack.app}-alarms", args, placed)


def _alarms(stack: StackSettings, stored: Stored) -> Iterator[tuple[str, AlarmArgs]]:
    alerts = stack.application.alerts
    yield from _defaults({alert.metric for alert in alerts.values()}, stored)
    for name, alert in alerts.items():
        elsewhere = (alert.metric in _CACHE and stored.cache is None) or (
            alert.metric in _DATABASE and stored.database is None
        )
        if elsewhere:
            pulumi.log.info(f"alerts.{name}: {alert.metric} is measured where that data is, not by this stack")
            continue
        if alert.metric is Metric.REPLICA_LAG and not (stored.database and stored.database.replica_identifiers):
            pulumi.log.info(f"alerts.{name}: this stack has no read replicas that could be behind")
            continue
        args: AlarmArgs = {
            "metric": alert.metric,
            "above": float(alert.above),
            "severity": alert.severity,
            "seconds": alert.seconds,
        }
        if alert.name is not None:
            args["name"] = alert.name
        yield name, args


def _defaults(said: set[Metric], stored: Stored) -> Iterator[tuple[str, AlarmArgs]]:
    """The alarms that the stack's own data has anyway, but for the metrics of which the application says something."""
    if stored.database is None:
        return
    if Metric.DATABASE_CONNECTIONS not in said:
        yield from _BUSY.items()
    if Metric.REPLICA_LAG not in said and stored.database.replica_identifiers:
        aurora = isinstance(stored.database, AuroraDatabase)
        yield "replicas-behind", {**_BEHIND, "above": _AURORA_BEHIND} if aurora else _BEHIND
