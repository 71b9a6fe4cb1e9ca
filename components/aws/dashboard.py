"""What the dashboard shows, as CloudWatch takes it. Pure data: the same series as the alarms', laid out for people."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.aws import metrics
from components.aws.metrics import MEASURES, MINUTE, Scope, Series
from config.alerts import Metric

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_COLUMNS, _HEIGHT = 24, 6  # CloudWatch's grid
Dimensions = dict[str, str]
Line = list[object]
Graph = tuple[str, str, list[Line]]  # title, unit, lines


@dataclass(frozen=True, slots=True)
class Shown:
    """What there is to show, with the names that deployment gave it."""

    region: str
    """The region whose metrics they are."""
    things: Mapping[str, Mapping[str, Dimensions]]
    """Per scope what there is by role, each with its dimensions."""
    own: Sequence[Series] = ()
    """The application's own metrics."""


def body(shown: Shown) -> str:
    """The whole dashboard: a section for each service, then load balancer, Redis, database and own metrics."""
    things = shown.things
    sections: list[tuple[str, list[list[Graph]]]] = [
        (service, _service(dimensions)) for service, dimensions in things.get(Scope.SERVICE, {}).items()
    ]
    sections += [("Load balancer", _balancer(found)) for found in things.get(Scope.BALANCER, {}).values()]
    if nodes := things.get(Scope.NODE):
        sections.append(("Redis", _redis(nodes)))
    for role, found in things.get(Scope.DATABASE, {}).items():
        kind = next((kind for kind in (Scope.REPLICA, Scope.AURORA) if role in things.get(kind, {})), Scope.DATABASE)
        sections.append((role.replace("-", " ").capitalize(), _database(found, kind)))
    if shown.own:
        sections.append(("Application", [[(own.metric, "", [_line(own, {}, own.metric)])] for own in shown.own]))
    widgets: list[object] = []
    top = 0
    for title, rows in sections:
        widgets.append(_place(0, top, _COLUMNS, 1, "text", {"markdown": f"## {title}"}))
        top += 1
        for row in rows:
            widgets += [_widget(shown.region, graph, at, len(row), top) for at, graph in enumerate(row)]
            top += _HEIGHT
    return json.dumps({"widgets": widgets})


def _service(dimensions: Dimensions) -> list[list[Graph]]:
    rows: list[list[Graph]] = []
    if "AutoScalingGroupName" in dimensions:
        cpu = [_line(metrics.CPU, dimensions, "all"), _search(metrics.CPU_OF_EACH, dimensions)]
        memory = [_line(metrics.MEMORY, dimensions, "all"), _search(metrics.MEMORY_OF_EACH, dimensions)]
        rows.append([("Processor by instance", "%", cpu), ("Memory by instance", "%", memory)])
    if "ServiceName" in dimensions:
        cpu = [_line(metrics.CPU_OF_TASKS.by(each), dimensions, each) for each in ("Average", "Maximum")]
        memory = [_line(metrics.MEMORY_OF_TASKS.by(each), dimensions, each) for each in ("Average", "Maximum")]
        rows.append([("Processor of tasks", "%", cpu), ("Memory of tasks", "%", memory)])
    if "TargetGroup" in dimensions:
        times = [_line(metrics.RESPONSE_TIME.by(share), dimensions, share) for share in ("p50", "p95", "p99")]
        rows.append(
            [
                ("Requests", "per second", _rate(metrics.REQUESTS, dimensions, "requests", 0)),
                ("Response time", "s", times),
                ("Error rate", "%", _errors(dimensions)),
            ]
        )
    return rows


def _balancer(dimensions: Dimensions) -> list[list[Graph]]:
    def both(own: Series, targets: Series) -> list[Line]:
        return [_line(own, dimensions, "by the load balancer"), _line(targets, dimensions, "by the services")]

    return [
        [
            ("Active connections", "a minute", [_line(metrics.ALL_CONNECTIONS, dimensions, "connections")]),
            ("Requests", "a minute", [_line(metrics.ALL_REQUESTS, dimensions, "requests")]),
            ("4xx", "a minute", both(metrics.OWN_REFUSED, metrics.ALL_REFUSED)),
            ("5xx", "a minute", both(metrics.OWN_ERRORS, metrics.ALL_ERRORS)),
        ]
    ]


