"""Alarms that people are told of, and the dashboard that they open then."""

from dataclasses import dataclass
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from components.aws import dashboard
from components.aws.metrics import Measure, Scope, Series, custom, measures, periods, secret_age, threshold
from components.aws.notifications import topic
from config.alerts import Metric, Severity

_Dimensions = dict[str, pulumi.Input[str]]
_Things = dict[str, dict[str, _Dimensions]]


class AlarmArgs(TypedDict):
    """One threshold. It becomes an alarm for each thing that has the metric: each service, each node."""

    metric: Metric
    """What is measured."""
    above: float
    """The alarm rings above this value, in the metric's unit."""
    severity: Severity
    """critical or warning. Both go to the same addresses; the mail and the alarm's tag tell which."""
    seconds: int
    """How long the value must stay above. Metrics come by the minute: less than 60 counts as 60."""
    name: NotRequired[str]
    """The name of the application's own metric, for `custom` only."""


class TaskMetricsArgs(TypedDict):
    """A service of ECS, as CloudWatch's metrics name it."""

    cluster_name: pulumi.Input[str]
    """The name of its cluster."""
    service_name: pulumi.Input[str]
    """Its name there."""


class ServiceMetricsArgs(TypedDict):
    """A service, as CloudWatch's metrics name it."""

    group_name: NotRequired[pulumi.Input[str]]
    """The name of its Auto Scaling group. Of several services on the same machines give it for one."""
    target_group_arn_suffix: NotRequired[pulumi.Input[str]]
    """The end of its target group's ARN, `targetgroup/...`, for a public service."""
    unit: NotRequired[str]
    """The name of its systemd unit, under which its machines tell the age of its secrets. Without it nobody does."""
    tasks: NotRequired[TaskMetricsArgs]
    """Its tasks, for a service that runs in containers."""


class CacheMetricsArgs(TypedDict):
    """The cache, as CloudWatch's metrics name it."""

    node_ids: dict[str, pulumi.Input[str]]
    """The ids of its nodes by role."""


class DatabaseMetricsArgs(TypedDict):
    """The database, as CloudWatch's metrics name it."""

    identifier: pulumi.Input[str]
    """The identifier of the instance."""
    max_connections: int
    """The most connections that it takes, as many as each of its replicas."""
    replicas: NotRequired[dict[str, pulumi.Input[str]]]
    """The identifiers of its read replicas by role, such as replica-1."""
    aurora: NotRequired[bool]
    """Whether it is an Aurora cluster: then `replicas` are its other servers, and each may take the writes."""


class AlarmsArgs(TypedDict):
    """What the alarms are made from."""

    emails: list[str]
    """Who is told. Each address must confirm the mail that AWS sends it first."""
    alarms: dict[str, AlarmArgs]
    """The thresholds by name."""
    services: dict[str, ServiceMetricsArgs]
    """The services by name."""
    load_balancer_arn_suffix: NotRequired[pulumi.Input[str]]
    """The end of the load balancer's ARN, `app/...`."""
    cache: NotRequired[CacheMetricsArgs]
    """The cache, when there is one."""
    database: NotRequired[DatabaseMetricsArgs]
    """The database, when there is one."""
    metric_namespace: str
    """Where the application publishes its metrics and its machines the age of secrets."""
    secret_age_days: int
    """The days after which a secret counts as old."""
    region: str
    """The AWS region."""


