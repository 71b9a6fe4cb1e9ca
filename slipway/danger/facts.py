"""What each type holds and serves, as data: `data/<package>.json`, and `data/general.json` for every cloud."""

from __future__ import annotations

import functools
import json
import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plan.model import PROVIDER_PREFIX
from slipway.engine.results import SECRET

if TYPE_CHECKING:
    from collections.abc import Mapping

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"  # the engine's text for a value that only deployment tells
_DATA = Path(__file__).with_name("data")
_GENERAL = "general"
_PROTECTED = "something that is protected"


@dataclass(frozen=True, slots=True)
class Traffic:
    """What takes traffic: in words, what fails `without` it, and what the `switch` to another one brings."""

    what: str
    without: str
    switch: str


@dataclass(frozen=True, slots=True)
class Restart:
    """The inputs whose update interrupts, and what that means."""

    keys: tuple[str, ...] = ()
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Erasing:
    """An input at a dotted path whose update deletes data, `when` it becomes zero or shorter or has something added.

    `unset` is what stands for one that is left out; without it that is a time without an end, as 0 is. `off` is what an
    item of a list on the way says where it is switched off.
    """

    path: str
    when: str
    why: str
    unset: float = math.inf
    off: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TypeFacts:
    """One type. `holds` says what data it has, empty for none; `rewritten` that a replacement writes it anew."""

    holds: str = ""
    rewritten: bool = False
    traffic: Traffic | None = None
    restart: Restart = field(default_factory=Restart)
    one_way: Mapping[str, str] = field(default_factory=dict)
    erases: tuple[Erasing, ...] = ()


def facts_of(token: str, state: Mapping[str, Any], *, custom: bool) -> TypeFacts:
    """The facts of a resource of that type in that state, which is Pulumi's JSON, hence `Any`.

    A type that no file knows holds data where it is protected, or where its package has no file and its class is named
    like data. A component and a provider hold nothing themselves.
    """
    if not custom or token.startswith(PROVIDER_PREFIX):
        return TypeFacts()
    package = token.partition(":")[0]
    known = _read(package)
    entry = known.get("data", {}).get(token)
    holds = ""
    if entry and _applies(entry, state.get("inputs") or {}):
        holds = entry["what"]
    elif not known:
        holds = _by_name(token.rpartition(":")[2])
    traffic = known.get("traffic", {}).get(token)
    restart = known.get("restarts", {}).get(token)
    erases = known.get("erases", {}).get(token, {})
    return TypeFacts(
        holds=holds or (_PROTECTED if state.get("protect") else ""),
        rewritten=bool(holds and entry and entry.get("on") == "deletion"),
        traffic=Traffic(**traffic) if traffic else None,
        restart=Restart(tuple(restart["keys"]), restart["sentence"]) if restart else Restart(),
        one_way=known.get("one_way", {}).get(token, {}),
        erases=tuple(Erasing(path, **rule) for path, rule in erases.items()),
    )


def is_hidden(value: Any) -> bool:
    """Whether a preview does not show a value, of any JSON."""
    return value in (UNKNOWN, SECRET)


def guards() -> Mapping[str, bool]:
    """Inputs that keep data from deletion in the cloud itself, with the value that does."""
    found: dict[str, bool] = _read(_GENERAL)["guards"]
    return found


def _applies(entry: Mapping[str, Any], inputs: Mapping[str, Any]) -> bool:
    """Whether a resource with these inputs is meant; what cannot be read counts as meant."""
    where = all(_may_be(inputs.get(name), value) for name, value in entry.get("where", {}).items())
    return where and all(_has(inputs.get(name), item) for name, item in entry.get("holding", {}).items())


def _has(listed: Any, wanted: Mapping[str, Any]) -> bool:
    if is_hidden(listed):
        return True
    return any(
        is_hidden(item)
        or (isinstance(item, dict) and all(_may_be(item.get(key), value) for key, value in wanted.items()))
        for item in (listed if isinstance(listed, list) else ())
    )


def _may_be(value: Any, wanted: Any) -> bool:
    return is_hidden(value) or bool(value == wanted)


def _by_name(kind: str) -> str:
    general = _read(_GENERAL)
    suffix = "|".join(general["suffixes"])
    return next((what for word, what in general["words"].items() if re.search(f"{word}({suffix})?$", kind)), "")


@functools.cache
def _read(package: str) -> dict[str, Any]:
    """A package's file, empty where there is none."""
    file = _DATA / f"{package}.json"
    if not re.fullmatch(r"[a-z0-9-]+", package) or not file.is_file():
        return {}
    data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return data
