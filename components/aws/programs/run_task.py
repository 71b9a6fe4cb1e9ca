"""Runs one task of ECS and waits for its end: what a function of Lambda does before a new version takes traffic.

It ends well when the task's container ended with 0, and with a message else, which `pulumi up` then shows. A task that
somebody started before and that still runs is waited for first: two never run at once. What could not be started is
tried again, since the way to the registry may come up later than the function. So is what AWS denies at first: a right
that was just given is not known everywhere at once.
"""

from __future__ import annotations

import time
from typing import Any

import botocore.session  # type: ignore[import-untyped]  # it ships no types
from botocore.exceptions import ClientError  # type: ignore[import-untyped]  # as above

PAUSE = 5.0  # seconds between two questions
AGAIN = 20.0  # seconds until another start
RESERVE = 20_000  # milliseconds that are kept for the answer
SETTLING = 60.0  # seconds until a right that was just given is known everywhere


class Failed(Exception):  # noqa: N818  # its message ends the deployment
    """The task did not do its work; the message says why."""


class Ecs:
    """ECS, asked again where it denies what it has only not heard of yet."""

    def __init__(self) -> None:
        self._client = botocore.session.get_session().create_client("ecs")
        self._settled = time.monotonic() + SETTLING

    def ask(self, action: str, **named: Any) -> dict[str, Any]:  # Any: JSON
        """What it answers to an action. Raises ClientError."""
        while True:
            try:
                answer: dict[str, Any] = getattr(self._client, action)(**named)
            except ClientError as error:
                if error.response["Error"]["Code"] != "AccessDeniedException" or time.monotonic() >= self._settled:
                    raise
                time.sleep(PAUSE)
            else:
                return answer


def handler(event: dict[str, Any], context: Any) -> dict[str, str]:  # Any: JSON, and what Lambda hands over
    """Run `command` in `container` of `definition`; returns the task's ARN. Raises Failed."""
    ecs = Ecs()
    if task := _before(ecs, event, context):
        return {"task": task}
    while True:
        arn = _start(ecs, event)
        ended = _wait(ecs, event["cluster"], arn, context)
        code = _code(ended, event["container"])
        if code == 0:
            return {"task": arn}
        if code is not None:
            raise Failed(f"{event['name']} ended with {code}; what it printed is in the log of its service: {arn}")
        if context.get_remaining_time_in_millis() < RESERVE + 1000 * AGAIN:
            raise Failed(f"{event['name']} was never started: {ended.get('stoppedReason', 'nobody says why')}: {arn}")
        time.sleep(AGAIN)


def _before(ecs: Ecs, event: dict[str, Any], context: Any) -> str:
    """Wait for what runs already. The task that did the same work, and did it well."""
    running = ecs.ask("list_tasks", cluster=event["cluster"], startedBy=event["name"])["taskArns"]  # those that run
    done = ""
    for arn in running:
        ended = _wait(ecs, event["cluster"], arn, context)
        if ended["taskDefinitionArn"] == event["definition"] and _code(ended, event["container"]) == 0:
            done = arn
    return done


def _start(ecs: Ecs, event: dict[str, Any]) -> str:
    """Start the task; its ARN."""
    network = {"subnets": event["subnets"], "securityGroups": event["groups"], "assignPublicIp": "DISABLED"}
    # Its home is on the disk that can be written: package managers keep notes there.
    own = {
        "name": event["container"],
        "command": event["command"],
        "environment": [{"name": "HOME", "value": "/tmp"}],  # noqa: S108  # the container's own
    }
    answer = ecs.ask(
        "run_task",
        cluster=event["cluster"],
        taskDefinition=event["definition"],
        capacityProviderStrategy=[{"capacityProvider": "FARGATE", "weight": 1}],
        networkConfiguration={"awsvpcConfiguration": network},
        overrides={"containerOverrides": [own]},
        startedBy=event["name"],
        count=1,
    )
    if not answer["tasks"]:
        reasons = ", ".join(failure.get("reason", "") for failure in answer["failures"])
        raise Failed(f"{event['name']} was not started: {reasons}")
    return str(answer["tasks"][0]["taskArn"])


def _wait(ecs: Ecs, cluster: str, arn: str, context: Any) -> dict[str, Any]:
    """The task once it has ended. Raises Failed where the function itself must end first; the task goes on then."""
    while True:
        # A task that was started just now may not be known yet.
        for task in ecs.ask("describe_tasks", cluster=cluster, tasks=[arn])["tasks"]:
            if task["lastStatus"] == "STOPPED":
                found: dict[str, Any] = task
                return found
        if context.get_remaining_time_in_millis() < RESERVE:
            raise Failed(f"{arn} still runs, and goes on; deploy again to wait for its end")
        time.sleep(PAUSE)


def _code(task: dict[str, Any], container: str) -> int | None:
    """How the container ended; None where it never ran."""
    return next((each.get("exitCode") for each in task["containers"] if each["name"] == container), None)
