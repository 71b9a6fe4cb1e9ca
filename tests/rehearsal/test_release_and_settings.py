"""Which settings a rehearsal changes, and what another release may change in a stack."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from slipway.rehearsal.changes import Settings
from slipway.rehearsal.release import unexplained
from slipway.rehearsal.stage import NotApplicableError
from tests.rehearsal.worlds import VPC, entry, secret, state, urn

VERSION = "cloudflare:index/workerVersion:WorkerVersion"
SHARES = "cloudflare:index/workersDeployment:WorkersDeployment"
WORKER, D1 = "cloudflare:index/workersScript:WorkersScript", "cloudflare:index/d1Database:D1Database"
TEMPLATE, GROUP = "aws:ec2/launchTemplate:LaunchTemplate", "aws:autoscaling/group:Group"
DEFINITION, SERVICE = "aws:ecs/taskDefinition:TaskDefinition", "aws:ecs/service:Service"
DATABASE, ALARM = "aws:rds/instance:Instance", "aws:cloudwatch/metricAlarm:MetricAlarm"
NOWHERE = Path("/nowhere")  # no step here looks at a file
SHA1, SHA256 = "a" * 40, "b" * 64
RELEASES = {
    "archive": {"kind": "archive", "bucket": "b", "key": "orders/1.tar.gz", "sha256": SHA256},
    "image": {"kind": "image", "image": f"example.com/orders@sha256:{SHA256}"},
    "git": {"kind": "git", "repository": "https://example.com/orders.git", "revision": SHA1},
}


def settings(**topology: Any) -> Settings:
    values = {"slipway:app": "orders", "slipway:tags": {"team": "a"}, "slipway:topology": topology}
    return Settings(values, NOWHERE)


@pytest.mark.parametrize(
    ("kind", "changed"), [("archive", {"key", "sha256"}), ("image", {"image"}), ("git", {"revision"})]
)
def test_another_release_is_of_the_same_kind_and_place(kind: str, changed: set[str]) -> None:
    old = RELEASES[kind]
    changes, gone = settings(kind="aws-ec2", release=old).released(NOWHERE)
    new = changes["slipway:topology"]["release"]

    assert {name for name in old if new[name] != old[name]} == changed
    assert all(len(new[name]) in (len(old[name]), len(old[name]) + len("rehearsed-")) for name in changed)
    assert set(gone) == {old[name] for name in changed}
    assert changes["slipway:topology"]["kind"] == "aws-ec2"


def test_a_release_of_several_images_has_another_of_each() -> None:
    images = {"api": f"example.com/api@sha256:{SHA256}", "jobs": f"example.com/jobs@sha256:{SHA256}"}
    changes, gone = settings(kind="aws-ecs", release={"kind": "images", "images": images}).released(NOWHERE)
    new = changes["slipway:topology"]["release"]["images"]

    assert set(gone) == set(images.values())
    assert all(new[name] != images[name] and len(new[name]) == len(images[name]) for name in images)


@pytest.mark.parametrize("named", [{"dockerfile": "shop/jobs.Dockerfile"}, {}])
def test_a_release_that_is_built_has_another_dockerfile_and_leaves_the_project_as_it_is(
    tmp_path: Path, named: dict[str, str]
) -> None:
    project, scratch = tmp_path / "project", tmp_path / "scratch"
    (project / "shop").mkdir(parents=True)
    own = project / named.get("dockerfile", "shop/Dockerfile")
    own.write_text("FROM node:24-slim\n")
    own.with_name(f"{own.name}.dockerignore").write_text("*.md\n")
    release = {"kind": "builds", "builds": {"jobs": {"context": "shop", **named}}}
    changes, gone = Settings({"slipway:topology": {"release": release}}, project).released(scratch)
    new = changes["slipway:topology"]["release"]

    assert gone == (f"shop/{own.name}",)
    other = project / new["builds"]["jobs"]["dockerfile"]
    assert other.read_text() == "FROM node:24-slim\n# rehearsed\n"
    assert other.with_name(f"{other.name}.dockerignore").read_text() == "*.md\n"
    assert new["builds"]["jobs"]["context"] == "shop"
    assert own.read_text() == "FROM node:24-slim\n"


def test_a_release_replaces_what_is_a_version_and_updates_the_rest() -> None:
    needs = {"taskDefinition": [urn(DEFINITION, "api")]}
    former = state(
        entry(DEFINITION, "api", "api", inputs={"containerDefinitions": f'[{{"image": "shop@sha256:{SHA256}"}}]'}),
        entry(SERVICE, "api", "api", inputs={}, propertyDependencies=needs),
    )
    replaced = [(operation, urn(DEFINITION, "api")) for operation in ("create-replacement", "delete-replaced")]

    assert unexplained(former, [*replaced, ("update", urn(SERVICE, "api"))], [SHA256]) == []
    assert unexplained(former, [*replaced, ("replace", urn(SERVICE, "api"))], [SHA256]) != []


def test_a_release_updates_a_worker_and_leaves_its_objects_and_other_data_alone() -> None:
    bound = {"bindings": [{"name": "ROOMS", "type": "durable_object_namespace"}], "contentSha256": SHA256}
    former = state(entry(WORKER, "edge", "shop", inputs=bound), entry(D1, "database", "d1", inputs={}))

    assert unexplained(former, [("update", urn(WORKER, "edge"))], [SHA256]) == []
    assert unexplained(former, [("replace", urn(WORKER, "edge"))], [SHA256]) != []
    assert unexplained(former, [("update", urn(WORKER, "edge")), ("update", urn(D1, "database"))], [SHA256]) != []


def test_a_release_that_is_a_version_comes_and_the_former_one_leaves_while_requests_are_moved() -> None:
    old, shares = urn(VERSION, "edge-version-a"), urn(SHARES, "edge-deployment")
    former = state(
        entry(VERSION, "edge-version-a", "v1", inputs={"annotations": {"workersTag": SHA256}}),
        entry(SHARES, "edge-deployment", "d1", inputs={}, propertyDependencies={"versions": [old]}),
        entry(D1, "database", "d1", inputs={}),
    )
    moved = [("create-replacement", shares), ("delete-replaced", shares)]
    released = [("create", urn(VERSION, "edge-version-b")), *moved, ("delete", old)]

    assert unexplained(former, released, [SHA256]) == []
    assert unexplained(former, moved, [SHA256]) != []
    assert unexplained(former, [*released, ("delete", urn(D1, "database"))], [SHA256]) != []
    assert unexplained(former, [*released, ("create", urn(WORKER, "other"))], [SHA256]) != []


def test_a_stack_without_a_release_has_none_to_change() -> None:
    with pytest.raises(NotApplicableError, match="no release"):
        settings(kind="static").released(NOWHERE)


def test_a_tag_comes_beside_those_that_are_there() -> None:
    assert settings().tagged() == {"slipway:tags": {"team": "a", "rehearsed": "yes"}}
    assert Settings({}, NOWHERE).tagged() == {"slipway:tags": {"rehearsed": "yes"}}
    taken = Settings({"slipway:tags": {"rehearsed": "yes"}}, NOWHERE)
    assert taken.tagged() == {"slipway:tags": {"rehearsed": "yes", "rehearsed1": "yes"}}


def test_a_stack_on_an_engine_has_no_tag_to_change() -> None:
    with pytest.raises(NotApplicableError, match="nothing on a Docker engine has a tag"):
        settings(kind="docker").tagged()


def test_on_an_engine_a_release_replaces_what_names_it_and_no_container_of_data() -> None:
    container, image = "docker:index/container:Container", "docker:index/remoteImage:RemoteImage"
    old = f"example.com/orders@sha256:{SHA256}"
    pulled = entry(image, "api-image", "i-1", inputs={"name": old})
    waits = {"image": [urn(image, "api-image")]}
    running = entry(container, "api", "c-1", inputs={"image": "sha256:1"}, propertyDependencies=waits)
    redis = entry(container, "redis", "c-2", inputs={"image": "sha256:2"})
    made = [("replace", urn(image, "api-image")), ("replace", urn(container, "api"))]
    assert unexplained(state(pulled, running, redis), made, (old,)) == []

    (wrong,) = unexplained(state(pulled, running, redis), [*made, ("replace", urn(container, "redis"))], (old,))
    assert wrong.endswith("neither named the release nor refers to what did")


def test_what_is_retained_is_protected_instead_and_the_rest_stays() -> None:
    changes = settings(cache={"deletion": "retain", "replicas": 1}, volume={"deletion": "destroy"}).protected()

    assert changes == {
        "slipway:topology": {"cache": {"deletion": "protect", "replicas": 1}, "volume": {"deletion": "destroy"}}
    }
    assert settings(cache={}).protected() == {}
    named = settings(queues={"MAILS": {"deletion": "retain"}, "LOGS": {}}).protected()
    assert named == {"slipway:topology": {"queues": {"MAILS": {"deletion": "protect"}, "LOGS": {}}}}


def before() -> dict[str, Any]:
    """A template with the release in its user data, a group that runs it, and what has nothing to do with it."""
    script = base64.b64encode(f"#!/bin/sh\nfetch orders/1.tar.gz {SHA256} {'and more ' * 9}".encode()).decode()
    needs = {"launchTemplate": [urn(TEMPLATE, "machines")]}
    return state(
        entry(TEMPLATE, "machines", "lt-1", inputs={"userData": secret(f'"{script}"')}),
        entry(GROUP, "machines", "machines-1", inputs={}, propertyDependencies=needs),
        entry(VPC, "vpc", "vpc-1", inputs={}),
        entry(DATABASE, "data", "data-1", inputs={}, propertyDependencies={"x": [urn(TEMPLATE, "machines")]}),
    )


BOTH = [("update", urn(TEMPLATE, "machines")), ("update", urn(GROUP, "machines"))]


def test_a_release_changes_what_names_it_and_what_refers_to_that() -> None:
    assert unexplained(before(), BOTH, ["orders/1.tar.gz", SHA256]) == []


@pytest.mark.parametrize(
    ("operations", "wrong"),
    [
        ([*BOTH, ("update", urn(VPC, "vpc"))], "neither named the release nor refers to what did"),
        ([*BOTH, ("update", urn(DATABASE, "data"))], "holds data, which no release may touch"),
        ([*BOTH, ("create", urn(ALARM, "new"))], "a release updates in place only"),
        ([("replace", urn(TEMPLATE, "machines"))], "a release updates in place only"),
        ([], "names the release before and stayed as it was"),
    ],
)
def test_more_or_less_than_that_is_named(operations: list[tuple[str, str]], wrong: str) -> None:
    found = unexplained(before(), operations, [SHA256])

    assert any(wrong in line for line in found), found
