"""What each test reaches: a mutant meets only tests that call its function."""

from __future__ import annotations

import cProfile
import json
import time
from contextlib import closing
from dataclasses import dataclass
from types import CodeType
from typing import TYPE_CHECKING, Final

from tools.rule_mutation.children import each
from tools.rule_mutation.suite import passes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pytest

    from tools.rule_mutation.results import Cache

_TOGETHER: Final = 60  # tests of which one child measures what they reach


@dataclass(frozen=True, slots=True)
class Reached:
    """How long a test takes, and the functions of the rules that it calls: file below the rules, first line."""

    seconds: float
    functions: tuple[tuple[str, int], ...]


def reach_of(
    items: Sequence[pytest.Item], rules: Path, cache: Cache, world: str, at_once: int
) -> list[Reached]:  # fmt: skip
    """What each of these tests reaches. A test that fails without a mutant ends everything."""
    kept = cache.file("reached.json")
    found = cache.read(kept, world) or {}
    unknown = [item for item in items if item.nodeid not in found]

    def work(start: int) -> bytes:
        told = {item.nodeid: _reach(item, rules) for item in unknown[start : start + _TOGETHER]}
        return json.dumps(told).encode()

    with closing(each(range(0, len(unknown), _TOGETHER), work, at_once)) as answers:
        for answer in answers:
            found |= json.loads(answer.told)
    failing = [name for name, told in found.items() if told is None]
    if failing:
        raise SystemExit(f"error: {len(failing)} tests fail without any mutant: mend these first.\n{failing[0]}")
    if unknown:
        cache.keep(kept, world, found)
    told = (found[item.nodeid] for item in items)
    return [Reached(seconds, tuple((file, line) for file, line in calls)) for seconds, calls in told]


def _reach(item: pytest.Item, rules: Path) -> tuple[float, list[tuple[str, int]]] | None:
    profile = cProfile.Profile(subcalls=False, builtins=False)
    started = time.process_time()
    profile.enable()
    passed = passes(item, None)
    profile.disable()
    seconds = time.process_time() - started
    below = f"{rules}/"
    called = (entry.code for entry in profile.getstats())
    functions = {
        (code.co_filename.removeprefix(below), code.co_firstlineno)
        for code in called
        if isinstance(code, CodeType) and code.co_filename.startswith(below)
    }
    return (seconds, sorted(functions)) if passed else None
