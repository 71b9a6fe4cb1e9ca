"""The two judges of one plan: offline, and Pulumi's policy host given what the engine's preview would show of it.

The host is the real one behind the SDK's own server; only the engine is left out. What it is given is derived from the
plan: every unknown leaf is the engine's sign for one, whatever is known of it offline, and every secret is one, a list
as a whole where a part of it is.
tests/parity holds what it says of the shipped stacks against the real engine.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from plan.model import Secret
from policies.catalogue import RULES
from policies.host import UNPROVEN, policies
from policies.judge import judge
from tests.policies.analyzer import Analyzer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plan.model import Plan, Resource, Value
    from policies.rule import Rule

Verdicts = frozenset[tuple[str, str, str]]
"""Rule, URN, and violation or unproven. Who is not there passes."""


@dataclass(frozen=True, slots=True)
class NotSeen:
    """What the host passes although the plan does not: the engine never shows it, or not in a preview.

    `operators` are the mutations of a rule that show it.
    """

    rule: str
    why: str
    operators: frozenset[str] = frozenset()


NOT_SEEN = (
    NotSeen(
        "password-not-literal",
        "A password that the program gives as plain text arrives as a secret, as every other does.",
        frozenset({"the database's as plain text", "the cache's as plain text", "a token of a provider as plain text"}),
    ),
    NotSeen(
        "no-secret-in-plain-sight",
        "The outputs of a stack are not shown to a pack.",
        frozenset({"a password as an output of the stack"}),
    ),
    NotSeen(
        "no-secret-in-plain-sight",
        "Of a secret that another resource makes, a preview shows in a parameter only that it is unknown. Once it is"
        " deployed the pack sees it.",
        frozenset({"a secret as a parameter in plain text"}),
    ),
    NotSeen("shared-redis", "A cache that is only read, and that nothing uses, is not shown to a pack."),
)


def offline(plan: Plan, rules: Sequence[Rule] = RULES) -> Verdicts:
    """What is found in the plan itself."""
    return frozenset((each.rule, each.urn, each.status) for each in judge(plan, rules))


def in_the_host(plan: Plan, rules: Sequence[Rule] = RULES) -> Verdicts:
    """What the policy host finds in a preview of the plan."""
    told = Analyzer(policies(rules)).judge([_marked(each) for each in plan.resources])
    return frozenset((each.policy.removesuffix(UNPROVEN), each.urn, each.status) for each in told)


def _marked(resource: Resource) -> Resource:
    """A resource as the engine tells of it: it marks again what came back from a provider, a list as a whole."""
    if not resource.custom:
        return resource
    return replace(resource, inputs={name: _whole(value) for name, value in resource.inputs.items()})


def _whole(value: Value) -> Value:
    if isinstance(value, dict):
        return {name: _whole(each) for name, each in value.items()}
    return Secret() if isinstance(value, list) and _holds_secret(value) else value


def _holds_secret(value: Value) -> bool:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return isinstance(value, Secret) or any(map(_holds_secret, parts))


def disagreements(plan: Plan, rules: Sequence[Rule] = RULES) -> list[str]:
    """Where the host says what it must not: that something passes which does not, or is broken which is not proven.

    It may say unproven of anything: a preview tells less.
    """
    here, there = offline(plan, rules), in_the_host(plan, rules)
    passed = {(rule, urn) for rule, urn, _ in here} - {(rule, urn) for rule, urn, _ in there}
    made_up = {found for found in there if found[2] == "violation"} - here
    return sorted(
        [
            *(f"the host passes what the plan does not: {rule}, {urn}" for rule, urn in passed),
            *(f"the host finds broken what the plan does not: {rule}, {urn}" for rule, urn, _ in made_up),
        ]
    )


def hidden(plan: Plan) -> Verdicts:
    """What is unproven in a preview, of rules and resources that pass offline."""
    known = {(rule, urn) for rule, urn, _ in offline(plan)}
    return frozenset(found for found in in_the_host(plan) if found[:2] not in known)
