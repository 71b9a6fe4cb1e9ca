"""Updates that delete data although the resource stays."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from slipway.danger.changes import Fate

if TYPE_CHECKING:
    from slipway.danger.changes import Change
    from slipway.danger.facts import Erasing, TypeFacts


def erased(change: Change, facts: TypeFacts) -> dict[str, str]:
    """The inputs whose update deletes data, with why."""
    if change.fate is not Fate.UPDATED:
        return {}
    before, after = change.old.get("inputs") or {}, change.new.get("inputs") or {}
    return {
        rule.path: rule.why for rule in facts.erases if _is_met(rule, _at(before, rule.path), _at(after, rule.path))
    }


def _is_met(rule: Erasing, before: list[Any], after: list[Any]) -> bool:
    if rule.when == "zero":
        return after == [0] and before != [0]
    if rule.when == "shorter":
        return before != after and _shortest(after, rule.unset) < _shortest(before, rule.unset)
    return any(item not in before for item in after)


def _shortest(times: list[Any], unset: float) -> float:
    """The shortest of some times, where 0 is for ever; one that cannot be read may be any: the shortest, to be safe."""
    try:
        given = [float(time) or math.inf for time in times]
    except (TypeError, ValueError):
        return 0
    return min(given, default=unset)


def _at(value: Any, path: str) -> list[Any]:
    """The leaves at a dotted path, through every item of each list on the way."""
    if isinstance(value, list):
        return [leaf for item in value for leaf in _at(item, path)]
    if not path:
        return [value]
    head, _, rest = path.partition(".")
    return _at(value[head], rest) if isinstance(value, dict) and head in value else []
