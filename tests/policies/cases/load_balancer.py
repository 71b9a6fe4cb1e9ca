"""Plans for the rules about load balancers."""

from __future__ import annotations

from plan.model import Secret, Unknown
from policies.aws.types import BALANCERS, LISTENER_RULES, LISTENERS, TARGET_GROUPS
from tests.policies.cases.building import Cases, a, facts
from tests.policies.plans import opaque, whole

LB, LISTENER, RULE, TARGETS = BALANCERS[0], LISTENERS[0], LISTENER_RULES[0], TARGET_GROUPS[0]
CLASSIC = "aws:elb/loadBalancer:LoadBalancer"
REDIRECT = {"type": "redirect", "redirect": {"protocol": "HTTPS", "statusCode": "HTTP_301"}}
FORWARD = {"type": "forward", "targetGroupArn": "arn:t"}
HTTP = a(LISTENER, "http", protocol="HTTP", port=80, defaultActions=[REDIRECT])
BALANCER = a(LB, loadBalancerType="application")
ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation"
OLDER_POLICY = "aws:elb/loadBalancerPolicy:LoadBalancerPolicy"
POLICY = "aws:elb/sslNegotiationPolicy:SslNegotiationPolicy"
CLASSIC_TLS = a(CLASSIC, "old", listeners=[{"lbProtocol": "https", "lbPort": 443}])


def _policy(value: str) -> dict[str, str]:
    return {"name": "Reference-Security-Policy", "value": value}


