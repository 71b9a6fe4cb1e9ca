"""Times in cron's words are put into Amazon's as they are meant, and what Amazon cannot say is told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.cron import CronError, amazon_cron

NAMES = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


@pytest.mark.parametrize(
    ("standard", "amazons"),
    [
        ("0 3 * * *", "0 3 * * ? *"),
        ("*/15 * * * *", "0/15 * * * ? *"),
        ("0 9 * * 1-5", "0 9 ? * MON,TUE,WED,THU,FRI *"),
        ("0 9 * * mon", "0 9 ? * MON *"),
        ("0 9 * * 0", "0 9 ? * SUN *"),
        ("0 9 * * 7", "0 9 ? * SUN *"),
        ("0 22 * * 5-7", "0 22 ? * SUN,FRI,SAT *"),
        ("0 9 * * 0-7", "0 9 * * ? *"),
        ("0 0 1 */3 *", "0 0 1 1/3 ? *"),
        ("0 0,12 1,15 jan-mar *", "0 0,12 1,15 1-3 ? *"),
        ("30-59 * * * *", "30-59 * * * ? *"),
        ("10-50/20 8-18 * * *", "10/20 8-18 * * ? *"),
        ("10-40/20 8-18/5 * * *", "10,30 8,13,18 * * ? *"),
        ("  0   3 * * *  ", "0 3 * * ? *"),
        ("0 18 L * ? *", "0 18 L * ? *"),
        ("0 18 ? * MON#1 *", "0 18 ? * MON#1 *"),
        ("0/5 8-17 ? JAN,JUN MON-FRI 2026-2030", "0/5 8-17 ? JAN,JUN MON-FRI 2026-2030"),
        ("0 8 15W * ? *", "0 8 15W * ? *"),
    ],
)
def test_a_time_is_said_in_amazon_s_six_fields(standard: str, amazons: str) -> None:
    assert amazon_cron(standard) == amazons


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("", "five fields are wanted"),
        ("@daily", "five fields are wanted"),
        ("60 * * * *", "60 is no minute: 0 to 59"),
        ("0 24 * * *", "24 is no hour"),
        ("0 0 0 * *", "0 is no day of the month"),
        ("0 0 1 13 *", "13 is no month: 1 to 12 or JAN to DEC"),
        ("0 0 * * 8", "8 is no day of the week: 0 to 7 or SUN to SAT"),
        ("0 0 * * fri-mon", "fri-mon is no day of the week"),
        ("*/0 * * * *", r"\*/0 is no minute"),
        ("1, * * * *", "an empty part is no minute"),
        ("1- * * * *", "1- is no minute"),
        ("*/61 * * * *", r"\*/61 is no minute"),
        ("\N{ARABIC-INDIC DIGIT THREE} * * * *", "is no minute"),
        ("0 3 L * *", "write six fields, as Amazon has them"),
        ("0 3 ? * 1", "write six fields, as Amazon has them"),
        ("1-2-3 * * * *", "1-2-3 is no minute"),
        ("5/15 * * * *", "write 5-59/15"),
        ("0 3 1 * 1", "write two schedules"),
        ("0 3 */2 * 1", "write two schedules"),
        ("0 0 30 2 *", "it would never run"),
        ("0 0 31 4,6 *", "it would never run"),
        ("0 3 * * * *", "one of day of the month and day of the week is"),
        ("0 3 ? * ? *", "one of day of the month and day of the week is"),
        ("0 3 ? * 0 *", "0 is no day of the week: 1 to 7"),
        ("0 3 ? * MON/2 *", "MON/2 is no day of the week"),
        ("0 3 32W * ? *", "32W is no day of the month"),
        ("0 3 ? * MON 1969", "1969 is no year"),
        ("L 3 * * ? *", "L is no minute"),
        ("0 0 3 * * *", "leave the first field out, where it was meant for seconds"),
        ("0 3 ?,1 * ? *", r"\? is all that the day of the month"),
        ("0 3 *,5 * ? *", r"\* is all that the day of the month"),
        ("0 3 L,15 * ? *", "L is all that the day of the month"),
        ("0 3 ? * 2#1,3#2 *", "2#1 is all that the day of the week"),
        ("0 3 5-3 * ? *", "5-3 is no day of the month"),
        ("0 3 5- * ? *", "5- is no day of the month"),
        ("*/70 3 1 * ? *", r"\*/70 is no minute"),
        ("0 \N{ARABIC-INDIC DIGIT THREE} 1 * ? *", "is no hour"),
    ],
)
def test_what_is_no_time_or_none_of_amazon_s_is_told(given: str, why: str) -> None:
    with pytest.raises(CronError, match=why):
        amazon_cron(given)


def test_the_29th_of_february_comes() -> None:
    assert amazon_cron("0 0 29 2 *") == "0 0 29 2 ? *"


def test_more_times_than_amazon_takes_in_one_text_are_told() -> None:
    minutes = ",".join(str(minute) for minute in range(60) if minute % 10)
    days = ",".join(str(day) for day in range(1, 32) if day % 5)
    times = f"{minutes} 1,2,4,5,7,8,10,11,13,14,16,17,19,20,22,23 {days} 1,2,4"
    for text in (f"{times} *", f"{times} ? *"):
        with pytest.raises(CronError, match=r"it has \d+ characters, and 250 are allowed; write several schedules"):
            amazon_cron(text)


def runs(fields: str, day: date) -> bool:
    """Whether an expression of Amazon's, as it is written here, runs on a day."""
    _, _, days, months, week, _ = fields.split()
    return fits(months, day.month) and fits(days, day.day) and (week == "?" or NAMES[day.isoweekday() % 7] in week)


def fits(field: str, value: int) -> bool:
    if field in {"*", "?"}:
        return True
    start, slash, step = field.partition("/")
    if slash:
        return value >= int(start) and (value - int(start)) % int(step) == 0
    first, hyphen, last = field.partition("-")
    return int(first) <= value <= int(last) if hyphen else str(value) in field.split(",")


@given(
    days=st.sets(st.integers(1, 28), min_size=1),
    months=st.sets(st.integers(1, 12), min_size=1),
    week=st.none() | st.sets(st.integers(0, 7), min_size=1),
)
def test_it_runs_on_the_days_that_cron_means(days: set[int], months: set[int], week: set[int] | None) -> None:
    written = [",".join(map(str, sorted(each))) for each in (days, months)]
    if week is None:
        text = f"0 0 {written[0]} {written[1]} *"
    else:
        text = f"0 0 * {written[1]} {','.join(map(str, sorted(week)))}"
    try:
        found = amazon_cron(text)
    except CronError as error:
        assert "characters" in error.rule  # noqa: PT017  # the one reason that these may have
        return
    first = date(2026, 1, 1)
    for number in range(366):
        day = first + timedelta(number)
        weekday = week is None or bool({day.isoweekday() % 7, day.isoweekday()} & week)
        meant = day.month in months and weekday and (week is not None or day.day in days)
        assert runs(found, day) == meant, (text, found, day)
