"""The frontend at Cloudflare Pages beside services in AWS: one stack, two clouds that know each other."""

from __future__ import annotations

from typing import Any

import pytest

from plan.graph import Graph
from slipway.errors import ProgramError
from tests.components.planning import inside, target, the_part
from tests.stacks.container_forms import contained
from tests.stacks.forms import form
from tests.stacks.machines import known, parameters, template
from tests.stacks.pages_forms import (
    ACCOUNT,
    AT_CLOUDFLARE,
    BACKEND,
    GIT,
    PAGES,
    PREVIEWS,
    TASKS,
    content,
    environment,
    with_pages,
)
from tests.stacks.project import answered, write


@pytest.fixture(scope="module")
def own() -> Graph:
    """At an address of its own, in a zone in Route 53."""
    return with_pages("pages-own")


@pytest.fixture(scope="module")
def made() -> Graph:
    """At the address that Cloudflare gives, with previews that may call the services."""
    return with_pages(
        "pages-made",
        None,
        derived={"CORS_PREVIEWS": "frontend.previews"},
        frontend={**PAGES, "build": GIT, "previews": PREVIEWS},
    )


@pytest.fixture(scope="module")
def beside() -> Graph:
    """At an address of its own in a zone at Cloudflare."""
    return with_pages("pages-beside", dns={**AT_CLOUDFLARE, "proxied": False})


def test_the_project_is_the_application_s_in_its_environment(own: Graph) -> None:
    project = the_part(own, "orders-site", "PagesProject")
    assert project.inputs["name"] == "orders-staging"
    assert project.inputs["accountId"] == ACCOUNT
    assert project.inputs["productionBranch"] == "main"
    assert "source" not in project.inputs


@pytest.mark.parametrize("kind", ["production", "preview"])
def test_builds_of_production_and_of_previews_know_the_backend(own: Graph, made: Graph, kind: str) -> None:
    assert environment(own, kind) == {"VITE_API_BASE_URL": BACKEND}
    built = environment(made, kind)
    assert built["VITE_API_BASE_URL"] == BACKEND
    assert built["NODE_VERSION"] == "26.10.0"


def test_services_are_told_the_address_that_the_frontend_has(own: Graph, made: Graph) -> None:
    assert known(own)["orders-api"]["FRONTEND_URL"] == "https://www.orders.example.com"
    assert known(own)["orders-api"]["CORS_ORIGINS"] == "https://www.orders.example.com"
    late = {name: template(value) for name, value in parameters(made, "api").items()}
    assert late["FRONTEND_URL"] == late["CORS_ORIGINS"] == "https://orders-site-project.subdomain"


def test_services_are_told_of_previews_of_this_one_project_only_where_it_is_written_down(made: Graph) -> None:
    late = {name: template(value) for name, value in parameters(made, "api").items()}
    assert late["CORS_PREVIEWS"] == ".orders-site-project.subdomain"
    quiet = with_pages(
        "pages-quiet", derived={"CORS_PREVIEWS": "frontend.previews"}, frontend={**PAGES, "previews": {"kind": "all"}}
    )
    assert known(quiet)["orders-api"]["CORS_PREVIEWS"] == ""


def test_a_stack_without_pages_has_no_previews_to_tell_of() -> None:
    elsewhere = answered(
        write("orders-no-pages", content(derived={"CORS_PREVIEWS": "frontend.previews"}, frontend={"kind": "none"}))
    )
    assert known(Graph(elsewhere.plan))["orders-api"]["CORS_PREVIEWS"] == ""


def test_the_name_leads_to_the_project_by_a_cname_in_route_53(own: Graph) -> None:
    (record,) = [each for each in own.of_type("aws:route53/record:Record") if "site-zone" in each.name]
    assert record.inputs["type"] == "CNAME"
    assert target(inside(record.inputs["records"], 0)) == "orders-site-project"


def test_in_a_zone_at_cloudflare_it_goes_through_its_network_whatever_the_services_do(beside: Graph) -> None:
    (record,) = [each for each in beside.of_type("cloudflare:index/dnsRecord:DnsRecord") if "site-zone" in each.name]
    assert record.inputs["type"] == "CNAME"
    assert record.inputs["proxied"] is True
    assert target(record.inputs["content"]) == "orders-site-project"
    assert len(beside.of_type("pulumi:providers:cloudflare")) == 1


def test_the_zone_itself_may_be_the_frontend_s_at_cloudflare() -> None:
    found = with_pages("pages-apex", "https://orders.example.com", dns=AT_CLOUDFLARE)
    (record,) = [each for each in found.of_type("cloudflare:index/dnsRecord:DnsRecord") if "site-zone" in each.name]
    assert record.inputs["name"] == "orders.example.com"


def test_what_the_zone_says_holds_for_the_frontend_too() -> None:
    edge = {"plan": "free", "redirects": {"old.orders.example.com": "www.orders.example.com"}}
    listener = {
        "kind": "https",
        "certificate_arn": f"arn:aws:acm:us-east-1:123456789012:certificate/{'0' * 8}-0000-0000-0000-{'0' * 12}",
    }
    found = with_pages(
        "pages-edge",
        dns={**AT_CLOUDFLARE, "edge": edge},
        load_balancer={"listener": listener},
    )
    assert found.of_type("cloudflare:index/pagesDomain:PagesDomain")


