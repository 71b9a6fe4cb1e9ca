"""Firewalls."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from slipway.simulated.checks.asked import ApiError

if TYPE_CHECKING:
    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud


def check_firewall(asked: Asked, _cloud: Cloud) -> None:
    """A firewall of distributions is in their region, and its rules come one after another."""
    region = asked.inputs.get("region") or asked.region
    if asked.inputs.get("scope") == "CLOUDFRONT" and region != "us-east-1":
        raise ApiError(
            "WAFInvalidParameterException: Error reason: The scope is not valid., field: SCOPE_VALUE, parameter: "
            "CLOUDFRONT"
        )
    rules = asked.inputs.get("rules") or ()
    for name, words in (("priority", "priority"), ("name", "name")):
        twice = [value for value, times in Counter(str(rule.get(name)) for rule in rules).items() if times > 1]
        if twice:
            raise ApiError(
                f"WAFInvalidParameterException: Error reason: You have used the same {words} for several rules. Each "
                f"must be unique., field: RULE, parameter: {twice[0]}"
            )
    for rule in rules:
        group = {"managedRuleGroupStatement", "ruleGroupReferenceStatement"} & (rule.get("statement") or {}).keys()
        if bool(rule.get("overrideAction")) != bool(group) or bool(rule.get("action")) == bool(group):
            raise ApiError(
                "WAFInvalidParameterException: Error reason: You must specify either action or overrideAction, the "
                f"latter for groups of rules., field: RULE, parameter: {rule.get('name')}"
            )


CREATING = {"WebAcl": check_firewall}
UPDATING = CREATING
