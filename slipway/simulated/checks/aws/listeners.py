"""What load balancers listen for, by which rules, and to whom they pass it on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import ApiError, Refusal
from slipway.simulated.checks.forms import is_address
from slipway.simulated.checks.relations import IF_IN_ACCOUNT, exists
from slipway.simulated.structs import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

_BALANCER = "aws:lb/loadBalancer:LoadBalancer"
_LISTENER = "aws:lb/listener:Listener"
_MACHINES = {"in": [("aws:ec2/instance:Instance", "id")]}
_RULE = "aws:lb/listenerRule:ListenerRule"
_TARGETS = "aws:lb/targetGroup:TargetGroup"
_WEB = ("HTTP", "HTTPS")
_CIPHERS = re.compile(
    r"ELBSecurityPolicy-(2015-\d\d|2016-08|TLS-1-[0-2](-Ext)?-20\d\d-\d\d|FS(-1-[12])?(-Res)?-20\d\d-\d\d"
    r"|TLS13-1-[0-3](-[A-Za-z0-9]+)*-20\d\d-\d\d)"
)
# Where a redirect leads if it says nothing: to where the request came from.
_SAME = {"host": "#{host}", "path": "/#{path}", "port": "#{port}", "protocol": "#{protocol}", "query": "#{query}"}
_CONDITIONS = ("hostHeader", "httpHeader", "httpRequestMethod", "pathPattern", "queryStrings", "sourceIp")
_TOLD = "host_header, http_header, http_request_method, path_pattern, query_string or source_ip"
_MOST_VALUES = 5  # in the conditions of one rule
_HOST = re.compile(r"[A-Za-z0-9.*?_\-]+")
_OWN_COOKIES = ("AWSALB", "AWSALBAPP", "AWSALBTG")
_BY_COOKIE = ("app_cookie", "lb_cookie")


def check_actions(asked: Asked, balancer: str, listener: Mapping[str, Any], cloud: Cloud) -> None:
    """What is done with a request leads somewhere, to targets that the load balancer can speak to."""
    for action in asked.inputs.get("defaultActions") or asked.inputs.get("actions") or ():
        if _leads_back(action.get("redirect"), listener) and not asked.inputs.get("conditions"):
            raise ApiError(
                "InvalidLoadBalancerAction: The redirect configuration is not valid because it creates a loop."
            )
        for targets in _targets(action):
            _check_targets(targets, balancer, str(listener.get("protocol") or ""), cloud)


def check_ciphers(asked: Asked) -> None:
    """A listener has ciphers that there are."""
    policy = asked.text("sslPolicy")
    if policy and not _CIPHERS.fullmatch(policy):
        raise ApiError(f"SSLPolicyNotFound: SSL policy '{policy}' not found")


def check_rule(asked: Asked, cloud: Cloud) -> None:
    """A rule has conditions, each of one kind, and leads to targets of its load balancer."""
    count = 0
    for condition in asked.inputs.get("conditions") or ():
        kinds = [kind for kind in _CONDITIONS if condition.get(kind)]
        if len(kinds) != 1:
            word = "One" if not kinds else "Only one"
            raise ApiError(f"{word} of {_TOLD} {'must' if not kinds else 'can'} be set in a condition block")
        found = condition[kinds[0]]
        count += len(found) if isinstance(found, list) else len(found.get("values") or ())
        for value in found.get("values") or () if kinds[0] == "hostHeader" else ():
            if not _HOST.fullmatch(str(value)):
                raise ApiError(f"ValidationError: Condition value '{value}' contains a character that is not valid")
    if count > _MOST_VALUES:
        raise ApiError(f"ValidationError: A rule can only have '{_MOST_VALUES}' condition values")
    for listener in cloud.naming(_LISTENER, "arn", asked.text("listenerArn")):
        check_actions(asked, str(listener.inputs.get("loadBalancerArn")), listener.inputs, cloud)


def judge_health(asked: Asked) -> Iterator[Refusal]:
    """Only who speaks HTTP is asked for a page."""
    health = asked.inputs.get("healthCheck")
    if isinstance(health, dict) and health.get("protocol") == "TCP":
        for name in ("matcher", "path"):
            if health.get(name) not in (None, "", UNKNOWN):
                reason = f'Attribute "health_check.{name}" cannot be specified when "health_check.protocol" is "TCP"'
                yield Refusal(f"Invalid Attribute Combination. {reason}", f"healthCheck.{name}")


def check_stickiness(asked: Asked) -> None:
    """Who is sent to the same target again is known by what the protocol has."""
    sticky, protocol = asked.inputs.get("stickiness") or {}, asked.text("protocol")
    kind = sticky.get("type")
    if not kind or sticky.get("enabled") is False:
        return
    if protocol and (kind in _BY_COOKIE) != (protocol in _WEB):
        raise ApiError(
            f"InvalidConfigurationRequest: Stickiness type '{kind}' is not supported for target groups with the "
            f"{protocol} protocol"
        )
    cookie = str(sticky.get("cookieName") or "")
    if kind == "app_cookie" and not cookie:
        raise ApiError(
            "ValidationError: Target group attribute key 'stickiness.app_cookie.cookie_name' must be specified when "
            "the type of stickiness is 'app_cookie'"
        )
    if kind == "app_cookie" and cookie in _OWN_COOKIES:
        raise ApiError(f"ValidationError: The cookie name '{cookie}' is reserved: {', '.join(_OWN_COOKIES)}")


def check_target(asked: Asked, cloud: Cloud) -> None:
    """What is reached is a machine that is there, or an address."""
    target = asked.text("targetId")
    for group in cloud.naming(_TARGETS, "arn", asked.text("targetGroupArn")):
        kind = group.inputs.get("targetType") or "instance"
        if kind == "instance" and not exists(_MACHINES, target, cloud):
            raise ApiError(
                "InvalidTarget: The following targets are not in a running state and cannot be registered: "
                f"'{target}' {IF_IN_ACCOUNT}"
            )
        if kind == "ip" and not is_address(target):
            raise ApiError(f"ValidationError: The IP address '{target}' is not a valid IPv4 address")


def _check_targets(targets: str, balancer: str, protocol: str, cloud: Cloud) -> None:
    for held in cloud.naming(_TARGETS, "arn", targets):
        spoken = str(held.inputs.get("protocol") or "")
        if protocol and spoken and (spoken in _WEB) != (protocol in _WEB) and held.inputs.get("targetType") != "lambda":
            raise ApiError("IncompatibleProtocols: The specified configuration is not valid with this protocol.")
    if any(other != balancer for other in _balancers_of(targets, cloud)):
        raise ApiError(
            "TargetGroupAssociationLimit: The following target groups cannot be associated with more than one load "
            f"balancer: {targets}"
        )


def _balancers_of(targets: str, cloud: Cloud) -> Iterator[str]:
    """The load balancers that already pass on to these targets."""
    for path in ("defaultActions.targetGroupArn", "defaultActions.forward.targetGroups.arn"):
        for listener in cloud.naming(_LISTENER, path, targets):
            yield str(listener.inputs.get("loadBalancerArn"))
    for path in ("actions.targetGroupArn", "actions.forward.targetGroups.arn"):
        for rule in cloud.naming(_RULE, path, targets):
            for listener in cloud.naming(_LISTENER, "arn", str(rule.inputs.get("listenerArn"))):
                yield str(listener.inputs.get("loadBalancerArn"))


def _targets(action: Mapping[str, Any]) -> Iterator[str]:
    found = (action.get("forward") or {}).get("targetGroups") or ()
    yield from {str(each) for each in (action.get("targetGroupArn"), *(one.get("arn") for one in found)) if each}


def _leads_back(redirect: Mapping[str, Any] | None, listener: Mapping[str, Any]) -> bool:
    if not redirect:
        return False
    own = {"port": str(listener.get("port")), "protocol": str(listener.get("protocol") or "HTTP")}
    return all(str(redirect.get(name) or same) in (same, own.get(name, same)) for name, same in _SAME.items())
