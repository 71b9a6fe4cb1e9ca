"""What the rules say of each bad plan, word for word, in files that people read: `python -m tests.policies.said`.

A message names the resource, the input that decides and its value. Whoever changes a rule sees in the difference what
its readers will see. The files are written anew by the command; the test compares.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from policies.catalogue import RULES
from policies.judge import judge
from tests.policies.plans import plan_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.policies.cases.building import Cases, Resources

FOLDER: Final = Path(__file__).parent / "said"
_BY_ID: Final = {rule.id: rule for rule in RULES}


def said(cases: Mapping[str, Cases]) -> str:
    """What the rules of a subject say of their bad plans and of those that leave it open."""
    return "\n".join(line for rule, each in cases.items() for line in _of_a_rule(rule, each)) + "\n"


def _of_a_rule(rule: str, cases: Cases) -> Iterator[str]:
    yield f"{rule}:"
    for kind in ("bad", "unproven"):
        plans: dict[str, Resources] = getattr(cases, kind)
        for name, plan in plans.items():
            yield f"  {name}:"
            for found in judge(plan_of(plan), [_BY_ID[rule]]):
                own = "" if found.remedy == _BY_ID[rule].remedy else f" [{found.remedy}]"
                yield f"    {found.status} {found.urn.rpartition('::')[2]}: {found.message}{own}"


def main() -> None:
    """Write the files anew."""
    from tests.policies.test_every_rule import SUBJECTS  # noqa: PLC0415 - it compares with what is written here

    for subject in SUBJECTS:
        name = subject.__name__.rpartition(".")[2]
        (FOLDER / f"{name}.txt").write_text(said(subject.CASES), encoding="utf-8")


if __name__ == "__main__":
    main()
