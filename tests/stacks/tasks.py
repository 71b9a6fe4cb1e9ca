"""The containers of services in a plan."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from plan.model import Unknown

if TYPE_CHECKING:
    from plan.graph import Graph

DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"


def service_containers(graph: Graph) -> dict[str, dict[str, Any]]:  # Any: JSON
    """The container of each service, by the service's name."""
    found = {}
    for definition in graph.of_type(DEFINITION):
        value = definition.inputs["containerDefinitions"]
        described = json.loads(value.text if isinstance(value, Unknown) else str(value))
        found[described[1]["name"]] = described[1]
    return found
