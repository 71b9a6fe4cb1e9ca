"""How machines come and go, and what stops a change."""

from __future__ import annotations

import importlib
import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from components import aws as components_aws
from plan.model import Unknown
from tests.components.planning import inside, part_of, target, the_part

if TYPE_CHECKING:
    from components.aws.auto_scaling_service import AutoScalingServiceArgs
    from plan.graph import Graph
    from plan.model import Value

SERVICES = ["service", "service-hidden", "service-shared-web"]
each_group = pytest.mark.parametrize("service", SERVICES)
LAUNCH = 900  # seconds
BOOT = Path(components_aws.__file__).parent / "templates" / "boot.sh.j2"


def hooks(graph: Graph, service: str) -> dict[Value, Value]:
    found = the_part(graph, service, "Group").inputs["initialLifecycleHooks"]
    assert isinstance(found, list | tuple)
    return {inside(hook, "lifecycleTransition"): hook for hook in found}


def preferences(graph: Graph, service: str) -> Value:
    refresh = the_part(graph, service, "Group").inputs["instanceRefresh"]
    assert inside(refresh, "strategy") == "Rolling"
    return inside(refresh, "preferences")


@each_group
def test_a_change_of_the_template_is_rolled_out_by_its_number(parts: Graph, service: str) -> None:
    version = inside(the_part(parts, service, "Group").inputs, "launchTemplate", "version")
    assert isinstance(version, Unknown)
    assert version.target is not None
    assert version.target.property == "latestVersion"


@each_group
def test_a_machine_enters_service_only_after_it_said_that_it_is_ready(parts: Graph, service: str) -> None:
    # They belong to the group itself: hooks of their own would come after the first machines.
    hook = hooks(parts, service)["autoscaling:EC2_INSTANCE_LAUNCHING"]
    assert inside(hook, "name") == "launching"
    assert inside(hook, "defaultResult") == "ABANDON"
    assert inside(hook, "heartbeatTimeout") == LAUNCH
    assert part_of(parts, service, "LifecycleHook") == []


@each_group
def test_a_machine_that_goes_has_time_to_finish_and_goes_in_any_case(parts: Graph, service: str) -> None:
    hook = hooks(parts, service)["autoscaling:EC2_INSTANCE_TERMINATING"]
    assert inside(hook, "name") == "terminating"
    assert inside(hook, "defaultResult") == "CONTINUE"
    assert inside(hook, "heartbeatTimeout") == 300


@pytest.mark.parametrize("service", ["service", "service-hidden"])
def test_a_rollout_keeps_every_machine_until_its_successor_is_well(parts: Graph, service: str) -> None:
    assert inside(preferences(parts, service), "minHealthyPercentage") == 100
    assert inside(preferences(parts, service), "maxHealthyPercentage") == 150


def test_the_one_machine_with_the_data_volume_gives_it_up_before_its_successor_starts(parts: Graph) -> None:
    assert inside(preferences(parts, "service-shared-web"), "minHealthyPercentage") == 0
    assert inside(preferences(parts, "service-shared-web"), "maxHealthyPercentage") == 100
    assert the_part(parts, "service-shared-web", "Group").options.delete_before_replace is True


@pytest.mark.parametrize("service", ["service", "service-hidden"])
def test_a_group_s_successor_is_there_before_it_goes(parts: Graph, service: str) -> None:
    assert not the_part(parts, service, "Group").options.delete_before_replace


@each_group
def test_a_failed_rollout_rolls_back_and_leaves_machines_that_are_up_to_date(parts: Graph, service: str) -> None:
    assert inside(preferences(parts, service), "autoRollback") is True
    assert inside(preferences(parts, service), "skipMatching") is True


@pytest.mark.parametrize(
    ("service", "alarms"),
    [
        ("service", ["service-rollback"]),
        ("service-shared-web", ["service-shared-web-rollback", "service-shared-web-sockets-rollback"]),
    ],
)
def test_the_alarm_of_each_public_service_stops_a_rollout(parts: Graph, service: str, alarms: list[str]) -> None:
    named = inside(preferences(parts, service), "alarmSpecification", "alarms")
    assert isinstance(named, list | tuple)
    assert [target(each) for each in named] == alarms
    assert [alarm.name for alarm in part_of(parts, service, "MetricAlarm")] == alarms


def test_a_service_without_a_front_door_has_no_alarm_to_wait_for(parts: Graph) -> None:
    assert part_of(parts, "service-hidden", "MetricAlarm") == []
    specification = preferences(parts, "service-hidden")
    assert isinstance(specification, dict)
    assert "alarmSpecification" not in specification


def test_the_alarm_rings_for_the_rate_of_failed_requests_of_its_own_target_group(parts: Graph) -> None:
    alarm = the_part(parts, "service", "MetricAlarm")
    queries = alarm.inputs["metricQueries"]
    assert isinstance(queries, list | tuple)
    rates = [query for query in queries if isinstance(query, dict) and query.get("returnData")]
    metrics = {inside(query, "id"): inside(query, "metric") for query in queries if query not in rates}
    assert {key: inside(metric, "metricName") for key, metric in metrics.items()} == {
        "requests": "RequestCount",
        "errors": "HTTPCode_Target_5XX_Count",
        "refused": "TargetConnectionErrorCount",
    }
    for metric in metrics.values():
        assert inside(metric, "dimensions") == {"LoadBalancer": "app/lb/1", "TargetGroup": "targetgroup/web/1"}
        assert (inside(metric, "stat"), inside(metric, "period")) == ("Sum", 60)
    (rate,) = rates
    assert inside(rate, "expression") == "IF(requests >= 20, 100 * (FILL(errors, 0) + FILL(refused, 0)) / requests, 0)"
    assert (alarm.inputs["comparisonOperator"], alarm.inputs["threshold"]) == ("GreaterThanThreshold", 5)


