"""Whether two worlds are the same but for what each cloud makes up: ids, addresses, digits of names, random values.

A value that only one of two worlds has, and an object of it made up, is replaced by the words for that object and
property, wherever it stands. What the worlds then still differ in is a real difference.
"""

from __future__ import annotations

import json
import re
import urllib.parse
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slipway.orphans.records import resources
from slipway.rehearsal.agreement import MADE_UP, revealed
from slipway.rehearsal.encoded import plain
from slipway.simulated.differences import seen
from slipway.simulated.facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slipway.simulated.store import Object

_SHORTEST = 8  # characters of a value that cannot stand inside another one by accident
_NUMBER = re.compile(r"[1-9][0-9]{5,}\Z")  # an id that may be shorter, since it counts only where it stands alone
_DIGEST = re.compile(r"[0-9a-f]{16,}\Z")
_DIGITS = re.compile(r"-[0-9a-f]{7}\Z")  # of a physical name that Pulumi made
# What a state says of a resource besides inputs; outputs are the cloud's.
_KEPT = ("type", "parent", "protect", "retainOnDelete", "deletedWith", "external", "delete", "initErrors")


@dataclass(frozen=True, slots=True)
class World:
    """A cloud, and the exported state that goes with it, secrets shown: any JSON, hence `Any`."""

    cloud: tuple[Object, ...]
    deployment: Mapping[str, Any]


def unlike(one: World, other: World) -> list[str]:
    """One line for each object or entry that is in one world only, or differs."""
    words, others = _words(one), _words(other)
    left = _described(one, {value: word for value, word in words.items() if value not in others})
    right = _described(other, {value: word for value, word in others.items() if value not in words})
    found = []
    for name in sorted({*left, *right}):
        if name not in left or name not in right:
            found.append(f"{name}: {'one too many' if name in left else 'missing'}")
        elif differing := _differing(left[name], right[name]):
            found.append(f"{name}: differs in {', '.join(differing)}")
    return found


def _described(world: World, words: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Each object and each entry of the state, under a name that says what it is, without what was made up."""
    entries = {f"entry {each['urn']}": _entry(each) for each in resources(world.deployment)}
    objects = {
        f"object {each.urn}": {
            "type": each.type,
            "inputs": _compared(each.type, each.inputs),
            "propertyDependencies": entries.get(f"entry {each.urn}", {}).get("propertyDependencies", {}),
        }
        for each in world.cloud
    }
    found = {**objects, **entries}
    if not (forms := _forms(words)):
        return found
    longest_first = sorted((form for form in forms if len(form) >= _SHORTEST), key=lambda form: (-len(form), form))
    made_up = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")
    return {made_up.sub(lambda at: forms[at[0]], name): _told(each, made_up, forms) for name, each in found.items()}


def _entry(each: Mapping[str, Any]) -> dict[str, Any]:
    inputs = _compared(each["type"], revealed(each.get("inputs") or {}))
    needs = {key: sorted(urns) for key, urns in (each.get("propertyDependencies") or {}).items() if urns}
    return {
        "inputs": {key: value for key, value in inputs.items() if key != MADE_UP},
        "dependencies": sorted(each.get("dependencies") or ()),
        "propertyDependencies": needs,
        "provider": each.get("provider", ""),
        **{key: each[key] for key in _KEPT if each.get(key)},
    }


def _compared(token: str, inputs: Any) -> Any:
    """The inputs of a resource that count: no provider compares the others either."""
    return plain(seen(inputs, facts_of(token).unseen))


def _words(world: World) -> dict[str, str]:
    """Each value that an object made up, with the words for it; of one that two objects share, the first one's."""
    words: dict[str, str] = {}
    for each in sorted(world.cloud, key=lambda each: (each.urn, each.id)):
        for path, value in [*_own_id(each), *_texts(each.computed, ""), *_made_name(each)]:
            words.setdefault(value, f"«{each.urn} {path}»")
    for entry in resources(world.deployment):
        if entry["type"].startswith("pulumi:providers:"):
            words.setdefault(entry["id"], f"«{entry['urn']} id»")
    return {value: word for value, word in words.items() if len(value) >= _SHORTEST or _NUMBER.match(value)}


def _own_id(each: Object) -> Iterator[tuple[str, str]]:
    """The id, but for one that was an output at first, as an image's is its digest: updates renew that alone."""
    facts = facts_of(each.type)
    if facts.computed.get("id") not in {f"{{{name}}}" for name in facts.renews}:
        yield "id", each.id


def _made_name(each: Object) -> Iterator[tuple[str, str]]:
    name = each.inputs.get(facts_of(each.type).autoname)
    if isinstance(name, str) and _DIGITS.search(name):
        yield "name", name


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in sorted(value.items()):
            yield from _texts(item, f"{path}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, f"{path}.{index}")
    elif isinstance(value, str):
        yield path.removeprefix("."), value


def _forms(words: Mapping[str, str]) -> dict[str, str]:
    """The words for every value as it may stand: as it is, in JSON, in an address and without its dot."""
    forms: dict[str, str] = {}
    for value, word in words.items():
        for form in (value, json.dumps(value)[1:-1], urllib.parse.quote(value, safe="")):
            forms.setdefault(form, word)
        if value.endswith("."):  # a whole name of DNS, which others keep without the dot
            forms.setdefault(value[:-1], f"{word} without its dot")
    return forms


def _told(value: Any, made_up: re.Pattern[str], forms: Mapping[str, str]) -> Any:
    """Any JSON with every made-up value replaced, the longest first; a number where it is one, as some ids are."""
    if isinstance(value, dict):
        return {_told(key, made_up, forms): _told(item, made_up, forms) for key, item in value.items()}
    if isinstance(value, list):
        return [_told(item, made_up, forms) for item in value]
    if isinstance(value, str):
        return forms.get(value) or made_up.sub(lambda at: forms[at[0]], value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return forms.get(str(value), value)
    return value


def _differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """What differs, but for inputs that the program reckoned from what was made up."""
    needing = one.get("propertyDependencies", {})
    names = [key for key in sorted({*one, *other} - {"inputs"}) if one.get(key) != other.get(key)]
    mine, others = one.get("inputs", {}), other.get("inputs", {})
    for name in sorted({*mine, *others}):
        left, right = mine.get(name), others.get(name)
        if left != right and not (name in needing and _reckoned(left, right)):
            names.append(f"inputs.{name}")
    return names


def _reckoned(one: Any, other: Any) -> bool:
    """Whether two values can be the same reckoning from two made-up values: numbers, or digests of one kind.

    Below a mapping each that differs: a group has the number of its template's version beside the template's id.
    """
    if isinstance(one, dict) and isinstance(other, dict):
        pairs = [(one[key], other.get(key)) for key in one]
        return one.keys() == other.keys() and all(left == right or _reckoned(left, right) for left, right in pairs)
    if isinstance(one, str) and isinstance(other, str):
        if one.isdecimal() and other.isdecimal():
            return True
        return len(one) == len(other) and bool(_DIGEST.match(one) and _DIGEST.match(other))
    return isinstance(one, int | float) and isinstance(other, int | float)
