"""What a value by itself must be, from `data/<package>-inputs.json`; worded as Terraform's own validators word it.

A rule holds at a path with dots, for every item of each list on the way. It may have:

    allowed       the only values; `any_case` where capitals do not matter
    least, most   bounds of a number; `or`: values beside them that are right too
    shortest, longest   bounds of the length of a text, or of a list (its path ends in `.[]`)
    pattern, says a regular expression for the whole text, and what is said of another
    form          one of `forms`, or of the package's own
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import Refusal
from slipway.simulated.checks.data import inputs_data
from slipway.simulated.checks.forms import form
from slipway.simulated.checks.places import placed
from slipway.simulated.facts import facts_of
from slipway.simulated.sdk import snake
from slipway.simulated.structs import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from slipway.simulated.checks.asked import Asked

_EVERY = "*"  # rules for any type that has the input


def broken_rules(asked: Asked) -> Iterator[Refusal]:
    """Each value that breaks a rule. What is unknown or left out breaks none."""
    rules = inputs_data(asked.token).get("types", {})
    for path, rule in {**rules.get(_EVERY, {}), **rules.get(asked.token, {})}.items():
        secret = path in facts_of(asked.token).sensitive
        for place, value in placed(asked.inputs, path):
            if not _is_unknown(value):
                yield from _judged(rule, place, value, package=asked.token.partition(":")[0], secret=secret)


def _is_unknown(value: Any) -> bool:
    return value is None or value == UNKNOWN or (isinstance(value, str) and UNKNOWN in value)


def _judged(rule: Mapping[str, Any], place: str, value: Any, *, package: str, secret: bool) -> Iterator[Refusal]:
    name = snake(place.rpartition(".")[2]).partition("[")[0]
    shown = "a secret value" if secret else _text(value)
    if isinstance(value, dict) and "form" not in rule:
        return
    for reason in _reasons(rule, name, value, shown):
        yield Refusal(reason, place)
    if "form" in rule:
        for reason in form(package, rule["form"])(name, value):
            yield Refusal(reason, place)


def _reasons(rule: Mapping[str, Any], name: str, value: Any, shown: str) -> Iterator[str]:
    text = _text(value)
    if "allowed" in rule and not _is_one(text, rule["allowed"], any_case=rule.get("any_case", False)):
        allowed = rule["allowed"]
        words = " ".join(json.dumps(each) if isinstance(each, str) else str(each) for each in allowed)
        yield f"expected {name} to be one of [{words}], got {shown}"
    number = _number(value)
    beside = number is not None and number in rule.get("or", ())
    if number is not None and not beside and not rule.get("least", number) <= number <= rule.get("most", number):
        yield f"expected {name} to be {_range(rule, 'least', 'most')}, got {shown}"
    if isinstance(value, str | list) and not rule.get("shortest", 0) <= len(value) <= rule.get("longest", len(value)):
        yield f"expected length of {name} to be {_range(rule, 'shortest', 'longest')}, got {shown}"
    if "pattern" in rule and isinstance(value, str) and not re.fullmatch(rule["pattern"], value):
        yield f"invalid value for {name} ({rule['says']}), got {shown}"


def _is_one(text: str, allowed: Iterable[Any], *, any_case: bool) -> bool:
    known = [_text(each) for each in allowed]
    return text in known or (any_case and text.lower() in (each.lower() for each in known))


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
