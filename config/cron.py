"""Times that come again, as cron writes them: the standard's five fields and Amazon's six, into which five are put.

Amazon's fields are those of "Schedule types on EventBridge Scheduler": a year behind the five, days of the week from 1
for Sunday, and `?` in one of the two fields that say which days. Cloudflare's are five, with the same days of the week.
Pure text.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass

_MOST = 256  # characters of an expression that Amazon takes, its `cron()` included
_LEAP = 2024  # a year in which every day of the year is
_EXAMPLE = 'write it as in "0 3 * * *", which is each day at 3'
_SIX = 'write six fields, as Amazon has them: "0 3 L * ? *" is the last day of each month at 3'


class CronError(ValueError):
    """A text that is no time, or one that Amazon cannot say."""

    def __init__(self, rule: str, remedy: str) -> None:
        super().__init__(f"{rule}; {remedy}")
        self.rule = rule
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class _Field:
    """One of the fields: what it is called, its numbers, the names that may stand for them, Amazon's further words."""

    called: str
    least: int
    most: int
    names: tuple[str, ...] = ()
    further: str = r"(?!)"

    def ends(self, text: str) -> tuple[int, int] | None:
        """The first and the last number of `*`, a number, or a range that rises; None where it is none of them."""
        first, hyphen, last = text.partition("-")
        start, end = self.number(first), self.number(last if hyphen else first)
        if text == "*":
            return self.least, self.most
        return None if start is None or end is None or start > end else (start, end)

    def step(self, text: str) -> int | None:
        """What is written behind a `/`; None where it is no step, or one that leaves the field at once."""
        return int(text) if re.fullmatch(r"[1-9][0-9]{0,3}", text) and int(text) <= self.most else None

    def number(self, text: str) -> int | None:
        """What a number or a name says; None where it says none of this field."""
        if text.upper() in self.names:
            return self.least + self.names.index(text.upper())
        return int(text) if re.fullmatch(r"[0-9]{1,4}", text) and self.least <= int(text) <= self.most else None


_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEK = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_MINUTE, _HOUR = _Field("minute", 0, 59), _Field("hour", 0, 23)
_DAY = _Field("day of the month", 1, 31, (), r"\?|L|LW|(?:[1-9]|[12]\d|3[01])W")
_MONTH = _Field("month", 1, 12, _MONTHS)
_STANDARD_WEEK = _Field("day of the week", 0, 7, _WEEK)
_AMAZONS_WEEK = _Field(
    "day of the week", 1, 7, _WEEK, rf"\?|L|(?:[1-7]|{'|'.join(_WEEK)})L|(?:[1-7]|{'|'.join(_WEEK)})#[1-5]"
)
_YEAR = _Field("year", 1970, 2199)
_CLOUDFLARES = (
    _MINUTE,
    _HOUR,
    _Field("day of the month", 1, 31, (), r"L|LW|(?:[1-9]|[12]\d|3[01])W"),
    _MONTH,
    _Field("day of the week", 1, 7, _WEEK, rf"L|(?:[1-7]|{'|'.join(_WEEK)})(?:L|#[1-5])"),
)
_STANDARD = (_MINUTE, _HOUR, _DAY, _MONTH, _STANDARD_WEEK)
_AMAZONS = (_MINUTE, _HOUR, _DAY, _MONTH, _AMAZONS_WEEK, _YEAR)


def amazon_cron(text: str) -> str:
    """The six fields with which Amazon says the same; six of its own stay as they are. Raises `CronError`."""
    fields = text.split()
    if len(fields) == len(_AMAZONS):
        _check_amazons(fields)
        return _short_enough(" ".join(fields))
    if len(fields) != len(_STANDARD):
        raise CronError("five fields are wanted: minute, hour, day of the month, month and day of the week", _EXAMPLE)
    minutes, hours, days, months, week = (_values(given, field) for given, field in zip(fields, _STANDARD, strict=True))
    week = frozenset(day % len(_WEEK) for day in week)
    every_day, every_weekday = len(days) == _DAY.most, len(week) == len(_WEEK)
    if not every_day and not every_weekday:
        raise CronError(
            "cron would run on days of which either field speaks, and Amazon knows one of the two at a time",
            "write two schedules, each with * for the other of day of the month and day of the week",
        )
    if min(days) > max(monthrange(_LEAP, month)[1] for month in months):
        raise CronError("no such month has this day, so it would never run", "correct the day or the month")
    written = [_written(minutes, _MINUTE), _written(hours, _HOUR)]
    written += [_written(days, _DAY) if every_weekday else "?", _written(months, _MONTH)]
    written += ["?" if every_weekday else ",".join(_WEEK[day] for day in sorted(week)), "*"]
    return _short_enough(" ".join(written))


