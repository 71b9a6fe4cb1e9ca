"""What a server says of a snapshot, held against the form in which servers write it: what comes back is only data."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from slipway.drill.programs import Broken

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

KINDS = ("postgres", "sqlite", "redis")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")  # beside the manifest, and nowhere else
_ENCODING = re.compile(r"[A-Za-z0-9_]+")
_Json = Any  # what json gives


def read_manifest(text: str) -> dict[str, Any]:
    """The manifest. Raises `Broken` where it is none, or one of another form."""
    try:
        found = json.loads(text)
        well = _is_manifest(found)
    except (ValueError, RecursionError):  # no JSON, no time
        well = False
    if not well:
        raise Broken("manifest.json: it is not what a server writes: what was copied is not known")
    return dict(found)


def _is_manifest(found: _Json) -> bool:
    if not isinstance(found, dict):
        return False
    return (
        _each(found.get("files"), _FILE.fullmatch, _is_file)
        and _each(found.get("parts"), KINDS.__contains__, _is_part)
        and all(_is_database(part) for kind, part in found["parts"].items() if kind == "postgres")
    )


def _each(found: _Json, name: Callable[[str], object], value: Callable[[_Json], bool]) -> bool:
    return isinstance(found, dict) and all(name(key) and value(each) for key, each in found.items())


def _is_file(found: _Json) -> bool:
    return isinstance(found, dict) and isinstance(found.get("bytes"), int) and isinstance(found.get("sum"), str)


def _is_part(found: _Json) -> bool:
    if not isinstance(found, dict) or not _named(found, "file", _FILE):
        return False
    taken = found.get("taken")
    if not isinstance(taken, str) or datetime.fromisoformat(taken).tzinfo is None:
        return False
    return _each(found.get("contents"), bool, _is_counted)


def _is_counted(found: _Json) -> bool:
    return isinstance(found, dict) and isinstance(found.get("count"), int) and "sum" in found


def _is_database(found: Mapping[str, _Json]) -> bool:
    own = found.get("database")
    return (
        isinstance(own, str) and bool(own) and _named(found, "globals", _FILE) and _named(found, "encoding", _ENCODING)
    )


def _named(found: Mapping[str, _Json], key: str, form: re.Pattern[str]) -> bool:
    value = found.get(key)
    return isinstance(value, str) and form.fullmatch(value) is not None
