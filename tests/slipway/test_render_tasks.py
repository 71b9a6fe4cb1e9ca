"""The task definitions that `slipway render` writes."""

from __future__ import annotations

import json
from typing import Any

from plan.graph import Graph
from plan.model import Plan, Reference, Resource, Secret, Unknown
from slipway.render.task_definitions import task_definition_files

KIND = "aws:ecs/taskDefinition:TaskDefinition"
LOG = Reference("urn:pulumi:s::p::aws:cloudwatch/logGroup:LogGroup::shop-logs", "name")
OPTIONS = f'{{"options": {{"awslogs-group": "{LOG}"}}}}'
TEXT = f'[{{"name": "web", "image": "shop@sha256:00", "logConfiguration": {OPTIONS}}}]'


def rendered(*inputs: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    resources = [
        Resource(f"urn:pulumi:s::p::{KIND}::t{number}", KIND, f"t{number}", custom=True, parent="", inputs=each)
        for number, each in enumerate(inputs)
    ]
    files, notes = task_definition_files(Graph(Plan("p", "s", tuple(resources))))
    return {file.path: json.loads(file.content) for file in files}, notes


def test_containers_are_data_and_what_deployment_tells_is_named() -> None:
    found, notes = rendered({"family": "shop-web", "cpu": "512", "containerDefinitions": Unknown((LOG,), TEXT)})
    made = found["task-definitions/shop-web.json"]
    assert made["cpu"] == "512"
    assert made["containerDefinitions"][0]["logConfiguration"]["options"] == {"awslogs-group": "${shop-logs.name}"}
    assert notes == []


def test_containers_that_the_plan_does_not_tell_are_left_out_with_a_reason() -> None:
    for hidden in (Unknown(), Secret(), "[{"):
        found, notes = rendered({"family": "shop-web", "containerDefinitions": hidden})
        assert found == {}
        assert notes == ["the task definition t0 is left out: its containers are not known."]


def test_two_of_a_family_have_a_file_each_and_tags_are_no_part_of_them() -> None:
    one = {"family": "shop/web", "containerDefinitions": "[]", "tags": {"Name": "shop"}}
    found, _ = rendered(one, one)
    assert list(found) == ["task-definitions/shop-web.json", "task-definitions/shop-web-2.json"]
    assert all("tags" not in made for made in found.values())
