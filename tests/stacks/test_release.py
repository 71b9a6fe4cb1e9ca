"""Another release of a stack in containers changes what runs it, and nothing else of all that the stack has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from plan.graph import Graph
from slipway.rehearsal.changes import Settings
from tests.stacks.container_forms import CONTAINER_FORMS
from tests.stacks.project import answered, write

if TYPE_CHECKING:
    from pathlib import Path

DEFINITION, SERVICE = "aws:ecs/taskDefinition:TaskDefinition", "aws:ecs/service:Service"
INVOCATION = "aws:lambda/invocation:Invocation"
# One image and a database that is read in two places and reached through a proxy; three services with an image each.
STACKS = ("drops-grown-tasks", "orders-jobs-tasks")


def graph(name: str, content: dict[str, Any]) -> Graph:  # Any: a stack file is any YAML
    """The plan of a stack with this file."""
    return Graph(answered(write(name, content)).plan)


def changed(before: Graph, after: Graph) -> set[tuple[str, str]]:
    """Type and name of what has other inputs or options, is new or is gone, and of what refers to one of these."""
    one, other = ({each.urn: each for each in plan.plan.resources} for plan in (before, after))
    own = {
        urn
        for urn in {*one, *other}
        if urn not in one
        or urn not in other
        or (one[urn].inputs, one[urn].options) != (other[urn].inputs, other[urn].options)
    }
    referring = {
        each.urn for each in one.values() if own & {urn for urns in each.property_dependencies.values() for urn in urns}
    }
    return {(one[urn].type, one[urn].name) for urn in own | referring}


@pytest.mark.parametrize("stack", STACKS)
def test_a_release_changes_task_definitions_the_migration_and_services_only(stack: str, tmp_path: Path) -> None:
    content = CONTAINER_FORMS[stack]
    changes, _ = Settings(content, tmp_path).released(tmp_path)
    before, after = graph("released", content), graph("released", {**content, **changes})
    found = changed(before, after)

    migrated = {(INVOCATION, each.name) for each in before.of_type(INVOCATION)}
    assert found == migrated | {(kind, each.name) for kind in (DEFINITION, SERVICE) for each in before.of_type(kind)}
    assert migrated


def test_another_image_of_one_service_leaves_the_other_services_alone() -> None:
    content = CONTAINER_FORMS["orders-jobs-tasks"]
    topology = content["slipway:topology"]
    images = topology["release"]["images"]
    release = {"kind": "images", "images": {**images, "jobs": images["jobs"].replace("5b0c", "6c1d")}}
    other = {**content, "slipway:topology": {**topology, "release": release}}
    found = changed(graph("released", content), graph("released", other))

    assert {kind for kind, _ in found} == {DEFINITION, SERVICE}
    assert {name.split("-")[1] for _, name in found} == {"jobs"}
