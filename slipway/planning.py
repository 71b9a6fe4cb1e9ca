"""From a stack's name to its plan: recorded, headed, judged."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from plan.codec import read_plan
from plan.model import VERSION
from policies.facts import APPLICATION
from policies.judge import judged
from slipway.recording import PATIENCE, Child, job_of, record
from slipway.settings import has_settings, settings_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plan.model import Plan
    from policies.exceptions import Excepted
    from policies.finding import Finding
    from slipway.project import Project

_EXCEPTIONS = "slipway:exceptions"
_AT_ONCE = 2  # recordings side by side: each keeps two cores busy


@dataclass(frozen=True, slots=True)
class Order:
    """What to plan and how: look-ups' answers and the seconds that a program may take."""

    project: Project
    answers: Mapping[str, Any]  # the user's own data: any JSON
    timeout: float = PATIENCE


@dataclass(frozen=True, slots=True)
class Planned:
    """One stack's plan, as the model that rules judge and as the document that `--json` prints."""

    plan: Plan
    document: dict[str, Any]  # plan JSON: the border format itself
    findings: tuple[Finding, ...]
    output: str
    excepted: tuple[Excepted, ...] = ()


def plan_stack(order: Order, stack: str, child: Child | None = None) -> Planned:
    """Record and judge one stack, in `child` where one is started already.

    Raises `UsageError` for a wrong stack file and `ProgramError` for a program that fails.
    """
    config = order.project.config(stack)
    if has_settings(order.project):
        settings_of(order.project, stack)
    with child or Child(order.project.python) as recorder:
        recorded = record(recorder, job_of(order.project, stack, config, order.answers), order.timeout)
    unread = _unread_environments(config.environments, order.answers)
    topology = config.objects.get("slipway:topology")
    unread += _unread_exceptions(config.objects, recorded.body["resources"])
    document = {
        "version": VERSION,
        "project": order.project.name,
        "stack": stack,
        "topology": topology.get("kind") if isinstance(topology, dict) else None,
        **recorded.body,
        "notices": sorted([*unread, *recorded.body["notices"]], key=lambda notice: tuple(notice.values())),
    }
    plan = read_plan(document)
    found = judged(plan)
    document |= {"findings": [finding.to_json() for finding in found.findings], "cost": None}
    if found.excepted:
        document["excepted"] = [each.to_json() for each in found.excepted]
    return Planned(plan, document, found.findings, recorded.output, found.excepted)


def plan_stacks(order: Order, stacks: Sequence[str], first: Child) -> list[Planned]:
    """Record several stacks, two at a time; `first` is a child for the first of them. The first failure is raised."""
    pool = ThreadPoolExecutor(_AT_ONCE)
    try:
        futures = [
            pool.submit(plan_stack, order, stack, None if index else first) for index, stack in enumerate(stacks)
        ]
        return [future.result() for future in futures]
    except BaseException:  # a failure or a ctrl-C: what is still being recorded is of no use any more
        pool.shutdown(wait=False, cancel_futures=True)
        Child.stop_all()
        raise
    finally:
        pool.shutdown()


def _unread_exceptions(settings: Mapping[str, Any], resources: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """A notice where a stack file has exceptions that no application of the program hands on to the rules."""
    if not settings.get(_EXCEPTIONS) or any(each["type"] == APPLICATION for each in resources):
        return []
    message = (
        f"{_EXCEPTIONS} of the stack file is not read: rules take exceptions from the inputs of a component of the type"
        f" {APPLICATION}, so that they judge alike offline and in the policy pack, and this program makes none."
        " Mend what is found, or register that component with the input `exceptions`."
    )
    return [{"kind": "exceptions", "subject": _EXCEPTIONS, "message": message}]


def _unread_environments(names: Sequence[str], answers: Mapping[str, Any]) -> list[dict[str, str]]:
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
