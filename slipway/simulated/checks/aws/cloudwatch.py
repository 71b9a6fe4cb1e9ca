"""Alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.simulated.checks.asked import ApiError

if TYPE_CHECKING:
    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

_LONGEST_LOOK = 86400 * 7  # seconds that an alarm may look back on
_SHORT = 3600  # seconds of a period up to which it is a day


def check_alarm(asked: Asked, _cloud: Cloud) -> None:
    """An alarm has one thing to look at, and looks back no further than it can."""
    queries = asked.inputs.get("metricQueries") or ()
    if asked.text("metricName") and not asked.inputs.get("statistic") and not asked.inputs.get("extendedStatistic"):
        raise ApiError("One of `statistic` or `extended_statistic` must be set for a cloudwatch metric alarm")
    if queries and not asked.inputs.get("thresholdMetricId"):
        shown = sum(bool(query.get("returnData")) for query in queries)
        if shown != 1:
            raise ApiError("ValidationError: Exactly one element of the metrics list should return data.")
    evaluated = int(asked.inputs.get("evaluationPeriods") or 1)
    if int(asked.inputs.get("datapointsToAlarm") or 1) > evaluated:
        raise ApiError("ValidationError: Datapoints to alarm must be less than or equal to evaluation periods")
    periods = [asked.inputs.get("period"), *((query.get("metric") or {}).get("period") for query in queries)]
    longest = max((int(period) for period in periods if period), default=0)
    allowed = _LONGEST_LOOK if longest >= _SHORT else 86400
    if longest * evaluated > allowed:
        raise ApiError(
            "ValidationError: Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be "
            f"<= {allowed})"
        )


CREATING = {"MetricAlarm": check_alarm}
UPDATING = CREATING
