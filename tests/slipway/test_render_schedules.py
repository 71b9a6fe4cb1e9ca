"""The schedules that `slipway render` writes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from plan.graph import Graph
from plan.model import Plan, Reference, Resource, Unknown
from slipway.render.schedules import schedule_files
from tests.stacks.project import graph

if TYPE_CHECKING:
    from plan.model import Value

KIND = "aws:scheduler/schedule:Schedule"
ROLE = Reference("urn:pulumi:s::p::aws:iam/role:Role::shop-start", "arn")


def rendered(*targets: Value) -> dict[str, Any]:  # Any: JSON
    resources = [
        Resource(f"urn:pulumi:s::p::{KIND}::s/{n}", KIND, "s/1", custom=True, parent="", inputs={"target": target})
        for n, target in enumerate(targets)
    ]
    return {file.path: json.loads(file.content) for file in schedule_files(Graph(Plan("p", "s", tuple(resources))))}


def test_what_is_handed_over_is_data_and_what_deployment_tells_is_named() -> None:
    found = rendered({"input": '{"a": [1]}', "roleArn": Unknown((ROLE,), str(ROLE))})
    assert found == {"schedules/s-1.json": {"target": {"input": {"a": [1]}, "roleArn": "${shop-start.arn}"}}}


@pytest.mark.parametrize("given", ["no JSON", None])
def test_what_is_no_data_stands_as_it_is(given: str | None) -> None:
    assert rendered({"input": given}) == {"schedules/s-1.json": {"target": {"input": given}}}


def test_two_of_a_name_have_a_file_each() -> None:
    assert set(rendered({}, {})) == {"schedules/s-1.json", "schedules/s-1-2.json"}


def test_of_a_stack_each_command_can_be_read() -> None:
    files = {file.path: json.loads(file.content) for file in schedule_files(graph("orders-schedules-tasks"))}
    assert set(files) == {f"schedules/orders-schedule-{name}-schedule.json" for name in ("digest", "sync", "sessions")}
    (own,) = files["schedules/orders-schedule-sessions-schedule.json"]["target"]["input"]["containerOverrides"]
    assert own["command"][:3] == ["node", "--input-type=module", "-e"]
    assert 'delete from "logins"' in own["command"][3]
