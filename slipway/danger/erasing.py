"""Updates that delete data although the resource stays."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from slipway.danger.changes import Fate, tops
from slipway.danger.facts import is_hidden

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slipway.danger.changes import Change
    from slipway.danger.facts import Erasing, TypeFacts

    # The leaves at a path, any JSON, each with the ids of the items that it stands in, as far as they have one.
    Leaves = list[tuple[str, Any]]

_SHORTEST = -1.0  # shorter than any time


def erased(change: Change, facts: TypeFacts) -> dict[str, str]:
    """The inputs whose update deletes data, with why."""
    if change.fate is not Fate.UPDATED:
        return {}
    before, after = change.old.get("inputs") or {}, change.new.get("inputs") or {}
    found = {}
    for rule in facts.erases:
        old, new = (list(_at(inputs, rule.path, rule.off)) for inputs in (before, after))
        # Two values that are hidden look alike: then the engine says whether they are.
        if (old != new or tops([rule.path]) & tops(change.keys)) and _is_met(rule, old, new):
            found[rule.path] = rule.why
    return found


def _is_met(rule: Erasing, old: Leaves, new: Leaves) -> bool:
    """Whether an update does what the rule says. What cannot be read counts as what endangers most."""
    if rule.when == "zero":
        after, before = ([leaf for _, leaf in leaves] or [rule.unset] for leaves in (new, old))
        return 0 in (_number(leaf, 0) for leaf in after) and 0 not in (_number(leaf, math.inf) for leaf in before)
    if rule.when == "shorter":
        return _is_shorter(_times(old, math.inf), _times(new, _SHORTEST), rule.unset)
    known = [leaf for _, leaf in old]
    return any(leaf not in known or is_hidden(leaf) for _, leaf in new)


def _is_shorter(before: Counter[tuple[str, float]], after: Counter[tuple[str, float]], unset: float) -> bool:
    """Whether something is kept for less time. What stayed the same says nothing of what came beside it."""
    if not after:
        return unset < max((time for _, time in before), default=unset)
    came, went = _by_place(after - before), _by_place(before - after)
    both = came.keys() & went.keys()
    # What has another id now may be the same, where its time is.
    named_anew = Counter(time for place in came.keys() - both for time in came[place])
    named_anew -= Counter(time for place in went.keys() - both for time in went[place])
    return any(min(came[place]) < max(went[place]) for place in both) or min(named_anew, default=unset) < unset


def _by_place(times: Counter[tuple[str, float]]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for place, time in times.elements():
        found.setdefault(place, []).append(time)
    return found


def _times(leaves: Leaves, unreadable: float) -> Counter[tuple[str, float]]:
    """Times, where 0 is for ever."""
    return Counter((place, _number(leaf, unreadable) or math.inf) for place, leaf in leaves)


def _number(value: Any, unreadable: float) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return unreadable


def _at(value: Any, path: str, off: Mapping[str, Any], place: str = "") -> Iterator[tuple[str, Any]]:
    """The leaves at a dotted path, through every item of each list on the way but those that are switched off.

    What is hidden on the way is one leaf: nobody knows what is in it.
    """
    if is_hidden(value) or (not path and not isinstance(value, list)):
        yield place, value
    elif isinstance(value, list):
        for item in value:
            if not (off and isinstance(item, dict) and all(item.get(name) == switch for name, switch in off.items())):
                named = item.get("id", "") if isinstance(item, dict) else ""
                yield from _at(item, path, off, f"{place}/{named}")
    elif isinstance(value, dict):
        head, _, rest = path.partition(".")
        if value.get(head) is not None:
            yield from _at(value[head], rest, off, place)
