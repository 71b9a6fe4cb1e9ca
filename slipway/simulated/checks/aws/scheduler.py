"""Schedules: when they say that something runs, and who starts it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import ApiError
from slipway.simulated.checks.aws.policies import document_of, listed, statements_of
from slipway.simulated.checks.cron import is_cron
from slipway.simulated.structs import UNKNOWN

if TYPE_CHECKING:
    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

_ROLE = "aws:iam/role:Role"
_CRON = re.compile(r"cron\((?P<times>\S+ \S+ (?P<day>\S+) \S+ (?P<week>\S+)) (?P<year>[0-9*/,-]+)\)")
_PART = re.compile(r"\*|\?|(?:[A-Z]{3}|\d{1,2})?[LW]{0,2}(?:[-/#](?:[A-Z]{3}|\d{1,2}))?(?:/\d{1,2})?|\*/\d{1,2}")
_RATE = re.compile(r"rate\([1-9]\d* (minutes?|hours?|days?)\)")
_ONCE = re.compile(r"at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)")


def check_schedule(asked: Asked, cloud: Cloud) -> None:
    """A schedule has times of the scheduler's form, and a role that the scheduler can take."""
    expression = asked.text("scheduleExpression")
    if expression and not _is_expression(expression):
        raise ApiError(f"ValidationException: Invalid Schedule Expression {expression}.")
    target: dict[str, Any] = asked.inputs.get("target") or {}  # Any: JSON
    for role in cloud.naming(_ROLE, "arn", str(target.get("roleArn") or "")):
        trusted = role.inputs.get("assumeRolePolicy")
        if trusted != UNKNOWN and not _trusts(trusted):
            raise ApiError(
                "ValidationException: The execution role you provide must allow AWS EventBridge Scheduler to assume the"
                " role."
            )


def _is_expression(text: str) -> bool:
    if _RATE.fullmatch(text) or _ONCE.fullmatch(text):
        return True
    found = _CRON.fullmatch(text)
    # Of the days of the month and of the week one says which, and the other is left open.
    return bool(found and is_cron(found["times"], _PART, (1, 7)) and (found["day"] == "?") != (found["week"] == "?"))


def _trusts(policy: Any) -> bool:  # Any: JSON
    """Whether a statement speaks to the scheduler."""
    return any(
        isinstance(principal := statement.get("Principal"), dict)
        and "scheduler.amazonaws.com" in listed(principal.get("Service"))
        for statement in statements_of(document_of(policy))
    )


CREATING = {"Schedule": check_schedule}
UPDATING = {"Schedule": check_schedule}
