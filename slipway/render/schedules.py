"""What runs at times of its own, out of a plan of any Pulumi program, as EventBridge Scheduler takes it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from slipway.render.files import Rendered
from slipway.render.task_definitions import free, shown

if TYPE_CHECKING:
    from plan.graph import Graph

_SCHEDULE = "aws:scheduler/schedule:Schedule"


def schedule_files(graph: Graph) -> list[Rendered]:
    """The schedules, each in a file named by its resource, with what it hands to its target as data.

    What only deployment tells stands there as `${resource.output}`.
    """
    files: list[Rendered] = []
    taken: set[str] = set()
    for resource in graph.of_type(_SCHEDULE):
        described = {key: shown(value) for key, value in sorted(resource.inputs.items())}
        target = described.get("target")
        if isinstance(target, dict) and isinstance(target.get("input"), str):
            described["target"] = {**target, "input": _data(target["input"])}
        stem = free(re.sub(r"[^A-Za-z0-9_-]+", "-", resource.name), taken)
        text = json.dumps(described, indent=2, ensure_ascii=False)
        files.append(Rendered(f"schedules/{stem}.json", f"{text}\n", resource.urn))
    return files


def _data(text: str) -> Any:  # Any: JSON
    try:
        return json.loads(text)
    except ValueError:
        return text
