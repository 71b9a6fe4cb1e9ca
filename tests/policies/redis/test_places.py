from __future__ import annotations

import json

import pytest

from plan.model import Reference, Secret, Value
from tests.policies.plans import (
    INSTANCE,
    LAUNCH_TEMPLATE,
    REPOSITORY,
    TASK,
    application,
    base64_of,
    findings,
    group,
    instance,
    opaque,
    resource,
    template,
    verdicts,
    whole,
)

BALANCER = resource("aws:lb/loadBalancer:LoadBalancer", "lb")  # what stands before more than one machine
BAD = "#!/bin/sh\napt-get install -y redis-server\n"
GOOD = "#!/bin/sh\napt-get install -y nginx\n"
INPUTS = [
    (INSTANCE, "userData"),
    (INSTANCE, "userDataBase64"),
    (LAUNCH_TEMPLATE, "userData"),
    ("aws:ec2/launchConfiguration:LaunchConfiguration", "userData"),
    ("aws:ec2/launchConfiguration:LaunchConfiguration", "userDataBase64"),
    ("aws:ec2/spotInstanceRequest:SpotInstanceRequest", "userData"),
    ("aws:ec2/spotInstanceRequest:SpotInstanceRequest", "userDataBase64"),
    ("aws:lightsail/instance:Instance", "userData"),
]
SPOT_FLEET = "aws:ec2/spotFleetRequest:SpotFleetRequest"
CACHE = group()


@pytest.mark.parametrize(("kind", "name"), INPUTS)
@pytest.mark.parametrize("pack", [str, base64_of])
def test_user_data_that_starts_redis_is_a_violation_wherever_it_stands(kind: str, name: str, pack: type[str]) -> None:
    assert verdicts(BALANCER, resource(kind, "web", {name: pack(BAD)})) == {"web": "violation"}
    assert verdicts(BALANCER, resource(kind, "web", {name: pack(GOOD)})) == {}


@pytest.mark.parametrize("redis", ["managed", "external", "none"])
def test_no_declaration_allows_redis_on_a_machine(redis: str) -> None:
    caches = [CACHE] if redis == "managed" else []
    assert verdicts(application(redis), *caches, instance(BAD)) == {"web": "violation"}


def test_each_launch_of_a_spot_fleet_is_read() -> None:
    def fleet(*launches: Value) -> dict[str, str]:
        return verdicts(resource(SPOT_FLEET, "fleet", {"launchSpecifications": list(launches)}))

    assert fleet({"userData": GOOD}, {"ami": "ami-1"}) == {}
    assert fleet({"userData": GOOD}, {"userData": BAD}) == {"fleet": "violation"}
    assert fleet({"userData": Secret()}) == {"fleet": "unproven"}
    assert fleet(opaque()) == {"fleet": "unproven"}
    assert verdicts(resource(SPOT_FLEET, "fleet", {"launchSpecifications": opaque()})) == {"fleet": "unproven"}
    assert verdicts(resource(SPOT_FLEET, "fleet", {})) == {}


@pytest.mark.parametrize("value", [None, ""])
def test_a_machine_without_user_data_passes(value: Value) -> None:
    assert verdicts(instance(value)) == {}
    assert verdicts(resource(INSTANCE, "web", {})) == {}


def test_a_machine_that_is_only_read_is_somebody_else_s() -> None:
    read = resource(INSTANCE, "web", {"userData": BAD}, outputs={"userData": BAD}, external=True)
    assert verdicts(read) == {}


def test_outputs_are_not_read() -> None:
    assert verdicts(resource(INSTANCE, "web", {"userData": GOOD}, outputs={"userData": BAD})) == {}


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (Secret(), "is secret"),
        (opaque(), "is unknown before deployment:"),
        (opaque(CACHE), "is unknown before deployment (it waits for cache):"),
        (whole(CACHE, "primaryEndpointAddress"), "is unknown before deployment (it waits for cache):"),
        (7, "is not text but int"),
    ],
)
def test_user_data_that_is_not_in_the_plan_is_not_proven_and_says_why(value: Value, why: str) -> None:
    found = findings(CACHE, instance(value))
    assert [finding.status for finding in found] == ["unproven"]
    assert why in found[0].message
    assert "web (userData)" in found[0].message


