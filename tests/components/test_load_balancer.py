"""What the load balancer guarantees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.components.planning import inside, part_of, target, the_part

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource

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


def test_a_websocket_outlives_its_ping_and_a_deployment_waits_for_it(parts: Graph) -> None:
    # Pings come every 25 to 30 s; Fargate, the shortest of the topologies, allows 120 s to drain.
    assert the_part(parts, "lb", "LoadBalancer").inputs["idleTimeout"] == 300
    assert the_part(parts, "lb-plain", "LoadBalancer").inputs["idleTimeout"] == 60
    delays = {group.name: group.inputs["deregistrationDelay"] for group in part_of(parts, "lb", "TargetGroup")}
    assert delays == {"lb-web": 60, "lb-sockets": 120}


def test_only_well_instances_get_traffic(parts: Graph) -> None:
    for group in part_of(parts, "lb", "TargetGroup"):
        check = group.inputs["healthCheck"]
        assert (inside(check, "path"), inside(check, "matcher")) == ("/health", "200")


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
