"""A service's secrets are old when the application says so, not when a password that is generated would be."""

from __future__ import annotations

import json
import re

import pytest

from plan.graph import Graph
from tests.stacks.forms import form
from tests.stacks.machines import scripts
from tests.stacks.project import answered, write


@pytest.mark.parametrize(
    ("name", "overrides", "days"),
    [
        ("drops-slow", {"secrets": {"SESSION_SECRET": {"generate": True, "max_age": 200}}}, 200),
        ("drops-fast", {"secrets": {"SESSION_SECRET": {"generate": True, "max_age": 30}}}, 30),
        ("drops-none", {"services": {"app": {"hosts": ["app.drops.example.com"], "secrets": []}}}, 90),
    ],
)
def test_the_least_age_that_is_said_counts_and_a_generated_password_only_where_none_is(
    name: str, overrides: dict[str, object], days: int
) -> None:
    content = form("drops", "production")
    content["slipway:overrides"] |= overrides
    graph = Graph(answered(write(name, content)).plan)
    (script,) = (text for group, text in scripts(graph).items() if group == "drops-app")
    (told,) = re.findall(r'"max_secret_age_days": ?(\d+)', script)
    assert json.loads(told) == days
    alarms = graph.of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert [each.inputs["threshold"] for each in alarms if "-secret-age-" in each.name] == [days]
