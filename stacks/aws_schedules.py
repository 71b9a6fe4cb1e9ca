"""What runs at times of its own in a stack of tasks: the application's schedules, and the cleaning of sessions."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from components.aws.scheduled_task import ScheduledTask, ScheduledTaskArgs
from components.server.sessions import EVERY, session_command
from config.aws_ecs import AwsEcs
from config.cron import amazon_cron
from config.data import PostgresSessions
from config.schedules import CronSchedule
from config.soundness import SESSIONS
from stacks.aws_tasks import family, groups
from stacks.topology import topology_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from components.aws.alarms import Alarms
    from components.aws.fargate_service import FargateService
    from config.schedules import Schedule
    from config.stack import StackSettings
    from stacks.aws_tasks import Around

_CLEANING_STARTS_WITHIN = 900  # seconds; the next one comes in an hour


def schedules(
    stack: StackSettings,
    services: Mapping[str, FargateService],
    around: Around,
    watching: Alarms,
    placed: pulumi.ResourceOptions,
) -> dict[str, ScheduledTask]:
    """Each schedule by its name; one that fails rings where the stack's other alarms do."""
    found: dict[str, ScheduledTask] = {}
    for name, schedule in stack.application.schedules.items():
        args = _args(stack, schedule.service, services, around)
        args["expression"], args["timezone"] = _when(schedule)
        args["start_within"] = schedule.start_within
        args["command"] = shlex.split(schedule.command)
        found[name] = _made(stack, name, args, watching, placed)
    sessions = stack.application.data.sessions
    if isinstance(sessions, PostgresSessions):
        args = _args(stack, sessions.service, services, around)
        args["command"] = session_command(sessions.table)
        found[SESSIONS] = _made(stack, SESSIONS, args, watching, placed)
    return found


def _made(
    stack: StackSettings, name: str, args: ScheduledTaskArgs, watching: Alarms, placed: pulumi.ResourceOptions
) -> ScheduledTask:
    return ScheduledTask(f"{stack.app}-schedule-{name}", {**args, "alarm_topic_arn": watching.topic_arn}, placed)


def _args(stack: StackSettings, name: str, services: Mapping[str, FargateService], around: Around) -> ScheduledTaskArgs:
    """A command of a service, once in the time between two cleanings of sessions."""
    topology, service = topology_of(stack, AwsEcs), services[name]
    return {
        "region": topology.region,
        "account_ids": list(topology.account_ids),
        "expression": _every(EVERY),
        "timezone": "UTC",
        "start_within": _CLEANING_STARTS_WITHIN,
        "cluster_arn": around.cluster.arn,
        "family": family(name),
        "task_definition_arn": service.task_definition_arn,
        "role_arns": {**service.role_arns},
        "container": name,
        "command": [],
        "subnet_ids": {**around.network.compute_subnet_ids},
        "security_group_ids": {"tasks": service.security_group_id, **groups(around)},
    }


def _when(schedule: Schedule) -> tuple[str, str]:
    """When it runs, as EventBridge Scheduler says it, and the time zone of that."""
    if isinstance(schedule, CronSchedule):
        return f"cron({amazon_cron(schedule.cron)})", schedule.timezone
    return _every(schedule.minutes), "UTC"


def _every(minutes: int) -> str:
    return f"rate({minutes} minute{'' if minutes == 1 else 's'})"
