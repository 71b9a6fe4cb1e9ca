"""What the rules say of each bad plan, word for word, in files that people read: `python -m tests.policies.said`.

A message names the resource, the input that decides and its value. Whoever changes a rule sees in the difference what
its readers will see. The files are written anew by the command; the test compares.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from policies.judge import judge
from policies.redis.shared import RULE as SHARED_REDIS
from policies.redis.tls import RULE as OVER_TLS
from slipway.files import write
from tests.policies.cases import SUBJECTS
from tests.policies.plans import BY_ID, plan_of
from tests.policies.redis.plans import PLANS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from plan.model import Resource
    from policies.rule import Rule
    from tests.policies.cases.building import Cases, Resources

FOLDER: Final = Path(__file__).parent / "said"
_REDIS: Final = "redis"
NAMES: Final = (*SUBJECTS, _REDIS)


def lines(name: str) -> list[str]:
    """What has to be written down of a subject."""
    return [*(_of_a_redis() if name == _REDIS else _of_a_subject(SUBJECTS[name]))]


def file_of(name: str) -> Path:
    """Where it is written down."""
    return FOLDER / f"{name}.txt"


def _of_a_subject(cases: Mapping[str, Cases]) -> Iterator[str]:
    """What its rules say of their bad plans and of those that leave it open."""
    for rule, each in cases.items():
        yield f"{rule}:"
        for kind in ("bad", "unproven"):
            plans: dict[str, Resources] = getattr(each, kind)
            for name, plan in plans.items():
                yield f"  {name}:"
                yield from (f"    {line}" for line in _said(BY_ID[rule], plan))


def _of_a_redis() -> Iterator[str]:
    """What both rules about a Redis say of each plan with one: their cases are in modules of their own."""
    for name, plan in PLANS.items():
        yield f"{name}:"
        for rule in (SHARED_REDIS, OVER_TLS):
            yield from (f"  {rule.id}: {line}" for line in _said(rule, plan))


def _said(rule: Rule, plan: Sequence[Resource]) -> Iterator[str]:
    """A line for each finding of a rule; the remedy where it is another than the rule's."""
    for found in judge(plan_of(plan), [rule]):
        own = "" if found.remedy == rule.remedy else f" [{found.remedy}]"
        yield f"{found.status} {found.urn.rpartition('::')[2]}: {found.message}{own}"


def main() -> None:
    """Write the files anew, and remove those that nothing is said in any more."""
    for name in NAMES:
        write(file_of(name), "\n".join(lines(name)) + "\n")
    for file in {*FOLDER.iterdir()} - {*map(file_of, NAMES)}:
        file.unlink()


if __name__ == "__main__":
    main()
