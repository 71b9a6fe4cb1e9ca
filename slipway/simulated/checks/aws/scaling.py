"""How groups of machines grow and shrink: by what is measured, and by the clock."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import ApiError
from slipway.simulated.checks.cron import is_cron

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

_SIMPLE = "SimpleScaling"
# What each type of policy has to have, which the others may not have.
_OWN = {
    _SIMPLE: ("scalingAdjustment", "scaling_adjustment"),
    "StepScaling": ("stepAdjustments", "step_adjustment"),
    "TargetTrackingScaling": ("targetTrackingConfiguration", "target_tracking_configuration"),
}
_BY_REQUESTS = "ALBRequestCountPerTarget"
_TIME = re.compile(r"(\*|[0-9]+(-[0-9]+)?|[A-Za-z]{3}(-[A-Za-z]{3})?)(/[0-9]+)?")
_WEEK = (0, 7)


def check_policy(asked: Asked, _cloud: Cloud) -> None:
    """A policy has what its type goes by."""
    kind = str(asked.inputs.get("policyType") or _SIMPLE)
    for owner, (name, words) in _OWN.items():
        given = asked.inputs.get(name)
        if owner == kind and (given is None or given == []):
            raise ApiError(f"{words} is required for policy type {kind}")
        if owner != kind and given:
            raise ApiError(f"{words} is only supported for policy type {owner}")
    if kind in (_SIMPLE, "StepScaling") and not asked.inputs.get("adjustmentType"):
        raise ApiError(f"ValidationError: AdjustmentType is required for policy type {kind}")
    tracking = asked.inputs.get("targetTrackingConfiguration") or {}
    metric = tracking.get("predefinedMetricSpecification") or {}
    if metric.get("predefinedMetricType") == _BY_REQUESTS and not metric.get("resourceLabel"):
        raise ApiError(f"ValidationError: Resource label should be specified for predefined metric type {_BY_REQUESTS}")
    if tracking and not metric and not tracking.get("customizedMetricSpecification"):
        raise ApiError(
            "ValidationError: Either PredefinedMetricSpecification or CustomizedMetricSpecification must be specified"
        )
    _check_steps(asked.inputs.get("stepAdjustments") or ())


def check_schedule(asked: Asked, _cloud: Cloud) -> None:
    """A time that comes again is written as cron writes it, in five parts."""
    recurrence = asked.text("recurrence")
    if recurrence and not is_cron(recurrence, _TIME, _WEEK):
        raise ApiError(f"ValidationError: Given recurrence string: {recurrence} is invalid")
    fewest, most = (asked.inputs.get(name) for name in ("minSize", "maxSize"))
    if fewest is not None and most is not None and 0 <= int(most) < int(fewest):
        raise ApiError(f"ValidationError: Min capacity {int(fewest)} must be less than or equal to max {int(most)}")


def _check_steps(steps: Sequence[dict[str, Any]]) -> None:
    """Steps lie beside each other, without a gap."""
    spans = []
    for step in steps:
        low, high = (step.get(name) for name in ("metricIntervalLowerBound", "metricIntervalUpperBound"))
        if low in (None, "") and high in (None, ""):
            raise ApiError(
                "ValidationError: Both lower and upper bounds of a StepAdjustment cannot be left unspecified"
            )
        spans.append((float("-inf") if low in (None, "") else float(low), _high(high)))
    if any(low >= high for low, high in spans):
        raise ApiError("ValidationError: StepAdjustment lower bound must be less than the upper bound")
    spans.sort()
    for (_, before), (after, _) in itertools.pairwise(spans):
        if after < before:
            raise ApiError("ValidationError: StepAdjustment intervals cannot overlap")
        if after > before:
            raise ApiError("ValidationError: StepAdjustment intervals cannot have gaps between them")


def _high(bound: Any) -> float:
    return float("inf") if bound in (None, "") else float(bound)
