"""How a migration runs as one task: once, waited for, never two at a time."""

from __future__ import annotations

from typing import Any

import botocore.session  # type: ignore[import-untyped]  # it ships no types
import pytest
from botocore.exceptions import ClientError  # type: ignore[import-untyped]  # as above
from botocore.stub import Stubber  # type: ignore[import-untyped]

from components.aws.programs import run_task

CLUSTER = "arn:aws:ecs:us-east-1:123456789012:cluster/shop"
DEFINITION = "arn:aws:ecs:us-east-1:123456789012:task-definition/web:7"
TASK, OTHER = (f"arn:aws:ecs:us-east-1:123456789012:task/shop/{number}" for number in (1, 2))
EVENT = {
    "name": "web-migration",
    "cluster": CLUSTER,
    "definition": DEFINITION,
    "container": "web",
    "command": ["npm", "run", "migrate"],
    "subnets": ["subnet-a"],
    "groups": ["sg-own"],
}
LISTED = {"cluster": CLUSTER, "startedBy": "web-migration"}
STARTED = {
    "cluster": CLUSTER,
    "taskDefinition": DEFINITION,
    "capacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1}],
    "networkConfiguration": {
        "awsvpcConfiguration": {"subnets": ["subnet-a"], "securityGroups": ["sg-own"], "assignPublicIp": "DISABLED"}
    },
    "overrides": {
        "containerOverrides": [
            {"name": "web", "command": ["npm", "run", "migrate"], "environment": [{"name": "HOME", "value": "/tmp"}]}  # noqa: S108  # the container's own
        ]
    },
    "startedBy": "web-migration",
    "count": 1,
}


class Context:
    """The time that Lambda leaves: so many questions."""

    def __init__(self, questions: int = 1000) -> None:
        self.left = questions

    def get_remaining_time_in_millis(self) -> int:
        self.left -= 1
        return 900_000 if self.left >= 0 else 0


def task(arn: str, code: int | None, *, status: str = "STOPPED", definition: str = DEFINITION) -> dict[str, Any]:
    ended = {} if code is None else {"exitCode": code}
    containers = [{"name": "prepare", "exitCode": 0}, {"name": "web", **ended}]
    found = {"taskArn": arn, "taskDefinitionArn": definition, "lastStatus": status, "containers": containers}
    return {**found, "stoppedReason": "CannotPullContainerError"} if code is None else found


@pytest.fixture
def ecs(monkeypatch: pytest.MonkeyPatch) -> Stubber:
    session = botocore.session.get_session()
    session.set_credentials("key", "secret")
    client = session.create_client("ecs", region_name="us-east-1")

    class Session:
        def create_client(self, _: str) -> Any:  # Any: a client, whose class is made when it is
            return client

    monkeypatch.setattr(botocore.session, "get_session", Session)
    monkeypatch.setattr(run_task, "PAUSE", 0)
    monkeypatch.setattr(run_task, "AGAIN", 0)
    stub = Stubber(client)
    stub.activate()
    return stub


def answers(ecs: Stubber, *running: str) -> None:
    ecs.add_response("list_tasks", {"taskArns": list(running)}, LISTED)


def starts(ecs: Stubber, arn: str = TASK) -> None:
    ecs.add_response("run_task", {"tasks": [{"taskArn": arn}], "failures": []}, STARTED)


def tells(ecs: Stubber, found: dict[str, Any]) -> None:
    ecs.add_response("describe_tasks", {"tasks": [found]}, {"cluster": CLUSTER, "tasks": [found["taskArn"]]})


def test_it_starts_one_task_and_waits_for_its_end(ecs: Stubber) -> None:
    answers(ecs)
    starts(ecs)
    tells(ecs, task(TASK, None, status="RUNNING"))
    tells(ecs, task(TASK, 0))
    assert run_task.handler(EVENT, Context()) == {"task": TASK}
    ecs.assert_no_pending_responses()


def test_a_command_that_fails_is_an_error_that_says_where_its_output_is(ecs: Stubber) -> None:
    answers(ecs)
    starts(ecs)
    tells(ecs, task(TASK, 3))
    with pytest.raises(run_task.Failed, match="web-migration ended with 3; what it printed is in the log"):
        run_task.handler(EVENT, Context())
    ecs.assert_no_pending_responses()


