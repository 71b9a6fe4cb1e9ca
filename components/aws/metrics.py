"""What CloudWatch knows of a stack: the one table from which alarms and the dashboard are made. Pure data.

Longer than 300 lines because it is one table: a value's metric, unit, silence and remedy stand in one place.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from config.alerts import Metric

MINUTE, DAY = 60, 86_400  # seconds; load balancer, machines, cache and database tell their numbers once a minute
MIB = 1_048_576  # bytes

_ECS, _INSIGHTS = "AWS/ECS", "ECS/ContainerInsights"
_ALB, _EC2, _AGENT, _REDIS, _RDS = "AWS/ApplicationELB", "AWS/EC2", "CWAgent", "AWS/ElastiCache", "AWS/RDS"
_BALANCER = ("LoadBalancer",)
_TARGETS = ("LoadBalancer", "TargetGroup")
_GROUP = ("AutoScalingGroupName",)
_TASKS = ("ClusterName", "ServiceName")
_NODE = ("CacheClusterId",)
_DATABASE = ("DBInstanceIdentifier",)


@dataclass(frozen=True, slots=True)
class Series:
    """One metric of CloudWatch and the statistic that is read from it."""

    namespace: str
    """Who publishes it."""
    metric: str
    """Its name there."""
    statistic: str
    """Average, Sum, Minimum, Maximum, or a percentile as in p95."""
    dimensions: tuple[str, ...]
    """The names of its dimensions, all of them: CloudWatch takes a metric with one dimension less for another one."""

    def by(self, statistic: str) -> Series:
        """The same metric, read in another way."""
        return Series(self.namespace, self.metric, statistic, self.dimensions)


# EC2 tells of processors by machine or by group, never by both: within a group only Minimum and Maximum tell machines
# apart. Amazon's agent tells of memory by group, where each machine's value is one sample, and by machine and group.
CPU = Series(_EC2, "CPUUtilization", "Average", _GROUP)
CPU_OF_EACH = Series(_AGENT, "cpu_usage_active", "Average", ("AutoScalingGroupName", "InstanceId"))
MEMORY = Series(_AGENT, "mem_used_percent", "Average", _GROUP)
MEMORY_OF_EACH = Series(_AGENT, "mem_used_percent", "Average", ("AutoScalingGroupName", "InstanceId"))
MEMORY_BYTES = Series(_AGENT, "mem_used", "Maximum", _GROUP)

# ECS tells both by service, where each task's value is one sample.
CPU_OF_TASKS = Series(_ECS, "CPUUtilization", "Average", _TASKS)
MEMORY_OF_TASKS = Series(_ECS, "MemoryUtilization", "Average", _TASKS)
MEMORY_OF_TASK = Series(_INSIGHTS, "MemoryUtilized", "Maximum", _TASKS)  # in MiB

REQUESTS = Series(_ALB, "RequestCount", "Sum", _TARGETS)
ERRORS = Series(_ALB, "HTTPCode_Target_5XX_Count", "Sum", _TARGETS)
RESPONSE_TIME = Series(_ALB, "TargetResponseTime", "Average", _TARGETS)  # in seconds
UNHEALTHY = Series(_ALB, "UnHealthyHostCount", "Maximum", _TARGETS)

ALL_CONNECTIONS = Series(_ALB, "ActiveConnectionCount", "Sum", _BALANCER)
ALL_REQUESTS = Series(_ALB, "RequestCount", "Sum", _BALANCER)
ALL_REFUSED = Series(_ALB, "HTTPCode_Target_4XX_Count", "Sum", _BALANCER)
ALL_ERRORS = Series(_ALB, "HTTPCode_Target_5XX_Count", "Sum", _BALANCER)
OWN_REFUSED = Series(_ALB, "HTTPCode_ELB_4XX_Count", "Sum", _BALANCER)
OWN_ERRORS = Series(_ALB, "HTTPCode_ELB_5XX_Count", "Sum", _BALANCER)

REDIS_MEMORY = Series(_REDIS, "DatabaseMemoryUsagePercentage", "Average", _NODE)
REDIS_BYTES = Series(_REDIS, "BytesUsedForCache", "Average", _NODE)
REDIS_HITS = Series(_REDIS, "CacheHitRate", "Average", _NODE)
REDIS_CONNECTIONS = Series(_REDIS, "CurrConnections", "Maximum", _NODE)
REDIS_COMMANDS = Series(_REDIS, "ProcessedCommands", "Sum", _NODE)
REDIS_ENGINE = Series(_REDIS, "EngineCPUUtilization", "Average", _NODE)

DATABASE_CPU = Series(_RDS, "CPUUtilization", "Average", _DATABASE)
DATABASE_CONNECTIONS = Series(_RDS, "DatabaseConnections", "Maximum", _DATABASE)
REPLICA_LAG = Series(_RDS, "ReplicaLag", "Maximum", _DATABASE)  # in seconds
AURORA_LAG = Series(_RDS, "AuroraReplicaLag", "Maximum", _DATABASE)  # in milliseconds; who takes writes tells none
AURORA_CAPACITY = Series(_RDS, "ServerlessDatabaseCapacity", "Average", _DATABASE)  # in ACUs
DATABASE_STORAGE = Series(_RDS, "FreeStorageSpace", "Minimum", _DATABASE)  # in bytes


class Scope(StrEnum):
    """What an alarm is made for: one of each."""

    SERVICE = "service"
    """A service: its machines, its target group, its unit."""
    BALANCER = "load balancer"
    """The load balancer."""
    NODE = "cache node"
    """A node of the cache."""
    DATABASE = "database"
    """A server of the database: the one that takes writes, or a replica."""
    REPLICA = "read replica"
    """A read replica."""
    AURORA = "Aurora server"
    """A server of an Aurora cluster, whichever takes writes now."""
    APPLICATION = "application"
    """The application as a whole."""


class Missing(StrEnum):
    """What an alarm makes of a time without data."""

    FINE = "notBreaching"
    """Nothing happened that could be bad: nobody asked anything."""
    BAD = "breaching"
    """Silence is the fault itself."""
    UNKNOWN = "missing"
    """Who should tell does not: the alarm shows INSUFFICIENT_DATA instead of all's well."""
    AS_BEFORE = "ignore"
    """The last word holds: the value is told seldom."""


