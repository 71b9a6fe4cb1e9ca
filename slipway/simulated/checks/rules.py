"""What a value by itself must be, from `data/<package>-inputs.json`; worded as Terraform's own validators word it.

A rule holds at a path with dots, for every item of each list on the way. It may have:

    allowed       the only values
    least, most   bounds of a number
    shortest, longest   bounds of the length of a text, or of a list (its path ends in `.[]`)
    pattern, says a regular expression for the whole text, and what is said of another
    form          one of `forms`
"""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import Refusal
from slipway.simulated.checks.forms import FORMS
from slipway.simulated.facts import facts_of
from slipway.simulated.sdk import snake
from slipway.simulated.structs import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slipway.simulated.checks.asked import Asked

_DATA = Path(__file__).parents[1] / "data"
_EVERY = "*"  # rules for any type that has the input


def broken_rules(asked: Asked) -> Iterator[Refusal]:
    """Each value that breaks a rule. What is unknown or left out breaks none."""
    rules = _rules(asked.token.partition(":")[0])
    for path, rule in {**rules.get(_EVERY, {}), **rules.get(asked.token, {})}.items():
        secret = path in facts_of(asked.token).sensitive
        for place, value in _values(asked.inputs, path.split("."), ""):
            if not _is_unknown(value):
                yield from _judged(rule, place, value, secret=secret)


@functools.cache
def _rules(package: str) -> dict[str, dict[str, dict[str, Any]]]:
    file = _DATA / f"{package}-inputs.json"
    if not file.is_file():
        return {}
    data: dict[str, dict[str, dict[str, Any]]] = json.loads(file.read_text(encoding="utf-8"))["types"]
    return data


def _is_unknown(value: Any) -> bool:
    return value is None or value == UNKNOWN or (isinstance(value, str) and UNKNOWN in value)


def _values(value: Any, path: list[str], place: str) -> Iterator[tuple[str, Any]]:
    """Each value at a path, with its place as the engine writes it.

    A list is given item by item, unless the path ends in `[]`, which stands for the list itself.
    """
    if isinstance(value, list) and path != ["[]"]:
        for number, item in enumerate(value):
            yield from _values(item, path, f"{place}[{number}]")
    elif not path or path == ["[]"]:
        yield place, value
    elif isinstance(value, dict) and path[0] in value:
        yield from _values(value[path[0]], path[1:], f"{place}.{path[0]}" if place else path[0])


def _judged(rule: Mapping[str, Any], place: str, value: Any, *, secret: bool) -> Iterator[Refusal]:
    name = snake(place.rpartition(".")[2])
    shown = "a secret value" if secret else _text(value)
    if isinstance(value, dict) and "form" not in rule:
        return
    for reason in _reasons(rule, name, value, shown):
        yield Refusal(reason, place)


def _reasons(rule: Mapping[str, Any], name: str, value: Any, shown: str) -> Iterator[str]:
    text = _text(value)
    if "allowed" in rule and text not in map(_text, rule["allowed"]):
        allowed = rule["allowed"]
        words = " ".join(json.dumps(each) if isinstance(each, str) else str(each) for each in allowed)
        yield f"expected {name} to be one of [{words}], got {shown}"
    number = _number(value)
    if number is not None and not rule.get("least", number) <= number <= rule.get("most", number):
        yield f"expected {name} to be {_range(rule, 'least', 'most')}, got {shown}"
    if isinstance(value, str | list) and not rule.get("shortest", 0) <= len(value) <= rule.get("longest", len(value)):
        yield f"expected length of {name} to be {_range(rule, 'shortest', 'longest')}, got {shown}"
    if "pattern" in rule and isinstance(value, str) and not re.fullmatch(rule["pattern"], value):
        yield f"invalid value for {name} ({rule['says']}), got {shown}"
    if "form" in rule:
        for reason in FORMS[rule["form"]](value):
            yield f'"{name}" {reason}'


def _range(rule: Mapping[str, Any], low: str, high: str) -> str:
    if low not in rule:
        return f"at most ({rule[high]})"
    return f"in the range ({rule[low]} - {rule[high]})" if high in rule else f"at least ({rule[low]})"


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value)
