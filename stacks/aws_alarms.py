"""Who is told of what: the application's thresholds, on what the stack has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.aws.alarms import AlarmArgs, Alarms, AlarmsArgs
from config.alerts import Metric
from stacks.aws_services import max_secret_age, namespace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from components.aws.alarms import ServiceMetricsArgs
    from components.aws.load_balancer import LoadBalancer
    from config.stack import StackSettings
    from stacks.aws_data import Stored

_CACHE = frozenset({Metric.REDIS_MEMORY, Metric.REDIS_MEMORY_MIB})
_DATABASE = frozenset({Metric.DATABASE_CONNECTIONS})


def alarms(
    stack: StackSettings,
    services: Mapping[str, ServiceMetricsArgs],
    balancer: LoadBalancer,
    stored: Stored,
    placed: pulumi.ResourceOptions,
) -> Alarms:
    """The alarms and the dashboard. `services` are what runs each service, by its name."""
    topology = stack.topology
    args: AlarmsArgs = {
        "emails": list(topology.alarms.emails),
        "alarms": dict(_alarms(stack, stored)),
        "services": {**services},
        "load_balancer_arn_suffix": balancer.arn_suffix,
        "metric_namespace": namespace(stack),
        "secret_age_days": max_secret_age(stack, stack.application.services, stored),
        "region": topology.region,
    }
    if stored.cache is not None:
        args["cache"] = {"node_ids": {**stored.cache.node_ids}}
    if stored.database is not None:
        args["database"] = {
            "identifier": stored.database.identifier,
            "max_connections": topology.database.max_connections,
        }
    return Alarms(f"{stack.app}-alarms", args, placed)


def _alarms(stack: StackSettings, stored: Stored) -> Iterator[tuple[str, AlarmArgs]]:
    for name, alert in stack.application.alerts.items():
        elsewhere = (alert.metric in _CACHE and stored.cache is None) or (
            alert.metric in _DATABASE and stored.database is None
        )
        if elsewhere:
            pulumi.log.info(f"alerts.{name}: {alert.metric} is measured where that data is, not by this stack")
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
