"""Values of a form that patterns do not describe. Each function says what is wrong with the value of a name.

A package has forms of its own in `checks/<package>/forms.py`, in a map `FORMS` too. Values are any JSON, hence `Any`.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import ipaddress
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Form = Callable[[str, Any], Iterator[str]]
    Range = type[ipaddress.IPv4Network | ipaddress.IPv6Network]


def ipv4_range(_name: str, value: Any) -> Iterator[str]:
    """An IPv4 range without bits outside its mask."""
    yield from _address_range(value, ipaddress.IPv4Network, "IPv4")


def ipv6_range(_name: str, value: Any) -> Iterator[str]:
    """An IPv6 range without bits outside its mask."""
    yield from _address_range(value, ipaddress.IPv6Network, "IPv6")


def ipv4(name: str, value: Any) -> Iterator[str]:
    """An IPv4 address."""
    try:
        ipaddress.IPv4Address(value)
    except ValueError:
        yield f"expected {name} to contain a valid IPv4 address, got: {value}"


def is_address(text: str, version: int | None = None) -> bool:
    """Whether a text is an address of a version, 4 or 6, or of any."""
    try:
        found = ipaddress.ip_address(text).version
    except ValueError:
        return False
    return version in (None, found)


def json_text(name: str, value: Any) -> Iterator[str]:
    """Any JSON."""
    try:
        json.loads(value)
    except (TypeError, ValueError) as error:
        yield f'"{name}" contains an invalid JSON: {error}'


def form(package: str, name: str) -> Form:
    """The form of a name, the package's own first."""
    return {**_FORMS, **_of_package(package)}[name]


@functools.cache
def _of_package(package: str) -> Mapping[str, Form]:
    name = f"{__package__}.{package}"
    if importlib.util.find_spec(name) is None or importlib.util.find_spec(f"{name}.forms") is None:
        return {}
    forms: Mapping[str, Form] = importlib.import_module(f"{name}.forms").FORMS
    return forms


def _address_range(value: Any, kind: Range, words: str) -> Iterator[str]:
    shown = json.dumps(value)
    try:
        loose = kind(value, strict=False)
    except (TypeError, ValueError):
        loose = None
    if loose is None or "/" not in str(value):
        yield f"{shown} is not a valid {words} CIDR block: invalid CIDR address: {value}"
    elif str(loose.network_address) != value.partition("/")[0].lower():
        yield f'{shown} is not a valid {words} CIDR block; did you mean "{loose}"?'


_FORMS: Mapping[str, Form] = {
    "ipv4": ipv4,
    "ipv4-range": ipv4_range,
    "ipv6-range": ipv6_range,
    "json": json_text,
}
