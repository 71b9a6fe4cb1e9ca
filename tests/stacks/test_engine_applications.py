"""Every application is planned on a Docker engine or refused with a reason, and each plan keeps what is promised."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from plan.model import Secret, Unknown
from tests.components.planning import target
from tests.stacks.engine_forms import ENGINE_FORMS, bare
from tests.stacks.forms import APPLICATIONS, ENVIRONMENTS
from tests.stacks.project import MARK, ON_AN_ENGINE, answered, graph, planned, refused, settings, text, write

if TYPE_CHECKING:
    from plan.model import Resource

STACKS = (*ENGINE_FORMS, *ON_AN_ENGINE)
CONTAINER, IMAGE = "docker:index/container:Container", "docker:index/remoteImage:RemoteImage"
# Why an application as it is does not fit, in the words of the refusal.
REASONS = {
    "drops": ("an engine of one's own has no managed one beside it",),
    "helpdesk": ("uploads lie in object storage",),
    "mentors": ("uploads lie in object storage", "nothing on an engine would delete those that have expired"),
    "orders": ("an engine of one's own has no managed one beside it",),
    "videochat": ("to the proxy all requests come from one address",),
}
every = pytest.mark.parametrize("stack", STACKS)


def containers(stack: str) -> dict[str, Resource]:
    return {each.name: each for each in graph(stack).of_type(CONTAINER)}


def variables(container: Resource) -> list[Any]:  # Any: plain and secret texts
    found = container.inputs["envs"]
    assert isinstance(found, list | tuple)
    return [*found]


@pytest.mark.parametrize("app", APPLICATIONS)
def test_an_application_as_it_is_is_refused_with_a_reason(app: str) -> None:
    message = refused(f"{app}-bare-engine", bare(app, "development"))
    for reason in REASONS[app]:
        assert reason in message
    assert "nothing here measures what these are about" in message


def test_a_database_whose_only_copy_is_here_is_for_no_production() -> None:
    message = refused("helpdesk-production-engine", bare("helpdesk", "production"))
    assert "production needs copies of its data somewhere else, and nothing here makes any" in message


def test_the_forms_are_every_application_in_every_environment_but_one_that_is_refused() -> None:
    found = {(settings(stack).app, settings(stack).environment.value) for stack in ENGINE_FORMS}
    assert found | {("helpdesk", "production")} == {(app, each) for app in APPLICATIONS for each in ENVIRONMENTS}


@every
def test_a_plan_is_free_of_findings_and_shows_no_secret(stack: str) -> None:
    found = planned(stack)
    assert [each.message for each in found.findings if each.level != "advisory"] == []
    writing = stack == "helpdesk-staging-engine"
    assert {each.rule for each in found.findings} == ({"docker-root-disk-read-only"} if writing else set())
    assert found.plan.notices == ()
    assert [log for log in found.plan.logs if log.severity != "info"] == []
    assert MARK not in found.output
    assert MARK not in text(stack)


@every
def test_every_resource_has_a_provider_that_the_stack_made(stack: str) -> None:
    found = graph(stack)
    providers = {each.urn for each in found.plan.resources if each.type.startswith("pulumi:providers:")}
    made = [each for each in found.plan.resources if each.custom and each.urn not in providers]
    assert [each.name for each in made if each.provider.rpartition("::")[0] not in providers] == []
    assert {each.type.partition(":")[0] for each in made} <= {"docker", "random"}


@every
def test_one_port_is_published_and_every_service_has_its_name_in_the_network(stack: str) -> None:
    own, found = settings(stack), containers(stack)
    published = {name: each.inputs["ports"] for name, each in found.items() if "ports" in each.inputs}
    port = own.topology.listen  # type: ignore[union-attr]  # every stack here is on an engine
    assert published == {f"{own.app}-proxy-nginx": [{"external": port, "internal": 8080, "ip": "127.0.0.1"}]}
    for name in own.application.services:
        networks = found[f"{own.app}-{name}-container"].inputs["networksAdvanced"]
        assert isinstance(networks, list | tuple)
        assert all(each["aliases"] == [name] for each in networks)
        assert f"http://{name}:" in str(variables(found[f"{own.app}-proxy-nginx"])) or not (
            own.application.services[name].public
        )


@every
def test_each_container_runs_an_image_that_the_stack_pulled_by_digest(stack: str) -> None:
    pulled = {each.name: each.inputs["name"] for each in graph(stack).of_type(IMAGE)}
    for each in containers(stack).values():
        assert "@sha256:" in str(pulled[target(each.inputs["image"])])


@every
def test_what_migrates_comes_before_every_service_that_knows_the_database(stack: str) -> None:
    own, found = settings(stack), containers(stack)
    migrations = own.application.migrations
    assert (f"{own.app}-{migrations.service}-migration" in found if migrations else True) is True
    for name, service in own.application.services.items():
        knows = any(source.value.startswith("postgres.") for source in service.derived.values())
        labels = str(found[f"{own.app}-{name}-container"].inputs["labels"])
        assert ("dev.slipway.migrated" in labels) == (migrations is not None and knows)


@every
def test_addresses_with_passwords_are_secret(stack: str) -> None:
    for each in containers(stack).values():
        for value in variables(each):
            plain = value if isinstance(value, str) else ""
            assert "://" not in plain or "@" not in plain.partition("://")[2].partition("/")[0], each.name
        if any(isinstance(value, Secret) for value in variables(each)):
            assert each.options.additional_secret_outputs == ("envs",)


def test_an_engine_far_away_is_spoken_with_by_ssh_and_a_login_is_secret() -> None:
    (provider,) = [each for each in graph("drops-staging-engine").plan.resources if each.name == "docker"]
    assert provider.inputs["host"] == "ssh://deploy@docker.example.com"
    assert "sshOpts" not in provider.inputs, "the host's key is looked at as ssh does"
    assert MARK not in str(provider.inputs)


def test_another_release_changes_the_images_of_services_and_no_container_of_data() -> None:
    stack = "drops-development-engine"
    content: dict[str, Any] = json.loads(json.dumps(ENGINE_FORMS[stack]))
    content["slipway:topology"]["release"]["image"] = f"registry.example.com/app@sha256:{'9' * 64}"
    before = {each.urn: each.inputs for each in graph(stack).plan.resources}
    try:
        after = answered(write(stack, content))
    finally:
        write(stack, ENGINE_FORMS[stack])
    changed = [each.name for each in after.plan.resources if each.inputs != before[each.urn]]
    assert changed == ["drops-app-image"]
    (running,) = [each for each in after.plan.resources if each.name == "drops-app-container"]
    assert isinstance(running.inputs["image"], Unknown), "another id of the image is another container"
