"""Times that come again, as cron writes them: each service has its own words for a part, and numbers for a day."""

from __future__ import annotations

import re

_BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12))  # of minute, hour, day and month


def is_cron(text: str, part: re.Pattern[str], week: tuple[int, int]) -> bool:
    """Whether a text has five fields, each of parts of this form, with numbers that there are.

    `week` are the least and the largest number of a day of the week.
    """
    fields = text.split()
    bounds = (*_BOUNDS, week)
    return len(fields) == len(bounds) and all(
        part.fullmatch(each) and all(least <= int(number) <= most for number in _numbers(each))
        for field, (least, most) in zip(fields, bounds, strict=True)
        for each in field.split(",")
    )


def _numbers(part: str) -> list[str]:
    """The numbers of a part that are times, and not how often: before a slash or a hash."""
    return re.findall(r"[0-9]+", re.split(r"[/#]", part)[0])
