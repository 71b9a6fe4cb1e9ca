"""The measurement: for each mutant the tests that reach its function, the last killer first, then the quickest."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tools.rule_mutation.children import each, give
from tools.rule_mutation.live import Live
from tools.rule_mutation.results import Result, digest
from tools.rule_mutation.suite import Reached, passes, reach, with_tests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import pytest

    from tools.rule_mutation.results import Cache, Module, Status

_TOGETHER: Final = 60  # tests of which one child measures what they reach
_SAVED_AFTER: Final = 20.0
_PATIENCE: Final = 10.0  # times the seconds that a test takes otherwise
_LEAST: Final = 2.0


@dataclass(frozen=True, slots=True)
class Where:
    """What is mutated (`rules`), what tests it (`tests`), and what else decides what a test sees (`below`)."""

    root: Path
    rules: Path
    tests: Path
    below: tuple[Path, ...] = ()

    @property
    def modules(self) -> list[Path]:
        """The modules of the rules."""
        return sorted(self.rules.rglob("*.py"))

    @property
    def world(self) -> str:
        """One name for all that decides what a test says."""
        folders = (self.rules, self.tests, *self.below)
        return digest([file for folder in folders for file in folder.rglob("*.py")], self.root)


@dataclass(frozen=True, slots=True)
class _Job:
    module: Module
    key: str
    number: int
    order: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.module.name}: {self.key}"


class Measurement:
    """Measures modules, `at_once` mutants at a time, and keeps what it finds in a cache."""

    def __init__(self, where: Where, cache: Cache, at_once: int, tell: Callable[[str], None]) -> None:
        self._where = where
        self._cache = cache
        self._at_once = at_once
        self._tell = tell
        self._world = where.world
        self.results: dict[str, dict[str, Result]] = {}

    def run(self, modules: Sequence[Module]) -> None:
        """Let `results` hold a result of this world for every mutant."""
        self.results = {module.name: self._cache.results(module) for module in modules}
        if any(result is None for module in modules for result in self._known(module)):
            with_tests(self._where.tests, lambda items: self._measure(modules, items))

    def _known(self, module: Module) -> Iterator[Result | None]:
        for key in module.keys:
            result = self.results[module.name].get(key)
            yield result if result is not None and result.world == self._world else None

    def _measure(self, modules: Sequence[Module], items: Sequence[pytest.Item]) -> None:
        reached = self._reach(items)
        numbers = {item.nodeid: number for number, item in enumerate(items)}
        by_function: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, each_reached in enumerate(reached):
            for file, line in each_reached.functions:
                by_function[file].append((line, number))
        hints: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        live = Live(self._where.rules)

        def jobs() -> Iterator[_Job]:
            for module in modules:
                for number, (key, known) in enumerate(zip(module.keys, self._known(module), strict=True)):
                    if known is None:
                        yield _Job(module, key, number, order(module, key, number))

        def order(module: Module, key: str, number: int) -> tuple[int, ...]:
            mutant = module.mutants[number]
            lines = range(mutant.first, mutant.last + 1)
            tests = {
                test for line, test in by_function[str(module.file.relative_to(self._where.rules))] if line in lines
            }
            before = self.results[module.name].get(key)
            first = [*([numbers[before.by]] if before and before.by in numbers else ())]
            first += hints[module.name, mutant.function]
            rest = sorted(tests, key=lambda test: (reached[test].seconds, test))
            return tuple(dict.fromkeys([*(test for test in first if test in tests), *rest]))

        def work(job: _Job) -> bytes:
            if not live.put(job.module.file, job.module.source, job.module.mutants[job.number]):
                return b""
            for test, following in zip(job.order, (*job.order[1:], None), strict=False):
                give(_LEAST + _PATIENCE * reached[test].seconds)
                if not passes(items[test], None if following is None else items[following]):
                    return items[test].nodeid.encode()
            return b""

        started = saved = time.monotonic()
        done, dirty = 0, dict[str, "Module"]()
        total = sum(known is None for module in modules for known in self._known(module))
        try:
            for answer in each(jobs(), work, self._at_once):
                job, by = answer.job, answer.told.decode()
                status: Status = "timed out" if answer.late else "killed" if by else "survived"
                if not job.order:
                    status = "unreached"
                self.results[job.module.name][job.key] = Result(status, by, self._world)
                dirty[job.module.name] = job.module
                if by:
                    killers = hints[job.module.name, job.module.mutants[job.number].function]
                    killers[:] = [numbers[by], *(test for test in killers if test != numbers[by])][:6]
                done += 1
                if time.monotonic() - saved > _SAVED_AFTER:
                    saved = time.monotonic()
                    self._save(dirty)
                    self._tell(f"{saved - started:6.0f} s  {done} of {total} mutants  {job.module.name}")
        finally:
            self._save(dirty)

    def _save(self, dirty: dict[str, Module]) -> None:
        for module in dirty.values():
            self._cache.keep_results(module, self.results[module.name])
        dirty.clear()

    def _reach(self, items: Sequence[pytest.Item]) -> list[Reached]:
        kept = self._cache.file("reached.json")
        found = self._cache.read(kept, self._world) or {}
        unknown = [item for item in items if item.nodeid not in found]
        if unknown:
            found |= self._reach_anew(unknown)
            self._cache.keep(kept, self._world, found)
        names = {item.nodeid: found[item.nodeid] for item in items}
        return [Reached(seconds, tuple((file, line) for file, line in calls)) for seconds, calls in names.values()]

    def _reach_anew(self, items: Sequence[pytest.Item]) -> dict[str, tuple[float, list[tuple[str, int]]]]:
        self._tell(f"what each of {len(items)} tests reaches")

        def work(start: int) -> bytes:
            told = {}
            for item in items[start : start + _TOGETHER]:
                one = reach(item, self._where.rules)
                told[item.nodeid] = one and (one.seconds, one.functions)
            return json.dumps(told).encode()

        found: dict[str, tuple[float, list[tuple[str, int]]]] = {}
        for answer in each(range(0, len(items), _TOGETHER), work, self._at_once):
            found |= json.loads(answer.told)
        failing = [name for name, told in found.items() if told is None]
        if failing:
            raise SystemExit(f"error: {len(failing)} tests fail without any mutant: mend these first.\n{failing[0]}")
        return found
