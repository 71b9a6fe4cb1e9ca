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

RULESET = "cloudflare:index/ruleset:Ruleset"
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


def test_the_rate_limit_spares_what_vite_built_where_the_pages_lie_in_the_zone(own: Graph) -> None:
    given = Graph(answered(write("videochat-given", classic(url=None))).plan)  # at pages.dev, outside of the zone
    counted = []
    for found in (own, given):
        (limit,) = [each for each in found.of_type(RULESET) if each.inputs["phase"] == "http_ratelimit"]
        counted.append(inside(limit.inputs["rules"], 0, "expression"))
    webhooks = 'http.request.uri.path in {"/api/webhooks/stripe"}'
    assert counted == [
        f'not ({webhooks} or starts_with(http.request.uri.path, "/assets/"))',
        f"not ({webhooks})",
    ]


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


def test_cloudflare_asks_the_worker_under_the_pages_host_by_a_path_that_is_the_worker_s() -> None:
    content = under_a_path()
    route = content["slipway:topology"]["worker"]["routes"]["videochat.example.com"]
    route["paths"] = ["/api/*", "/health"]
    content["slipway:topology"]["zone"] |= {"plan": "pro", "health_checks": True}
    (check,) = Graph(answered(write("videochat-classic-asked", content)).plan).of_type(
        "cloudflare:index/healthcheck:Healthcheck"
    )
    assert check.inputs["address"] == "videochat.example.com"
    assert inside(check.inputs["httpConfig"], "path") == "/health"


def test_a_host_of_the_worker_s_own_stays_the_address_that_builds_are_told() -> None:
    content = under_a_path()
    content["slipway:overrides"]["services"]["signal"] = {"hosts": ["app.videochat.example.com"]}
    plan = answered(write("videochat-classic-both", content)).plan
    told = plan.outputs["frontendVariables"]
    assert isinstance(told, dict)
    assert list(told.values()) == ["https://app.videochat.example.com"]


def test_what_releases_the_pages_is_written_and_nothing_of_aws(own: Graph) -> None:
    files = {file.path: file.content for file in rendering(own.plan, settings("videochat-classic")).files}
    assert set(files) == {
        *(".dev.vars.example", ".env.example", "_headers", "frontend.env", "release-frontend.sh", "wrangler.jsonc"),
    }
    assert f"CLOUDFLARE_ACCOUNT_ID={ACCOUNT} " in files["release-frontend.sh"]


# -- functions beside the Worker


@pytest.fixture(scope="module")
def sharing() -> Graph:
    """Functions of production that find what the Worker finds, and the Worker."""
    content = classic(
        previews={"kind": "all"},
        functions={"compatibility_date": "2026-11-01"},
        production={
            "shared": ["SEEN", "MAILS", "TURNSTILE_SITE_KEY", "TURNSTILE_SECRET_KEY"],
            "worker": "WORKER",
            "secrets": {"SIGNING": "JWT_SECRET"},
        },
    )
    content["slipway:topology"] |= {"namespaces": {"SEEN": {}}, "queues": {"MAILS": {}}, "turnstile": {}}
    found = answered(write("videochat-classic-functions", content))
    assert [each for each in found.findings if each.level == "mandatory"] == []
    return Graph(found.plan)


def test_functions_find_what_the_worker_finds_under_the_same_names(sharing: Graph) -> None:
    project = the_part(sharing, "videochat-site", "PagesProject")
    found = inside(project.inputs["deploymentConfigs"], "production")
    assert target(inside(found, "kvNamespaces", "SEEN", "namespaceId")) == "videochat-kv-seen-kv"
    assert inside(found, "queueProducers", "MAILS", "name") == "videochat-production-mails"
    assert target(inside(found, "envVars", "TURNSTILE_SITE_KEY", "value")) == "videochat-turnstile-widget"
    assert inside(found, "envVars", "TURNSTILE_SECRET_KEY", "type") == "secret_text"


def test_functions_call_the_worker_by_the_name_that_it_has(sharing: Graph) -> None:
    project = the_part(sharing, "videochat-site", "PagesProject")
    (worker,) = sharing.of_type(SCRIPT)
    called = inside(project.inputs["deploymentConfigs"], "production", "services", "WORKER", "service")
    assert called == worker.inputs["scriptName"]
    assert worker.urn not in project.dependencies


def test_functions_of_previews_find_nothing_of_the_worker_s(sharing: Graph) -> None:
    project = the_part(sharing, "videochat-site", "PagesProject")
    found = inside(project.inputs["deploymentConfigs"], "preview")
    assert isinstance(found, dict)
    assert {"kvNamespaces", "queueProducers", "services"} & found.keys() == set()
    told = inside(found, "envVars")
    assert isinstance(told, dict)
    assert "SIGNING" not in told
    assert not [name for name in told if name.startswith("TURNSTILE")]


def test_the_database_and_the_bucket_of_the_worker_are_shared_by_their_names() -> None:
    content = classic(
        functions={"compatibility_date": "2026-11-01"}, production={"shared": ["DB", "UPLOADS"], "worker": "WORKER"}
    )
    data = {"sqlite": {"kind": "file", "path": "/var/lib/videochat/calls.db"}}
    content["slipway:overrides"]["data"] = {**data, "uploads": {"kind": "bucket", "directory": "uploads"}}
    derived = {"DATABASE_FILE": "sqlite.file", "UPLOADS_BUCKET": "uploads.bucket"}
    content["slipway:overrides"]["services"]["signal"]["derived"] = derived
    found = Graph(answered(write("videochat-classic-data", content)).plan)
    project = the_part(found, "videochat-site", "PagesProject")
    told = inside(project.inputs["deploymentConfigs"], "production")
    assert target(inside(told, "d1Databases", "DB", "id")) == "videochat-database-d1"
    assert inside(told, "r2Buckets", "UPLOADS", "name") == "videochat-production-uploads"


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
