"""Rulesets: one for each phase of a zone, with the actions of that phase, and limits by plan."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import Refusal
from slipway.simulated.checks.cloudflare.api import plan_of, refused
from slipway.simulated.structs import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

_CHALLENGES = ("block", "challenge", "js_challenge", "log", "managed_challenge")
_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "http_config_settings": ("set_config",),
    "http_custom_errors": ("serve_error",),
    "http_log_custom_fields": ("log_custom_field",),
    "http_ratelimit": (*_CHALLENGES, "execute"),
    "http_request_cache_settings": ("set_cache_settings",),
    "http_request_dynamic_redirect": ("redirect",),
    "http_request_firewall_custom": (*_CHALLENGES, "execute", "skip"),
    "http_request_firewall_managed": ("execute", "log", "skip"),
    "http_request_late_transform": ("rewrite",),
    "http_request_origin": ("route",),
    "http_request_redirect": ("redirect",),
    "http_request_transform": ("rewrite",),
    "http_response_compression": ("compress_response",),
    "http_response_headers_transform": ("rewrite",),
}
# What a plan may have: rules in a phase, periods and mitigation timeouts of rate limits in seconds.
_RULES = {
    "free": {"http_request_firewall_custom": 5, "http_ratelimit": 1},
    "pro": {"http_request_firewall_custom": 20, "http_ratelimit": 2},
    "business": {"http_request_firewall_custom": 100, "http_ratelimit": 5},
}
_PERIODS = {"free": (10,), "pro": (10, 60), "business": (10, 60, 120, 300, 600)}
_TIMEOUTS = {"free": 10}
_FIELD = re.compile(r"(?<![\w.\"])([a-z_]\w*(?:\.[a-z0-9_]\w*)+)")
_SPACES = ("cf", "http", "icmp", "ip", "raw", "ssl", "tcp", "udp")
_TEXT = re.compile(r'r(#*)".*?"\1|"(?:[^"\\]|\\.)*"', re.DOTALL)
_PARSING = "the expression is invalid: Filter parsing error"
_WITHOUT_MATCHES = ("free", "pro")
_SINGLE_EQUALS = re.compile(r"(?<![=!<>~])=(?![=])")


def _inputs(asked: Asked) -> Iterator[Refusal]:
    given = [name for name in ("accountId", "zoneId") if asked.inputs.get(name) is not None]
    unknown = any(asked.inputs[name] == UNKNOWN for name in given)
    if len(given) != 1 and not unknown:
        counted = "No attribute specified" if not given else "2 attributes specified"
        yield Refusal(f"{counted} when one (and only one) of [account_id,zone_id] is required")


def _ruleset(asked: Asked, cloud: Cloud) -> None:
    kind, phase, zone_id = asked.text("kind"), asked.text("phase"), asked.text("zoneId")
    if kind == "zone" and not zone_id:
        raise refused("'zone' is not a valid value for kind because it can only be used at the zone level", 20217)
    if kind in ("root", "custom", "managed") and zone_id:
        raise refused(f"'{kind}' is not a valid value for kind because it can only be used at the account level", 20217)
    for held in cloud.naming(asked.token, "zoneId", zone_id) if zone_id else ():
        if held.id != asked.id and (held.inputs["phase"], held.inputs["kind"]) == (phase, kind):
            raise refused(
                f"'zone' is not a valid value for kind because exceeded maximum number of zone rulesets for phase "
                f"{phase}",
                20217,
            )
    rules: list[Mapping[str, Any]] = asked.inputs.get("rules") or []
    plan = plan_of(zone_id, cloud) if zone_id else ""
    most = _RULES.get(plan, {}).get(phase)
    if most is not None and len(rules) > most:
        raise refused(f"exceeded the maximum number of rules in the phase {phase}: {len(rules)} out of {most}", 20217)
    for rule in rules:
        _judge(rule, phase, plan)
    named = [rule["ref"] for rule in rules if rule.get("ref")]
    if twice := sorted({ref for ref in named if named.count(ref) > 1}):
        raise refused(f"'{twice[0]}' is not a valid value for ref because it is used by more than one rule")


def _judge(rule: Mapping[str, Any], phase: str, plan: str) -> None:
    action = rule["action"]
    if phase in _ACTIONS and action not in _ACTIONS[phase]:
        raise refused(f"'{action}' is not a valid value for action because it is not allowed in the phase {phase}")
    expression = rule["expression"]
    problem = _problem(expression, plan)
    if problem:
        raise refused(f"'{expression}' is not a valid value for expression because {problem}", 20127)
    _judge_redirect(action, rule.get("actionParameters") or {})
    limit = rule.get("ratelimit")
    if phase == "http_ratelimit" and not limit:
        raise refused("'ratelimit' is required for rules in the phase http_ratelimit")
    if phase != "http_ratelimit" and limit:
        raise refused(f"'ratelimit' is not allowed for rules in the phase {phase}")
    if limit:
        _judge_limit(limit, plan)


def _judge_redirect(action: str, parameters: Mapping[str, Any]) -> None:
    """A redirect says where to, in one way."""
    if action != "redirect":
        return
    value, listed = parameters.get("fromValue"), parameters.get("fromList")
    if bool(value) == bool(listed):
        raise refused("action parameters of 'redirect' must have either 'from_value' or 'from_list'")
    target = (value or {}).get("targetUrl") or {}
    if value and bool(target.get("value")) == bool(target.get("expression")):
        raise refused("'target_url' of a redirect must have either 'value' or 'expression'")


def _judge_limit(limit: Mapping[str, Any], plan: str) -> None:
    if "cf.colo.id" not in (limit.get("characteristics") or ()):
        raise refused("'cf.colo.id' must be included in the characteristics of a rate limit")
    periods, period = _PERIODS.get(plan), limit.get("period")
    if periods and period is not None and int(period) not in periods:
        listed = ", ".join(map(str, periods))
        raise refused(f"not entitled to use the period {int(period)}, can only use a period among [{listed}]")
    timeout, only = limit.get("mitigationTimeout"), _TIMEOUTS.get(plan)
    if only and timeout is not None and int(timeout) != only:
        raise refused(f"not entitled to use a mitigation timeout different from {only}")


def _problem(expression: str, plan: str) -> str:
    """What is wrong with an expression, as far as that can be told without its grammar; empty where nothing is."""
    bare = _TEXT.sub('""', expression)
    unknown = [field for field in _FIELD.findall(bare) if field.partition(".")[0] not in _SPACES]
    wrong = {
        "it is empty": not expression.strip(),
        f"{_PARSING}: missing ending quote": '"' in bare.replace('""', ""),
        f"{_PARSING}: parentheses do not match": not _is_closed(bare),
        f"{_PARSING}: `=` is no operator, write `eq` or `==`": bool(_SINGLE_EQUALS.search(bare)),
        f"{_PARSING}: unknown identifier {', '.join(unknown)}": bool(unknown),
        "not entitled: the use of operator Matches is not allowed, upgrade to the Business plan or higher": (
            plan in _WITHOUT_MATCHES and bool(re.search(r"\smatches\s|~", bare))
        ),
    }
    return next((words for words, is_so in wrong.items() if is_so), "")


def _is_closed(bare: str) -> bool:
    """Whether each parenthesis that is opened is closed, and none is closed before."""
    depth = 0
    for sign in bare:
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return False
    return depth == 0


INPUTS = {"Ruleset": _inputs}
CREATING = {"Ruleset": _ruleset}
UPDATING = CREATING