class Unit(StrEnum):
    """What a threshold is given in."""

    PER_CENT = "%"
    """Per cent."""
    SECONDS = "s"
    """Seconds."""
    MIB = "MiB"
    """Mebibytes, of a metric in bytes."""
    TOLD_MIB = "MiB "
    """Mebibytes, of a metric that is told in them."""
    CONNECTIONS = "% of the connections"
    """Per cent of the connections that the database takes, of a metric that counts them."""
    COUNT = "instances"
    """A number."""
    DAYS = "days"
    """Days."""
    OWN = ""
    """Whatever the application means."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A value that an alarm watches: one series, or arithmetic over several."""

    scope: Scope
    """What it is a value of."""
    series: dict[str, Series]
    """What is read, by the name that the expression uses."""
    missing: Missing
    """What a time without data means."""
    unit: Unit
    """The unit of thresholds."""
    title: str
    """What the value is, to be read before "of web above 5"."""
    remedy: str
    """What a person does about it."""
    expression: str = ""
    """The arithmetic; empty where the one series is the value."""
    period: int = MINUTE
    """Seconds that one data point covers."""


# Errors are told only when there are some, requests only when there are any. Requests are never filled up: a minute
# that is not told yet would count as one without errors, and the newest minute is always such a one.
ERROR_RATE = "IF(requests > 0, 100 * FILL(errors, 0) / requests, 0)"
# The load balancer's own answers (502, 503, 504) belong to no service. Those given because no machine is left are not
# among its requests, hence the sum. Without own errors there is no data point, and without one no alarm.
OWN_ERROR_RATE = "IF(own > 0, 100 * own / (FILL(requests, 0) + own), 0)"

# -1 is told by a replica to which nothing comes any more: that is behind by all that is still to come.
REPLICA_BEHIND = "IF(lag < 0, 86400, lag)"

