"""From a stack's name to its plan: recorded, headed, judged."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from plan.codec import read_plan
from plan.model import VERSION
from slipway.recording import TIMEOUT, Child, record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plan.model import Plan
    from slipway.project import Project

_AT_ONCE = 2  # recordings that run side by side: each is a process of its own that keeps two cores busy


@dataclass(frozen=True, slots=True)
class Planned:
    """One stack's plan, as the model that rules judge and as the document that `--json` prints."""

    plan: Plan
    document: dict[str, Any]  # plan JSON: the border format itself
    output: str


@dataclass(frozen=True, slots=True)
class Order:
    """What to plan and how: look-ups' answers and the seconds that a program may take."""

    project: Project
    answers: Mapping[str, Any]
    timeout: float = TIMEOUT


def plan_stack(order: Order, stack: str, child: Child | None = None) -> Planned:
    """Record one stack. Raises `UsageError` for a wrong stack file and `ProgramError` for a failing program."""
    config = order.project.config(stack)
    recorded = record(order.project, stack, config, order.answers, timeout=order.timeout, child=child)
    topology = config.objects.get(f"{order.project.name}:topology")
    document = {
        "version": VERSION,
        "project": order.project.name,
        "stack": stack,
        "topology": topology.get("kind") if isinstance(topology, dict) else None,
        **recorded.body,
        "notices": [*_unanswered_environments(config.environments, order.answers), *recorded.body["notices"]],
    }
    return Planned(read_plan(document), document, recorded.output)


def plan_stacks(order: Order, stacks: Sequence[str]) -> list[Planned]:
    """Record several stacks, two at a time, in the order given. The first failure is raised."""
    if len(stacks) == 1:
        return [plan_stack(order, stacks[0])]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(lambda stack: plan_stack(order, stack), stacks))


def _unanswered_environments(names: Sequence[str], answers: Mapping[str, Any]) -> list[dict[str, str]]:
    told = answers.get("environments", {})
    return [
        {
            "kind": "environment",
            "subject": name,
            "message": (
                f"the environment {name!r} is not read offline: its configuration is missing here. Answer it with"
                f' --answers FILE, where FILE holds: {{"environments": {{"{name}": {{"pulumiConfig": {{}}}}}}}}'
            ),
        }
        for name in names
        if name not in told
    ]
