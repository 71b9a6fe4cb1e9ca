"""How a change reaches a service on Fargate, and how many tasks there are of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from plan.model import Unknown
from tests.components.planning import inside, part_of, target
from tests.components.tasks import KEEPER, WEB, WORKER, service, statements

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource


def test_a_new_version_stands_beside_the_old_one_until_it_is_well(parts: Graph) -> None:
    for component in (WEB, WORKER):
        found = service(parts, component).inputs
        assert (found["deploymentMinimumHealthyPercent"], found["deploymentMaximumPercent"]) == (100, 200)
        assert found["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
        assert found["waitForSteadyState"] is True


def test_a_public_version_that_answers_badly_gives_way(parts: Graph) -> None:
    alarms = service(parts, WEB).inputs["alarms"]
    assert (inside(alarms, "enable"), inside(alarms, "rollback")) == (True, True)
    assert target(inside(alarms, "alarmNames", 0)) == "fargate-rollback"
    assert "alarms" not in service(parts, WORKER).inputs


def test_a_version_starts_only_once_its_migration_has_succeeded(parts: Graph) -> None:
    assert target(inside(service(parts, WEB).inputs["triggers"], "migration")) == "fargate-migration"
    ran = runs(parts, WEB)["migration"]
    assert target(inside(ran.inputs["triggers"], "definition")) == "fargate-tasks"
    assert event(ran)["command"] == ["npm", "run", "migrate"]


def test_the_table_of_sessions_is_made_after_the_migration_and_before_the_version(parts: Graph) -> None:
    assert target(inside(service(parts, WEB).inputs["triggers"], "sessions")) == "fargate-sessions"
    made = runs(parts, WEB)["sessions"]
    assert target(inside(made.inputs["triggers"], "definition")) == "fargate-tasks"
    assert target(inside(made.inputs["triggers"], "migration")) == "fargate-migration"
    assert event(made)["command"] == ["node", "sessions.mjs"]
    assert event(made)["name"] != event(runs(parts, WEB)["migration"])["name"]


def test_a_table_of_sessions_waits_for_the_migration_of_another_service(parts: Graph) -> None:
    assert set(runs(parts, KEEPER)) == {"sessions"}
    assert inside(runs(parts, KEEPER)["sessions"].inputs["triggers"], "migration") == "done"
    assert target(inside(service(parts, KEEPER).inputs["triggers"], "sessions")) == f"{KEEPER}-sessions"


def runs(graph: Graph, component: str) -> dict[str, Resource]:
    """What is run before a version, by what for."""
    return {each.name.removeprefix(f"{component}-"): each for each in part_of(graph, component, "Invocation")}


def event(run: Resource) -> dict[str, Any]:
    """What the function is told."""
    value = run.inputs["input"]
    assert isinstance(value, Unknown)
    found: dict[str, Any] = json.loads(value.text)
    return found


def test_a_service_waits_for_what_it_is_told_to_wait_for(parts: Graph) -> None:
    assert service(parts, WORKER).inputs["triggers"] == {"migration": "done"}
    assert part_of(parts, WORKER, "Invocation") == []
    assert part_of(parts, WORKER, "Function") == []


def test_what_migrates_starts_tasks_of_this_service_alone(parts: Graph) -> None:
    allowed = statements(parts, WEB)
    run, look = allowed["migration"]
    assert run["Resource"] == "arn:aws:ecs:us-east-1:*:task-definition/shop-prod-web:*"
    here = {"ArnEquals": {"ecs:cluster": "arn:aws:ecs:us-east-1:123456789012:cluster/shop"}}
    assert (run["Condition"], look["Condition"]) == (here, here)
    (passing,) = [each for each in part_of(parts, WEB, "RolePolicy") if each.name == "fargate-migration-roles"]
    assert {reference.urn.rpartition("::")[2] for reference in _unknown(passing.inputs["policy"]).references} == {
        "fargate-start",
        "fargate-task",
    }


def _unknown(value: object) -> Unknown:
    assert isinstance(value, Unknown)
    return value


def test_spare_capacity_carries_only_what_is_above_the_least_number(parts: Graph) -> None:
    assert service(parts, WEB).inputs["capacityProviderStrategies"] == [
        {"base": 2, "capacityProvider": "FARGATE", "weight": 1},
        {"capacityProvider": "FARGATE_SPOT", "weight": 4},
    ]
    assert service(parts, WORKER).inputs["capacityProviderStrategies"] == [
        {"base": 2, "capacityProvider": "FARGATE", "weight": 1}
    ]


def test_the_number_of_tasks_follows_processors_memory_and_requests(parts: Graph) -> None:
    def followed(component: str) -> dict[str, Any]:
        found = {}
        for policy in part_of(parts, component, "Policy"):
            settings = policy.inputs["targetTrackingScalingPolicyConfiguration"]
            metric = inside(settings, "predefinedMetricSpecification", "predefinedMetricType")
            found[str(metric)] = inside(settings, "targetValue")
        return found

    assert followed(WEB) == {
        "ECSServiceAverageCPUUtilization": 70,
        "ECSServiceAverageMemoryUtilization": 80,
        "ALBRequestCountPerTarget": 1000,
    }
    assert set(followed(WORKER)) == {"ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization"}
    (bounds,) = part_of(parts, WEB, "Target")
    assert (bounds.inputs["minCapacity"], bounds.inputs["maxCapacity"]) == (2, 5)
    assert "desiredCount" in service(parts, WEB).options.ignore_changes
