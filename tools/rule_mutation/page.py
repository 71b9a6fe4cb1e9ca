"""The page of what was measured."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from tools.rule_mutation.results import CAUGHT, STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tools.rule_mutation.results import Module, Result, Status

LEAST: Final = 90.0
LEAST_OF_A_MODULE: Final = 80.0

_HEAD: Final = """\
# What the tests of the rules notice

<!-- written by tools/rule-mutation: make rule-mutation -->

The code of the rules was changed in one small place, and the tests of rules were run: a comparison turned round, an
argument left out, a number one higher, a value replaced by nothing, a text written otherwise. A change that makes a
test fail is *killed*. One that no test notices *survives*: it is a line that may be wrong without anybody's knowing,
or one that decides nothing.

{date}, commit {commit}: of {all} mutants {caught} are noticed, **{rate:.1f} %**. At least {least:.0f} %
is demanded, and {least_of_a_module:.0f} % of each module. The tests took {minutes:.0f} minutes of a
processor.

- Mutants are made by the operators of [mutmut](https://mutmut.readthedocs.io/) {version}. They are put into functions
  that are already imported, properties and closures too, in a child of a process that has collected the tests.
- Each meets the tests that call its function, from `tests/policies`, without those that run the engine, record a
  program or start another process.
- It meets at most eight seconds of them: those that killed its neighbours, then those that call little else and are
  quick, but of many alike only the first ones early. What would need more counts as surviving.
- *timed out*: a test took more than ten times its usual time, which counts as noticed. *unreached*: no test calls the
  function, which counts as not noticed.
- No mutants are made of what decides no verdict: tables, which stand outside of functions; `Rule(...)` with its title,
  rationale and remedy; docstrings; annotations and decorators; texts of several words that nothing is compared with,
  which are messages. Nor of `len(...)` and `isinstance(...)`, which break at once when an argument is missing.

To see who survives: `tools/rule-mutation --survivors policies/aws/cache.py` (any module or folder). What was measured
stays in `.cache/rule-mutation`, so that only what has changed is measured again.

| module | mutants | killed | timed out | survived | unreached | noticed |
|---|---:|---:|---:|---:|---:|---:|
"""


def counts(module: Module, results: Mapping[str, Result]) -> Counter[Status]:
    """How many mutants of a module became what."""
    return Counter(results[key].status for key in module.keys if key in results)


def rate(counted: Counter[Status]) -> float:
    """How many of a hundred mutants are noticed."""
    return 100 * sum(counted[each] for each in CAUGHT) / max(counted.total(), 1)


def everything(counted: Mapping[str, Counter[Status]]) -> Counter[Status]:
    """What became of the mutants of all modules together."""
    return sum(counted.values(), Counter())


def rows(counted: Mapping[str, Counter[Status]]) -> Iterator[str]:
    """The table, a row for each module and one for all."""
    for name, each in {**counted, "all": everything(counted)}.items():
        figures = " | ".join(str(each[status]) for status in STATUSES)
        yield f"| {'**all**' if name == 'all' else f'`{name}`'} | {each.total()} | {figures} | {rate(each):.1f} % |"


def survivors(module: Module, results: Mapping[str, Result]) -> Iterator[str]:
    """The mutants that nobody noticed, each with its place and its change."""
    for mutant, key in zip(module.mutants, module.keys, strict=True):
        status = results[key].status if key in results else "killed"
        if status not in CAUGHT:
            before, after = mutant.shown(module.source)
            yield f"{module.name}:{mutant.line}: {mutant.function}: {status}\n  - {before}\n  + {after}"


def page(counted: Mapping[str, Counter[Status]], *, date: str, commit: str, version: str, minutes: float) -> str:
    """The whole page."""
    total = everything(counted)
    head = _HEAD.format(
        date=date,
        commit=commit,
        version=version,
        minutes=minutes,
        all=total.total(),
        caught=sum(total[each] for each in CAUGHT),
        rate=rate(total),
        least=LEAST,
        least_of_a_module=LEAST_OF_A_MODULE,
    )
    return head + "\n".join(rows(counted)) + "\n"
