"""What the load balancer guarantees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plan.model import Unknown
from tests.components.planning import inside, part_of, target, the_part

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource, Value

ANYWHERE = "0.0.0.0/0"


def listener(graph: Graph, balancer: str, port: int) -> Resource:
    (found,) = [each for each in part_of(graph, balancer, "Listener") if each.inputs["port"] == port]
    return found


@pytest.mark.parametrize(("balancer", "ports"), [("lb", {80, 443}), ("lb-plain", {80})])
def test_the_internet_reaches_the_ports_that_listen_and_no_other(parts: Graph, balancer: str, ports: set[int]) -> None:
    rules = part_of(parts, balancer, "SecurityGroupIngressRule")
    assert {(rule.inputs["cidrIpv4"], rule.inputs["fromPort"], rule.inputs["toPort"]) for rule in rules} == {
        (ANYWHERE, port, port) for port in ports
    }
    assert {each.inputs["port"] for each in part_of(parts, balancer, "Listener")} == ports


def test_with_a_certificate_plain_http_only_redirects(parts: Graph) -> None:
    redirect = inside(listener(parts, "lb", 80).inputs, "defaultActions", 0)
    assert inside(redirect, "type") == "redirect"
    assert inside(redirect, "redirect") == {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}


def test_https_takes_no_protocol_below_tls_1_2(parts: Graph) -> None:
    secure = listener(parts, "lb", 443)
    assert secure.inputs["protocol"] == "HTTPS"
    assert secure.inputs["sslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
    assert secure.inputs["certificateArn"]


@pytest.mark.parametrize("balancer", ["lb", "lb-plain", "lb-sockets"])
def test_malformed_requests_do_not_get_through(parts: Graph, balancer: str) -> None:
    found = the_part(parts, balancer, "LoadBalancer")
    assert found.inputs["dropInvalidHeaderFields"] is True
    assert found.inputs["desyncMitigationMode"] == "defensive"


def test_deletion_protection_is_the_caller_s_choice(parts: Graph) -> None:
    assert the_part(parts, "lb", "LoadBalancer").inputs["enableDeletionProtection"] is True
    assert the_part(parts, "lb-plain", "LoadBalancer").inputs["enableDeletionProtection"] is False


def test_a_websocket_outlives_its_ping_and_a_deployment_waits_for_it(parts: Graph) -> None:
    # Pings come every 25 to 30 s; Fargate, the shortest of the topologies, allows 120 s to drain.
    assert the_part(parts, "lb", "LoadBalancer").inputs["idleTimeout"] == 300
    assert the_part(parts, "lb-plain", "LoadBalancer").inputs["idleTimeout"] == 60
    delays = {group.name: group.inputs["deregistrationDelay"] for group in part_of(parts, "lb", "TargetGroup")}
    assert delays == {"lb-web": 60, "lb-sockets": 120}


def test_a_client_meets_the_same_instance_only_with_long_polling_and_for_a_day_at_most(parts: Graph) -> None:
    groups = [
        group for balancer in ("lb", "lb-plain", "lb-sockets") for group in part_of(parts, balancer, "TargetGroup")
    ]
    sticky = {group.name: group.inputs["stickiness"] for group in groups}
    day = {"type": "lb_cookie", "cookieDuration": 86_400}
    assert sticky == {
        "lb-web": {**day, "enabled": False},
        "lb-sockets": {**day, "enabled": False},
        "lb-plain-web": {**day, "enabled": False},
        "lb-sockets-sockets": {**day, "enabled": True},
    }


def test_only_well_instances_get_traffic(parts: Graph) -> None:
    for group in part_of(parts, "lb", "TargetGroup"):
        check = group.inputs["healthCheck"]
        assert (inside(check, "path"), inside(check, "matcher")) == ("/health", "200")
        assert (inside(check, "healthyThreshold"), inside(check, "unhealthyThreshold")) == (2, 3)


def test_a_service_without_hosts_and_paths_takes_what_no_rule_claims(parts: Graph) -> None:
    rest = inside(listener(parts, "lb", 443).inputs, "defaultActions", 0)
    assert target(inside(rest, "targetGroupArn")) == "lb-web"


def test_without_such_a_service_the_rest_is_not_found(parts: Graph) -> None:
    rest = inside(listener(parts, "lb-sockets", 443).inputs, "defaultActions", 0)
    assert inside(rest, "type") == "fixed-response"
    assert "404" in str(inside(rest, "fixedResponse"))


def test_a_service_with_paths_gets_them_by_a_rule_on_the_secure_listener(parts: Graph) -> None:
    rule = the_part(parts, "lb", "ListenerRule")
    assert target(rule.inputs["listenerArn"]) == "lb-https"
    assert rule.inputs["conditions"] == [{"pathPattern": {"values": ["/socket.io/*"]}}]
    assert target(inside(rule.inputs, "actions", 0, "targetGroupArn")) == "lb-sockets"


def test_alarms_learn_its_names_in_cloudwatch(parts: Graph) -> None:
    (balancer,) = [each for each in parts.of_type("slipway:aws:LoadBalancer") if each.name == "lb"]
    assert leads_to(balancer.outputs["arnSuffix"]) == ("lb-alb", "arnSuffix")
    suffixes = balancer.outputs["targetGroupArnSuffixes"]
    assert isinstance(suffixes, dict)
    assert {service: leads_to(suffix) for service, suffix in suffixes.items()} == {
        "web": ("lb-web", "arnSuffix"),
        "sockets": ("lb-sockets", "arnSuffix"),
    }


def leads_to(value: Value) -> tuple[str, str]:
    """The name of the resource, and the property, that a reference leads to."""
    assert isinstance(value, Unknown)
    assert value.target
    return target(value), value.target.property
