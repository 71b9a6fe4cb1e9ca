"""Inputs of a network's resources as what they mean: in every spelling that AWS takes, or as not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal

from plan.model import Secret, Unknown
from policies.network.spans import Spans
from policies.network.traffic import ALL, ICMP, ICMP_V6, NUMBERS, PORTS, TCP, UDP, Traffic, message_spans

if TYPE_CHECKING:
    from plan.model import Value

Truth = bool | Literal["unknown"]
_PROTOCOLS: Final = range(256)


def hidden(value: Value) -> bool:
    """Whether a leaf is not in the plan: unknown before deployment, or secret."""
    return isinstance(value, Unknown | Secret)


def items(value: Value) -> tuple[Value, ...]:
    """A list's items; one alone is a list of one, and nothing, or an empty text, is none."""
    if value is None or value == "":
        return ()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(value)
    return (value,)


def maps(value: Value) -> tuple[Mapping[str, Value], ...]:
    """A list's items that are maps; one map alone is a list of one."""
    return tuple(each for each in items(value) if isinstance(each, Mapping))


def inside(value: Value, path: str) -> Value:
    """The leaf below a map by names with dots between; of lists with one item, that item. None where there is none."""
    for name in path.split("."):
        if isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 1:
            value = value[0]
        if hidden(value):
            return value
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def truth(value: Value, *, absent: bool) -> Truth:
    """A switch, also as the text that some inputs want; `absent` is what AWS or the provider makes of none."""
    if value is None or value == "":
        return absent
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return bool(value)
    if isinstance(value, str) and value.strip().lower() in ("true", "false", "1", "0"):
        return value.strip().lower() in ("true", "1")
    return "unknown"


def number(value: Value) -> int | None:
    """A whole number, also as text; None where there is none or it is not known."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return int(value)
    if isinstance(value, str) and value.strip().lstrip("-").isdigit():
        return int(value.strip())
    return None


def protocol(value: Value) -> int | Literal["all", "unknown"]:
    """A protocol by its number, whether it is given by name, number or -1."""
    if isinstance(value, str) and value.strip().lower() in ("-1", "all"):
        return "all"
    if isinstance(value, str) and value.strip().lower() in NUMBERS:
        return NUMBERS[value.strip().lower()]
    found = number(value)
    if found == -1:
        return "all"
    return found if found in _PROTOCOLS and found is not None else "unknown"


def traffic(protocol_: Value, first: Value, last: Value) -> tuple[Traffic, str]:
    """What a rule of a security group is about, and what is not known of it: then it is the most that it may be."""
    kind = protocol(protocol_)
    if kind == "all":
        return ALL, ""
    if kind == "unknown":
        return ALL, "its protocol is not known"
    if kind in (TCP, UDP):
        return _ports(kind, first, last)
    if kind in (ICMP, ICMP_V6):
        return messages(kind, first, last)
    return Traffic.ports(kind, PORTS), ""


def messages(kind: int, icmp_type: Value, code: Value) -> tuple[Traffic, str]:
    """Messages of ICMP by type and code, either of which may be any."""
    if hidden(icmp_type) or hidden(code):
        return Traffic.ports(kind, message_spans(-1, -1)), "its ICMP type is not known"
    found_type, found_code = number(icmp_type), number(code)
    every = -1
    wanted = message_spans(every if found_type is None else found_type, every if found_code is None else found_code)
    return Traffic.ports(kind, wanted), ""


def _ports(kind: int, first: Value, last: Value) -> tuple[Traffic, str]:
    start, end = number(first), number(last)
    if hidden(first) or hidden(last):
        return Traffic.ports(kind, PORTS), "its ports are not known"
    if start is None or end is None or start < 0 or end < 0:  # AWS takes -1 and nothing for all of them
        return Traffic.ports(kind, PORTS), ""
    if start > end:
        return Traffic.ports(kind, PORTS), f"its ports {start} to {end} are no range"
    return Traffic.ports(kind, Spans(((start, end),)) & PORTS), ""


def leaves(value: Value, path: str) -> tuple[Value, ...]:
    """All leaves below a map by names with dots between, through every list on the way; hidden parts as they stand."""
    found: tuple[Value, ...] = (value,)
    for name in path.split("."):
        found = tuple(leaf for part in found for leaf in _below(part, name))
    return tuple(leaf for part in found for leaf in items(part))


def _below(part: Value, name: str) -> tuple[Value, ...]:
    if hidden(part):
        return (part,)
    found: list[Value] = []
    for each in items(part):
        if hidden(each):
            found.append(each)
        elif isinstance(each, Mapping):
            found.append(each.get(name))
    return tuple(found)
