"""What records of names say: each type's values, and records that share a name by where they lead."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from slipway.simulated.checks.asked import ApiError
from slipway.simulated.checks.forms import is_address

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.store import Object

_LONGEST_PIECE = 255  # of a text; longer ones are written in pieces
_ROUTING = {
    "cidrRoutingPolicy": "CIDR",
    "failoverRoutingPolicies": "failover",
    "geolocationRoutingPolicies": "geolocation",
    "geoproximityRoutingPolicy": "geoproximity",
    "latencyRoutingPolicies": "latency",
    "multivalueAnswerRoutingPolicy": "multivalue answer",
    "weightedRoutingPolicies": "weighted",
}
_NUMBER = r"\d{1,5}"


def _form(pattern: str) -> Callable[[str], bool]:
    return lambda value: re.fullmatch(pattern, value) is not None


def _text(value: str) -> bool:
    return all(len(piece) <= _LONGEST_PIECE for piece in re.split(r'"\s*"', value.strip('"')))


# For each type, what a value has to be, and what Route 53 says of another.
_VALUES: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "A": (functools.partial(is_address, version=4), "ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)"),
    "AAAA": (
        functools.partial(is_address, version=6),
        "AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)",
    ),
    "CAA": (
        _form(r'\s*\d{1,3}\s+(issue|issuewild|issuemail|issuevmc|iodef|contactemail|contactphone)\s+".*"\s*'),
        "CAARRDATAInvalid (Value is not flags, tag and a value in quotation marks)",
    ),
    "CNAME": (_form(r"(?!.*://)\S+"), "CNAMERRDATAInvalid (Value is not a host name)"),
    "MX": (_form(rf"\s*{_NUMBER}\s+\S+\s*"), "MXRRDATANotTwoFields (Value does not have a priority and a host name)"),
    "SRV": (
        _form(rf"\s*{_NUMBER}\s+{_NUMBER}\s+{_NUMBER}\s+\S+\s*"),
        "SRVRRDATANotFourFields (Value does not have a priority, a weight, a port and a host name)",
    ),
    "SPF": (_text, "CharacterStringTooLong (Value is too long)"),
    "TXT": (_text, "CharacterStringTooLong (Value is too long)"),
}


def check_values(asked: Asked, name: str) -> None:
    """Each value is one of the record's type; an other name is one."""
    kind, values = asked.text("type"), asked.texts("records")
    fits, says = _VALUES.get(kind, (lambda _: True, ""))
    for value in values:
        if not fits(value):
            raise ApiError(
                f"InvalidChangeBatch: [Invalid Resource Record: 'FATAL problem: {says} encountered with '{value}'']"
            )
    if kind == "CNAME" and len(values) > 1:
        raise ApiError(f"InvalidChangeBatch: [RRSet of type CNAME with DNS name {name}. has more than one value]")


def check_beside(asked: Asked, other: Object, name: str) -> None:
    """Records of one name and type lead to their values in one way."""
    own, there = (
        next((how for path, how in _ROUTING.items() if each.get(path)), "") for each in (asked.inputs, other.inputs)
    )
    if own == there:
        return
    told = f"[RRSet with DNS name {name}., type {asked.text('type')}"
    if not own:
        raise ApiError(
            f"InvalidChangeBatch: {told} cannot be created as other RRSets exist with the same name and type.]"
        )
    raise ApiError(
        f"InvalidChangeBatch: {told}, SetIdentifier {asked.text('setIdentifier')} cannot be created as a non-{own} set "
        "exists with the same name and type.]"
    )
