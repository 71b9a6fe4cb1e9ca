"""What the alarms watch, when they ring, and who is told.

The tables are written out: what CloudWatch calls a metric is a fact to check against its documentation, not to compute.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from components.aws.notifications import key_policy, short, topic_policy
from plan.model import Unknown
from tests.components.planning import part_of, target, the_part

if TYPE_CHECKING:
    from plan.graph import Graph

ALB, EC2, AGENT, REDIS, RDS = "AWS/ApplicationELB", "AWS/EC2", "CWAgent", "AWS/ElastiCache", "AWS/RDS"
WEB = {"LoadBalancer": "app/shop/9", "TargetGroup": "targetgroup/web/1"}
CHAT = {"LoadBalancer": "app/shop/9", "TargetGroup": "targetgroup/chat/2"}
BALANCER = {"LoadBalancer": "app/shop/9"}
WEB_GROUP, JOBS_GROUP = {"AutoScalingGroupName": "web-asg"}, {"AutoScalingGroupName": "jobs-asg"}
PRIMARY, REPLICA = {"CacheClusterId": "shop-001"}, {"CacheClusterId": "shop-002"}
DATABASE, COPY = {"DBInstanceIdentifier": "shop-db"}, {"DBInstanceIdentifier": "shop-db-replica-1"}

# name: namespace, metric, dimensions, statistic, seconds a point, points in a row, above, without data
READINGS: dict[str, tuple[str, str, dict[str, str], str, int, int, float, str]] = {
    "slow-web": (ALB, "TargetResponseTime", WEB, "Average", 60, 2, 2, "notBreaching"),
    "slow-chat": (ALB, "TargetResponseTime", CHAT, "Average", 60, 2, 2, "notBreaching"),
    "slowest-web": (ALB, "TargetResponseTime", WEB, "p95", 60, 5, 1.5, "notBreaching"),
    "slowest-chat": (ALB, "TargetResponseTime", CHAT, "p95", 60, 5, 1.5, "notBreaching"),
    "cpu-web": (EC2, "CPUUtilization", WEB_GROUP, "Average", 60, 5, 70, "missing"),
    "cpu-jobs": (EC2, "CPUUtilization", JOBS_GROUP, "Average", 60, 5, 70, "missing"),
    "memory-web": (AGENT, "mem_used_percent", WEB_GROUP, "Average", 60, 5, 80, "missing"),
    "memory-jobs": (AGENT, "mem_used_percent", JOBS_GROUP, "Average", 60, 5, 80, "missing"),
    "memory-used-web": (AGENT, "mem_used", WEB_GROUP, "Maximum", 60, 5, 314_572_800, "missing"),
    "memory-used-jobs": (AGENT, "mem_used", JOBS_GROUP, "Maximum", 60, 5, 314_572_800, "missing"),
    "down-web": (ALB, "UnHealthyHostCount", WEB, "Maximum", 60, 1, 0, "breaching"),
    "down-chat": (ALB, "UnHealthyHostCount", CHAT, "Maximum", 60, 1, 0, "breaching"),
    "connections-database": (RDS, "DatabaseConnections", DATABASE, "Maximum", 60, 5, 100.8, "missing"),
    "connections-database-replica-1": (RDS, "DatabaseConnections", COPY, "Maximum", 60, 5, 100.8, "missing"),
    "redis-redis-primary": (REDIS, "DatabaseMemoryUsagePercentage", PRIMARY, "Average", 60, 5, 75, "missing"),
    "redis-redis-replica": (REDIS, "DatabaseMemoryUsagePercentage", REPLICA, "Average", 60, 5, 75, "missing"),
    "redis-used-redis-primary": (REDIS, "BytesUsedForCache", PRIMARY, "Average", 60, 2, 419_430_400, "missing"),
    "redis-used-redis-replica": (REDIS, "BytesUsedForCache", REPLICA, "Average", 60, 2, 419_430_400, "missing"),
    "turn-app": ("Shop", "TurnFallbackPercent", {}, "Average", 60, 10, 30, "missing"),
    "secret-age-web": ("Shop", "SecretAgeDays", {"Service": "shop-web"}, "Maximum", 86_400, 1, 90, "ignore"),
    "secret-age-jobs": ("Shop", "SecretAgeDays", {"Service": "shop-jobs"}, "Maximum", 86_400, 1, 90, "ignore"),
    "secret-age-chat": ("Shop", "SecretAgeDays", {"Service": "shop-chat"}, "Maximum", 86_400, 1, 90, "ignore"),
}

SERVICE_ERRORS = "IF(requests > 0, 100 * FILL(errors, 0) / requests, 0)"
OWN_ERRORS = "IF(own > 0, 100 * own / (FILL(requests, 0) + own), 0)"
# name: expression, and what is read for it: namespace, metric, dimensions, statistic, seconds a point
ARITHMETIC: dict[str, tuple[str, dict[str, tuple[str, str, dict[str, str], str, int]]]] = {
    "errors-web": (
        SERVICE_ERRORS,
        {
            "requests": (ALB, "RequestCount", WEB, "Sum", 60),
            "errors": (ALB, "HTTPCode_Target_5XX_Count", WEB, "Sum", 60),
        },
    ),
    "errors-chat": (
        SERVICE_ERRORS,
        {
            "requests": (ALB, "RequestCount", CHAT, "Sum", 60),
            "errors": (ALB, "HTTPCode_Target_5XX_Count", CHAT, "Sum", 60),
        },
    ),
    "errors-load-balancer": (
        OWN_ERRORS,
        {
            "requests": (ALB, "RequestCount", BALANCER, "Sum", 60),
            "own": (ALB, "HTTPCode_ELB_5XX_Count", BALANCER, "Sum", 60),
        },
    ),
}


# The same for what a replica tells: above, points in a row, without data.
BEHIND = ("IF(lag < 0, 86400, lag)", {"lag": (RDS, "ReplicaLag", COPY, "Maximum", 60)}, 600, 5, "missing")


def alarms(graph: Graph, component: str = "alarms") -> dict[str, dict[str, Any]]:
    """The inputs of each alarm by name, without the component's."""
    found = part_of(graph, component, "MetricAlarm")
    return {alarm.name.removeprefix(f"{component}-"): dict(alarm.inputs) for alarm in found}


