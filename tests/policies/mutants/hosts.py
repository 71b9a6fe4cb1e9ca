"""The two judges of one plan: offline, and Pulumi's policy host given what the engine's preview would show of it.

The host is the real one behind the SDK's own server; only the engine is left out. What it is given is derived from the
plan: every unknown leaf is the engine's sign for one, whatever is known of it offline, and every secret is one.
tests/parity holds what it says of the shipped stacks against the real engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.catalogue import RULES
from policies.host import UNPROVEN, policies
from policies.judge import judge
from tests.policies.analyzer import Analyzer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plan.model import Plan
    from policies.rule import Rule

Verdicts = frozenset[tuple[str, str, str]]
"""Rule, URN, and violation or unproven. Who is not there passes."""

# Rules that the host passes where the plan tells more than the engine ever shows, and why.
NOT_SEEN = {
    "password-not-literal": "a password that the program gives as plain text arrives as a secret, as every other does",
    "no-secret-in-plain-sight": "the outputs of a stack are not shown to a pack; what stands in inputs is seen",
    "shared-redis": "a cache that is only read, and that nothing uses, is not shown to a pack; every other is seen",
}


def offline(plan: Plan, rules: Sequence[Rule] = RULES) -> Verdicts:
    """What is found in the plan itself."""
    return frozenset((each.rule, each.urn, each.status) for each in judge(plan, rules))


def in_the_host(plan: Plan, rules: Sequence[Rule] = RULES) -> Verdicts:
    """What the policy host finds in a preview of the plan."""
    told = Analyzer(policies(rules)).judge(plan.resources)
    return frozenset((each.policy.removesuffix(UNPROVEN), each.urn, each.status) for each in told)


def disagreements(plan: Plan, rules: Sequence[Rule] = RULES) -> list[str]:
    """Where the host says what it must not: that something passes which does not, or is broken which is not proven.

    It may say unproven of anything: a preview tells less.
    """
    here, there = offline(plan, rules), in_the_host(plan, rules)
    passed = {(rule, urn) for rule, urn, _ in here} - {(rule, urn) for rule, urn, _ in there}
    passed = {(rule, urn) for rule, urn in passed if rule not in NOT_SEEN}
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
