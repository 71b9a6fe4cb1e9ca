"""Times at which AWS may work on databases and caches: daily for copies, weekly for repairs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from slipway.simulated.checks.asked import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterator

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = 24 * 60  # minutes
_WEEK = 7 * _DAY
_DAILY = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")
_WEEKLY = re.compile(r"(\w{3}):(\d\d):(\d\d)-(\w{3}):(\d\d):(\d\d)")


def check_windows(daily: str, weekly: str, shortest: int, words: str) -> None:
    """Raise `ApiError` where the two windows are not so many minutes long, or meet. A text that is none passes.

    `words` is what the service calls the daily one.
    """
    each_day, each_week = _DAILY.fullmatch(daily), _WEEKLY.fullmatch(weekly.lower())
    for length, name in (
        (_daily(each_day)[1] if each_day else shortest, words),
        (_weekly(each_week)[1] if each_week else shortest, "maintenance"),
    ):
        if length < shortest:
            raise ApiError(f"InvalidParameterValue: The {name} window must be at least {shortest} minutes.")
    if each_day and each_week and _overlap(each_day, each_week):
        raise ApiError(f"InvalidParameterValue: The {words} window and maintenance window must not overlap.")


def _overlap(each_day: re.Match[str], each_week: re.Match[str]) -> bool:
    """Whether a daily window meets a weekly one on any day."""
    week_start, week_length = _weekly(each_week)
    return any(
        start < week_start + week_length and week_start < start + length for start, length in _on_all_days(each_day)
    )


def _on_all_days(found: re.Match[str]) -> Iterator[tuple[int, int]]:
    """A daily window on each day from the one before a week to the one after it."""
    start, length = _daily(found)
    yield from ((start + day * _DAY, length) for day in range(-1, 2 * len(_DAYS) + 1))


def _daily(found: re.Match[str]) -> tuple[int, int]:
    start, end = (60 * int(found[number]) + int(found[number + 1]) for number in (1, 3))
    return start, (end - start) % _DAY


def _weekly(found: re.Match[str]) -> tuple[int, int]:
    start, end = (
        _DAYS.index(found[number]) * _DAY + 60 * int(found[number + 1]) + int(found[number + 2]) for number in (1, 4)
    )
    return start, (end - start) % _WEEK