def test_each_threshold_has_an_alarm_on_all_that_it_applies_to_and_no_other(parts: Graph) -> None:
    assert set(alarms(parts)) == set(READINGS) | set(ARITHMETIC) | {"behind-database-replica-1"}


@pytest.mark.parametrize("name", READINGS)
def test_an_alarm_reads_this_metric_and_rings_above_this_value(parts: Graph, name: str) -> None:
    alarm = alarms(parts)[name]
    namespace, metric, dimensions, statistic, period, points, above, missing = READINGS[name]
    assert (alarm["namespace"], alarm["metricName"], alarm["dimensions"]) == (namespace, metric, dimensions)
    assert {key: alarm[key] for key in ("statistic", "extendedStatistic") if key in alarm} == {
        "extendedStatistic" if statistic.startswith("p") else "statistic": statistic
    }
    assert (alarm["period"], alarm["evaluationPeriods"], alarm["datapointsToAlarm"]) == (period, points, points)
    assert (alarm["comparisonOperator"], alarm["threshold"]) == ("GreaterThanThreshold", pytest.approx(above))
    assert alarm["treatMissingData"] == missing
    assert "metricQueries" not in alarm


@pytest.mark.parametrize("name", ARITHMETIC)
def test_a_rate_is_computed_from_these_metrics(parts: Graph, name: str) -> None:
    expression, series = ARITHMETIC[name]
    _is_computed(alarms(parts)[name], expression, series, (5, 1, "notBreaching"))


def test_a_replica_rings_when_it_is_behind_and_the_database_itself_never_is(parts: Graph) -> None:
    expression, series, above, points, missing = BEHIND
    _is_computed(alarms(parts)["behind-database-replica-1"], expression, series, (above, points, missing))


