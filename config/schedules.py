"""What runs at times of its own, beside the services: a command, whose environment it has, and when it comes."""

from functools import cache
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from config.cron import CronError, amazon_cron
from config.settings import Settings, nearest, refusal
from config.values import Command, Matches, ServiceName, Whole

_MONTH = 31 * 24 * 60  # minutes
_NO_PLACES = frozenset({"Factory", "localtime"})  # that some machines have beside the database's zones


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones()) - _NO_PLACES


def _some_time(given: str) -> str:
    try:
        amazon_cron(given)
    except CronError as error:
        raise refusal(error.rule, error.remedy) from None
    return given


def _some_zone(given: str) -> str:
    if given not in _zones():
        rule = "a time zone is wanted by the name that the tz database has for it"
        raise refusal(rule, f"{nearest(given, sorted(_zones()))}write it as in Europe/Berlin, or UTC")
    return given


ScheduleName = Annotated[
    str,
    Matches(
        r"[a-z](?:[a-z0-9]|-(?=[a-z0-9])){1,19}",
        "2 to 20 small letters, digits and single hyphens are allowed, a letter first",
        "shorten or respell the name",
    ),
]
Cron = Annotated[str, AfterValidator(_some_time)]
TimeZone = Annotated[str, AfterValidator(_some_zone)]


class ScheduledCommand(Settings):
    """What every schedule says, however it says when."""

    command: Command
    """The command, as in npm run digest. It runs in the service's folder, with the service's environment."""
    service: ServiceName
    """The service whose image or release, folder, environment and rights it has."""
    start_within: Annotated[Whole, Field(ge=60, le=86_400)] = 900
    """Seconds for which the start of a run is tried again where it fails, 60 to 86400; after that the run is given up,
    and an alarm rings."""


class CronSchedule(ScheduledCommand):
    """A command that runs at times of the calendar."""

    kind: Literal["cron"]
    """Always `cron`."""
    cron: Cron
    """When, as cron says it: minute, hour, day of the month, month, day of the week, as in "0 3 * * *". Or Amazon's six
    fields, which also know the last day of a month."""
    timezone: TimeZone = "UTC"
    """The time zone of these times, by the name that the tz database has for it, as in Europe/Berlin."""


class RateSchedule(ScheduledCommand):
    """A command that runs again and again, counted from its deployment."""

    kind: Literal["rate"]
    """Always `rate`."""
    minutes: Annotated[Whole, Field(ge=1, le=_MONTH)]
    """Minutes from one start to the next, 1 to 44640, which are 31 days."""


Schedule = Annotated[CronSchedule | RateSchedule, Field(discriminator="kind")]