MEASURES: dict[Metric, tuple[Measure, ...]] = {
    Metric.ERROR_RATE: (
        Measure(
            Scope.SERVICE,
            {"requests": REQUESTS, "errors": ERRORS},
            Missing.FINE,
            Unit.PER_CENT,
            "Requests answered with 5xx",
            "Read the service's log for the failing requests; if it began with a release, go back to the one before.",
            ERROR_RATE,
        ),
        Measure(
            Scope.BALANCER,
            {"requests": ALL_REQUESTS, "own": OWN_ERRORS},
            Missing.FINE,
            Unit.PER_CENT,
            "Requests that got a 5xx from the load balancer itself",
            "No machine answered: see which targets are unhealthy, and whether the service crashes or is overloaded.",
            OWN_ERROR_RATE,
        ),
    ),
    Metric.RESPONSE_TIME: (
        Measure(
            Scope.SERVICE,
            {"value": RESPONSE_TIME},
            Missing.FINE,
            Unit.SECONDS,
            "Average response time",
            "Compare with processor, Redis and database on the dashboard: what rose first is the cause.",
        ),
    ),
    Metric.RESPONSE_TIME_P95: (
        Measure(
            Scope.SERVICE,
            {"value": RESPONSE_TIME.by("p95")},
            Missing.FINE,
            Unit.SECONDS,
            "Response time of the slowest 5 of 100 requests",
            "Look for slow queries and requests that do too much; the average may still look well.",
        ),
    ),
    Metric.CPU: (
        Measure(
            Scope.SERVICE,
            {"value": CPU},
            Missing.UNKNOWN,
            Unit.PER_CENT,
            "Processor time in use, over all machines,",
            "The group should have grown: see whether it is at its maximum, then raise that or the machine's size.",
        ),
        Measure(
            Scope.SERVICE,
            {"value": CPU_OF_TASKS},
            Missing.UNKNOWN,
            Unit.PER_CENT,
            "Processor time in use, over all tasks,",
            "There should be more tasks now: see whether they are at their maximum, then raise that or their size.",
        ),
    ),
    Metric.MEMORY: (
        Measure(
            Scope.SERVICE,
            {"value": MEMORY},
            Missing.UNKNOWN,
            Unit.PER_CENT,
            "Memory in use, over all machines,",
            "Growth that never stops is a leak: restart the service, then find it. Otherwise take larger machines.",
        ),
        Measure(
            Scope.SERVICE,
            {"value": MEMORY_OF_TASKS},
            Missing.UNKNOWN,
            Unit.PER_CENT,
            "Memory in use, over all tasks,",
            "Growth that never stops is a leak: restart the service, then find it. Otherwise take larger tasks.",
        ),
    ),
    Metric.MEMORY_MIB: (
        Measure(
            Scope.SERVICE,
            {"value": MEMORY_BYTES},
            Missing.UNKNOWN,
            Unit.MIB,
            "Memory in use on the fullest machine",
            "Growth that never stops is a leak: restart the service, then find it. Otherwise take larger machines.",
        ),
        Measure(
            Scope.SERVICE,
            {"value": MEMORY_OF_TASK},
            Missing.UNKNOWN,
            Unit.TOLD_MIB,
            "Memory in use, in the fullest task",
            "Growth that never stops is a leak: restart the service, then find it. Otherwise take larger tasks.",
        ),
    ),
    Metric.UNHEALTHY_INSTANCES: (
        Measure(
            Scope.SERVICE,
            {"value": UNHEALTHY},
            Missing.BAD,  # no target is registered at all: nobody is there who could be unhealthy
            Unit.COUNT,
            "Instances that do not answer their health path",
            "The group replaces them. If new ones fail too, read their log: a setting or the release is at fault.",
        ),
    ),
    Metric.DATABASE_CONNECTIONS: (
        Measure(
            Scope.DATABASE,
            {"value": DATABASE_CONNECTIONS},
            Missing.UNKNOWN,
            Unit.CONNECTIONS,
            "Open connections",
            "Lower each process's pool or the group's maximum, or take a larger database: soon it refuses connections.",
        ),
    ),
    Metric.REPLICA_LAG: (
        Measure(
            Scope.REPLICA,
            {"lag": REPLICA_LAG},
            Missing.UNKNOWN,
            Unit.SECONDS,
            "Time by which reads are behind",
            "Look for long queries on the replica and many writes at once; a day is told where nothing arrives at all:"
            " then take the replica out and make it anew.",
            REPLICA_BEHIND,
        ),
        Measure(
            Scope.AURORA,
            {"lag": AURORA_LAG},
            Missing.UNKNOWN,
            Unit.SECONDS,
            "Time by which reads are behind",
            "Look for long queries on this server and many writes at once, or raise the most capacity.",
            "lag / 1000",
        ),
    ),
    Metric.REDIS_MEMORY: (
        Measure(
            Scope.NODE,
            {"value": REDIS_MEMORY},
            Missing.UNKNOWN,
            Unit.PER_CENT,
            "Memory in use",
            "Look for keys without an expiry, or take a larger node: soon Redis drops keys or refuses writes.",
        ),
    ),
    Metric.REDIS_MEMORY_MIB: (
        Measure(
            Scope.NODE,
            {"value": REDIS_BYTES},
            Missing.UNKNOWN,
            Unit.MIB,
            "Memory in use",
            "Look for keys without an expiry, or take a larger node: soon Redis drops keys or refuses writes.",
        ),
    ),
}


def custom(namespace: str, name: str) -> Measure:
    """A metric that the application publishes itself, without dimensions."""
    return Measure(
        Scope.APPLICATION,
        {"value": Series(namespace, name, "Average", ())},
        Missing.UNKNOWN,
        Unit.OWN,
        name,
        "The application publishes this metric itself: its team knows what to do.",
    )


def secret_age(namespace: str) -> Measure:
    """How old the oldest secret of a service is, as its machines tell."""
    return Measure(
        Scope.SERVICE,
        {"value": Series(namespace, "SecretAgeDays", "Maximum", ("Service",))},
        Missing.AS_BEFORE,  # an old secret stays old, also on a day on which no machine told
        Unit.DAYS,
        "Age of the oldest secret",
        "Give the secret a new value and deploy, so that the machines read it.",
        period=DAY,
    )


def measures(metric: Metric, namespace: str, name: str) -> tuple[Measure, ...]:
    """What an alert on this metric watches."""
    return (custom(namespace, name),) if metric is Metric.CUSTOM else MEASURES[metric]


def periods(seconds: int, period: int) -> int:
    """The data points in a row that cover this time; one at least."""
    return max(1, math.ceil(seconds / period))


def threshold(unit: Unit, above: float, connections: int) -> float:
    """The limit in the unit of the metric itself."""
    if unit is Unit.MIB:
        return above * MIB
    return above * connections / 100 if unit is Unit.CONNECTIONS else above
