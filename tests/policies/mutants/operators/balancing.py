"""Mutations of load balancers, and of what stands before them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.policies.mutants.changes import added, at, dropped, edited, having, hidden, named, new, put, ref, removed
from tests.policies.mutants.mutation import NOT_IN_DEVELOPMENT, PRODUCTION, Operator
from tests.policies.mutants.operators.machines import first_only
from tests.policies.mutants.operators.places import BALANCER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from plan.model import Resource, Value

LISTENER, LISTENER_RULE = "aws:lb/listener:Listener", "aws:lb/listenerRule:ListenerRule"
TARGETS = "aws:lb/targetGroup:TargetGroup"
WAF = "aws:wafv2/webAclAssociation:WebAclAssociation"
REDIRECT, TLS = "load-balancer-redirects-to-https", "load-balancer-tls-1-2"
HEADERS, LOGS = "load-balancer-drops-invalid-headers", "load-balancer-access-logs"
DELETION, DESYNC = "load-balancer-deletion-protection", "load-balancer-desync-defence"
PLAIN, ENCRYPTED = having("protocol", "HTTP"), having("protocol", "HTTPS")
ZONES, FIREWALL, HEALTH = "load-balancer-in-two-zones", "load-balancer-behind-firewall", "target-group-health-check"


def forwards(graph: Graph, _listener: Resource, old: Value) -> Value:
    """The actions of a listener that serves what it is asked for."""
    groups = graph.of_type(TARGETS)
    return [{"type": "forward", "targetGroupArn": ref(groups[0], "arn")}] if groups else old


def plain_path(graph: Graph, listener: Resource) -> Iterator[Resource]:
    """A rule of a listener that serves one path in plain text."""
    for group in graph.of_type(TARGETS)[:1]:
        yield new(
            listener, LISTENER_RULE, "plain", listenerArn=ref(listener, "arn"), priority=1,
            conditions=[{"pathPattern": {"values": ["/pay"]}}],
            actions=[{"type": "forward", "targetGroupArn": ref(group, "arn")}],
        )  # fmt: skip


def guarded(graph: Graph, association: Resource) -> bool:
    return any(each.type == BALANCER for each in named(graph, association, "resourceArn"))


def keeps_its_protocol(graph: Graph, listener: Resource) -> bool:
    return PLAIN(graph, listener) and at(listener.inputs, "defaultActions.0.redirect.protocol") == "HTTPS"


OPERATORS = (
    Operator(
        REDIRECT,
        "serves plain HTTP",
        edited(LISTENER, "defaultActions", forwards, PLAIN),
        environments=NOT_IN_DEVELOPMENT,
    ),
    Operator(
        REDIRECT, "HTTP instead of HTTPS", put(LISTENER, "protocol", "HTTP", ENCRYPTED), environments=NOT_IN_DEVELOPMENT
    ),
    Operator(REDIRECT, "a path in plain text", added(LISTENER, plain_path, PLAIN), environments=NOT_IN_DEVELOPMENT),
    Operator(
        REDIRECT,
        "a redirect that keeps the protocol",
        removed(LISTENER, "defaultActions.0.redirect.protocol", keeps_its_protocol),
        environments=NOT_IN_DEVELOPMENT,
    ),
    Operator(
        REDIRECT,
        "actions that only deployment tells",
        hidden(LISTENER, "defaultActions", PLAIN),
        "unproven",
        NOT_IN_DEVELOPMENT,
    ),
    Operator(TLS, "AWS's first policy", put(LISTENER, "sslPolicy", "ELBSecurityPolicy-2016-08", ENCRYPTED)),
    Operator(TLS, "no policy", removed(LISTENER, "sslPolicy", ENCRYPTED)),
    Operator(TLS, "a policy of TLS 1.0", put(LISTENER, "sslPolicy", "ELBSecurityPolicy-TLS13-1-0-2021-06", ENCRYPTED)),
    Operator(TLS, "a policy that only deployment tells", hidden(LISTENER, "sslPolicy", ENCRYPTED), "unproven"),
    Operator(HEADERS, "switched off", put(BALANCER, "dropInvalidHeaderFields", value=False)),
    Operator(HEADERS, "nothing said", removed(BALANCER, "dropInvalidHeaderFields")),
    Operator(HEADERS, "whether, only deployment tells", hidden(BALANCER, "dropInvalidHeaderFields"), "unproven"),
    Operator(LOGS, "switched off", put(BALANCER, "accessLogs.enabled", value=False)),
    Operator(LOGS, "nothing said", removed(BALANCER, "accessLogs")),
    Operator(LOGS, "a bucket, and not switched on", removed(BALANCER, "accessLogs.enabled")),
    Operator(DELETION, "switched off", put(BALANCER, "enableDeletionProtection", value=False), environments=PRODUCTION),
    Operator(DELETION, "nothing said", removed(BALANCER, "enableDeletionProtection"), environments=PRODUCTION),
    Operator(DESYNC, "only watched", put(BALANCER, "desyncMitigationMode", "monitor")),
    Operator(ZONES, "one subnet", edited(BALANCER, "subnets", first_only)),
    Operator(ZONES, "subnets that only deployment tells", hidden(BALANCER, "subnets"), "unproven"),
    Operator(FIREWALL, "no association", dropped(WAF, guarded), environments=PRODUCTION),
    Operator(
        FIREWALL,
        "an association with what is outside the plan",
        put(WAF, "resourceArn", "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/x/1", guarded),
        "unproven",
        PRODUCTION,
    ),
    Operator(HEALTH, "switched off", put(TARGETS, "healthCheck.enabled", value=False)),
    Operator(HEALTH, "nothing said", removed(TARGETS, "healthCheck")),
)
