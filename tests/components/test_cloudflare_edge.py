"""How Cloudflare answers for a whole zone that a stack keeps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from components.cloudflare.expressions import EVERYTHING, in_sets, outside_paths
from tests.components.planning import inside, part_of

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Value

ZONE = "cloudflare-zone-edge"
PHASES = {
    "http_request_firewall_managed",
    "http_ratelimit",
    "http_request_cache_settings",
    "http_request_dynamic_redirect",
}


def settings(parts: Graph) -> dict[str, Value]:
    return {str(each.inputs["settingId"]): each.inputs["value"] for each in part_of(parts, ZONE, "ZoneSetting")}


def rules(parts: Graph, phase: str) -> list[Value]:
    (found,) = [each for each in part_of(parts, ZONE, "Ruleset") if each.inputs["phase"] == phase]
    told = found.inputs["rules"]
    assert isinstance(told, list)
    return told


def test_a_zone_that_is_not_kept_gets_records_alone(parts: Graph) -> None:
    for kind in ("ZoneSetting", "Ruleset", "Healthcheck"):
        assert part_of(parts, "cloudflare-zone", kind) == []


def test_encryption_is_strict_and_for_a_year(parts: Graph) -> None:
    found = settings(parts)
    assert (found["ssl"], found["min_tls_version"], found["always_use_https"]) == ("strict", "1.2", "on")
    kept = inside(found["security_header"], "strict_transport_security")
    assert (inside(kept, "enabled"), inside(kept, "max_age")) == (True, 365 * 24 * 3600)


def test_subdomains_of_others_are_not_promised_to_have_certificates(parts: Graph) -> None:
    kept = inside(settings(parts)["security_header"], "strict_transport_security")
    assert (inside(kept, "include_subdomains"), inside(kept, "preload")) == (False, False)


def test_pages_are_compressed_and_come_by_the_newest_protocol(parts: Graph) -> None:
    assert {name: settings(parts)[name] for name in ("brotli", "http3", "tls_1_3")} == dict.fromkeys(
        ("brotli", "http3", "tls_1_3"), "on"
    )


def test_each_phase_has_one_ruleset_of_the_zone(parts: Graph) -> None:
    found = part_of(parts, ZONE, "Ruleset")
    assert sorted(str(each.inputs["phase"]) for each in found) == sorted(PHASES)
    assert {each.inputs["kind"] for each in found} == {"zone"}


def test_every_request_passes_the_managed_rules_in_their_order(parts: Graph) -> None:
    found = rules(parts, "http_request_firewall_managed")
    assert [inside(each, "actionParameters", "id") for each in found] == [
        "efb7b8c949ac4650a09736fc376e9aee",
        "4814384a9e5d4991b9815dcfc25d2f1f",
    ]
    assert {(inside(each, "action"), inside(each, "expression")) for each in found} == {("execute", "true")}


def test_who_sends_too_much_is_refused_but_for_webhooks_and_files(parts: Graph) -> None:
    (limit,) = rules(parts, "http_ratelimit")
    assert inside(limit, "action") == "block"
    assert inside(limit, "ratelimit") == {
        "characteristics": ["cf.colo.id", "ip.src"],
        "period": 10,
        "requestsPerPeriod": 50,
        "mitigationTimeout": 10,
    }
    assert inside(limit, "expression") == (
        'not (http.request.uri.path in {"/hooks/pay"} or starts_with(http.request.uri.path, "/assets/"))'
    )


def test_browsers_keep_files_of_a_release_for_half_an_hour(parts: Graph) -> None:
    (cached,) = rules(parts, "http_request_cache_settings")
    assert inside(cached, "actionParameters", "browserTtl") == {"mode": "override_origin", "default": 30 * 60}
    expression = str(inside(cached, "expression"))
    assert '"js"' in expression
    assert 'starts_with(http.request.uri.path, "/assets/")' in expression
    assert "html" not in expression


def test_a_host_that_only_leads_on_is_answered_by_cloudflare_itself(parts: Graph) -> None:
    (lead,) = rules(parts, "http_request_dynamic_redirect")
    assert inside(lead, "expression") == 'http.host eq "old-www.shop.example"'
    value = inside(lead, "actionParameters", "fromValue")
    assert (inside(value, "statusCode"), inside(value, "preserveQueryString")) == (301, True)
    assert inside(value, "targetUrl", "expression") == 'concat("https://shop.example", http.request.uri.path)'
    (record,) = [each for each in part_of(parts, ZONE, "DnsRecord") if each.inputs["type"] == "AAAA"]
    assert (record.inputs["name"], record.inputs["content"]) == ("old-www.shop.example", "100::")
    assert record.inputs["proxied"] is True


def test_a_host_is_asked_by_https_by_the_path_of_its_service(parts: Graph) -> None:
    (check,) = part_of(parts, ZONE, "Healthcheck")
    assert (check.inputs["address"], check.inputs["type"]) == ("shop.example", "HTTPS")
    assert inside(check.inputs["httpConfig"], "path") == "/health"


def test_where_nothing_is_exempt_every_request_counts() -> None:
    assert outside_paths([], []) == EVERYTHING


_texts = st.lists(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=20), max_size=4)


@given(_texts, _texts)
def test_what_a_path_has_in_it_never_ends_its_quotes(paths: list[str], folders: list[str]) -> None:
    for written, strings in (
        (outside_paths(paths, folders), [*paths, *folders]),
        (in_sets(["js", *paths], folders), ["js", *paths, *folders]),
    ):
        found = re.findall(r'"((?:[^"\\]|\\.)*)"', written)
        assert [re.sub(r"\\(.)", r"\1", each) for each in found] == strings