CASES = {
    "load-balancer-redirects-to-https": Cases(
        good={
            "a redirect": [HTTP],
            "an HTTPS listener": [a(LISTENER, protocol="HTTPS", port=443, defaultActions=[FORWARD])],
            "a TCP listener": [a(LISTENER, protocol="TCP", port=80, defaultActions=[FORWARD])],
            "a gateway load balancer": [a(LISTENER, defaultActions=[FORWARD])],
            "a rule that redirects": [HTTP, a(RULE, "rule", listenerArn=whole(HTTP, "arn"), actions=[REDIRECT])],
            "a rule of an HTTPS listener": [
                other := a(LISTENER, "https", protocol="HTTPS", port=443),
                a(RULE, "rule", listenerArn=whole(other, "arn"), actions=[FORWARD]),
            ],
            "development": [facts("development"), a(LISTENER, protocol="HTTP", port=80, defaultActions=[FORWARD])],
            "a classic one with TLS": [CLASSIC_TLS],
        },
        bad={
            **{
                f"forwarding by {kind}": [a(kind, protocol="HTTP", port=80, defaultActions=[FORWARD])]
                for kind in LISTENERS
            },
            "no protocol, which is HTTP": [a(LISTENER, port=80, defaultActions=[FORWARD])],
            "small letters": [a(LISTENER, protocol="http", port=80, defaultActions=[FORWARD])],
            "another port": [a(LISTENER, protocol="HTTP", port=8080, defaultActions=[FORWARD])],
            "a redirect to the same protocol": [
                a(LISTENER, protocol="HTTP", port=80, defaultActions=[{"type": "redirect", "redirect": {"port": "81"}}])
            ],
            "one of two actions": [a(LISTENER, protocol="HTTP", port=80, defaultActions=[REDIRECT, FORWARD])],
            "no action": [a(LISTENER, protocol="HTTP", port=80)],
            "a rule that forwards": [HTTP, a(RULE, "rule", listenerArn=whole(HTTP, "arn"), actions=[FORWARD])],
            "a classic one": [a(CLASSIC, listeners=[{"lbProtocol": "HTTP", "lbPort": 80}])],
            "staging": [facts("staging"), a(LISTENER, protocol="HTTP", port=80, defaultActions=[FORWARD])],
        },
        unproven={
            "an unknown protocol": [a(LISTENER, protocol=Unknown(), port=80, defaultActions=[FORWARD])],
            "unknown actions": [a(LISTENER, protocol="HTTP", port=80, defaultActions=Unknown())],
            "a secret": [a(LISTENER, protocol="HTTP", port=80, defaultActions=Secret())],
        },
    ),
    "load-balancer-tls-1-2": Cases(
        good={
            "TLS 1.3 and 1.2": [a(LISTENER, protocol="HTTPS", sslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06")],
            "TLS 1.3 alone": [a(LISTENER, protocol="TLS", sslPolicy="ELBSecurityPolicy-TLS13-1-3-2021-06")],
            "forward secrecy": [a(LISTENER, protocol="HTTPS", sslPolicy="ELBSecurityPolicy-FS-1-2-Res-2020-10")],
            "no TLS at all": [HTTP],
            "a classic one": [
                CLASSIC_TLS,
                a(
                    POLICY,
                    "p",
                    loadBalancer=whole(CLASSIC_TLS),
                    attributes=[_policy("ELBSecurityPolicy-TLS-1-2-2017-01")],
                ),
            ],
            "a classic one with a policy of the older kind": [
                CLASSIC_TLS,
                a(
                    OLDER_POLICY,
                    "p",
                    loadBalancerName=whole(CLASSIC_TLS, "name"),
                    policyAttributes=[_policy("ELBSecurityPolicy-TLS-1-2-2017-01")],
                ),
            ],
        },
        bad={
            **{f"the default by {kind}": [a(kind, protocol="HTTPS", port=443)] for kind in LISTENERS},
            "TLS 1.0": [a(LISTENER, protocol="HTTPS", sslPolicy="ELBSecurityPolicy-2016-08")],
            "TLS 1.0 beside 1.3": [a(LISTENER, protocol="HTTPS", sslPolicy="ELBSecurityPolicy-TLS13-1-0-2021-06")],
            "TLS 1.1": [a(LISTENER, protocol="TLS", sslPolicy="ELBSecurityPolicy-FS-1-1-2019-08")],
            "small letters": [a(LISTENER, protocol="https")],
            "a classic one": [CLASSIC_TLS],
            "a classic one with an old policy of the older kind": [
                CLASSIC_TLS,
                a(
                    OLDER_POLICY,
                    "p",
                    loadBalancerName=whole(CLASSIC_TLS, "name"),
                    policyAttributes=[_policy("ELBSecurityPolicy-2015-05")],
                ),
            ],
            "a classic one with an old policy": [
                CLASSIC_TLS,
                a(POLICY, "p", loadBalancer=whole(CLASSIC_TLS), attributes=[_policy("ELBSecurityPolicy-2015-05")]),
            ],
        },
        unproven={
            "an unknown policy": [a(LISTENER, protocol="HTTPS", sslPolicy=Unknown())],
            "a classic one with a policy of somebody": [
                CLASSIC_TLS,
                a(POLICY, "p", loadBalancer="x", attributes=[_policy("ELBSecurityPolicy-TLS-1-2-2017-01")]),
            ],
        },
    ),
    "load-balancer-drops-invalid-headers": Cases(
        good={"set": [a(LB, dropInvalidHeaderFields=True)], "a network one": [a(LB, loadBalancerType="network")]},
        bad={
            **{f"the default of {kind}": [a(kind)] for kind in BALANCERS},
            "off": [a(LB, dropInvalidHeaderFields=False)],
            "off as text": [a(LB, dropInvalidHeaderFields="false")],
        },
        unproven={"unknown": [a(LB, dropInvalidHeaderFields=Unknown())]},
    ),
    "load-balancer-access-logs": Cases(
        good={
            "set": [a(LB, accessLogs={"enabled": True, "bucket": "b"})],
            "a list": [a(LB, accessLogs=[{"enabled": "true", "bucket": "b"}])],
            "classic": [a(CLASSIC, accessLogs={"bucket": "b"})],
            "a gateway one": [a(LB, loadBalancerType="gateway")],
        },
        bad={
            "none": [BALANCER],
            "off": [a(LB, accessLogs={"enabled": False, "bucket": "b"})],
            "not switched on": [a(LB, accessLogs={"bucket": "b"})],
            "classic": [a(CLASSIC)],
            "classic, off": [a(CLASSIC, accessLogs={"bucket": "b", "enabled": False})],
        },
        unproven={"unknown": [a(LB, accessLogs=Unknown())], "classic": [a(CLASSIC, accessLogs=Unknown())]},
    ),
    "load-balancer-deletion-protection": Cases(
        good={
            "set": [facts(), a(LB, enableDeletionProtection=True)],
            "development": [facts("development"), BALANCER],
            "staging": [facts("staging"), BALANCER],
        },
        bad={
            "production": [facts(), BALANCER],
            "nobody says what it is": [BALANCER],
            "an environment that nobody knows": [facts("live"), BALANCER],
            "off": [facts(), a(LB, enableDeletionProtection="false")],
        },
        unproven={"unknown": [facts(), a(LB, enableDeletionProtection=Unknown())]},
    ),
    "load-balancer-desync-defence": Cases(
        good={"the default": [BALANCER], "strictest": [a(LB, desyncMitigationMode="strictest")]},
        bad={
            "monitor": [a(LB, desyncMitigationMode="monitor")],
            "classic": [a(CLASSIC, desyncMitigationMode="monitor")],
        },
        unproven={"unknown": [a(LB, desyncMitigationMode=Unknown())]},
    ),
    "load-balancer-in-two-zones": Cases(
        good={
            "two subnets": [a(LB, subnets=["subnet-1", "subnet-2"])],
            "two, as a preview tells": [a(LB, subnets=[opaque(HTTP), opaque(HTTP)])],
            "mappings": [a(LB, subnetMappings=[{"subnetId": "subnet-1"}, {"subnetId": "subnet-2"}])],
            "zones of a classic one": [a(CLASSIC, availabilityZones=["eu-west-1a", "eu-west-1b"])],
        },
        bad={
            **{f"one subnet of {kind}": [a(kind, subnets=["subnet-1"])] for kind in BALANCERS},
            "the same subnet twice": [a(LB, subnets=["subnet-1", "subnet-1"])],
            "none": [BALANCER],
            "one zone of a classic one": [a(CLASSIC, availabilityZones=["eu-west-1a"])],
            "one mapping": [a(LB, subnetMappings=[{"subnetId": "subnet-1"}])],
        },
        unproven={
            "an unknown list": [a(LB, subnets=Unknown())],
            "unknown ones": [a(LB, subnets=[Unknown(), Unknown()])],
        },
    ),
    "load-balancer-behind-firewall": Cases(
        good={
            "associated": [facts(), BALANCER, a(ASSOCIATION, "w", resourceArn=whole(BALANCER, "arn"), webAclArn="x")],
            "inside": [facts(), a(LB, internal=True)],
            "a network one": [facts(), a(LB, loadBalancerType="network")],
            "development": [facts("development"), BALANCER],
        },
        bad={"production": [facts(), BALANCER], "nobody says what it is": [BALANCER]},
        unproven={
            "associated with something": [facts(), BALANCER, a(ASSOCIATION, "w", resourceArn="arn:x", webAclArn="x")],
            "an unknown place": [facts(), a(LB, internal=Unknown())],
        },
    ),
    "target-group-health-check": Cases(
        good={
            "a path": [a(TARGETS, protocol="HTTP", healthCheck={"path": "/health"})],
            "TCP": [a(TARGETS, protocol="TCP")],
            "a function": [a(TARGETS, targetType="lambda")],
        },
        bad={
            **{f"none in {kind}": [a(kind, protocol="HTTP", port=80)] for kind in TARGET_GROUPS},
            "off": [a(TARGETS, protocol="HTTP", healthCheck={"enabled": False, "path": "/health"})],
            "no path": [a(TARGETS, protocol="HTTPS", healthCheck={"interval": 10})],
        },
        unproven={
            "unknown": [a(TARGETS, protocol="HTTP", healthCheck={"enabled": opaque(), "path": "/"})],
            "an unknown path": [a(TARGETS, protocol="HTTP", healthCheck={"path": Unknown()})],
        },
    ),
}