RECORDS = "cloudflare:index/dnsRecord:DnsRecord"
IMPORTED = f"arn:aws:acm:us-east-1:123456789012:certificate/{'0' * 8}-0000-0000-0000-{'0' * 12}"
STRICT = {"listener": {"kind": "https", "certificate_arn": IMPORTED}}


def led(found: Graph) -> dict[str, tuple[object, object, object]]:
    """By name in the zone: the type, whether it goes through Cloudflare's network, and where it leads."""
    leads: dict[str, tuple[object, object, object]] = {}
    for each in found.of_type(RECORDS):
        content = each.inputs["content"]
        where = content if isinstance(content, str) else target(content)
        leads[str(each.inputs["name"])] = (each.inputs["type"], each.inputs["proxied"], where)
    return leads


def test_the_apex_leads_to_the_pages_the_api_to_the_balancer_and_www_to_the_apex() -> None:
    edge = {"plan": "free", "redirects": {"www.orders.example.com": "orders.example.com"}}
    found = with_pages(
        "pages-three", "https://orders.example.com", dns={**AT_CLOUDFLARE, "edge": edge}, load_balancer=STRICT
    )
    assert led(found) == {
        "app.orders.example.com": ("CNAME", True, "orders-lb-alb"),
        "orders.example.com": ("CNAME", True, "orders-site-project"),
        "www.orders.example.com": ("AAAA", True, "100::"),
    }
    (redirects,) = [
        each
        for each in found.of_type("cloudflare:index/ruleset:Ruleset")
        if each.inputs["phase"] == "http_request_dynamic_redirect"
    ]
    assert inside(redirects.inputs["rules"], 0, "expression") == 'http.host eq "www.orders.example.com"'
    sent = inside(redirects.inputs["rules"], 0, "actionParameters", "fromValue", "targetUrl", "expression")
    assert sent == 'concat("https://orders.example.com", http.request.uri.path)'


def test_without_a_redirect_www_and_apex_of_a_service_lead_to_the_balancer() -> None:
    made = content(frontend={"kind": "none"}, dns=AT_CLOUDFLARE, load_balancer=STRICT)
    made["slipway:overrides"]["services"]["api"] |= {"hosts": ["orders.example.com", "www.orders.example.com"]}
    found = Graph(answered(write("orders-cloudflare-names", made)).plan)
    balancer = ("CNAME", True, "orders-lb-alb")
    assert led(found) == {"orders.example.com": balancer, "www.orders.example.com": balancer}


def test_somebody_else_may_keep_the_name() -> None:
    arn = f"arn:aws:acm:us-east-1:123456789012:certificate/{'0' * 8}-0000-0000-0000-{'0' * 12}"
    found = with_pages(
        "pages-elsewhere",
        dns={"kind": "elsewhere"},
        load_balancer={"listener": {"kind": "https", "certificate_arn": arn}},
    )
    assert [each.inputs["name"] for each in found.of_type("cloudflare:index/pagesDomain:PagesDomain")] == [
        "www.orders.example.com"
    ]
    assert [each for each in found.of_type("aws:route53/record:Record") if "site" in each.name] == []


def test_the_stack_tells_whoever_releases_what_they_need(own: Graph, made: Graph) -> None:
    outputs = own.plan.outputs
    assert outputs["frontendUrl"] == "https://www.orders.example.com"
    assert outputs["frontendVariables"] == {"VITE_API_BASE_URL": BACKEND}
    assert target(outputs["frontendHost"]) == "orders-site-project"
    headers = outputs["frontendHeaders"]
    assert isinstance(headers, str)
    assert f"connect-src 'self' {BACKEND};" in headers
    assert template(made.plan.outputs["frontendUrl"]) == "https://orders-site-project.subdomain"


def test_containers_are_told_the_same() -> None:
    file = contained("orders", "staging", frontend={**PAGES, "previews": PREVIEWS})
    file["slipway:overrides"]["frontend"] = {"url": None}
    file["slipway:overrides"]["services"]["api"]["derived"] = {"CORS_PREVIEWS": "frontend.previews"}
    found = Graph(answered(write("orders-pages-contained", file)).plan)
    (task,) = [each for each in found.of_type(TASKS) if each.name.startswith("orders-api")]
    told = template(task.inputs["containerDefinitions"])
    assert '"value":"https://orders-site-project.subdomain"' in told.replace(" ", "")
    assert '"value":".orders-site-project.subdomain"' in told.replace(" ", "")


def test_choosing_it_changes_nothing_else() -> None:
    def resources(**chosen: Any) -> dict[str, object]:  # Any: a part of a stack file, which is any YAML
        plan = answered(write("orders-chosen", form("orders", "staging", **chosen))).plan
        return {each.urn: (each.inputs, each.dependencies, each.provider) for each in plan.resources}

    before, after = resources(), resources(frontend=PAGES)
    assert {urn: after.get(urn) for urn in before} == before
    new = [urn.rpartition("::")[2] for urn in after.keys() - before.keys()]
    assert new
    assert [name for name in new if not name.startswith(("orders-site", "cloudflare"))] == []


def test_sources_that_are_too_many_for_a_file_are_refused_by_their_setting() -> None:
    many = [f"https://host-{number}.orders.example.com" for number in range(80)]
    with pytest.raises(ProgramError, match=r"slipway:topology\.frontend\.sources: the Content-Security-Policy has"):
        answered(write("orders-pages-many", content(frontend={**PAGES, "sources": {"connect-src": many}})))


# -- what is written down for builds and functions
