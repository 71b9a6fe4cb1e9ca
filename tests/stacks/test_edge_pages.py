"""The classic form at Cloudflare: a frontend at Pages and a Worker, each under a host of its own or both under one."""

from __future__ import annotations

from typing import Any

import pytest

from plan.graph import Graph
from plan.model import Unknown
from slipway.render.rendering import rendering
from tests.components.planning import inside, target, the_part
from tests.stacks.edge_forms import ACCOUNT, ZONE, at_the_edge
from tests.stacks.project import answered, refused, settings, write

SCRIPT = "cloudflare:index/workersScript:WorkersScript"


def classic(url: str | None = "https://videochat.example.com", **frontend: Any) -> dict[str, Any]:  # Any: any YAML
    """The video chat in production, its frontend at Pages."""
    content = at_the_edge("videochat", "production")
    content["slipway:topology"]["frontend"] = {"kind": "pages", **frontend}
    del content["slipway:topology"]["worker"]["assets"]
    content["slipway:overrides"]["frontend"] = {"url": url, "other_origins": []}
    return content


@pytest.fixture(scope="module")
def own() -> Graph:
    """At an address of its own."""
    found = answered(write("videochat-classic", classic()))
    assert [each for each in found.findings if each.level == "mandatory"] == []
    return Graph(found.plan)


def bindings(found: Graph) -> dict[str, Any]:  # Any: a value of a plan
    (worker,) = found.of_type(SCRIPT)
    told = worker.inputs["bindings"]
    assert isinstance(told, list)
    return {str(inside(each, "name")): inside(each, "text") for each in told if inside(each, "type") == "plain_text"}


def test_the_worker_answers_under_the_services_hosts_and_the_project_under_the_frontend_s(own: Graph) -> None:
    domains = own.of_type("cloudflare:index/workersCustomDomain:WorkersCustomDomain")
    assert [each.inputs["hostname"] for each in domains] == ["app.videochat.example.com"]
    (domain,) = own.of_type("cloudflare:index/pagesDomain:PagesDomain")
    assert domain.inputs["name"] == "videochat.example.com"
    (record,) = [each for each in own.of_type("cloudflare:index/dnsRecord:DnsRecord") if "site-zone" in each.name]
    assert (record.inputs["zoneId"], record.inputs["proxied"]) == (ZONE, True)
    assert target(record.inputs["content"]) == "videochat-site-project"


def test_the_project_is_in_the_worker_s_account_and_its_builds_know_the_worker(own: Graph) -> None:
    project = the_part(own, "videochat-site", "PagesProject")
    assert project.inputs["accountId"] == ACCOUNT
    for kind in ("production", "preview"):
        told = inside(project.inputs["deploymentConfigs"], kind, "envVars")
        assert isinstance(told, dict)
        assert "https://app.videochat.example.com" in [inside(each, "value") for each in told.values()]
    (worker,) = own.of_type(SCRIPT)
    assert "assets" not in worker.inputs


def test_pages_may_call_the_worker_and_open_its_sockets(own: Graph) -> None:
    headers = own.plan.outputs["frontendHeaders"]
    assert isinstance(headers, str)
    assert "connect-src 'self' https://app.videochat.example.com wss://app.videochat.example.com;" in headers


def test_a_widget_works_on_the_host_of_the_pages_that_show_it() -> None:
    content = classic()
    content["slipway:topology"]["turnstile"] = {}
    (widget,) = Graph(answered(write("videochat-classic-widget", content)).plan).of_type(
        "cloudflare:index/turnstileWidget:TurnstileWidget"
    )
    assert widget.inputs["domains"] == ["app.videochat.example.com", "videochat.example.com"]


