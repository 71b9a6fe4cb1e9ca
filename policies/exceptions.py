"""Exceptions: findings that a stack accepts for a while, as its facts (`slipway:app:Application`) carry them.

An exception names one rule and one resource, gives a reason and an owner, and ends on a day. What it covers is no
finding any more, and stands in every report instead. One that has ended covers nothing, and is a finding itself.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from plan.urns import name_of, type_of
from policies.facts import APPLICATION
from policies.finding import Verdict
from policies.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from plan.graph import Graph
    from plan.model import Resource, Value
    from policies.finding import Finding

IN_FORCE, NEEDED = "exceptions-in-force", "exceptions-needed"  # rules that nothing is excepted from
_NAMES = ("rule", "resource", "reason", "owner", "expires")


@dataclass(frozen=True, slots=True)
class RuleException:
    """One exception. `resource` is the end of a URN, `<type>::<name>`; it holds up to the day `expires`."""

    rule: str
    resource: str
    reason: str
    owner: str
    expires: dt.date

    def covers(self, finding: Finding) -> bool:
        """Whether the finding is what is accepted."""
        return finding.rule == self.rule and urn_end(finding.urn) == self.resource

    def to_json(self) -> dict[str, str]:
        """The exception as `--json` prints it."""
        return {name: str(getattr(self, name)) for name in _NAMES}


@dataclass(frozen=True, slots=True)
class Excepted:
    """A finding that an exception covers."""

    finding: Finding
    exception: RuleException

    def to_json(self) -> dict[str, object]:
        """Both, as `--json` prints them."""
        return {**self.exception.to_json(), "finding": self.finding.to_json()}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What judging yields: the findings, and those that exceptions cover."""

    findings: tuple[Finding, ...]
    excepted: tuple[Excepted, ...] = ()


def today() -> dt.date:
    """The day by which exceptions end: that of the whole world's clock, not of one place."""
    return dt.datetime.now(dt.UTC).date()


def urn_end(urn: str) -> str:
    """Type and name of a URN, without its parents' types: how an exception names a resource."""
    return f"{type_of(urn)}::{name_of(urn)}"


def in_force(graph: Graph, day: dt.date) -> tuple[RuleException, ...]:
    """The exceptions of a stack that hold on a day. What is not readable holds on none.

    Nothing is excepted from the rules about exceptions: one entry would silence what they say of all others.
    """
    read = (_read(given) for _, given in _given(graph))
    return tuple(
        found for found in read if found is not None and day <= found.expires and found.rule not in (IN_FORCE, NEEDED)
    )


def apart(findings: Sequence[Finding], exceptions: Sequence[RuleException]) -> Judgement:
    """The findings, with those that exceptions cover set apart."""
    by_place = {(each.rule, each.resource): each for each in exceptions}
    covered = [(each, by_place.get((each.rule, urn_end(each.urn)))) for each in findings]
    return Judgement(
        tuple(finding for finding, exception in covered if exception is None),
        tuple(Excepted(finding, exception) for finding, exception in covered if exception is not None),
    )


def exception_rules(rules: Sequence[Rule], day: Callable[[], dt.date] = today) -> tuple[Rule, Rule]:
    """The rules about exceptions themselves; `rules` are those that may be excepted from."""
    known = {rule.id: rule for rule in rules}

    def judge_soundness(graph: Graph) -> Iterator[Verdict]:
        for resource, given in _given(graph):
            exception = _read(given)
            if exception is None:
                message = "an exception is not given as plain text for rule, resource, reason, owner and day."
                yield Verdict("unproven", resource.urn, message)
            elif exception.rule not in known:
                message = f"there is no rule {exception.rule!r} that {exception.resource} could be excepted from."
                remedy = "Copy the rule's id from the finding: `slipway explain` lists them all."
                yield Verdict("violation", resource.urn, message, remedy)
            elif exception.expires < day():
                message = (
                    f"the exception of {exception.resource} from {exception.rule} ended on {exception.expires}"
                    f" (owner: {exception.owner}; reason: {exception.reason})."
                )
                yield Verdict("violation", resource.urn, message)

    def judge_need(graph: Graph) -> Iterator[Verdict]:
        given_ones = [(resource, _read(given)) for resource, given in _given(graph)]
        named = {exception.rule for _, exception in given_ones if exception} & known.keys()
        findings = {name: tuple(known[name].findings(graph)) for name in named}
        for resource, exception in given_ones:
            if exception is None or exception.rule not in named:
                continue
            if not any(exception.covers(finding) for finding in findings[exception.rule]):
                message = f"{exception.rule} finds nothing at {exception.resource}, and yet it is excepted (owner: "
                yield Verdict("violation", resource.urn, f"{message}{exception.owner}).")

    return (
        Rule(
            id=IN_FORCE,
            title="Every exception is for a rule that exists, and has not ended",
            severity="high",
            level="mandatory",
            clouds=("any",),
            references=("own: an exception without an end is a rule taken away",),
            rationale="What was accepted for a while stays for ever unless its end is noticed.",
            remedy=(
                "Mend what was excepted and take the exception out of slipway:exceptions, or let its owner decide anew "
                "and write a later day."
            ),
            judge=judge_soundness,
        ),
        Rule(
            id=NEEDED,
            title="No exception without a finding that it covers",
            severity="low",
            level="advisory",
            clouds=("any",),
            references=("own: an exception that covers nothing today covers a mistake tomorrow",),
            rationale="An exception that is no longer needed hides the next mistake at the same resource.",
            remedy="Take it out of slipway:exceptions, or correct the rule or the resource that it names.",
            judge=judge_need,
        ),
    )


def _given(graph: Graph) -> Iterator[tuple[Resource, Mapping[str, Value]]]:
    """Each exception as it stands in the plan; one that is not readable comes as a mapping without names."""
    for resource in graph.of_type(APPLICATION):
        given = resource.inputs.get("exceptions", ())
        for each in given if isinstance(given, (list, tuple)) else (given,):
            yield resource, each if isinstance(each, dict) else {}


def _read(given: Mapping[str, Value]) -> RuleException | None:
    texts = [value for name in _NAMES if isinstance(value := given.get(name), str) and value]
    if len(texts) != len(_NAMES):
        return None
    rule, resource, reason, owner, expires = texts
    try:
        return RuleException(rule, resource, reason, owner, dt.date.fromisoformat(expires))
    except ValueError:
        return None