def test_a_template_with_enough_known_text_is_judged_by_it() -> None:
    endpoint = Reference(CACHE.urn, "primaryEndpointAddress")
    config = "#!/bin/sh\necho REDIS_URL=rediss://{}:6379 >> /etc/environment\n"
    assert verdicts(CACHE, instance(template(config, endpoint))) == {}
    assert verdicts(CACHE, instance(template(config + "yum install redis\n", endpoint))) == {"web": "violation"}
    assert verdicts(CACHE, instance(template("#!/bin/sh\n{}\n", endpoint))) == {"web": "unproven"}
    assert verdicts(CACHE, instance(template("{}\n{}", endpoint, endpoint))) == {"web": "unproven"}


def test_an_image_that_the_plan_makes_is_known_by_its_resource() -> None:
    def runs(kind: str, logical_name: str, /, **inputs: Value) -> dict[str, str]:
        target = resource(kind, logical_name, inputs)
        url = Reference(target.urn, "repositoryUrl")
        definitions = template('[{{"name": "web", "image": "{}:1"}}]', url)
        by_task = verdicts(target, resource(TASK, "web", {"containerDefinitions": definitions}))
        assert by_task == verdicts(BALANCER, target, instance(template("#!/bin/sh\ndocker run -d {}:1\n", url)))
        return by_task

    assert runs(REPOSITORY, "shop") == {}
    assert runs(REPOSITORY, "redis") == {"web": "violation"}
    assert runs(REPOSITORY, "redis", name="shop") == {}
    assert runs(REPOSITORY, "shop", name="mirror/redis") == {"web": "violation"}
    assert runs(REPOSITORY, "shop", name=opaque()) == {"web": "unproven"}
    assert runs("aws:ecrpublic/repository:Repository", "shop", repositoryName="redis") == {"web": "violation"}
    assert runs("docker:index/image:Image", "shop", imageName="acme/redis") == {"web": "violation"}
    assert runs("docker-build:index:Image", "shop") == {}
    assert runs("aws:ssm/parameter:Parameter", "shop", name="shop") == {"web": "unproven"}


def test_a_reference_to_nothing_in_the_plan_is_not_known() -> None:
    nowhere = Reference("urn:pulumi:dev::shop::aws:ecr/repository:Repository::gone", "repositoryUrl")
    assert verdicts(instance(template("#!/bin/sh\ndocker run {}:1\n", nowhere))) == {"web": "unproven"}


@pytest.mark.parametrize(
    ("definitions", "expected"),
    [
        (json.dumps([{"image": "shop:1"}]), {}),
        (json.dumps([{"image": "shop:1"}, {"image": "public.ecr.aws/docker/library/redis:7"}]), {"task": "violation"}),
        ("#!/bin/sh\necho hi\n", {"task": "unproven"}),
        (opaque(), {"task": "unproven"}),
        (Secret(), {"task": "unproven"}),
        (None, {}),
    ],
)
def test_a_task_with_a_redis_container_is_a_violation(definitions: Value, expected: dict[str, str]) -> None:
    assert verdicts(resource(TASK, "task", {"containerDefinitions": definitions})) == expected


def test_a_finding_shows_no_value_of_the_user_data() -> None:
    found = findings(
        BALANCER,
        instance("#!/bin/sh\nexport TOKEN=hunter2\ndocker run -e T=hunter2 redis:7 --requirepass hunter2\n"),
    )
    assert [finding.status for finding in found] == ["violation"]
    assert "hunter2" not in str(found)
