"""The arithmetic of alarms: what CloudWatch computes from the numbers, and when it rings."""

from __future__ import annotations

import re

import pytest

from components.aws.metrics import (
    ERROR_RATE,
    MEASURES,
    OWN_ERROR_RATE,
    REPLICA_BEHIND,
    Missing,
    Unit,
    custom,
    periods,
    secret_age,
    threshold,
)
from config.alerts import Metric


class Point:
    """A value of one minute as CloudWatch's metric math has it: a number, or nothing told."""

    def __init__(self, value: float | None) -> None:
        self.value = value

    def __truediv__(self, other: Point) -> Point:
        return Point(None if self.value is None or not other.value else self.value / other.value)

    def __add__(self, other: Point) -> Point:
        return Point(None if self.value is None or other.value is None else self.value + other.value)

    def __rmul__(self, factor: float) -> Point:
        return Point(None if self.value is None else factor * self.value)

    def __gt__(self, limit: float) -> Point:
        return Point(None if self.value is None else float(self.value > limit))

    def __lt__(self, limit: float) -> Point:
        return Point(None if self.value is None else float(self.value < limit))


def computed(expression: str, **told: float | None) -> float | None:
    """What the expression gives for one minute."""

    def point(given: Point | float) -> Point:
        return given if isinstance(given, Point) else Point(given)

    def choose(condition: Point, then: Point | float, otherwise: Point | float) -> Point:
        return Point(None) if condition.value is None else point(then if condition.value else otherwise)

    def fill(point: Point, value: float) -> Point:
        return Point(value) if point.value is None else point

    names = {name: Point(value) for name, value in told.items()}
    value = eval(expression, {"IF": choose, "FILL": fill}, names)  # noqa: S307  # our own constants
    assert isinstance(value, Point)
    return value.value


@pytest.mark.parametrize(
    ("requests", "errors", "rate"),
    [
        (200, 10, 5.0),
        (200, None, 0.0),  # errors are told only when there are some
        (3, 3, 100.0),
        (0, None, 0),  # no request, no alarm
        (0, 0, 0),
        (None, None, None),  # nobody asked anything, or the minute is not told yet: no data point
    ],
)
def test_the_error_rate_is_per_cent_and_none_without_requests(
    requests: float | None, errors: float | None, rate: float | None
) -> None:
    assert computed(ERROR_RATE, requests=requests, errors=errors) == rate


@pytest.mark.parametrize(("told", "behind"), [(0, 0), (12.5, 12.5), (-1, 86_400), (None, None)])
def test_a_replica_to_which_nothing_comes_is_behind_by_a_day(told: float | None, behind: float | None) -> None:
    assert computed(REPLICA_BEHIND, lag=told) == behind


@pytest.mark.parametrize(
    ("requests", "own", "rate"),
    [
        (95, 5, 5.0),
        (None, 7, 100.0),  # no machine is left: the load balancer refuses all, and counts none of them as requests
        (100, None, None),  # it tells of its errors only when there are some
        (None, None, None),
        (100, 0, 0),
    ],
)
def test_the_load_balancer_s_own_errors_count_when_it_has_nobody_to_ask(
    requests: float | None, own: float | None, rate: float | None
) -> None:
    assert computed(OWN_ERROR_RATE, requests=requests, own=own) == rate


def test_requests_are_filled_up_only_beside_errors_that_were_told() -> None:
    # The newest minute is not told yet: filled up with zero it would end each alarm as soon as it begins.
    assert re.findall(r"FILL\((\w+), 0\)", ERROR_RATE) == ["errors"]
    assert computed(OWN_ERROR_RATE, requests=None, own=None) is None


def test_minutes_without_requests_end_an_alarm_on_rates_and_times() -> None:
    by_request = (Metric.ERROR_RATE, Metric.RESPONSE_TIME, Metric.RESPONSE_TIME_P95)
    for metric in by_request:
        assert {measure.missing for measure in MEASURES[metric]} == {Missing.FINE}


def test_every_metric_that_a_team_may_name_is_measured() -> None:
    assert set(MEASURES) | {Metric.CUSTOM} == set(Metric)


@pytest.mark.parametrize(("seconds", "points"), [(0, 1), (30, 1), (60, 1), (61, 2), (90, 2), (300, 5), (3600, 60)])
def test_a_time_is_covered_by_whole_minutes(seconds: int, points: int) -> None:
    assert periods(seconds, 60) == points


def test_no_alarm_covers_more_than_cloudwatch_takes() -> None:
    # A day for periods below an hour, seven days for longer ones.
    assert periods(3600, 60) * 60 <= 86_400
    assert secret_age("Shop").period == 86_400


@pytest.mark.parametrize(
    ("unit", "above", "limit"),
    [
        (Unit.SECONDS, 2, 2),  # TargetResponseTime comes in seconds
        (Unit.PER_CENT, 80, 80),  # mem_used_percent and CPUUtilization come in per cent
        (Unit.MIB, 300, 314_572_800),  # mem_used and BytesUsedForCache come in bytes
        (Unit.CONNECTIONS, 90, 180),  # DatabaseConnections counts them: 90 % of 200
        (Unit.COUNT, 0, 0),
    ],
)
def test_a_threshold_is_given_to_cloudwatch_in_the_metric_s_own_unit(unit: Unit, above: float, limit: float) -> None:
    assert threshold(unit, above, connections=200) == limit


def test_the_application_s_own_metrics_lie_in_its_namespace_without_dimensions() -> None:
    (series,) = custom("Shop", "TurnFallbackPercent").series.values()
    assert (series.namespace, series.metric, series.dimensions) == ("Shop", "TurnFallbackPercent", ())