def check_cloudflare_cron(text: str) -> None:
    """Raise `CronError` for a text that Cloudflare does not take as the time of a Worker.

    It takes five fields, with days of the week from 1 for Sunday (its documentation of Cron Triggers).
    """
    fields = text.split()
    if len(fields) != len(_CLOUDFLARES):
        raise CronError("five fields are wanted: minute, hour, day of the month, month and day of the week", _EXAMPLE)
    for given, field in zip(fields, _CLOUDFLARES, strict=True):
        for part in given.split(","):
            times, slash, every = part.partition("/")
            known = field.ends(times) is not None and (not slash or field.step(every) is not None)
            if not known and not re.fullmatch(field.further, part.upper()):
                raise _no_part(part, field)


def _short_enough(found: str) -> str:
    if len(f"cron({found})") > _MOST:
        raise CronError(
            f"written out for Amazon it has {len(found)} characters, and {_MOST - len('cron()')} are allowed",
            "write several schedules, each with fewer times",
        )
    return found


def _values(given: str, field: _Field) -> frozenset[int]:
    """The numbers that a field of the standard's form means. Raises `CronError`."""
    found: set[int] = set()
    for part in given.split(","):
        times, slash, every = part.partition("/")
        ends, step = field.ends(times), field.step(every) if slash else 1
        if ends is None or step is None:
            raise _no_part(part, field)
        if slash and "-" not in times and times != "*":
            remedy = f"write {ends[0]}-{field.most}/{every}"
            raise CronError(f"{part} is not said by the standard: a step needs a range or *", remedy)
        found |= set(range(ends[0], ends[1] + 1, step))
    return frozenset(found)


def _written(values: frozenset[int], field: _Field) -> str:
    """These numbers in Amazon's form, as short as it is plain."""
    found = sorted(values)
    first, last = found[0], found[-1]
    if len(found) == field.most - field.least + 1:
        return "*"
    step = found[1] - first if len(found) > 2 else 0  # noqa: PLR2004  # of two, a list is the plainest
    if step == 1 and found == list(range(first, last + 1)):
        return f"{first}-{last}"
    if step and found == list(range(first, field.most + 1, step)):
        return f"{first}/{step}"
    return ",".join(str(value) for value in found)


def _check_amazons(fields: list[str]) -> None:
    """Raise `CronError` for six fields that are not Amazon's."""
    for given, field in zip(fields, _AMAZONS, strict=True):
        parts = given.split(",")
        for part in parts:
            if part == "*" or re.fullmatch(field.further, part.upper()):
                if len(parts) > 1:
                    rule = f"{part} is all that the {field.called} may say, and {given} says more"
                    raise CronError(rule, "leave the others out, or write several schedules")
                continue
            times, slash, every = part.partition("/")
            if field.ends(times) is None or (slash and (field is _AMAZONS_WEEK or field.step(every) is None)):
                raise _no_part(part, field)
    if (fields[2] == "?") == (fields[4] == "?"):
        raise CronError(
            "with six fields, Amazon's, one of day of the month and day of the week is ?, and the other is not",
            "write ? for the one that does not matter; or leave the first field out, where it was meant for seconds",
        )


def _no_part(part: str, field: _Field) -> CronError:
    names = f" or {field.names[0]} to {field.names[-1]}" if field.names else ""
    steps = "" if field is _AMAZONS_WEEK else ", steps"
    rule = f"{part or 'an empty part'} is no {field.called}: {field.least} to {field.most}{names} are, "
    amazons = next((each for each in _AMAZONS if each.called == field.called), field)
    only_amazons = field in _STANDARD and re.fullmatch(amazons.further, part.upper())
    return CronError(f"{rule}with lists, ranges that rise{steps}", _SIX if only_amazons else _EXAMPLE)