class Alarms(pulumi.ComponentResource):
    """Guarantees that each threshold has an alarm on all that it applies to, and that the addresses hear of each."""

    topic_arn: pulumi.Output[str]
    """The ARN of the topic that all alarms write to."""
    dashboard_name: pulumi.Output[str]
    """The name of the dashboard."""

    def __init__(self, name: str, args: AlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:Alarms", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        told = topic(name, args["region"], args["emails"], child)
        things = _things(args)
        for alarm, settings in args["alarms"].items():
            for watched in _watched(alarm, settings, args, things):
                _alarm(f"{name}-{alarm}-{watched.role}", watched, told.arn, child)
        for service, dimensions in things[Scope.SERVICE].items():
            if "Service" not in dimensions:
                continue
            old = _Watched(service, dimensions, secret_age(args["metric_namespace"]), args["secret_age_days"])
            _alarm(f"{name}-secret-age-{service}", old, told.arn, child)
        board = aws.cloudwatch.Dashboard(
            f"{name}-dashboard",
            # The topic's automatic name: CloudWatch overwrites another stack's dashboard of the same name silently.
            dashboard_name=told.name,
            dashboard_body=_body(things, args),
            opts=child,
        )
        self.topic_arn = told.arn
        self.dashboard_name = board.dashboard_name
        self.register_outputs({"topicArn": self.topic_arn, "dashboardName": self.dashboard_name})


@dataclass(frozen=True, slots=True)
class _Watched:
    """One thing with one value that shall not go above a limit."""

    role: str
    dimensions: _Dimensions
    measure: Measure
    above: float
    severity: Severity = Severity.WARNING
    seconds: int = 0
    connections: int = 0


def _things(args: AlarmsArgs) -> _Things:
    """What there is to watch: by scope and role, the dimensions that metrics of it may have."""
    balancer: _Dimensions = {}
    if "load_balancer_arn_suffix" in args:
        balancer["LoadBalancer"] = args["load_balancer_arn_suffix"]
    things: _Things = {
        Scope.SERVICE: {service: _service(found, balancer) for service, found in args["services"].items()}
    }
    if balancer:
        things[Scope.BALANCER] = {"load-balancer": balancer}
    if "cache" in args:
        nodes = args["cache"]["node_ids"].items()
        things[Scope.NODE] = {f"redis-{role}": {"CacheClusterId": node} for role, node in nodes}
    if "database" in args:
        replicas = args["database"].get("replicas", {}).items()
        copies: dict[str, _Dimensions] = {f"database-{role}": {"DBInstanceIdentifier": copy} for role, copy in replicas}
        things[Scope.DATABASE] = {"database": {"DBInstanceIdentifier": args["database"]["identifier"]}, **copies}
        if args["database"].get("aurora", False):
            things[Scope.AURORA] = things[Scope.DATABASE]
        else:
            things[Scope.REPLICA] = copies
    return things


def _service(found: ServiceMetricsArgs, balancer: _Dimensions) -> _Dimensions:
    dimensions: _Dimensions = {"Service": found["unit"]} if "unit" in found else {}
    if "tasks" in found:
        dimensions |= {"ClusterName": found["tasks"]["cluster_name"], "ServiceName": found["tasks"]["service_name"]}
    if "group_name" in found:
        dimensions["AutoScalingGroupName"] = found["group_name"]
    if "target_group_arn_suffix" in found:
        dimensions |= {**balancer, "TargetGroup": found["target_group_arn_suffix"]}
    return dimensions


def _watched(alarm: str, settings: AlarmArgs, args: AlarmsArgs, things: _Things) -> list[_Watched]:
    """All that a threshold applies to. One that applies to nothing would promise a warning that never comes."""
    metric = Metric(settings["metric"])
    everywhere: _Things = {**things, Scope.APPLICATION: {"app": {}}}
    found = [
        _Watched(
            role,
            dimensions,
            measure,
            settings["above"],
            Severity(settings["severity"]),
            settings["seconds"],
            args["database"]["max_connections"] if "database" in args else 0,
        )
        for measure in measures(metric, args["metric_namespace"], settings.get("name", ""))
        for role, dimensions in everywhere.get(measure.scope, {}).items()
        if all(set(series.dimensions) <= set(dimensions) for series in measure.series.values())
    ]
    if not found:
        raise ValueError(f"alarm {alarm}: nothing here has {metric.value}; take the alarm out, or give what it watches")
    return found


def _body(things: _Things, args: AlarmsArgs) -> pulumi.Output[str]:
    names = {alarm["name"]: None for alarm in args["alarms"].values() if "name" in alarm}
    own = [custom(args["metric_namespace"], name).series["value"] for name in names]
    resolved: pulumi.Output[dict[str, dict[str, dict[str, str]]]] = pulumi.Output.from_input(things)  # type: ignore[arg-type]  # it resolves what lies inside too, which its type cannot say
    return resolved.apply(lambda known: dashboard.body(dashboard.Shown(args["region"], known, own)))


def _alarm(name: str, watched: _Watched, told: pulumi.Input[str], child: pulumi.ResourceOptions) -> None:
    measure = watched.measure
    count = periods(watched.seconds, measure.period)
    one = None if measure.expression else measure.series["value"]
    percentile = one is not None and one.statistic.startswith("p")
    aws.cloudwatch.MetricAlarm(
        name,
        alarm_description=_description(watched),
        namespace=one.namespace if one else None,
        metric_name=one.metric if one else None,
        dimensions=_dimensions(one, watched) if one else None,
        period=measure.period if one else None,
        statistic=one.statistic if one and not percentile else None,
        extended_statistic=one.statistic if one and percentile else None,
        # `ignore` would keep a quiet service's alarm as it is: CloudWatch wants 200 requests a minute for its p95.
        evaluate_low_sample_count_percentiles="evaluate" if percentile else None,
        metric_queries=None if one else _queries(watched),
        comparison_operator="GreaterThanThreshold",
        threshold=threshold(measure.unit, watched.above, watched.connections),
        evaluation_periods=count,
        datapoints_to_alarm=count,
        treat_missing_data=measure.missing.value,
        actions_enabled=True,
        alarm_actions=[told],
        ok_actions=[told],
        tags={"Name": name, "Severity": watched.severity.value},
        opts=child,
    )


def _queries(watched: _Watched) -> list[aws.cloudwatch.MetricAlarmMetricQueryArgs]:
    measure = watched.measure
    return [
        aws.cloudwatch.MetricAlarmMetricQueryArgs(
            id="value", label=measure.title, expression=measure.expression, return_data=True
        ),
        *(
            aws.cloudwatch.MetricAlarmMetricQueryArgs(
                id=name,
                metric=aws.cloudwatch.MetricAlarmMetricQueryMetricArgs(
                    namespace=series.namespace,
                    metric_name=series.metric,
                    dimensions=_dimensions(series, watched),
                    period=measure.period,
                    stat=series.statistic,
                ),
                return_data=False,
            )
            for name, series in measure.series.items()
        ),
    ]


def _dimensions(series: Series, watched: _Watched) -> _Dimensions:
    return {name: watched.dimensions[name] for name in series.dimensions}


def _description(watched: _Watched) -> str:
    """What the mail says: how bad, what, for how long, and what to do."""
    measure = watched.measure
    lasts = max(watched.seconds, measure.period)
    limit = f"{watched.above:g} {measure.unit.value}".rstrip()
    return f"[{watched.severity.value}] {measure.title} of {watched.role} above {limit} for {lasts} s. {measure.remedy}"
