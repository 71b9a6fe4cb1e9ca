"""A manifest of another form than a server writes is refused as a whole: nothing of it is read as a path or a word."""

from __future__ import annotations

import json
from typing import Any

import pytest

from slipway.drill.manifest import read_manifest
from slipway.drill.programs import Broken

COUNTED = {"keys": {"count": 3, "sum": "5b0c"}}
REDIS = {"file": "redis.rdb", "taken": "2026-11-30T03:30:00.5+00:00", "contents": COUNTED}
POSTGRES = {
    "file": "postgres.dump",
    "taken": "2026-11-30T03:30:00Z",
    "contents": COUNTED,
    "database": "shop",
    "globals": "globals.sql",
    "encoding": "UTF8",
}
FILES = {"redis.rdb": {"bytes": 10, "sum": "5b0c"}}


def manifest(**changes: Any) -> str:  # Any: any JSON
    return json.dumps({"parts": {"redis": REDIS, "postgres": POSTGRES}, "files": FILES, **changes})


def test_what_a_server_writes_is_read() -> None:
    assert read_manifest(manifest()) == json.loads(manifest())
    assert read_manifest(manifest(parts={}, files={}))["parts"] == {}


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[1]",
        "[" * 100_000,
        manifest(parts=[]),
        manifest(parts={"mysql": REDIS}),
        manifest(parts={"redis": {}}),
        manifest(parts={"redis": {**REDIS, "taken": "yesterday"}}),
        manifest(parts={"redis": {**REDIS, "taken": "2026-11-30T03:30:00"}}),
        manifest(parts={"redis": {**REDIS, "file": "../../etc/passwd"}}),
        manifest(parts={"redis": {**REDIS, "file": ".."}}),
        manifest(parts={"redis": {**REDIS, "contents": []}}),
        manifest(parts={"redis": {**REDIS, "contents": {"keys": {}}}}),
        manifest(parts={"postgres": REDIS}),
        manifest(parts={"postgres": {**POSTGRES, "encoding": "UTF8' x"}}),
        manifest(parts={"postgres": {**POSTGRES, "globals": "/etc/passwd"}}),
        manifest(files={"redis.rdb": {}}),
        manifest(files={"../redis.rdb": FILES["redis.rdb"]}),
        manifest(files=None),
    ],
)
def test_another_form_is_named(text: str) -> None:
    with pytest.raises(Broken, match=r"manifest\.json: it is not what a server writes"):
        read_manifest(text)