def test_silence_is_no_alarm(parts: Graph) -> None:
    # Else no rollout of a service that nobody asks anything would ever pass.
    assert the_part(parts, "service", "MetricAlarm").inputs["treatMissingData"] == "notBreaching"


@pytest.mark.parametrize(
    ("service", "kind"), [("service", "ELB"), ("service-hidden", "EC2"), ("service-shared-web", "ELB")]
)
def test_what_fails_the_load_balancer_s_check_is_replaced(parts: Graph, service: str, kind: str) -> None:
    assert the_part(parts, service, "Group").inputs["healthCheckType"] == kind


@each_group
def test_a_machine_that_has_just_entered_service_is_not_judged_yet(parts: Graph, service: str) -> None:
    group = the_part(parts, service, "Group")
    assert group.inputs["healthCheckGracePeriod"] == group.inputs["defaultInstanceWarmup"] == 300


@pytest.mark.parametrize(("service", "healthy"), [("service", 2), ("service-hidden", None), ("service-shared-web", 1)])
def test_a_first_deployment_without_well_machines_fails_after_a_while(
    parts: Graph, service: str, healthy: int | None
) -> None:
    group = the_part(parts, service, "Group")
    minutes = int(str(group.inputs["waitForCapacityTimeout"]).removesuffix("m"))
    (wait,) = {int(given) for given in re.findall(r"--wait (\d+)", BOOT.read_text())}
    assert minutes * 60 > wait + LAUNCH  # else it would fail before a machine has had its time for a first migration
    assert minutes <= 150
    assert group.inputs.get("minElbCapacity") == healthy


@each_group
def test_a_deployment_never_resets_the_number_of_machines(parts: Graph, service: str) -> None:
    assert "desiredCapacity" not in the_part(parts, service, "Group").inputs


def test_the_number_of_machines_stays_between_its_bounds(parts: Graph) -> None:
    group = the_part(parts, "service", "Group")
    assert (group.inputs["minSize"], group.inputs["maxSize"]) == (2, 5)


@pytest.mark.parametrize(("service", "cpu", "memory"), [("service", 70, 80), ("service-hidden", 50, 60)])
def test_the_group_grows_with_cpu_and_memory(parts: Graph, service: str, cpu: int, memory: int) -> None:
    found = {
        policy.name: inside(policy.inputs, "targetTrackingConfiguration")
        for policy in part_of(parts, service, "Policy")
    }
    assert {name: inside(each, "targetValue") for name, each in found.items()} == {
        f"{service}-cpu": cpu,
        f"{service}-memory": memory,
    }
    (dimension,) = [inside(found[f"{service}-memory"], "customizedMetricSpecification", "metricDimensions", 0)]
    assert inside(dimension, "name") == "AutoScalingGroupName"
    assert target(inside(dimension, "value")) == f"{service}-machines"


@each_group
def test_the_group_tells_how_many_machines_are_in_service(parts: Graph, service: str) -> None:
    metrics = the_part(parts, service, "Group").inputs["enabledMetrics"]
    assert isinstance(metrics, list | tuple)
    assert {"GroupInServiceInstances", "GroupDesiredCapacity"} <= set(metrics)


ONE: AutoScalingServiceArgs = {
    "region": "us-east-1",
    "vpc_id": "vpc-1",
    "subnet_ids": {"us-east-1a": "subnet-a"},
    "services": {},
    "memberships": {},
    "egress_ports": {},
    "image_id": "ami-0123456789abcdef0",
    "instance_type": "t3.medium",
    "disk": 16,
    "containers": False,
    "min": 1,
    "max": 1,
    "cpu_target": 70.0,
    "memory_target": 80.0,
    "user_data": "",
    "secret_arns": {},
    "data_volume": {"volume_arn": "arn:aws:ec2:us-east-1:123456789012:volume/vol-1"},
    "metric_namespace": "shop",
    "log_days": 30,
    "tags": {},
}


@pytest.mark.parametrize(
    ("most", "zones", "refusal"),
    [
        (2, ["us-east-1a"], "one: max: 2 machines cannot hold one data volume; give min and max 1"),
        (
            1,
            ["us-east-1a", "us-east-1b"],
            "one: subnet_ids: a data volume is in one zone, not in us-east-1a, us-east-1b",
        ),
    ],
)
def test_a_data_volume_is_refused_where_it_could_not_be_held(most: int, zones: list[str], refusal: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the SDK warns of its own modules while they are loaded
        module = importlib.import_module("components.aws.auto_scaling_service")
    with pytest.raises(ValueError, match=refusal):
        module.AutoScalingService("one", {**ONE, "max": most, "subnet_ids": dict.fromkeys(zones, "subnet-1")})
