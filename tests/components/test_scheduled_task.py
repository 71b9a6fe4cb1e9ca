"""What a scheduled command guarantees: when it runs and as whom, and that a failure is kept and told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from plan.model import Unknown
from tests.components.planning import inside, part_of, target, the_part
from tests.components.tasks import statements

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plan.graph import Graph
    from plan.model import Value

TASK, QUIET = "scheduled", "scheduled-quietly"


def known(value: Value) -> Any:  # Any: JSON
    """A document, with references where only deployment tells."""
    text = value.text if isinstance(value, Unknown) else value
    assert isinstance(text, str)
    return json.loads(text)


def schedule(graph: Graph, component: str = TASK) -> Mapping[str, Value]:
    return the_part(graph, component, "Schedule").inputs


# -- when and what


def test_it_runs_at_its_times_in_its_time_zone_and_not_somewhen_about_them(parts: Graph) -> None:
    found = schedule(parts)
    assert found["scheduleExpression"] == "cron(0 3 * * ? *)"
    assert found["scheduleExpressionTimezone"] == "Europe/Berlin"
    assert found["flexibleTimeWindow"] == {"mode": "OFF"}
    assert "state" not in found  # which is: enabled


def test_a_run_is_one_task_of_the_service_with_another_command(parts: Graph) -> None:
    task = inside(schedule(parts)["target"], "ecsParameters")
    assert inside(task, "taskDefinitionArn") == ("arn:aws:ecs:us-east-1:123456789012:task-definition/shop-prod-web:7")
    assert inside(task, "taskCount") == 1
    (changed,) = known(inside(schedule(parts)["target"], "input"))["containerOverrides"]
    assert (changed["name"], changed["command"]) == ("web", ["npm", "run", "digest"])


def test_a_run_has_no_public_address_and_reaches_what_the_service_reaches(parts: Graph) -> None:
    network = inside(schedule(parts)["target"], "ecsParameters", "networkConfiguration")
    assert inside(network, "assignPublicIp") is False
    assert inside(network, "subnets") == ["subnet-a", "subnet-b"]
    assert inside(network, "securityGroups") == ["sg-web", "sg-cache-clients"]


def test_runs_never_stand_on_spare_capacity(parts: Graph) -> None:
    strategies = inside(schedule(parts)["target"], "ecsParameters", "capacityProviderStrategies")
    assert strategies == [{"capacityProvider": "FARGATE", "weight": 1}]


# -- as whom


def test_the_scheduler_takes_its_role_for_the_account_of_the_stack_only(parts: Graph) -> None:
    def conditions(component: str) -> list[Any]:
        document = known(the_part(parts, component, "Role").inputs["assumeRolePolicy"])
        assert [each["Principal"] for each in document["Statement"]] == [{"Service": "scheduler.amazonaws.com"}]
        return [each.get("Condition") for each in document["Statement"]]

    assert conditions(TASK) == [{"StringEquals": {"aws:SourceAccount": ["123456789012"]}}]
    assert conditions(QUIET) == [None]


def test_the_role_may_start_tasks_of_this_family_on_this_cluster_and_nothing_else(parts: Graph) -> None:
    allowed = statements(parts, TASK)
    (start,) = allowed["start"]
    assert (start["Action"], start["Resource"]) == (
        "ecs:RunTask",
        "arn:aws:ecs:us-east-1:*:task-definition/shop-prod-web:*",
    )
    assert start["Condition"] == {"ArnEquals": {"ecs:cluster": "arn:aws:ecs:us-east-1:123456789012:cluster/shop"}}
    (passing,) = allowed["start-roles"]
    assert passing["Action"] == "iam:PassRole"
    assert passing["Resource"] == [
        "arn:aws:iam::123456789012:role/web-start",
        "arn:aws:iam::123456789012:role/web-task",
    ]
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    (sending,) = allowed["start-failed"]
    assert sending["Action"] == "sqs:SendMessage"
    assert set(allowed) == {"start", "start-roles", "start-failed"}


def test_the_role_has_its_rights_before_the_first_run(parts: Graph) -> None:
    before = {urn.rpartition("::")[2] for urn in the_part(parts, TASK, "Schedule").dependencies}
    assert {"scheduled-start", "scheduled-start-roles", "scheduled-start-failed"} <= before


# -- what becomes of a failure


def test_a_run_that_cannot_be_started_is_tried_again_for_a_while_and_then_kept(parts: Graph) -> None:
    aim = schedule(parts)["target"]
    assert inside(aim, "retryPolicy") == {"maximumEventAgeInSeconds": 900, "maximumRetryAttempts": 10}
    assert target(inside(aim, "deadLetterConfig", "arn")) == "scheduled-failed"


def test_the_queue_is_encrypted_keeps_for_14_days_and_lets_in_the_rule_alone_and_over_tls(parts: Graph) -> None:
    queue = the_part(parts, TASK, "Queue").inputs
    assert queue["sqsManagedSseEnabled"] is True
    assert queue["messageRetentionSeconds"] == 14 * 86400
    letting_in, refusing = known(the_part(parts, TASK, "QueuePolicy").inputs["policy"])["Statement"]
    assert (letting_in["Principal"], letting_in["Action"]) == (
        {"Service": "events.amazonaws.com"},
        "sqs:SendMessage",
    )
    assert "scheduled-failed" in letting_in["Condition"]["ArnEquals"]["aws:SourceArn"]
    assert (refusing["Effect"], refusing["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_a_run_that_ends_badly_or_never_starts_comes_into_the_queue_and_no_other_task_does(parts: Graph) -> None:
    pattern = known(the_part(parts, TASK, "EventRule").inputs["eventPattern"])
    assert (pattern["source"], pattern["detail-type"]) == (["aws.ecs"], ["ECS Task State Change"])
    detail = pattern["detail"]
    assert detail["clusterArn"] == ["arn:aws:ecs:us-east-1:123456789012:cluster/shop"]
    assert detail["lastStatus"] == ["STOPPED"]
    assert detail["$or"] == [
        {"containers": {"exitCode": [{"anything-but": [0]}]}},
        {"stopCode": ["TaskFailedToStart"]},
    ]
    (group,) = detail["group"]
    assert "scheduled-group" in group
    assert target(inside(schedule(parts)["target"], "ecsParameters", "group")) == "scheduled-group"
    aim = the_part(parts, TASK, "EventTarget").inputs
    assert (target(aim["rule"]), target(aim["arn"])) == ("scheduled-failed", "scheduled-failed")


def test_each_failure_rings_anew(parts: Graph) -> None:
    alarm = the_part(parts, TASK, "MetricAlarm").inputs
    assert (alarm["namespace"], alarm["metricName"], alarm["statistic"]) == ("AWS/SQS", "NumberOfMessagesSent", "Sum")
    assert (alarm["threshold"], alarm["comparisonOperator"]) == (0, "GreaterThanThreshold")
    assert alarm["treatMissingData"] == "notBreaching"
    assert alarm["alarmActions"] == ["arn:aws:sns:us-east-1:123456789012:alarms"]
    assert target(inside(alarm["dimensions"], "QueueName")) == "scheduled-failed"
    assert "alarmActions" not in the_part(parts, QUIET, "MetricAlarm").inputs


def test_one_schedule_s_failures_are_not_another_s(parts: Graph) -> None:
    names = {each.name for component in (TASK, QUIET) for each in part_of(parts, component, "Queue")}
    assert names == {"scheduled-failed", "scheduled-quietly-failed"}
