"""Faults as people write them: a list in a file."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from slipway.errors import UsageError
from slipway.simulated.faults import Fault, FaultError
from slipway.yaml_files import read_list

if TYPE_CHECKING:
    from pathlib import Path

_FIELDS = {field.name: field for field in dataclasses.fields(Fault)}
_TYPES: dict[str, type | tuple[type, ...]] = {"nth": int, "times": int, "seconds": (int, float)}
_WORDS = {"nth": "a whole number", "times": "a whole number", "seconds": "a number"}


def read_faults(file: Path) -> tuple[Fault, ...]:
    """The faults in a file, YAML or JSON (docs/engine.md). Raises `UsageError` where it does not fit."""
    return tuple(_fault(entry, f"{file}: [{number}]") for number, entry in enumerate(read_list(file)))


def _fault(entry: Any, where: str) -> Fault:
    """One fault. `Any`: the user's own data."""
    if not isinstance(entry, dict) or "kind" not in entry:
        raise UsageError(f"{where}: given {entry!r}; a mapping with a kind is wanted, as in `kind: fail`.")
    for name, value in entry.items():
        if name not in _FIELDS:
            raise UsageError(f"{where}: {name}: not known here; allowed: {', '.join(_FIELDS)}.")
        if isinstance(value, bool) or not isinstance(value, _TYPES.get(name, str)):
            raise UsageError(f"{where}: {name}: given {value!r}; {_WORDS.get(name, 'a text')} is wanted.")
    try:
        return Fault(**entry)
    except FaultError as error:
        raise UsageError(f"{where}: {error}") from None
