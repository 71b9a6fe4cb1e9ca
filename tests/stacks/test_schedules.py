"""What runs at times of its own in a stack of tasks: as which service, when, and when a new version reaches it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from components.server.sessions import session_command
from plan.model import Unknown
from tests.components.planning import inside, target
from tests.stacks.container_forms import contained
from tests.stacks.project import graph, refused

if TYPE_CHECKING:
    from plan.model import Resource, Value

STACK = "orders-schedules-tasks"
SCHEDULE, INVOCATION = "aws:scheduler/schedule:Schedule", "aws:lambda/invocation:Invocation"


def schedules(stack: str) -> dict[str, Resource]:
    """The schedules of a stack by the name that the application has for each."""
    found = graph(stack).of_type(SCHEDULE)
    return {each.name.removeprefix("orders-schedule-").removesuffix("-schedule"): each for each in found}


def task(stack: str, name: str) -> Value:
    return inside(schedules(stack)[name].inputs["target"], "ecsParameters")


def command(stack: str, name: str) -> list[str]:
    text = inside(schedules(stack)[name].inputs["target"], "input")
    assert isinstance(text, str)
    (changed,) = json.loads(text)["containerOverrides"]
    found: list[str] = changed["command"]
    return found


def before(urn: str, stack: str) -> set[str]:
    """The names of all that comes before a resource."""
    found: set[str] = set()
    left = [urn]
    while left:
        resource = graph(stack).get(left.pop())
        if resource is None or resource.urn in found:
            continue
        found.add(resource.urn)
        left += [*resource.dependencies, *(each for some in resource.property_dependencies.values() for each in some)]
    return {each.rpartition("::")[2] for each in found}


def test_each_schedule_and_the_cleaning_of_sessions_run_at_their_times() -> None:
    told = {
        name: (each.inputs["scheduleExpression"], each.inputs["scheduleExpressionTimezone"])
        for name, each in schedules(STACK).items()
    }
    assert told == {
        "digest": ("cron(30 6 ? * MON,TUE,WED,THU,FRI *)", "Europe/Berlin"),
        "sync": ("rate(15 minutes)", "UTC"),
        "sessions": ("rate(60 minutes)", "UTC"),
    }


def test_each_runs_its_command_as_its_service() -> None:
    assert command(STACK, "digest") == ["npm", "run", "digest"]
    assert command(STACK, "sync") == ["node", "dist/sync.js"]
    assert command(STACK, "sessions") == session_command("logins")
    for name, service in (("digest", "jobs"), ("sync", "api"), ("sessions", "web")):
        assert target(inside(task(STACK, name), "taskDefinitionArn")) == f"orders-{service}-tasks"
        groups = inside(task(STACK, name), "networkConfiguration", "securityGroups")
        assert isinstance(groups, list)
        assert [target(each) for each in groups] == [f"orders-{service}-sg", "orders-cache-clients-sg"]


def test_a_new_version_is_scheduled_only_when_its_service_runs_it_which_is_after_the_migration() -> None:
    for name, service in (("digest", "jobs"), ("sync", "api"), ("sessions", "web")):
        earlier = before(schedules(STACK)[name].urn, STACK)
        assert f"orders-{service}-service" in earlier
        assert "orders-api-migration" in earlier


def test_the_table_of_sessions_is_made_after_the_migration_and_before_any_service_that_knows_the_database() -> None:
    found = {each.name: each for each in graph(STACK).of_type(INVOCATION)}
    assert set(found) == {"orders-api-migration", "orders-web-sessions"}
    made = found["orders-web-sessions"]
    assert target(inside(made.inputs["triggers"], "migration")) == "orders-api-migration"
    event = made.inputs["input"]
    assert isinstance(event, Unknown)
    assert json.loads(event.text)["command"] == session_command("logins")
    for service in ("web", "jobs"):
        assert "orders-web-sessions" in before_service(service)


def before_service(service: str) -> set[str]:
    (found,) = [each for each in graph(STACK).of_type("aws:ecs/service:Service") if f"-{service}-" in each.name]
    return before(found.urn, STACK)


def test_a_failure_rings_where_the_stack_s_other_alarms_do() -> None:
    alarms = [each for each in graph(STACK).of_type("aws:cloudwatch/metricAlarm:MetricAlarm") if "failed" in each.name]
    assert len(alarms) == 3
    for alarm in alarms:
        assert target(inside(alarm.inputs["alarmActions"], 0)) == "orders-alarms-topic"


def test_what_is_scheduled_is_known_before_deployment_and_has_no_address_in_it() -> None:
    for each in schedules(STACK).values():
        text = inside(each.inputs["target"], "input")
        assert isinstance(text, str)
        assert "://" not in text


@pytest.mark.parametrize("kind", ["cron", "rate"])
def test_a_schedule_of_a_service_that_is_not_there_is_refused(kind: str) -> None:
    when = {"cron": "0 3 * * *"} if kind == "cron" else {"minutes": 5}
    content = contained("orders", "production")
    content["slipway:overrides"]["schedules"] = {"x1": {"kind": kind, "command": "a", "service": "b2", **when}}
    assert 'schedules.x1.service: given "b2"; the application\'s services are api' in refused("orders-x", content)
