"""Times at which AWS may work on databases and caches: daily for copies, weekly for repairs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = 24 * 60  # minutes
_WEEK = 7 * _DAY
_DAILY = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")
_WEEKLY = re.compile(r"(\w{3}):(\d\d):(\d\d)-(\w{3}):(\d\d):(\d\d)")


def length_of_day(window: str) -> int | None:
    """How many minutes a daily window has; None for a text that is none."""
    found = _DAILY.fullmatch(window)
    return _daily(found)[1] if found else None


def length_of_week(window: str) -> int | None:
    """How many minutes a weekly window has; None for a text that is none."""
    found = _WEEKLY.fullmatch(window.lower())
    return _weekly(found)[1] if found else None


def overlap(daily: str, weekly: str) -> bool:
    """Whether a daily window meets a weekly one on any day."""
    each_day, each_week = _DAILY.fullmatch(daily), _WEEKLY.fullmatch(weekly.lower())
    if not each_day or not each_week:
        return False
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
