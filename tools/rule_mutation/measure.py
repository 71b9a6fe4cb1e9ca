"""The measurement: for each mutant the tests that reach its function, known killers first, then those about it."""

from __future__ import annotations

import time
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tools.rule_mutation.children import Done, each, give
from tools.rule_mutation.live import Live
from tools.rule_mutation.reach import reach_of
from tools.rule_mutation.results import Result, digest
from tools.rule_mutation.suite import passes, with_tests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pytest

    from tools.rule_mutation.reach import Reached
    from tools.rule_mutation.results import Cache, Module, Status

_SAVED_AFTER: Final = 20.0  # seconds
_PATIENCE: Final = 10.0  # times the seconds that a test takes otherwise
_LEAST: Final = 2.0
_MOST: Final = 8.0  # seconds of tests that a mutant meets; of 100 that are killed 99 are within 5
_FEW: Final = 8  # tests of one function, of which each is taken for one of its own
_REMEMBERED: Final = 6  # tests that killed other mutants of a function


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
        read = [file for folder in folders for file in folder.rglob("*") if file.suffix in _READ]
        return f"{digest(read, self.root)}-{digest(_MEASURING, _HERE)}"


_HERE: Final = Path(__file__).parent
# How is measured decides what a mutant is said to be, too; only the page comes afterwards.
_MEASURING: Final = [file for file in _HERE.glob("*.py") if file.name != "page.py"]
_READ: Final = frozenset({".py", ".txt", ".json", ".yaml"})


@dataclass(frozen=True, slots=True)
class _Job:
    module: Module
    key: str
    number: int
    order: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.module.name}: {self.key}"

    @property
    def function(self) -> tuple[str, str]:
        return self.module.name, self.module.mutants[self.number].function


class Measurement:
    """Measures modules, `at_once` mutants at a time, and keeps what it finds in a cache."""

    def __init__(self, where: Where, cache: Cache, at_once: int, tell: Callable[[str], None]) -> None:
        self._where = where
        self._cache = cache
        self._at_once = at_once
        self._tell = tell
        self._world = where.world
        self.results: dict[str, dict[str, Result]] = {}

    def run(self, modules: Sequence[Module], every: int = 1) -> None:
        """Let `results` hold a result of this world for every mutant, or at least for every so many."""
        self.results = {module.name: self._cache.results(module) for module in modules}
        wanted = [(module, number) for module in modules for number in range(len(module.keys))][::every]
        missing = [(module, number) for module, number in wanted if self._known(module, module.keys[number]) is None]
        if missing:
            with_tests(self._where.tests, lambda items: self._measure(missing, items))

    def known(self, module: Module) -> dict[str, Result]:
        """What is known of a module's mutants in this world."""
        return {key: result for key in module.keys if (result := self._known(module, key)) is not None}

    def _known(self, module: Module, key: str) -> Result | None:
        result = self.results[module.name].get(key)
        return result if result is not None and result.world == self._world else None

    def _measure(self, missing: Sequence[tuple[Module, int]], items: Sequence[pytest.Item]) -> None:
        self._tell(f"{len(missing)} mutants, {len(items)} tests")
        reached = reach_of(items, self._where.rules, self._cache, self._world, self._at_once)
        order = _Order(items, reached, self._where.rules)
        live = Live(self._where.rules)

        def jobs() -> Iterator[_Job]:
            for module, number in missing:
                before = self.results[module.name].get(module.keys[number])
                chosen = order.of(module, number, before.by if before else "")
                yield _Job(module, module.keys[number], number, chosen)

        def work(job: _Job) -> bytes:
            if not live.put(job.module.file, job.module.source, job.module.mutants[job.number]):
                return b""
            for test, following in zip(job.order, (*job.order[1:], None), strict=False):
                give(_LEAST + _PATIENCE * reached[test].seconds)
                if not passes(items[test], None if following is None else items[following]):
                    return items[test].nodeid.encode()
            return b""

        with closing(each(jobs(), work, self._at_once)) as answers:
            self._gather(answers, order, len(missing))

    def _gather(self, answers: Iterator[Done[_Job]], order: _Order, total: int) -> None:
        started = saved = time.monotonic()
        changed: dict[str, Module] = {}
        try:
            for done, answer in enumerate(answers, 1):
                job, by = answer.job, answer.told.decode()
                status: Status = "timed out" if answer.late else "killed" if by else "survived"
                status = status if job.order else "unreached"
                self.results[job.module.name][job.key] = Result(status, by, self._world, answer.seconds)
                changed[job.module.name] = job.module
                if by:
                    order.remember(job.function, by)
                if time.monotonic() - saved > _SAVED_AFTER:
                    saved = time.monotonic()
                    self._save(changed)
                    self._tell(f"{saved - started:6.0f} s  {done} of {total} mutants  {job.module.name}")
        finally:
            self._save(changed)

    def _save(self, changed: dict[str, Module]) -> None:
        for module in changed.values():
            self._cache.keep_results(module, self.results[module.name])
        changed.clear()


class _Order:
    """Which tests a mutant meets, and in which order."""

    def __init__(self, items: Sequence[pytest.Item], reached: Sequence[Reached], rules: Path) -> None:
        self._names = [item.nodeid for item in items]
        self._numbers = {name: number for number, name in enumerate(self._names)}
        self._reached = reached
        self._rules = rules
        self._killers: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        self._by_file: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, one in enumerate(reached):
            for file, line in one.functions:
                self._by_file[file].append((line, number))
        self._sorted: dict[tuple[str, int, int], list[int]] = {}

    def of(self, module: Module, number: int, killer: str) -> tuple[int, ...]:
        """The tests that call anything of the mutant's function: who killed it before, killers of others, the rest."""
        mutant = module.mutants[number]
        place = (str(module.file.relative_to(self._rules)), mutant.first, mutant.last)
        if place not in self._sorted:
            tests = {test for line, test in self._by_file[place[0]] if mutant.first <= line <= mutant.last}
            self._sorted[place] = self._by_price(tests)
        rest = self._sorted[place]
        first = [*([self._numbers[killer]] if killer in self._numbers else ())]
        first += [*self._killers[module.name, mutant.function], *self._killers[module.name,]]
        reaching = frozenset(rest)
        chosen = tuple(dict.fromkeys([*(test for test in first if test in reaching), *rest]))
        total = accumulate(self._reached[test].seconds for test in chosen)
        return tuple(test for test, until in zip(chosen, total, strict=True) if until <= _MOST or test == chosen[0])

    def remember(self, function: tuple[str, str], killer: str) -> None:
        """A test that has killed a mutant of a function kills others of it and its module, more often than not."""
        number = self._numbers[killer]
        for place in (function, function[:1]):
            before = self._killers[place]
            before[:] = [number, *(test for test in before if test != number)][:_REMEMBERED]

    def _by_price(self, tests: set[int]) -> list[int]:
        """The cheapest first, but of many alike each much later than the one before.

        A test of a function calls few others; one that calls it among hundreds is hardly about it, and costs more here.
        """
        alike: defaultdict[str, list[int]] = defaultdict(list)
        costs = {test: self._reached[test].seconds * len(self._reached[test].functions) for test in tests}
        for test in tests:
            alike[self._names[test].partition("[")[0]].append(test)
        prices = dict(costs)
        for numbers in alike.values():
            for rank, test in enumerate(sorted(numbers, key=lambda each: (costs[each], each)), 1):
                prices[test] *= rank**2 if len(numbers) > _FEW else 1
        return sorted(tests, key=lambda test: (prices[test], test))
