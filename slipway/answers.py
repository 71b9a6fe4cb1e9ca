"""The answers file: results of look-ups that only a cloud, another stack or an environment could tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.errors import UsageError
from slipway.yaml_files import read_mapping

if TYPE_CHECKING:
    from pathlib import Path

# What each kind of answer is, and for those that are lists or mappings of entries, what an entry holds.
_KINDS: dict[str, type] = {
    "invokes": list, "resources": list, "stackReferences": dict, "environments": dict, "config": dict,
}  # fmt: skip
_FIELDS: dict[str, dict[str, type]] = {
    "invokes": {"token": str, "args": dict, "result": dict},
    "resources": {"type": str, "id": str, "properties": dict},
    "stackReferences": {"outputs": dict, "secretOutputNames": list},
    "environments": {"pulumiConfig": dict},
}
_MAY_BE_MISSING = {"args", "outputs", "secretOutputNames", "pulumiConfig"}
_WORDS: dict[type, str] = {
    list: "a list", dict: "a mapping", str: "a text", int: "a number", float: "a number", bool: "true or false",
}  # fmt: skip


def read_answers(file: Path) -> dict[str, Any]:
    """What an answers file holds, YAML or JSON (docs/answers.md). Raises `UsageError` where it does not fit."""
    answers = read_mapping(file)
    for kind, entries in answers.items():
        if kind not in _KINDS:
            raise UsageError(f"{file}: {kind}: not a kind of answer; allowed: {', '.join(_KINDS)}.")
        _must_be(entries, _KINDS[kind], f"{file}: {kind}")
        if kind in _FIELDS:
            named = entries.items() if isinstance(entries, dict) else enumerate(entries)
            for name, entry in named:
                _check(entry, _FIELDS[kind], f"{file}: {kind}[{name}]")
    return answers


def _check(entry: Any, fields: dict[str, type], where: str) -> None:
    """One answer. `Any`: the user's own data."""
    _must_be(entry, dict, where)
    missing = [name for name in fields if name not in entry and name not in _MAY_BE_MISSING]
    if missing:
        raise UsageError(f"{where}: {', '.join(missing)} missing; each needs {', '.join(_needed(fields))}.")
    for name, value in entry.items():
        if name not in fields:
            raise UsageError(f"{where}: {name}: not known here; allowed: {', '.join(fields)}.")
        _must_be(value, fields[name], f"{where}.{name}")


def _needed(fields: dict[str, type]) -> list[str]:
    return [name for name in fields if name not in _MAY_BE_MISSING]


def _must_be(value: Any, kind: type, where: str) -> None:
    if not isinstance(value, kind):
        hint = " Quote it." if kind is str else ""
        given = _WORDS.get(type(value), "nothing")  # never the value itself: it may be a secret's
        raise UsageError(f"{where}: given {given}; {_WORDS[kind]} is wanted.{hint}")
