"""Whether two worlds are the same but for what each cloud makes up: ids, addresses, digits of names, random values.

Each made-up value is replaced by the name of the object and property that it belongs to, wherever it stands. What two
worlds then still differ in is a real difference.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import re
import urllib.parse
import zlib
from typing import TYPE_CHECKING, Any

from slipway.rehearsal.agreement import resources, revealed
from slipway.simulated.facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from slipway.simulated.store import Object

_SHORTEST = 8  # characters of a value that cannot stand somewhere by accident
_DIGITS = re.compile(r"-[0-9a-f]{7}\Z")  # of a physical name that Pulumi made
_ENCODED = re.compile(r"[A-Za-z0-9+/]{64,}={0,2}\Z")
# What a state says of a resource besides inputs; outputs are the cloud's, and ids are told by them.
_KEPT = ("type", "parent", "protect", "dependencies", "propertyDependencies", "retainOnDelete", "deletedWith", "external")

World = dict[str, dict[str, Any]]
"""Each object and each state entry by URN, in words that two worlds share: any JSON, hence `Any`."""


def world(cloud: Sequence[Object], deployment: Mapping[str, Any]) -> World:
    """A cloud and the exported state that goes with it, secrets shown, without what was made up."""
    words = _words(cloud, deployment)
    objects = {
        f"{each.urn} in the cloud": {"type": each.type, "inputs": _plain(each.inputs)}
        for each in sorted(cloud, key=lambda each: (each.urn, each.id))
    }
    entries = {
        f"{each['urn']} in the state": {
            "inputs": _plain(revealed(each.get("inputs") or {})),
            **{key: each[key] for key in _KEPT if each.get(key)},
        }
        for each in resources(deployment)
    }
    replaced: World = json.loads(_replaced(json.dumps({**objects, **entries}, sort_keys=True), words))
    return replaced


def unlike(one: World, other: World) -> list[str]:
    """One line for each object or entry that is in one world only, or differs."""
    found = []
    for name in sorted({*one, *other}):
        if name not in one or name not in other:
            found.append(f"{name}: only {'after the recovery' if name in one else 'in an undisturbed run'}")
        elif one[name] != other[name]:
            found.append(f"{name}: differs in {', '.join(_differing(one[name], other[name]))}")
    return found


def _words(cloud: Sequence[Object], deployment: Mapping[str, Any]) -> dict[str, str]:
    """Each made-up value with the words that stand for it; of one that two objects share, the first one's."""
    words: dict[str, str] = {}
    for each in sorted(cloud, key=lambda each: (each.urn, each.id)):
        for path, value in [("id", each.id), *_texts(each.computed, ""), *_made_names(each)]:
            words.setdefault(value, f"«{each.urn} {path}»")
    for each in resources(deployment):
        if each["type"].startswith("pulumi:providers:"):
            words.setdefault(each["id"], f"«{each['urn']} id»")
    return {value: word for value, word in words.items() if len(value) >= _SHORTEST}


def _made_names(each: Object) -> Iterator[tuple[str, str]]:
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


def _replaced(text: str, words: Mapping[str, str]) -> str:
    """The text with every value replaced, the longest first, as it stands and as it stands in an address."""
    forms = {}
    for value, word in words.items():
        for form in (json.dumps(value)[1:-1], urllib.parse.quote(value, safe="")):
            forms.setdefault(form, json.dumps(word)[1:-1])
    longest_first = sorted(forms, key=lambda form: (-len(form), form))
    if not longest_first:
        return text
    return re.sub("|".join(map(re.escape, longest_first)), lambda found: forms[found[0]], text)


def _plain(value: Any) -> Any:
    """A value with texts that are encoded, as user data is, in clear: made-up values stand in them too."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, str) and _ENCODED.match(value):
        return _decoded(value)
    return value


def _decoded(text: str) -> str:
    try:
        held = base64.b64decode(text, validate=True)
        return (gzip.decompress(held) if held[:2] == b"\x1f\x8b" else held).decode()
    except (binascii.Error, UnicodeDecodeError, OSError, EOFError, zlib.error):
        return text


def _differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    names = []
    for key in sorted({*one, *other}):
        left, right = one.get(key), other.get(key)
        if left == right:
            continue
        if isinstance(left, dict) and isinstance(right, dict):
            names += [f"{key}.{name}" for name in sorted({*left, *right}) if left.get(name) != right.get(name)]
        else:
            names.append(key)
    return names
