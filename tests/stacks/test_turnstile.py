"""Turnstile before services in AWS whose zone is at Cloudflare: one widget, and who is told which of its keys."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from plan.graph import Graph
from plan.model import Secret
from slipway.render.env_example import env_example
from slipway.render.frontend import frontend_env
from tests.components.planning import inside, target
from tests.stacks.container_forms import contained
from tests.stacks.edge_forms import at_the_edge
from tests.stacks.forms import form
from tests.stacks.machines import POLICY, known, parameters, scripts, template
from tests.stacks.project import answered, refused, settings, write
from tests.stacks.tasks import service_containers

if TYPE_CHECKING:
    from collections.abc import Callable

    from slipway.planning import Planned

ACCOUNT, ZONE = "0123456789abcdef" * 2, "fedcba9876543210" * 2
WIDGET = "cloudflare:index/turnstileWidget:TurnstileWidget"
STORE = "aws:secretsmanager/secret:Secret"
VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
KEYS = {"CHALLENGE_SITE": "turnstile.site_key", "CHALLENGE_SECRET": "turnstile.secret_key"}
PAGES = {"kind": "pages", "account_id": ACCOUNT}
MADE_BY = {"machines": form, "containers": contained}


def content(made_by: Callable[..., dict[str, Any]], **changes: Any) -> dict[str, Any]:
    """Orders with a widget, and a second service that reads none of its keys."""
    turnstile = {"account_id": ACCOUNT, **changes.pop("turnstile", {})}
    dns = {"kind": "cloudflare", "zone": "orders.example.com", "zone_id": ZONE, "turnstile": turnstile}
    made = made_by("orders", "staging", **{"dns": dns, **changes})
    services = made["slipway:overrides"]["services"]
    services["api"]["derived"] = dict(KEYS)
    services["jobs"] = {"port": 4000, "directory": "backend", "derived": {"REDIS_URL": "redis.url"}}
    return made


@cache
def on(kind: str) -> Planned:
    return answered(write(f"orders-widget-{kind}", content(MADE_BY[kind], frontend=PAGES)))


@pytest.fixture(params=MADE_BY)
def found(request: pytest.FixtureRequest) -> Planned:
    return on(request.param)


@pytest.fixture
def machines() -> Graph:
    return Graph(on("machines").plan)


@pytest.fixture
def containers() -> Graph:
    return Graph(on("containers").plan)


def test_the_widget_works_on_the_hosts_of_the_services_and_of_the_pages_that_call_them(found: Planned) -> None:
    (widget,) = Graph(found.plan).of_type(WIDGET)
    assert widget.inputs["domains"] == ["app.orders.example.com", "www.orders.example.com"]
    assert (widget.inputs["accountId"], widget.inputs["name"]) == (ACCOUNT, "orders-staging")
    assert widget.inputs["mode"] == "managed"


def test_its_plan_breaks_no_rule(found: Planned) -> None:
    assert [each for each in found.findings if each.level == "mandatory"] == []
    assert found.plan.notices == ()


def test_the_secret_key_is_kept_as_a_secret_is_and_can_go_with_the_widget(found: Planned) -> None:
    graph = Graph(found.plan)
    (version,) = [each for each in graph.of_type(VERSION) if each.name.startswith("orders-turnstile")]
    assert isinstance(version.inputs["secretStringWo"], Secret)
    assert isinstance(version.inputs["secretStringWoVersion"], Secret)
    assert "secretString" not in version.inputs
    (store,) = [each for each in graph.of_type(STORE) if each.name == target(version.inputs["secretId"])]
    assert (store.protect, store.options.retain_on_delete) == (False, False)


def test_the_stack_tells_its_site_key_and_no_other(found: Planned) -> None:
    assert target(found.plan.outputs["turnstileSiteKey"]) == "orders-turnstile-widget"
    assert [name for name, value in found.plan.outputs.items() if isinstance(value, Secret)] == []


def test_pages_of_the_stack_may_load_the_widget(found: Planned) -> None:
    headers = str(found.plan.outputs["frontendHeaders"])
    assert "frame-src 'self' https://challenges.cloudflare.com;" in headers
    assert "script-src 'self' https://challenges.cloudflare.com;" in headers


def test_machines_read_the_site_key_and_where_the_secret_one_is(machines: Graph) -> None:
    told = parameters(machines, "api")
    assert template(told["CHALLENGE_SITE"]) == "orders-turnstile-widget.sitekey"
    assert template(told["CHALLENGE_SECRET"]) == "${secret:SECRET_KEY}"
    assert "CHALLENGE_SECRET" not in known(machines)["orders-api"]
    assert [text for text in scripts(machines).values() if "CHALLENGE" in text or "urnstile" in text] == []


def test_machines_of_a_service_that_checks_no_proof_may_not_read_the_key(machines: Graph) -> None:
    reading = {
        policy.name: {urn.rpartition("::")[2] for urns in policy.property_dependencies.values() for urn in urns}
        for policy in machines.of_type(POLICY)
        if policy.name.endswith("-secrets")
    }
    key = "orders-turnstile-secrets-SECRET_KEY-version"
    assert {name: key in needed for name, needed in reading.items()} == {
        "orders-api-secrets": True,
        "orders-jobs-secrets": False,
    }


def test_tasks_are_given_the_secret_key_by_ecs_and_the_other_in_clear(containers: Graph) -> None:
    api, jobs = (service_containers(containers)[name] for name in ("api", "jobs"))
    plain = {each["name"]: each["value"] for each in api["environment"]}
    secret = {each["name"]: each["valueFrom"] for each in api["secrets"]}
    assert "sitekey" in plain["CHALLENGE_SITE"]
    assert "orders-turnstile-secrets-SECRET_KEY-version" in secret["CHALLENGE_SECRET"]
    assert "CHALLENGE_SECRET" not in plain
    assert [each for each in jobs["secrets"] if "turnstile" in each["valueFrom"]] == []


def test_both_keep_the_widget_and_its_key_under_the_same_names(machines: Graph, containers: Graph) -> None:
    def urns(graph: Graph) -> set[str]:
        return {
            each.urn.partition("::")[2].partition("::")[2] for each in graph.plan.resources if "turnstile" in each.name
        }

    assert len(urns(machines)) == 5  # the widget, the secret and its value, and what the two belong to
    assert urns(machines) == urns(containers)


@pytest.mark.parametrize("made_by", MADE_BY.values(), ids=MADE_BY)
def test_the_frontend_s_build_is_told_the_site_key_where_it_asks(made_by: Callable[..., dict[str, Any]]) -> None:
    asking = content(made_by, frontend={**PAGES, "build": {"kind": "github", "owner": "acme", "repository": "orders"}})
    asking["slipway:overrides"]["frontend"] = {"turnstile_variable": "VITE_SITE_KEY"}
    stack = write("orders-widget-asked", asking)
    graph = Graph(answered(stack).plan)
    (project,) = graph.of_type("cloudflare:index/pagesProject:PagesProject")
    for kind in ("production", "preview"):
        built = inside(project.inputs["deploymentConfigs"], kind, "envVars", "VITE_SITE_KEY", "value")
        assert target(built) == "orders-turnstile-widget"
    variables = graph.plan.outputs["frontendVariables"]
    assert target(inside(variables, "VITE_SITE_KEY")) == "orders-turnstile-widget"
    assert "output turnstileSiteKey: VITE_SITE_KEY\n" in str(frontend_env(settings(stack)))


def test_the_example_of_the_environment_says_where_both_keys_are_from_and_has_none() -> None:
    asking = content(form)
    asking["slipway:overrides"]["frontend"] = {"turnstile_variable": "VITE_SITE_KEY"}
    text = env_example(settings(write("orders-widget-env", asking)))
    assert "# derived from turnstile.site_key; known after deployment\nCHALLENGE_SITE=\n" in text
    assert "# derived from turnstile.secret_key, holds a secret; known after deployment\nCHALLENGE_SECRET=\n" in text
    assert (
        "# derived from turnstile.site_key; known after deployment: the output turnstileSiteKey\nVITE_SITE_KEY=\n"
        in text
    )


def test_a_widget_may_be_seen_otherwise_and_works_on_other_origins_but_not_on_a_developers_machine() -> None:
    asking = content(form, turnstile={"mode": "invisible"})
    asking["slipway:overrides"]["frontend"] = {
        "other_origins": ["https://orders.example.com", "https://app.orders.example.com", "http://localhost:5173"]
    }
    (widget,) = Graph(answered(write("orders-widget-more", asking)).plan).of_type(WIDGET)
    assert widget.inputs["mode"] == "invisible"
    ends = ("app.", "www.", "")
    assert widget.inputs["domains"] == [f"{end}orders.example.com" for end in ends]


def test_a_secret_of_the_application_may_have_the_name_that_the_key_has_elsewhere() -> None:
    asking = content(form)
    asking["slipway:overrides"]["secrets"] = {"TURNSTILE_SECRET_KEY": {}, "SECRET_KEY": {}}
    asking["slipway:overrides"]["services"]["jobs"]["secrets"] = ["TURNSTILE_SECRET_KEY", "SECRET_KEY"]
    found = answered(write("orders-widget-named", asking))
    assert [each for each in found.findings if each.level == "mandatory"] == []
    of = parameters(Graph(found.plan), "jobs")
    assert template(of["TURNSTILE_SECRET_KEY"]) == "${secret:TURNSTILE_SECRET_KEY}"


def test_a_closed_network_reaches_nobody_who_knows_whether_a_proof_holds() -> None:
    closed = form("drops", "production", network={"egress": {"kind": "none"}})
    closed["slipway:topology"]["dns"] = {
        "kind": "cloudflare",
        "zone": "drops.example.com",
        "zone_id": ZONE,
        "turnstile": {"account_id": ACCOUNT},
    }
    closed["slipway:overrides"]["services"]["app"]["derived"] = dict(KEYS)
    assert "dns.turnstile: given a mapping; network.egress is none" in refused("drops-widget-closed", closed)


def test_a_worker_finds_the_keys_under_derived_names_too_and_the_fixed_ones_may_be_derived() -> None:
    said = at_the_edge("helpdesk", "production")
    said["slipway:topology"]["turnstile"] = {}
    derived = {**KEYS, "TURNSTILE_SITE_KEY": "turnstile.site_key", "TURNSTILE_SECRET_KEY": "turnstile.secret_key"}
    said["slipway:overrides"]["services"]["web"]["derived"] = derived
    (worker,) = Graph(answered(write("helpdesk-widget-edge", said)).plan).of_type(
        "cloudflare:index/workersScript:WorkersScript"
    )
    bindings = worker.inputs["bindings"]
    assert isinstance(bindings, list)
    named = {inside(each, "name"): each for each in bindings}
    assert len(named) == len(bindings)
    assert [inside(named[name], "type") for name in derived] == ["plain_text", "secret_text"] * 2
    assert all(isinstance(inside(named[name], "text"), Secret) for name in derived if "SECRET" in name)
