"""What tasks on ECS are made from, out of a plan of any Pulumi program, as ECS takes it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from plan.model import Secret, Unknown
from plan.urns import name_of
from slipway.render.files import Rendered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plan.graph import Graph
    from plan.model import Resource, Value

_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"
_REFERENCE = re.compile(r"\$\{(urn:[^#}]+)#([^}]+)\}")
_CONTAINERS = "containerDefinitions"


def task_definition_files(graph: Graph) -> tuple[list[Rendered], list[str]]:
    """The task definitions, each in a file named by its family; and what is left out, with the reason.

    What only deployment tells stands there as `${resource.output}`. Tags are left out: the provider adds more to them.
    """
    files: list[Rendered] = []
    left_out: list[str] = []
    taken: set[str] = set()
    for resource in graph.of_type(_DEFINITION):
        described = {key: shown(value) for key, value in sorted(resource.inputs.items()) if key != "tags"}
        containers = _containers(described)
        if containers is None:
            left_out.append(f"the task definition {resource.name} is left out: its containers are not known.")
            continue
        stem = free(_family(resource), taken)
        text = json.dumps({**described, _CONTAINERS: containers}, indent=2, ensure_ascii=False)
        files.append(Rendered(f"task-definitions/{stem}.json", f"{text}\n", resource.urn))
    return files, left_out


def _containers(described: Mapping[str, Any]) -> Any:
    """The containers as data; None where the plan does not tell them."""
    found = described.get(_CONTAINERS)
    if not isinstance(found, str):
        return found
    try:
        return json.loads(found)
    except ValueError:
        return None


def shown(value: Value) -> Any:
    """A value of the plan as JSON: what only deployment tells as `${resource.output}`, and no secret."""
    if isinstance(value, Secret):
        return "(secret)"
    if isinstance(value, Unknown):
        return _REFERENCE.sub(lambda found: f"${{{name_of(found[1])}.{found[2]}}}", value.text) or "(after deployment)"
    if isinstance(value, dict):
        return {key: shown(item) for key, item in sorted(value.items())}
    return [shown(item) for item in value] if isinstance(value, list) else value


def _family(resource: Resource) -> str:
    family = resource.inputs.get("family")
    return re.sub(r"[^A-Za-z0-9_-]+", "-", family if isinstance(family, str) else resource.name)


def free(stem: str, taken: set[str]) -> str:
    """The name of a file, with a number behind it where another has it."""
    found = next(name for name in (stem, *(f"{stem}-{number}" for number in range(2, 10_000))) if name not in taken)
    taken.add(found)
    return found
