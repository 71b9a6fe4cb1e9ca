"""What the dashboard shows, written out line by line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from components.aws.dashboard import Shown, body
from components.aws.metrics import Scope
from plan.model import Unknown
from tests.components.planning import target, the_part

if TYPE_CHECKING:
    from plan.graph import Graph

ALB, EC2, AGENT, REDIS, RDS = "AWS/ApplicationELB", "AWS/EC2", "CWAgent", "AWS/ElastiCache", "AWS/RDS"


def group(name: str) -> tuple[str, ...]:
    return ("AutoScalingGroupName", name)


def public(name: str) -> tuple[str, ...]:
    return ("LoadBalancer", "app/shop/9", "TargetGroup", f"targetgroup/{name}")


def each(metric: str, name: str) -> str:
    return (
        "SEARCH('{CWAgent,AutoScalingGroupName,InstanceId} "
        f'MetricName="{metric}" AutoScalingGroupName="{name}"\', \'Average\')'
    )


BALANCER = ("LoadBalancer", "app/shop/9")
PRIMARY, REPLICA = ("CacheClusterId", "shop-001"), ("CacheClusterId", "shop-002")
DATABASE, COPY = ("DBInstanceIdentifier", "shop-db"), ("DBInstanceIdentifier", "shop-db-replica-1")


def machines(name: str) -> list[tuple[str, str, list[Any]]]:
    return [
        (
            "Processor by instance",
            "%",
            [(EC2, "CPUUtilization", *group(name), "Average"), each("cpu_usage_active", name)],
        ),
        (
            "Memory by instance",
            "%",
            [(AGENT, "mem_used_percent", *group(name), "Average"), each("mem_used_percent", name)],
        ),
    ]


def requests(name: str) -> list[tuple[str, str, list[Any]]]:
    return [
        ("Requests", "per second", [(ALB, "RequestCount", *public(name), "Sum"), "m0 / PERIOD(m0)"]),
        (
            "Response time",
            "s",
            [(ALB, "TargetResponseTime", *public(name), share) for share in ("p50", "p95", "p99")],
        ),
        (
            "Error rate",
            "%",
            [
                (ALB, "RequestCount", *public(name), "Sum"),
                (ALB, "HTTPCode_Target_5XX_Count", *public(name), "Sum"),
                "IF(requests > 0, 100 * FILL(errors, 0) / requests, 0)",
            ],
        ),
    ]


# section: graphs with title, unit and lines; a line is a metric with dimensions and statistic, or an expression
SHOWN: dict[str, list[tuple[str, str, list[Any]]]] = {
    "web": [*machines("web-asg"), *requests("web/1")],
    "jobs": machines("jobs-asg"),
    "chat": requests("chat/2"),
    "Load balancer": [
        ("Active connections", "a minute", [(ALB, "ActiveConnectionCount", *BALANCER, "Sum")]),
        ("Requests", "a minute", [(ALB, "RequestCount", *BALANCER, "Sum")]),
        (
            "4xx",
            "a minute",
            [
                (ALB, "HTTPCode_ELB_4XX_Count", *BALANCER, "Sum"),
                (ALB, "HTTPCode_Target_4XX_Count", *BALANCER, "Sum"),
            ],
        ),
        (
            "5xx",
            "a minute",
            [
                (ALB, "HTTPCode_ELB_5XX_Count", *BALANCER, "Sum"),
                (ALB, "HTTPCode_Target_5XX_Count", *BALANCER, "Sum"),
            ],
        ),
    ],
    "Redis": [
        ("Memory", "%", [(REDIS, "DatabaseMemoryUsagePercentage", *node, "Average") for node in (PRIMARY, REPLICA)]),
        ("Hit rate", "%", [(REDIS, "CacheHitRate", *node, "Average") for node in (PRIMARY, REPLICA)]),
        ("Connections", "", [(REDIS, "CurrConnections", *node, "Maximum") for node in (PRIMARY, REPLICA)]),
        (
            "Commands",
            "per second",
            [
                (REDIS, "ProcessedCommands", *PRIMARY, "Sum"),
                "m0 / PERIOD(m0)",
                (REDIS, "ProcessedCommands", *REPLICA, "Sum"),
                "m1 / PERIOD(m1)",
            ],
        ),
        (
            "Processor of the engine",
            "%",
            [(REDIS, "EngineCPUUtilization", *node, "Average") for node in (PRIMARY, REPLICA)],
        ),
    ],
    "Database": [
        ("Processor", "%", [(RDS, "CPUUtilization", *DATABASE, "Average")]),
        ("Connections", "", [(RDS, "DatabaseConnections", *DATABASE, "Maximum")]),
        ("Free storage", "bytes", [(RDS, "FreeStorageSpace", *DATABASE, "Minimum")]),
    ],
    "Database replica 1": [
        ("Processor", "%", [(RDS, "CPUUtilization", *COPY, "Average")]),
        ("Connections", "", [(RDS, "DatabaseConnections", *COPY, "Maximum")]),
        ("Free storage", "bytes", [(RDS, "FreeStorageSpace", *COPY, "Minimum")]),
        ("Behind", "s", [(RDS, "ReplicaLag", *COPY, "Maximum")]),
    ],
    "Application": [("TurnFallbackPercent", "", [("Shop", "TurnFallbackPercent", "Average")])],
}


def dashboard(graph: Graph, component: str = "alarms") -> list[dict[str, Any]]:
    text = the_part(graph, component, "Dashboard").inputs["dashboardBody"]
    assert isinstance(text, str)
    widgets: list[dict[str, Any]] = json.loads(text)["widgets"]
    return widgets


def line(found: list[Any]) -> Any:
    *metric, how = found
    return (*metric, how["stat"]) if metric else how["expression"]


def sections(widgets: list[dict[str, Any]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for widget in widgets:
        properties = widget["properties"]
        if widget["type"] == "text":
            found[properties["markdown"].removeprefix("## ")] = graphs = []
        else:
            unit = properties["yAxis"]["left"]["label"]
            graphs.append((properties["title"], unit, [line(row) for row in properties["metrics"]]))
    return found


def test_the_dashboard_shows_these_metrics_of_these_things(parts: Graph) -> None:
    found = sections(dashboard(parts))
    assert list(found) == list(SHOWN)
    for title, graphs in SHOWN.items():
        assert found[title] == graphs, title


def test_what_does_not_exist_is_not_shown(parts: Graph) -> None:
    assert sections(dashboard(parts, "alarms-alone")) == {"jobs": machines("jobs-asg")}


def test_a_server_of_an_aurora_cluster_shows_its_capacity_and_no_disk(parts: Graph) -> None:
    found = sections(dashboard(parts, "alarms-aurora"))
    assert list(found) == ["Database", "Database server 2"]
    for number, graphs in enumerate(found.values(), 1):
        server = ("DBInstanceIdentifier", f"shop-server-{number}")
        assert graphs == [
            ("Processor", "%", [(RDS, "CPUUtilization", *server, "Average")]),
            ("Connections", "", [(RDS, "DatabaseConnections", *server, "Maximum")]),
            ("Capacity", "ACU", [(RDS, "ServerlessDatabaseCapacity", *server, "Average")]),
            ("Behind", "ms", [(RDS, "AuroraReplicaLag", *server, "Maximum")]),
        ]


def test_only_the_result_of_arithmetic_is_drawn(parts: Graph) -> None:
    for widget in dashboard(parts):
        rows = widget["properties"].get("metrics", [])
        computed = " ".join(row[0]["expression"] for row in rows if "expression" in row[0])
        for *metric, how in rows:
            used = bool(metric) and "id" in how and how["id"] in computed
            assert how.get("visible", True) is not used


def test_ids_are_unique_in_a_graph(parts: Graph) -> None:
    for widget in dashboard(parts):
        ids = [row[-1]["id"] for row in widget["properties"].get("metrics", []) if "id" in row[-1]]
        assert len(ids) == len(set(ids))


def test_graphs_fill_the_grid_and_do_not_overlap(parts: Graph) -> None:
    covered: set[tuple[int, int]] = set()
    for widget in dashboard(parts):
        cells = {
            (x, y)
            for x in range(widget["x"], widget["x"] + widget["width"])
            for y in range(widget["y"], widget["y"] + widget["height"])
        }
        assert not cells & covered
        covered |= cells
    assert {x for x, _ in covered} == set(range(24))


def test_graphs_are_of_the_given_region() -> None:
    shown = Shown("eu-west-1", {Scope.BALANCER: {"load-balancer": {"LoadBalancer": "app/shop/9"}}})
    widgets = json.loads(body(shown))["widgets"]
    assert {widget["properties"]["region"] for widget in widgets if widget["type"] == "metric"} == {"eu-west-1"}


def test_a_dashboard_has_a_name_that_no_other_stack_of_the_account_can_have(parts: Graph) -> None:
    # CloudWatch overwrites a dashboard of the same name without a word.
    name = the_part(parts, "alarms", "Dashboard").inputs["dashboardName"]
    assert target(name) == "alarms-topic"
    assert isinstance(name, Unknown)
    assert name.target is not None
    assert name.target.property == "name"
