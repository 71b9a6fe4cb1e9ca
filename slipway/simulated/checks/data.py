"""The data that checks read, once for each package: `data/<package>-<name>.json`."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parents[1] / "data"


def inputs_data(token: str) -> dict[str, Any]:
    """What is written down of inputs, of all types of this token's package. Any JSON, hence `Any`."""
    return _read(token.partition(":")[0], "inputs")


def relations_data(token: str) -> dict[str, Any]:
    """What is written down of how objects stand to each other. Any JSON, hence `Any`."""
    return _read(token.partition(":")[0], "relations")


@functools.cache
def _read(package: str, name: str) -> dict[str, Any]:
    file = _DATA / f"{package}-{name}.json"
    data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return data