def test_the_worker_is_told_the_address_that_cloudflare_gives_and_of_previews_that_are_let_in() -> None:
    content = classic(None, previews={"kind": "all", "admitted": True})
    content["slipway:overrides"]["services"]["signal"]["derived"] = {
        "FRONTEND_URL": "frontend.url",
        "CORS_PREVIEWS": "frontend.previews",
    }
    found = Graph(answered(write("videochat-classic-made", content)).plan)
    late = bindings(found)
    assert isinstance(late["FRONTEND_URL"], Unknown)
    assert late["FRONTEND_URL"].text.endswith("videochat-site-project#subdomain}")
    assert late["CORS_PREVIEWS"].text.startswith(".${")


def under_a_path() -> dict[str, Any]:  # Any: any YAML
    """The same with the Worker under a path of the frontend's host, and no host of its own."""
    content = classic()
    routes = {"videochat.example.com": {"paths": ["/api/*"], "record": {"kind": "there"}}}
    content["slipway:topology"]["worker"]["routes"] = routes
    content["slipway:overrides"]["services"]["signal"] = {"hosts": []}
    return content


def test_the_worker_answers_a_path_of_the_frontend_s_host_whose_one_record_leads_to_the_project() -> None:
    found = answered(write("videochat-classic-path", under_a_path()))
    assert [each for each in found.findings if each.level == "mandatory"] == []
    plan = Graph(found.plan)
    assert plan.of_type("cloudflare:index/workersCustomDomain:WorkersCustomDomain") == ()
    (route,) = plan.of_type("cloudflare:index/workersRoute:WorkersRoute")
    assert route.inputs["pattern"] == "videochat.example.com/api/*"
    records = plan.of_type("cloudflare:index/dnsRecord:DnsRecord")
    (record,) = [each for each in records if each.inputs["name"] == "videochat.example.com"]
    assert (record.inputs["type"], record.inputs["proxied"]) == ("CNAME", True)
    assert target(record.inputs["content"]) == "videochat-site-project"


def test_pages_and_their_previews_call_the_worker_by_the_frontend_s_own_address() -> None:
    plan = Graph(answered(write("videochat-classic-path", under_a_path())).plan)
    project = the_part(plan, "videochat-site", "PagesProject")
    for kind in ("production", "preview"):
        told = inside(project.inputs["deploymentConfigs"], kind, "envVars")
        assert isinstance(told, dict)
        assert "https://videochat.example.com" in [inside(each, "value") for each in told.values()]
    headers = plan.plan.outputs["frontendHeaders"]
    assert isinstance(headers, str)
    assert "connect-src 'self' https://videochat.example.com wss://videochat.example.com;" in headers
    assert bindings(plan)["FRONTEND_URL"] == "https://videochat.example.com"


def test_a_host_of_the_worker_s_own_stays_the_address_that_builds_are_told() -> None:
    content = under_a_path()
    content["slipway:overrides"]["services"]["signal"] = {"hosts": ["app.videochat.example.com"]}
    plan = answered(write("videochat-classic-both", content)).plan
    told = plan.outputs["frontendVariables"]
    assert isinstance(told, dict)
    assert list(told.values()) == ["https://app.videochat.example.com"]


def test_what_releases_the_pages_is_written_and_nothing_of_aws(own: Graph) -> None:
    files = {file.path: file.content for file in rendering(own.plan, settings("videochat-classic")).files}
    assert set(files) == {".env.example", "_headers", "frontend.env", "release-frontend.sh", "wrangler.jsonc"}
    assert f"CLOUDFLARE_ACCOUNT_ID={ACCOUNT} " in files["release-frontend.sh"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"worker": {"assets": {"directory": "dist"}}},
            "the frontend's files are at Pages, and would be here a second",
        ),
        ({"frontend": {"url": "https://www.videochat.example.net"}}, "it does not lie in the zone"),
        ({"frontend": {"url": "https://app.videochat.example.com"}}, "services.signal has this host"),
    ],
)
def test_what_cannot_be_meant_is_refused(change: dict[str, Any], says: str) -> None:  # Any: any YAML
    content = classic()
    content["slipway:topology"]["worker"] |= change.get("worker", {})
    content["slipway:overrides"]["frontend"] |= change.get("frontend", {})
    assert says in refused("videochat-classic-wrong", content)
