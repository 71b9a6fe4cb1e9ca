"""Values of forms that only AWS has, refused in its provider's words. Values are any JSON, hence `Any`."""

from __future__ import annotations

import ipaddress
import json
import re
from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.forms import ipv4_range

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slipway.simulated.checks.forms import Form

_FEWEST_BITS, _MOST_BITS = 16, 28  # of the mask of a network or a subnet
_LONGEST_BALANCER = 32
_LONGEST_PASSWORD, _SHORTEST_PASSWORD = 128, 16  # of a cache
_LONGEST_SNAPSHOT = 255
_MINUTE = 60
_SHORT_PERIODS = (10, 20, 30)
_MONTHS_OF_INSIGHTS = (7, *(31 * month for month in range(1, 24)), 731)


def vpc_range(name: str, value: Any) -> Iterator[str]:
    """The range of a network."""
    wrong = tuple(ipv4_range(name, value))
    yield from wrong
    if not wrong:
        bits = ipaddress.IPv4Network(value).prefixlen
        if not _FEWEST_BITS <= bits <= _MOST_BITS:
            yield (
                f"expected {name} to contain a network Value with between {_FEWEST_BITS} and {_MOST_BITS} significant "
                f"bits, got: {bits}"
            )


def balancer_name(name: str, value: Any) -> Iterator[str]:
    """The name of a load balancer."""
    yield from target_name(name, value)
    if value.startswith("internal-"):
        yield f'"{name}" cannot begin with "internal-"'


def target_name(name: str, value: Any) -> Iterator[str]:
    """The name of a target group."""
    if not re.fullmatch(r"[0-9A-Za-z\-]*", value):
        yield f'only alphanumeric characters and hyphens allowed in "{name}": "{value}"'
    if len(value) > _LONGEST_BALANCER:
        yield f'"{name}" cannot be longer than {_LONGEST_BALANCER} characters: "{value}"'
    if value.startswith("-"):
        yield f'"{name}" cannot begin with a hyphen: "{value}"'
    if value.endswith("-"):
        yield f'"{name}" cannot end with a hyphen: "{value}"'


def cache_name(name: str, value: Any) -> Iterator[str]:
    """The name of a cache, or of a snapshot of one."""
    yield from _hyphened(name, value, "alphanumeric characters and hyphens", r"[0-9A-Za-z\-]+")


def database_name(name: str, value: Any) -> Iterator[str]:
    """The name of a database's machine."""
    yield from _hyphened(name, value, "lowercase alphanumeric characters and hyphens", r"[0-9a-z\-]+")


def parameter_group_name(name: str, value: Any) -> Iterator[str]:
    """The name of a group of a database's parameters."""
    yield from _hyphened(name, value, "lowercase alphanumeric characters, periods, and hyphens", r"[0-9a-z.\-]+")


def snapshot_name(name: str, value: Any) -> Iterator[str]:
    """The name of a snapshot of a database."""
    if not re.fullmatch(r"[A-Za-z][0-9A-Za-z\-]*", value):
        yield f"{name} must begin with a letter and only contain alphanumeric characters and hyphens"
    if "--" in value:
        yield f"{name} cannot contain two consecutive hyphens"
    if value.endswith("-"):
        yield f"{name} cannot end in a hyphen"
    if len(value) > _LONGEST_SNAPSHOT:
        yield f"expected length of {name} to be in the range (1 - {_LONGEST_SNAPSHOT}), got {value}"


def auth_token(name: str, value: Any) -> Iterator[str]:
    """The password of a cache, which is not shown."""
    if not _SHORTEST_PASSWORD <= len(value) <= _LONGEST_PASSWORD:
        yield (
            f'"{name}" must contain from {_SHORTEST_PASSWORD} to {_LONGEST_PASSWORD} alphanumeric characters or '
            'symbols (excluding @, ", and /)'
        )
    if not re.fullmatch(r'[^@"/]*', value):
        yield f'only alphanumeric characters or symbols (excluding @, \\", and /) allowed in "{name}"'


def json_policy(name: str, value: Any) -> Iterator[str]:
    """A policy: an object, or a text that is one as JSON."""
    if isinstance(value, dict):
        return
    if not value:
        yield f'"{name}" is an empty string, which is not a valid JSON value'
        return
    if not value.lstrip().startswith("{"):
        yield f'"{name}" contains an invalid JSON policy: does not start with a {{'
        return
    try:
        json.loads(value)
    except ValueError as error:
        yield f'"{name}" contains an invalid JSON policy: {error}'


def not_empty(name: str, value: Any) -> Iterator[str]:
    """A text that says something."""
    if value == "":
        yield f'expected "{name}" to not be an empty string, got {value}'


def not_default(name: str, value: Any) -> Iterator[str]:
    """A name that AWS does not keep for what it makes itself."""
    if str(value).lower() == "default":
        yield f'"Default" is not allowed as "{name}"'


def arn(name: str, value: Any) -> Iterator[str]:
    """The name of a thing in all of AWS."""
    if not str(value).startswith("arn:"):
        yield f'"{name}" ({value}) is an invalid ARN: arn: invalid prefix'


def any_range(name: str, value: Any) -> Iterator[str]:
    """A range of addresses, old or new."""
    try:
        found = "/" in str(value) and ipaddress.ip_network(value, strict=False)
    except ValueError:
        found = False
    if not found:
        yield f'"{name}" must contain a valid CIDR, got error parsing: invalid CIDR address: {value}'


def recovery_days(name: str, value: Any) -> Iterator[str]:
    """For how many days a deleted secret can be brought back: none, or a week to a month."""
    if float(value) and not 7 <= float(value) <= 30:  # noqa: PLR2004 - in the docstring
        yield f"expected {name} to be one of [0] or in the range (7 - 30), got {value}"


def alarm_period(name: str, value: Any) -> Iterator[str]:
    """Over how many seconds an alarm looks."""
    seconds = float(value)
    if seconds not in _SHORT_PERIODS and (seconds <= 0 or seconds % _MINUTE):
        yield f"expected {name} to be one of [10 20 30] or divisible by {_MINUTE}, got {value}"


def insights_days(name: str, value: Any) -> Iterator[str]:
    """For how many days a database's insights are kept."""
    if float(value) not in _MONTHS_OF_INSIGHTS:
        yield f"expected {name} to be 7, a multiple of 31 up to 713, or 731, got {value}"


def _hyphened(name: str, value: Any, words: str, pattern: str) -> Iterator[str]:
    if not re.fullmatch(pattern, value):
        yield f'only {words} allowed in "{name}"'
    if not re.match(r"[A-Za-z]", value):
        yield f'first character of "{name}" must be a letter'
    if "--" in value:
        yield f'"{name}" cannot contain two consecutive hyphens'
    if value.endswith("-"):
        yield f'"{name}" cannot end with a hyphen'


FORMS: Mapping[str, Form] = {
    "alarm-period": alarm_period,
    "any-range": any_range,
    "arn": arn,
    "auth-token": auth_token,
    "balancer-name": balancer_name,
    "cache-name": cache_name,
    "database-name": database_name,
    "insights-days": insights_days,
    "json-policy": json_policy,
    "not-default": not_default,
    "not-empty": not_empty,
    "parameter-group-name": parameter_group_name,
    "recovery-days": recovery_days,
    "snapshot-name": snapshot_name,
    "target-name": target_name,
    "vpc-range": vpc_range,
}