def _redis(nodes: Mapping[str, Dimensions]) -> list[list[Graph]]:
    def each(series: Series) -> list[Line]:
        return [_line(series, dimensions, role) for role, dimensions in nodes.items()]

    commands = [
        line
        for at, (role, dimensions) in enumerate(nodes.items())
        for line in _rate(metrics.REDIS_COMMANDS, dimensions, role, at)
    ]
    return [
        [
            ("Memory", "%", each(metrics.REDIS_MEMORY)),
            ("Hit rate", "%", each(metrics.REDIS_HITS)),
            ("Connections", "", each(metrics.REDIS_CONNECTIONS)),
        ],
        [("Commands", "per second", commands), ("Processor of the engine", "%", each(metrics.REDIS_ENGINE))],
    ]


def _database(dimensions: Dimensions, kind: Scope) -> list[list[Graph]]:
    row: list[Graph] = [
        ("Processor", "%", [_line(metrics.DATABASE_CPU, dimensions, "processor")]),
        ("Connections", "", [_line(metrics.DATABASE_CONNECTIONS, dimensions, "connections")]),
    ]
    if kind is Scope.AURORA:  # its disk is never full
        row.append(("Capacity", "ACU", [_line(metrics.AURORA_CAPACITY, dimensions, "capacity")]))
        row.append(("Behind", "ms", [_line(metrics.AURORA_LAG, dimensions, "behind")]))
        return [row]
    row.append(("Free storage", "bytes", [_line(metrics.DATABASE_STORAGE, dimensions, "free")]))
    if kind is Scope.REPLICA:
        row.append(("Behind", "s", [_line(metrics.REPLICA_LAG, dimensions, "behind")]))
    return [row]


def _errors(dimensions: Dimensions) -> list[Line]:
    """The same arithmetic that the alarm does."""
    measure = MEASURES[Metric.ERROR_RATE][0]
    hidden = [
        _line(series, dimensions, name, id=name, visible=False, period=MINUTE)
        for name, series in measure.series.items()
    ]
    return [*hidden, [{"expression": measure.expression, "label": "5xx", "id": "rate", "period": MINUTE}]]


def _rate(series: Series, dimensions: Dimensions, label: str, at: int) -> list[Line]:
    """A count per second. PERIOD follows the graph, which takes longer periods for longer times."""
    hidden = _line(series, dimensions, label, id=f"m{at}", visible=False)
    return [hidden, [{"expression": f"m{at} / PERIOD(m{at})", "label": label, "id": f"r{at}"}]]


def _search(series: Series, dimensions: Dimensions) -> Line:
    """A line for each machine that there is, also for those that come later."""
    schema = ",".join((series.namespace, *series.dimensions))
    known = " ".join(f'{name}="{dimensions[name]}"' for name in series.dimensions if name in dimensions)
    expression = f"SEARCH('{{{schema}}} MetricName=\"{series.metric}\" {known}', '{series.statistic}')"
    return [{"expression": expression, "label": "${PROP('Dim.InstanceId')}", "id": "each"}]


def _line(series: Series, dimensions: Dimensions, label: str, **more: object) -> Line:
    named: Iterable[str] = (part for name in series.dimensions for part in (name, dimensions[name]))
    return [series.namespace, series.metric, *named, {"stat": series.statistic, "label": label, **more}]


def _widget(region: str, graph: Graph, at: int, of: int, top: int) -> dict[str, object]:
    title, unit, lines = graph
    width = _COLUMNS // of
    axis = {"left": {"min": 0, "label": unit, "showUnits": False}}
    properties = {
        "title": title,
        "region": region,
        "view": "timeSeries",
        "period": MINUTE,
        "yAxis": axis,
        "metrics": lines,
    }
    return _place(at * width, top, width, _HEIGHT, "metric", properties)


def _place(x: int, y: int, width: int, height: int, kind: str, properties: object) -> dict[str, object]:  # noqa: PLR0913, PLR0917  # CloudWatch's own six
    return {"type": kind, "x": x, "y": y, "width": width, "height": height, "properties": properties}
