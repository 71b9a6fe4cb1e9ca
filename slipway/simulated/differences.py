"""What changed in an object's inputs, and whether that needs a new object. Inputs are any JSON, hence `Any`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slipway.simulated.facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from slipway.simulated.facts import Facts

_COUNT, _LOWER = "#", "<"
_VERSION = re.compile(r"\d+(\.\w+)*")
_NUMBER = re.compile(r"\d+")
_TAGS = frozenset({"tags", "tagsAll"})


@dataclass(frozen=True, slots=True)
class Change:
    """One input that differs. `kind` is add, delete or update.

    `unproven` is whether nobody here knows if a real provider replaces the object for it.
    """

    name: str
    kind: str
    replaces: bool
    unproven: bool = False


def changes(old: dict[str, Any], new: dict[str, Any], facts: Facts, ignored: Sequence[str] = ()) -> tuple[Change, ...]:
    """The inputs that differ, in order of name, but for those whose change is `ignored`, and those that are unseen."""
    old, new = seen(old, facts.unseen), seen(new, facts.unseen)
    passed_over = {path.split(".")[0].split("[")[0] for path in ignored}
    keys = sorted(key for key in {*old, *new} - passed_over if not key.startswith("__"))  # no inputs of a program
    differing = [key for key in keys if old.get(key) != new.get(key)]
    return tuple(_change(key, old, new, facts) for key in differing)


def seen(inputs: Any, unseen: Iterable[str]) -> Any:
    """The inputs without what a provider passes over when it compares: paths with dots, through each list."""
    for path in unseen:
        inputs = _without(inputs, path)
    return inputs


def _without(value: Any, path: str) -> Any:
    if isinstance(value, list):
        return [_without(item, path) for item in value]
    head, _, rest = path.partition(".")
    if not isinstance(value, dict) or head not in value:
        return value
    left = {key: item for key, item in value.items() if key != head}
    return {**left, head: _without(value[head], rest)} if rest else left


def unproven(token: str, old: dict[str, Any], new: dict[str, Any], differing: Iterable[str] = ()) -> tuple[str, ...]:
    """The inputs that differ of which nobody here knows if a real provider replaces the object for them.

    Tags are none of them: no provider replaces for those. `differing` are such as differ although it cannot be seen
    here, as secrets that are hidden.
    """
    facts = facts_of(token)
    seen = {change.name: change for change in changes(old, new, facts)}
    hidden = {key: _change(key, old, new, facts) for key in differing if key not in seen}
    return tuple(key for key, change in sorted((hidden | seen).items()) if change.unproven and key not in _TAGS)


def _change(key: str, old: dict[str, Any], new: dict[str, Any], facts: Facts) -> Change:
    kind = "add" if key not in old else "delete" if key not in new else "update"
    switch = facts.replace_if.get(key)
    if switch is not None:
        return Change(key, kind, new.get(switch) is True)
    replaces = any(_fits(path, key, old, new) for path in facts.replace)
    decided = any(_fits(path, key, old, new) for path in facts.may_replace)
    return Change(key, kind, replaces, unproven=not replaces and (decided or not facts.known))


def _fits(path: str, key: str, old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether what differs in this input is what the path means."""
    if path in ("*", key):
        return True
    head, _, rest = path.removesuffix(_LOWER).partition(".")
    if head != key:
        return False
    before, after = list(values_at(old.get(key), rest)), list(values_at(new.get(key), rest))
    return _is_lower(before, after) if path.endswith(_LOWER) else before != after


def _is_lower(before: list[Any], after: list[Any]) -> bool:
    """Whether a number or version went down, as far as both say it; one that cannot be read may have."""
    given = [(old, new) for old, new in zip(before, after, strict=False) if old is not None and new is not None]
    return any(_lowered(str(old), str(new)) for old, new in given)


def _lowered(old: str, new: str) -> bool:
    if not (_VERSION.fullmatch(old) and _VERSION.fullmatch(new)):
        return True
    numbers = zip(_NUMBER.findall(old), _NUMBER.findall(new), strict=False)
    return next((int(after) < int(before) for before, after in numbers if int(before) != int(after)), False)


def values_at(value: Any, path: str) -> Iterator[Any]:
    """The values at a dotted path, through every item of each list on the way; None where there is nothing.

    `#` at the end of a path gives the number of items, 1 for what is no list.
    """
    if path == _COUNT:
        yield len(value) if isinstance(value, list) else int(value is not None)
    elif isinstance(value, list):
        for item in value:
            yield from values_at(item, path)
    elif not path:
        yield value
    elif isinstance(value, dict):
        head, _, rest = path.partition(".")
        yield from values_at(value.get(head), rest)
