"""When an application's team wants to be told: thresholds, each with its own severity."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from config.settings import Settings, refuse, refused_at
from config.values import Matches, Number, Whole


class Severity(StrEnum):
    """How much it hurts."""

    CRITICAL = "critical"
    """Somebody is woken."""
    WARNING = "warning"
    """Somebody looks in working hours."""


class Metric(StrEnum):
    """What is measured. Each topology says in its documentation by which numbers of its cloud."""

    ERROR_RATE = "error-rate"
    """Requests answered with 5xx, per cent of all."""
    RESPONSE_TIME = "response-time"
    """The average time until an answer, in seconds."""
    RESPONSE_TIME_P95 = "response-time-p95"
    """The time that 95 of 100 answers keep below, in seconds."""
    CPU = "cpu"
    """Processor time in use, per cent, as an average over the instances of a service."""
    MEMORY = "memory"
    """Memory in use, per cent, as an average over the instances of a service."""
    MEMORY_MIB = "memory-mib"
    """Memory in use on one instance, in MiB, the operating system's included."""
    UNHEALTHY_INSTANCES = "unhealthy-instances"
    """Instances that do not answer their health path."""
    DATABASE_CONNECTIONS = "database-connections"
    """Connections to the database, per cent of the most that it takes. Each of its replicas takes as many."""
    REPLICA_LAG = "replica-lag"
    """How far a read replica is behind the database, in seconds."""
    REDIS_MEMORY = "redis-memory"
    """Memory that Redis uses, per cent of the most that it may."""
    REDIS_MEMORY_MIB = "redis-memory-mib"
    """Memory that Redis uses, in MiB."""
    CUSTOM = "custom"
    """A metric that the application publishes itself under `name`."""


# What only requests from outside have.
OF_REQUESTS = frozenset({Metric.ERROR_RATE, Metric.RESPONSE_TIME, Metric.RESPONSE_TIME_P95, Metric.UNHEALTHY_INSTANCES})
PER_CENT = frozenset({Metric.ERROR_RATE, Metric.CPU, Metric.MEMORY, Metric.DATABASE_CONNECTIONS, Metric.REDIS_MEMORY})


class Alert(Settings):
    """One threshold."""

    metric: Metric
    """What is measured."""
    above: Number
    """The alert goes off above this value, in the metric's unit."""
    severity: Severity
    """critical or warning."""
    seconds: Annotated[Whole, Field(ge=60, le=3600, multiple_of=60)] = 300
    """How long the value must stay above, in whole minutes written as seconds: metrics come by the minute."""
    name: (
        Annotated[
            str, Matches(r"[A-Za-z][A-Za-z0-9_.-]{0,99}", "the name of a metric is wanted", "write it as in turn_share")
        ]
        | None
    ) = None
    """The application's own metric, for `custom` only."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        problems = []
        if (self.metric is Metric.CUSTOM) != (self.name is not None):
            rule = "custom needs the name of the application's metric, and only custom has one"
            problems.append(refused_at(("name",), self.name, rule, "add it or take it out"))
        if self.above < 0 or (self.metric in PER_CENT and self.above >= 100):  # noqa: PLR2004  # per cent
            rule = "a number from 0 is wanted; per cent below 100, for nothing lies above"
            problems.append(refused_at(("above",), self.above, rule, "lower or raise it"))
        refuse("Alert", problems)
        return self
