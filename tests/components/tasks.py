"""The tasks of a component in a plan, as its tests look at them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from plan.model import Unknown
from tests.components.planning import part_of, the_part

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource

WEB, WORKER, KEEPER = "fargate", "fargate-worker", "fargate-sessions"


def service(graph: Graph, component: str) -> Resource:
    return the_part(graph, component, "Service")


def described(graph: Graph, component: str) -> dict[str, dict[str, Any]]:  # Any: JSON
    """The containers of a component's tasks by name."""
    (definition,) = part_of(graph, component, "TaskDefinition")
    value = definition.inputs["containerDefinitions"]
    text = value.text if isinstance(value, Unknown) else value
    assert isinstance(text, str)
    return {each["name"]: each for each in json.loads(text)}


def statements(graph: Graph, component: str) -> dict[str, list[dict[str, Any]]]:
    """What the policies of a component allow, by their name."""
    found = {}
    for policy in part_of(graph, component, "RolePolicy"):
        value = policy.inputs["policy"]
        text = value.text if isinstance(value, Unknown) else value
        if isinstance(text, str) and text:
            found[policy.name.removeprefix(f"{component}-")] = json.loads(text)["Statement"]
    return found
