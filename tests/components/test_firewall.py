"""What the firewall guarantees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.components.planning import inside, part_of, target, the_part

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Value

all_three = pytest.mark.parametrize("balancer", ["lb", "lb-sockets", "lb-hook"])


def rules(graph: Graph, balancer: str) -> list[Value]:
    """The firewall's rules in the order in which it tries them."""
    found = the_part(graph, balancer, "WebAcl").inputs["rules"]
    assert isinstance(found, list)
    return sorted(found, key=lambda rule: inside(rule, "priority"))  # type: ignore[arg-type, return-value]  # numbers


def limit(graph: Graph, balancer: str) -> Value:
    return inside(rules(graph, balancer)[0], "statement", "rateBasedStatement")


def is_path(path: str) -> Value:
    return {
        "byteMatchStatement": {
            "fieldToMatch": {"uriPath": {}},
            "positionalConstraint": "EXACTLY",
            "searchString": path,
            "textTransformations": [{"priority": 0, "type": "NONE"}],
        }
    }


@all_three
def test_every_request_to_the_load_balancer_passes_it(parts: Graph, balancer: str) -> None:
    association = the_part(parts, balancer, "WebAclAssociation")
    assert target(association.inputs["resourceArn"]) == f"{balancer}-alb"
    assert target(association.inputs["webAclArn"]) == f"{balancer}-firewall"
    assert the_part(parts, balancer, "WebAcl").inputs["scope"] == "REGIONAL"


def test_without_it_there_is_none(parts: Graph) -> None:
    assert part_of(parts, "lb-plain", "WebAcl") == part_of(parts, "lb-plain", "WebAclAssociation") == []


@all_three
def test_amazon_s_rules_refuse_what_is_known_to_be_an_attack(parts: Graph, balancer: str) -> None:
    managed = rules(parts, balancer)[1:]
    groups = [inside(rule, "statement", "managedRuleGroupStatement") for rule in managed]
    assert [(inside(group, "vendorName"), inside(group, "name")) for group in groups] == [
        ("AWS", "AWSManagedRulesCommonRuleSet"),
        ("AWS", "AWSManagedRulesKnownBadInputsRuleSet"),
    ]
    # `count` here would let everything through.
    assert [inside(rule, "overrideAction") for rule in managed] == [{"none": {}}, {"none": {}}]


def test_an_upload_is_not_an_attack(parts: Graph) -> None:
    # The rule refuses bodies over 8 KiB.
    common, bad_inputs = (inside(rule, "statement", "managedRuleGroupStatement") for rule in rules(parts, "lb")[1:])
    assert inside(common, "ruleActionOverrides") == [{"name": "SizeRestrictions_BODY", "actionToUse": {"count": {}}}]
    assert not isinstance(bad_inputs, dict) or not bad_inputs.get("ruleActionOverrides")


@pytest.mark.parametrize(("balancer", "most"), [("lb", 2000), ("lb-sockets", 100)])
def test_an_address_is_blocked_that_asks_too_often_in_five_minutes(parts: Graph, balancer: str, most: int) -> None:
    assert inside(rules(parts, balancer)[0], "action") == {"block": {}}
    assert inside(limit(parts, balancer), "limit") == most
    assert inside(limit(parts, balancer), "evaluationWindowSec") == 300


def test_an_address_is_the_connection_s_own(parts: Graph) -> None:
    given = limit(parts, "lb")
    assert inside(given, "aggregateKeyType") == "IP"
    assert isinstance(given, dict)
    assert "forwardedIpConfig" not in given


def test_behind_a_proxy_an_address_is_the_one_that_it_tells(parts: Graph) -> None:
    # Else a proxy's addresses stand for everybody, and everybody is blocked.
    given = limit(parts, "lb-sockets")
    assert inside(given, "aggregateKeyType") == "FORWARDED_IP"
    assert inside(given, "forwardedIpConfig") == {"headerName": "CF-Connecting-IP", "fallbackBehavior": "MATCH"}


def test_the_limit_counts_no_request_to_an_exempt_path_and_every_other(parts: Graph) -> None:
    several = inside(limit(parts, "lb"), "scopeDownStatement", "notStatement", "statement")
    assert several == {"orStatement": {"statements": [is_path("/hooks/pay"), is_path("/hooks/book")]}}
    # AWS takes no `or` of fewer than two.
    one = inside(limit(parts, "lb-hook"), "scopeDownStatement", "notStatement", "statement")
    assert one == is_path("/hooks/pay")
    none = limit(parts, "lb-sockets")
    assert isinstance(none, dict)
    assert "scopeDownStatement" not in none


@all_three
def test_what_it_refuses_can_be_seen(parts: Graph, balancer: str) -> None:
    watched = [the_part(parts, balancer, "WebAcl").inputs, *rules(parts, balancer)]
    seen = [inside(each, "visibilityConfig") for each in watched]
    assert [each for each in seen if inside(each, "cloudwatchMetricsEnabled") is not True] == []
    assert len({inside(each, "metricName") for each in seen}) == len(seen)