def test_what_never_started_is_started_again(ecs: Stubber) -> None:
    answers(ecs)
    starts(ecs)
    tells(ecs, task(TASK, None))
    starts(ecs, OTHER)
    tells(ecs, task(OTHER, 0))
    assert run_task.handler(EVENT, Context()) == {"task": OTHER}
    ecs.assert_no_pending_responses()


def test_what_never_starts_is_given_up_with_the_reason(ecs: Stubber) -> None:
    answers(ecs)
    starts(ecs)
    tells(ecs, task(TASK, None))
    with pytest.raises(run_task.Failed, match="was never started: CannotPullContainerError"):
        run_task.handler(EVENT, Context(0))
    ecs.assert_no_pending_responses()


def test_a_task_that_runs_already_is_waited_for_and_counts(ecs: Stubber) -> None:
    answers(ecs, OTHER)
    tells(ecs, task(OTHER, 0))
    assert run_task.handler(EVENT, Context()) == {"task": OTHER}
    ecs.assert_no_pending_responses()


@pytest.mark.parametrize(
    "before", [task(OTHER, 0, definition=f"{DEFINITION}0"), task(OTHER, 1)], ids=["another version", "a failure"]
)
def test_a_task_that_did_other_work_or_failed_is_waited_for_and_does_not_count(
    ecs: Stubber, before: dict[str, Any]
) -> None:
    answers(ecs, OTHER)
    tells(ecs, before)
    starts(ecs)
    tells(ecs, task(TASK, 0))
    assert run_task.handler(EVENT, Context()) == {"task": TASK}
    ecs.assert_no_pending_responses()


def test_a_task_that_outlasts_the_function_goes_on_and_is_no_success(ecs: Stubber) -> None:
    answers(ecs)
    starts(ecs)
    tells(ecs, task(TASK, None, status="RUNNING"))
    with pytest.raises(run_task.Failed, match="still runs, and goes on; deploy again to wait for its end"):
        run_task.handler(EVENT, Context(0))
    ecs.assert_no_pending_responses()


def test_a_task_that_aws_does_not_take_is_an_error_with_the_reason(ecs: Stubber) -> None:
    answers(ecs)
    ecs.add_response("run_task", {"tasks": [], "failures": [{"reason": "Capacity is unavailable"}]}, STARTED)
    with pytest.raises(run_task.Failed, match="was not started: Capacity is unavailable"):
        run_task.handler(EVENT, Context())
    ecs.assert_no_pending_responses()


def test_a_task_that_is_not_known_yet_is_asked_for_again(ecs: Stubber) -> None:
    answers(ecs)
    starts(ecs)
    missing = {"tasks": [], "failures": [{"arn": TASK, "reason": "MISSING"}]}
    ecs.add_response("describe_tasks", missing, {"cluster": CLUSTER, "tasks": [TASK]})
    tells(ecs, task(TASK, 0))
    assert run_task.handler(EVENT, Context()) == {"task": TASK}
    ecs.assert_no_pending_responses()


def test_what_is_denied_at_first_is_asked_again(ecs: Stubber) -> None:
    ecs.add_client_error("list_tasks", "AccessDeniedException", expected_params=LISTED)
    answers(ecs)
    ecs.add_client_error("run_task", "AccessDeniedException", expected_params=STARTED)
    starts(ecs)
    ecs.add_client_error("describe_tasks", "AccessDeniedException")
    tells(ecs, task(TASK, 0))
    assert run_task.handler(EVENT, Context()) == {"task": TASK}
    ecs.assert_no_pending_responses()


def test_what_stays_denied_is_an_error(ecs: Stubber, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_task, "SETTLING", 0)
    ecs.add_client_error("list_tasks", "AccessDeniedException", "not authorized to perform: ecs:ListTasks")
    with pytest.raises(ClientError, match="not authorized to perform: ecs:ListTasks"):
        run_task.handler(EVENT, Context())
    ecs.assert_no_pending_responses()


def test_another_error_is_not_waited_out(ecs: Stubber) -> None:
    ecs.add_client_error("list_tasks", "ClusterNotFoundException", "Cluster not found.")
    with pytest.raises(ClientError, match="Cluster not found"):
        run_task.handler(EVENT, Context())
    ecs.assert_no_pending_responses()
