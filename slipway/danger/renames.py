"""Probable renames: what vanishes while something like it appears."""

from __future__ import annotations

import re
from collections import defaultdict
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from slipway.danger.changes import Fate
from slipway.danger.findings import Renamed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from slipway.danger.changes import Change

_MOST = 0.5  # of the inputs


def successors(changes: Sequence[Change]) -> dict[str, str]:
    """Each URN that vanishes with the one new URN that is most like it; no new URN is paired twice."""
    gone = [change for change in changes if change.fate is Fate.DELETED and not change.left_over]
    made = [change for change in changes if change.fate is Fate.CREATED]
    pairs: dict[str, str] = {}
    taken: set[str] = set()
    likeness = sorted(
        ((score, old.urn, new.urn) for old, new in _candidates(gone, made) if (score := _likeness(old, new))),
        reverse=True,
    )
    for _, old, new in likeness:
        if old not in pairs and new not in taken:
            pairs[old] = new
            taken.add(new)
    return pairs


def renames(changes: Sequence[Change], pairs: Mapping[str, str]) -> tuple[Renamed, ...]:
    """The `successors` as findings. Where a parent is renamed, what lies below it is told with the parent only."""
    parents = {change.urn: change.parent for change in changes if change.urn in pairs}
    below: dict[str, list[str]] = {urn: [] for urn in pairs}
    for urn in pairs:
        if (top := _top(urn, parents)) != urn:
            below[top].append(urn)
    return tuple(
        Renamed(old, pairs[old], tuple(sorted(below[old]))) for old in sorted(pairs) if _top(old, parents) == old
    )


def _candidates(gone: Sequence[Change], made: Sequence[Change]) -> Iterator[tuple[Change, Change]]:
    """The pairs that may be alike at all: of one type, or components of one name."""
    by_type: defaultdict[str, list[Change]] = defaultdict(list)
    by_name: defaultdict[str, list[Change]] = defaultdict(list)
    for new in made:
        by_type[new.type].append(new)
        if not new.custom:
            by_name[new.name].append(new)
    for old in gone:
        yield from ((old, new) for new in by_type[old.type])
        if not old.custom:
            yield from ((old, new) for new in by_name[old.name] if new.type != old.type)


def _top(urn: str, parents: Mapping[str, str]) -> str:
    """The highest of those above a URN that vanish with it, in an unbroken line."""
    while (parent := parents.get(urn, "")) in parents:
        urn = parent
    return urn


def _likeness(old: Change, new: Change) -> float:
    """How much two are alike; 0 for those that are not.

    What has the same name or most of its inputs may be the same thing. A component has few inputs or none, so its type
    is enough, or its name where the type is what changed.
    """
    same_name, same_type = old.name == new.name, old.type == new.type
    inputs = _shared(old, new)
    alike = same_type and (same_name or inputs >= _MOST) if old.custom else same_type or same_name
    if old.custom != new.custom or not alike:
        return 0
    return 1 + 2 * same_name + (old.parent == new.parent) + 3 * inputs + _same_words(old.name, new.name)


def _shared(old: Change, new: Change) -> float:
    """The part of the inputs that both have alike. A physical name that is made of the logical one tells nothing."""
    before, after = _own_inputs(old.old, old.name), _own_inputs(new.new, new.name)
    names = {*before, *after}
    return sum(before.get(name) == after.get(name) for name in names) / len(names) if names else 1


def _own_inputs(state: Mapping[str, Any], name: str) -> dict[str, Any]:
    made = re.compile(rf"{re.escape(name)}-[0-9a-f]{{7,}}")
    inputs = state.get("inputs") or {}
    return {key: value for key, value in inputs.items() if not (isinstance(value, str) and made.fullmatch(value))}


def _same_words(old: str, new: str) -> float:
    """How much two names are alike: the words that they share, else their letters."""
    before, after = set(old.split("-")), set(new.split("-"))
    return max(len(before & after) / len(before | after), SequenceMatcher(None, old, new, autojunk=False).ratio())
