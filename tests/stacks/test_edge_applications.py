"""Every application is planned at Cloudflare's edge or refused with a reason, and each plan keeps what is promised."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from config.cloudflare import Cloudflare
from config.frontend import ViteFrontend
from plan.model import Secret, Unknown
from slipway.render.rendering import rendering
from tests.components.planning import inside, target
from tests.stacks.edge_forms import EDGE_FORMS, FITTING, NEEDS_REDIS, WHOLE, ZONE, at_the_edge
from tests.stacks.forms import APPLICATIONS, ENVIRONMENTS
from tests.stacks.project import MARK, answered, graph, planned, refused, settings, text, write

if TYPE_CHECKING:
    from plan.model import Value

STACKS = tuple(EDGE_FORMS)
SCRIPT = "cloudflare:index/workersScript:WorkersScript"
HELPDESK = "helpdesk-production-edge"
NAMED = ("WorkersScript", "D1Database", "R2Bucket", "WorkersKvNamespace", "Queue")


def bindings(stack: str) -> dict[str, Value]:
    (worker,) = graph(stack).of_type(SCRIPT)
    told = worker.inputs["bindings"]
    assert isinstance(told, list)
    return {str(inside(each, "name")): each for each in told}


def kinds(stack: str) -> dict[str, object]:
    return {name: inside(each, "type") for name, each in bindings(stack).items()}


# -- every application


def test_every_application_that_fits_is_planned_in_every_environment() -> None:
    for app in FITTING:
        environments = {settings(stack).environment.value for stack in STACKS if settings(stack).app == app}
        assert environments == set(ENVIRONMENTS)
    assert {*FITTING, *NEEDS_REDIS} == set(APPLICATIONS)


@pytest.mark.parametrize("app", APPLICATIONS)
def test_an_application_as_it_stands_is_refused_with_the_work_that_it_needs(app: str) -> None:
    message = refused(f"{app}-as-it-stands", at_the_edge(app, "production", replaces=[]))
    assert f'services.{APPLICATIONS[app]}: given "{APPLICATIONS[app]}"; a Worker' in message
    assert "name the service in topology.worker.replaces" in message


def test_a_server_of_sockets_is_told_to_move_its_rooms() -> None:
    message = refused("helpdesk-sockets", at_the_edge("helpdesk", "production", replaces=["web"]))
    assert "services.chat" in message
    assert "move each room into a Durable Object that accepts WebSockets and hibernates" in message


@pytest.mark.parametrize("app", NEEDS_REDIS)
def test_an_application_with_a_managed_redis_is_refused_with_a_reason(app: str) -> None:
    message = refused(f"{app}-redis", at_the_edge(app, "production"))
    assert 'data.redis.kind: given "managed"; Cloudflare has no Redis' in message


@pytest.mark.parametrize("stack", STACKS)
def test_a_plan_is_whole_and_free_of_findings(stack: str) -> None:
    found = planned(stack)
    assert found.findings == ()
    assert found.plan.notices == ()
    assert [log for log in found.plan.logs if log.severity != "info"] == []
    assert MARK not in found.output
    assert MARK not in text(stack)


@pytest.mark.parametrize("stack", STACKS)
def test_every_variable_reaches_the_worker_and_no_secret_in_clear(stack: str) -> None:
    own, found = settings(stack), kinds(stack)
    for service in own.application.services.values():
        assert {found[name] for name in service.env} <= {"plain_text"}
        assert {found[name] for name in service.secrets} <= {"secret_text"}
    for each in bindings(stack).values():
        if inside(each, "type") == "secret_text":
            assert isinstance(inside(each, "text"), Secret)


def test_the_address_of_a_database_elsewhere_is_a_secret() -> None:
    assert kinds("mentors-production-edge")["DATABASE_URL"] == "secret_text"
    assert kinds("videochat-production-edge")["REDIS_URL"] == "secret_text"


def test_the_help_desk_is_bound_to_what_takes_the_place_of_its_files_and_rooms() -> None:
    assert kinds(HELPDESK) == {
        "NODE_ENV": "plain_text",
        "JWT_SECRET": "secret_text",
        "DB": "d1",
        "UPLOADS": "r2_bucket",
        "ROOMS": "durable_object_namespace",
    }
    database = inside(bindings(HELPDESK)["DB"], "databaseId")
    assert isinstance(database, Unknown)
    assert target(database) == "helpdesk-database-d1"


@pytest.mark.parametrize("stack", STACKS)
def test_the_worker_answers_under_the_hosts_of_the_application_alone(stack: str) -> None:
    topology = settings(stack).topology
    assert isinstance(topology, Cloudflare)
    domains = graph(stack).of_type("cloudflare:index/workersCustomDomain:WorkersCustomDomain")
    assert {each.inputs["hostname"] for each in domains} == set(topology.hosts(settings(stack).application))
    assert {each.inputs["zoneId"] for each in domains} == {ZONE}
    routes = {each.inputs["pattern"] for each in graph(stack).of_type("cloudflare:index/workersRoute:WorkersRoute")}
    said = topology.worker.routes
    assert routes == {f"{host}{path}" for host, route in said.items() for path in route.paths}


@pytest.mark.parametrize("stack", STACKS)
def test_its_zone_is_kept_and_its_data_and_made_secrets_are_protected(stack: str) -> None:
    found = graph(stack)
    assert {each.inputs["value"] for each in found.plan.resources if each.inputs.get("settingId") == "ssl"} == {
        "strict"
    }
    kept = ("D1Database", "R2Bucket", "RandomBytes", "WorkersKvNamespace", "Queue")
    data = [each for each in found.plan.resources if each.custom and each.type.endswith(kept)]
    assert [each.name for each in data if not (each.protect or each.options.retain_on_delete)] == []


@pytest.mark.parametrize("stack", STACKS)
def test_one_provider_makes_everything_at_cloudflare(stack: str) -> None:
    found = graph(stack)
    (provider,) = found.of_type("pulumi:providers:cloudflare")
    made = [each for each in found.plan.resources if each.type.startswith("cloudflare:")]
    assert {each.provider.rpartition("::")[0] for each in made} == {provider.urn}
    assert [each for each in found.plan.resources if each.type.startswith("aws:")] == []


def test_environments_of_an_application_share_no_name_in_the_account() -> None:
    names = [
        (each.type, each.inputs[key])
        for stack in STACKS
        for each in graph(stack).plan.resources
        for key in ("scriptName", "name", "title", "queueName")
        if stack != WHOLE and each.custom and each.type.endswith(NAMED) and key in each.inputs
    ]
    assert len(set(names)) == len(names)


def test_a_compatibility_date_of_long_ago_is_told_of_and_no_clock_decides() -> None:
    stack = write("helpdesk-old-edge", at_the_edge("helpdesk", "production", compatibility_date="2023-01-01"))
    found = answered(stack)
    assert [log for log in found.plan.logs if log.severity != "info"] == []
    (finding,) = found.findings
    assert finding.rule == "worker-compatibility-date"
    assert finding.level == "advisory"
    assert "2023-01-01" in finding.message


def test_files_are_served_where_the_application_has_a_frontend() -> None:
    (worker,) = graph("videochat-production-edge").of_type(SCRIPT)
    assert inside(worker.inputs["assets"], "directory") == "dist/client"
    assert kinds("videochat-production-edge")["ASSETS"] == "assets"


def test_what_is_rendered_of_it_is_its_variables_and_wranglers_file() -> None:
    made = rendering(planned(HELPDESK).plan, settings(HELPDESK))
    assert [file.path for file in made.files] == [".dev.vars.example", ".env.example", "wrangler.jsonc"]
    assert made.notes == ()


@pytest.mark.parametrize("stack", [HELPDESK, "videochat-production-edge", WHOLE])
def test_the_files_of_variables_name_exactly_what_the_worker_is_told(stack: str) -> None:
    made = {file.path: file.content for file in rendering(planned(stack).plan, settings(stack)).files}
    told = {name: kind for name, kind in kinds(stack).items() if kind in {"plain_text", "secret_text"}}
    frontend = settings(stack).application.frontend
    built = {frontend.api_variable} if isinstance(frontend, ViteFrontend) else set()
    assert set(re.findall(r"^([A-Z0-9_]+)=", made[".env.example"], re.MULTILINE)) - built == told.keys()
    local = set(re.findall(r"^([A-Z0-9_]+)=", made[".dev.vars.example"], re.MULTILINE))
    wrangler = json.loads(re.sub(r"^//.*$", "", made["wrangler.jsonc"], flags=re.MULTILINE))
    assert local == {*wrangler["secrets"]["required"]}
    assert told.keys() == local | wrangler.get("vars", {}).keys()
