"""Probable renames: what vanishes while something like it appears."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slipway.danger.changes import Fate
from slipway.danger.findings import Renamed
from slipway.danger.made_names import made_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from slipway.danger.changes import Change

NAMED_AFTER_RELEASE = frozenset({"cloudflare:index/workerVersion:WorkerVersion"})
"""Types whose resources are called after their release: each is made, and leaves the program with the next one."""
_MOST = 0.5  # of the inputs


@dataclass(frozen=True, slots=True)
class _Looks:
    """What of a resource is compared with others, found once. A physical name made of the logical one tells nothing."""

    urn: str
    type: str
    name: str
    parent: str
    custom: bool
    keys: frozenset[str]
    inputs: frozenset[tuple[str, str]]
    words: frozenset[str]
    letters: frozenset[str]  # each with its neighbour

    @classmethod
    def of(cls, change: Change, state: Mapping[str, Any]) -> _Looks:
        name = change.name
        made = made_names(state, name)
        inputs = {key: item for key, item in (state.get("inputs") or {}).items() if key not in made}
        return cls(
            urn=change.urn,
            type=change.type,
            name=name,
            parent=change.parent,
            custom=change.custom,
            keys=frozenset(inputs),
            inputs=frozenset((key, json.dumps(item, sort_keys=True)) for key, item in inputs.items()),
            words=frozenset(name.split("-")),
            letters=frozenset(map("".join, zip(f" {name}", f"{name} ", strict=True))),
        )


def successors(changes: Sequence[Change]) -> dict[str, str]:
    """Each URN that vanishes with the one new URN that is most like it; no new URN is paired twice.

    What is called after its release has another name with the next one, and is no rename.
    """
    changes = [change for change in changes if change.type not in NAMED_AFTER_RELEASE]
    gone = [_Looks.of(change, change.old) for change in changes if change.fate is Fate.DELETED and not change.left_over]
    made = [_Looks.of(change, change.new) for change in changes if change.fate is Fate.CREATED]
    pairs = _unmistakable(gone, made)
    taken = set(pairs.values())
    left = [each for each in gone if each.urn not in pairs], [each for each in made if each.urn not in taken]
    likeness = sorted(
        ((score, old.urn, new.urn) for old, new in _candidates(*left) if (score := _likeness(old, new))), reverse=True
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


def _unmistakable(gone: Sequence[_Looks], made: Sequence[_Looks]) -> dict[str, str]:
    """The pairs of the very same inputs that no others have, where no name speaks for another pair.

    Without them every one of a type would be compared with every other, as when a thousand are renamed at once.
    """
    sides = []
    for side, others in ((gone, made), (made, gone)):
        names = {(each.type, each.name) for each in others}
        found: defaultdict[tuple[str, frozenset[tuple[str, str]]], list[_Looks]] = defaultdict(list)
        for each in side:
            if each.custom and each.inputs:
                found[each.type, each.inputs].append(each)
        sides.append(
            {
                inputs: alike[0].urn
                for inputs, alike in found.items()
                if len(alike) == 1 and (alike[0].type, alike[0].name) not in names
            }
        )
    before, after = sides
    return {before[inputs]: after[inputs] for inputs in before if inputs in after}


def _candidates(gone: Sequence[_Looks], made: Sequence[_Looks]) -> Iterator[tuple[_Looks, _Looks]]:
    """The pairs that may be alike at all: of one type, or components of one name."""
    by_type: defaultdict[str, list[_Looks]] = defaultdict(list)
    by_name: defaultdict[str, list[_Looks]] = defaultdict(list)
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


def _likeness(old: _Looks, new: _Looks) -> float:
    """How much two are alike; 0 for those that are not.

    What has the same name or most of its inputs may be the same thing. A component has few inputs or none, so its type
    is enough, or its name where the type is what changed.
    """
    same_name, same_type = old.name == new.name, old.type == new.type
    names = old.keys | new.keys
    inputs = len(old.inputs & new.inputs) / len(names) if names else 1
    alike = same_type and (same_name or inputs >= _MOST) if old.custom else same_type or same_name
    if old.custom != new.custom or not alike:
        return 0
    return 1 + 2 * same_name + (old.parent == new.parent) + 3 * inputs + _same_words(old, new)


def _same_words(old: _Looks, new: _Looks) -> float:
    """How much two names are alike: the words that they share, else their letters."""
    words = len(old.words & new.words) / len(old.words | new.words)
    return max(words, len(old.letters & new.letters) / len(old.letters | new.letters))