def test_each_server_of_an_aurora_cluster_is_watched_as_one_that_may_be_read_or_written(parts: Graph) -> None:
    found = alarms(parts, "alarms-aurora")
    assert set(found) == {
        f"{alarm}-{role}" for alarm in ("busy", "behind") for role in ("database", "database-server-2")
    }
    for role, server in (("database", "shop-server-1"), ("database-server-2", "shop-server-2")):
        dimensions = {"DBInstanceIdentifier": server}
        assert found[f"busy-{role}"]["dimensions"] == dimensions
        series = {"lag": (RDS, "AuroraReplicaLag", dimensions, "Maximum", 60)}
        _is_computed(found[f"behind-{role}"], "lag / 1000", series, (10, 5, "missing"))


def _is_computed(
    alarm: dict[str, Any],
    expression: str,
    series: dict[str, tuple[str, str, dict[str, str], str, int]],
    rings: tuple[float, int, str],
) -> None:
    queries = {query["id"]: query for query in alarm["metricQueries"]}
    value = queries.pop("value")
    assert (value["expression"], value["returnData"]) == (expression, True)
    read = {key: (query["metric"], query["returnData"]) for key, query in queries.items()}
    assert read == {
        key: (
            {"namespace": namespace, "metricName": metric, "dimensions": dimensions, "stat": stat, "period": period},
            False,
        )
        for key, (namespace, metric, dimensions, stat, period) in series.items()
    }
    assert (alarm["threshold"], alarm["evaluationPeriods"], alarm["treatMissingData"]) == rings
    assert not {"metricName", "namespace", "period", "statistic", "dimensions"} & set(alarm)


def test_every_alarm_tells_the_topic_when_it_rings_and_when_it_ends(parts: Graph) -> None:
    for alarm in alarms(parts).values():
        assert [target(action) for action in alarm["alarmActions"]] == ["alarms-topic"]
        assert [target(action) for action in alarm["okActions"]] == ["alarms-topic"]
        assert alarm["actionsEnabled"] is True


def test_an_alarm_says_how_bad_it_is_what_it_saw_and_what_to_do(parts: Graph) -> None:
    found = alarms(parts)
    assert found["slow-web"]["alarmDescription"] == (
        "[critical] Average response time of web above 2 s for 120 s. "
        "Compare with processor, Redis and database on the dashboard: what rose first is the cause."
    )
    assert found["turn-app"]["alarmDescription"].startswith("[warning] TurnFallbackPercent of app above 30 for 600 s.")
    assert found["down-web"]["tags"]["Severity"] == "critical"
    assert [name for name, alarm in found.items() if len(alarm["alarmDescription"]) > 1024] == []


def test_a_percentile_is_judged_with_few_requests_too(parts: Graph) -> None:
    # With `ignore` an alarm on p95 does not move below 200 requests a minute.
    assert alarms(parts)["slowest-web"]["evaluateLowSampleCountPercentiles"] == "evaluate"


def test_old_secrets_are_told_without_any_threshold(parts: Graph) -> None:
    assert set(alarms(parts, "alarms-alone")) == {"secret-age-jobs"}


def test_a_threshold_that_nothing_here_has_is_refused() -> None:
    from components.aws.alarms import AlarmsArgs, _things, _watched  # noqa: PLC0415  # pulumi is slow to import
    from config.alerts import Metric, Severity  # noqa: PLC0415  # with it

    args: AlarmsArgs = {
        "emails": [],
        "alarms": {"full": {"metric": Metric.REDIS_MEMORY, "above": 75, "severity": Severity.WARNING, "seconds": 60}},
        "services": {"jobs": {"group_name": "jobs-asg", "unit": "shop-jobs"}},
        "metric_namespace": "Shop",
        "secret_age_days": 90,
        "region": "us-east-1",
    }
    with pytest.raises(ValueError, match="alarm full: nothing here has redis-memory; take the alarm out"):
        _watched("full", args["alarms"]["full"], args, _things(args))


