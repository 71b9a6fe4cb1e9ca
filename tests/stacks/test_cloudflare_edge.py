"""A stack of any topology that keeps its whole zone at Cloudflare."""

from __future__ import annotations

from functools import cache

from plan.graph import Graph
from tests.components.planning import inside, target
from tests.stacks.forms import ACCOUNT, form
from tests.stacks.project import answered, write

ZONE = "paircam.live"
HOST = f"api.{ZONE}"
CERTIFICATE = f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/01234567-89ab-cdef-0123-456789abcdef"
RULESET = "cloudflare:index/ruleset:Ruleset"


@cache
def kept() -> str:
    """Video chat with the names of its own document, on the plan that it names."""
    content = form(
        "videochat",
        "production",
        load_balancer={"listener": {"kind": "https", "certificate_arn": CERTIFICATE}},
        dns={
            "kind": "cloudflare",
            "zone": ZONE,
            "zone_id": "0123456789abcdef" * 2,
            "edge": {"plan": "free", "rate_period": 10, "redirects": {f"old.{ZONE}": HOST}},
        },
    )
    content["slipway:overrides"]["services"] = {"signal": {"hosts": [HOST, ZONE]}}
    content["slipway:overrides"]["static"] = [{"directory": "dist/assets", "path": "/assets/"}]
    return write("videochat-edge", content)


@cache
def graph() -> Graph:
    return Graph(answered(kept()).plan)


def test_its_plan_has_no_finding_about_the_zone() -> None:
    found = answered(kept()).findings
    assert [each for each in found if each.level == "mandatory"] == []
    assert [each.rule for each in found if each.rule.startswith("cloudflare-")] == []


def test_the_applications_limit_is_counted_over_the_period_and_spares_webhooks_and_files() -> None:
    (limit,) = [each for each in graph().of_type(RULESET) if each.inputs["phase"] == "http_ratelimit"]
    rule = inside(limit.inputs["rules"], 0)
    assert inside(rule, "ratelimit", "requestsPerPeriod") == 5 * 10
    assert inside(rule, "expression") == (
        'not (http.request.uri.path in {"/api/webhooks/stripe"} or starts_with(http.request.uri.path, "/assets/"))'
    )


def test_the_plan_free_gets_the_rules_that_it_may_have() -> None:
    (firewall,) = [each for each in graph().of_type(RULESET) if each.inputs["phase"] == "http_request_firewall_managed"]
    rules = firewall.inputs["rules"]
    assert isinstance(rules, list)
    assert [inside(each, "actionParameters", "id") for each in rules] == ["77454fe2d30c4220b5701f6fdfb893ba"]


def test_the_apex_and_the_api_lead_to_the_load_balancer_through_cloudflare() -> None:
    records = graph().of_type("cloudflare:index/dnsRecord:DnsRecord")
    leading = {each.inputs["name"]: each for each in records if each.inputs["type"] == "CNAME" and "zone" in each.name}
    assert leading.keys() == {HOST, ZONE}
    for each in leading.values():
        assert target(each.inputs["content"]) == "videochat-lb-alb"
        assert each.inputs["proxied"] is True


def test_one_provider_makes_everything_in_the_zone() -> None:
    (provider,) = graph().of_type("pulumi:providers:cloudflare")
    made = [each for each in graph().plan.resources if each.type.startswith("cloudflare:")]
    assert {each.provider.rpartition("::")[0] for each in made} == {provider.urn}
