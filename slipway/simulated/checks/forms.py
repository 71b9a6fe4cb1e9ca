"""Values that have a form of their own: address ranges, JSON, policies. Each function says what is wrong with one."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_VERSIONS = ("2008-10-17", "2012-10-17")


def ipv4_range(value: Any) -> Iterator[str]:
    """An IPv4 range without bits outside its mask."""
    yield from _address_range(value, ipaddress.IPv4Network, "IPv4")


def ipv6_range(value: Any) -> Iterator[str]:
    """An IPv6 range without bits outside its mask."""
    yield from _address_range(value, ipaddress.IPv6Network, "IPv6")


def json_text(value: Any) -> Iterator[str]:
    """Any JSON."""
    try:
        json.loads(value)
    except (TypeError, ValueError) as error:
        yield f"contains an invalid JSON: {error}"


def base64_text(value: Any) -> Iterator[str]:
    """A text in base64."""
    try:
        base64.b64decode(value, validate=True)
    except (TypeError, ValueError, binascii.Error):
        yield "must be base64-encoded"


def policy(value: Any) -> Iterator[str]:
    """A policy of AWS: an object with a version that exists and statements that have an effect and actions."""
    document = value
    if isinstance(value, str):
        if value and not value.lstrip().startswith("{"):
            yield "contains an invalid JSON policy: does not start with a {"
            return
        try:
            document = json.loads(value)
        except ValueError as error:
            yield f"contains an invalid JSON policy: {error}"
            return
    if not isinstance(document, dict):
        yield "contains an invalid JSON policy: not an object"
        return
    yield from _policy_problems(document)


def _policy_problems(document: Mapping[str, Any]) -> Iterator[str]:
    if document.get("Version", _VERSIONS[1]) not in _VERSIONS:
        yield f"contains an invalid JSON policy: Version must be one of {', '.join(_VERSIONS)}"
    statements = document.get("Statement")
    for statement in statements if isinstance(statements, list) else [statements]:
        if not isinstance(statement, dict):
            yield "contains an invalid JSON policy: Statement must be an object or a list of objects"
            return
        if statement.get("Effect") not in ("Allow", "Deny"):
            yield "contains an invalid JSON policy: Effect must be Allow or Deny"
        if not {"Action", "NotAction"} & statement.keys():
            yield "contains an invalid JSON policy: a statement needs Action or NotAction"


def _address_range(value: Any, kind: type[ipaddress.IPv4Network | ipaddress.IPv6Network], words: str) -> Iterator[str]:
    shown = json.dumps(value)
    try:
        loose = kind(value, strict=False)
    except (TypeError, ValueError):
        yield f"{shown} is not a valid {words} CIDR block: invalid CIDR address: {value}"
        return
    if "/" not in value:
        yield f"{shown} is not a valid {words} CIDR block: invalid CIDR address: {value}"
    elif str(loose.network_address) != value.partition("/")[0].lower():
        yield f'{shown} is not a valid {words} CIDR block; did you mean "{loose}"?'


FORMS: Mapping[str, Callable[[Any], Iterator[str]]] = {
    "base64": base64_text,
    "ipv4-range": ipv4_range,
    "ipv6-range": ipv6_range,
    "json": json_text,
    "policy": policy,
}