def test_each_address_is_told_once_under_a_name_that_does_not_show_it(parts: Graph) -> None:
    subscriptions = part_of(parts, "alarms", "TopicSubscription")
    assert {found.name: found.inputs["endpoint"] for found in subscriptions} == {
        f"alarms-email-{short('ops@example.com')}": "ops@example.com",
        f"alarms-email-{short('on-call@example.com')}": "on-call@example.com",
    }
    assert {found.inputs["protocol"] for found in subscriptions} == {"email"}
    assert {target(found.inputs["topic"]) for found in subscriptions} == {"alarms-topic"}
    assert short("ops@example.com") == "af3c8254"


def test_messages_are_encrypted_with_a_key_of_their_own_that_is_rotated(parts: Graph) -> None:
    # The key of alias/aws/sns does not let CloudWatch in, so that alarms would ring unheard.
    assert target(the_part(parts, "alarms", "Topic").inputs["kmsMasterKeyId"]) == "alarms-key"
    assert the_part(parts, "alarms", "Key").inputs["enableKeyRotation"] is True


def test_the_policies_are_those_of_the_topic_and_of_its_key(parts: Graph) -> None:
    on_topic, on_key = (the_part(parts, "alarms", kind) for kind in ("TopicPolicy", "KeyPolicy"))
    assert target(on_topic.inputs["arn"]) == "alarms-topic"
    assert target(on_key.inputs["keyId"]) == "alarms-key"
    for policy in (on_topic, on_key):
        assert isinstance(policy.inputs["policy"], Unknown)
        assert [urn.rpartition("::")[2] for urn in policy.property_dependencies["policy"]] == ["alarms-topic"]


def test_only_alarms_of_this_account_and_region_write_to_the_topic() -> None:
    (statement,) = json.loads(topic_policy("arn:aws:sns:us-east-1:111122223333:t", "111122223333", "us-east-1"))[
        "Statement"
    ]
    assert statement == {
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": "arn:aws:sns:us-east-1:111122223333:t",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": "111122223333"},
            "ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:us-east-1:111122223333:alarm:*"},
        },
    }


def test_cloudwatch_may_use_the_key_for_this_topic_and_for_nothing_else() -> None:
    own, alarm = json.loads(key_policy("arn:aws:sns:us-east-1:111122223333:t", "111122223333"))["Statement"]
    assert own["Principal"] == {"AWS": "arn:aws:iam::111122223333:root"}, "or nobody could ever change the key again"
    assert alarm["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert alarm["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
    assert alarm["Condition"] == {
        "StringEquals": {"kms:EncryptionContext:aws:sns:topicArn": "arn:aws:sns:us-east-1:111122223333:t"}
    }


def test_services_in_containers_are_measured_by_their_tasks_and_nobody_waits_for_the_age_of_their_secrets(
    parts: Graph,
) -> None:
    found = {
        each.name.removeprefix("alarms-tasks-"): each.inputs for each in part_of(parts, "alarms-tasks", "MetricAlarm")
    }
    tasks = {"ClusterName": "shop", "ServiceName": "web-1"}
    told = {
        name: (
            inputs["namespace"],
            inputs["metricName"],
            inputs["dimensions"],
            inputs["statistic"],
            inputs["threshold"],
        )
        for name, inputs in found.items()
    }
    assert told == {
        "cpu-web": ("AWS/ECS", "CPUUtilization", tasks, "Average", 70),
        "memory-web": ("AWS/ECS", "MemoryUtilization", tasks, "Average", 80),
        "memory-used-web": ("ECS/ContainerInsights", "MemoryUtilized", tasks, "Maximum", 300),
        "down-web": (ALB, "UnHealthyHostCount", WEB, "Maximum", 0),
    }
    assert "above 300 MiB for" in str(found["memory-used-web"]["alarmDescription"])


def test_the_dashboard_shows_processors_and_memory_of_tasks(parts: Graph) -> None:
    body = the_part(parts, "alarms-tasks", "Dashboard").inputs["dashboardBody"]
    shown = json.loads(body.text if isinstance(body, Unknown) else str(body))
    titles = [widget["properties"].get("title") for widget in shown["widgets"]]
    assert {"Processor of tasks", "Memory of tasks", "Requests"} <= set(titles)
    assert "Processor by instance" not in titles
