"""The number of what is not a machine: tasks of a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.simulated.checks.asked import ApiError
from slipway.simulated.structs import UNKNOWN

if TYPE_CHECKING:
    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

_BY_LABEL = "ALBRequestCountPerTarget"


def check_target(asked: Asked, _cloud: Cloud) -> None:
    """There may be at most as many as at least, or more."""
    least, most = asked.inputs.get("minCapacity"), asked.inputs.get("maxCapacity")
    if isinstance(least, int | float) and isinstance(most, int | float) and least > most:
        raise ApiError("ValidationException: Maximum capacity cannot be less than minimum capacity")


def check_policy(asked: Asked, _cloud: Cloud) -> None:
    """What follows requests says whose."""
    settings = asked.inputs.get("targetTrackingScalingPolicyConfiguration") or {}
    metric = settings.get("predefinedMetricSpecification") or {} if settings != UNKNOWN else {}
    if metric != UNKNOWN and metric.get("predefinedMetricType") == _BY_LABEL and not metric.get("resourceLabel"):
        raise ApiError(f"ValidationException: Resource label is required for predefined metric {_BY_LABEL}")


CREATING = {"Target": check_target, "Policy": check_policy}
UPDATING = CREATING
