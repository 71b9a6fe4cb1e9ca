"""Images that a deployment builds or looks up: from what, to where, and who may pull them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from config.aws_ecs import AwsEcs
from config.effective import effective
from config.errors import ConfigError
from plan.graph import Graph
from plan.model import Secret, Unknown
from stacks.topology import topology_of
from tests.components.planning import inside, target
from tests.stacks.container_forms import contained, write_shop
from tests.stacks.forms import ACCOUNT, DIGEST
from tests.stacks.project import ROOT, answered, folder, graph, refused, settings, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from plan.model import Plan, Resource

IMAGE, REPOSITORY = "docker-build:index:Image", "aws:ecr/repository:Repository"
DEFINITION, POLICY = "aws:ecs/taskDefinition:TaskDefinition", "aws:iam/rolePolicy:RolePolicy"
ONE, SEVERAL, TAGGED = "drops-built-tasks", "orders-built-tasks", "orders-tagged-tasks"


@pytest.fixture
def shop() -> Iterator[Path]:
    """The folder that images are built from, as it was when the test is over."""
    yield folder() / "shop"
    shutil.rmtree(folder() / "shop")
    write_shop(folder())


def described(definition: Resource) -> list[dict[str, Any]]:  # Any: JSON
    value = definition.inputs["containerDefinitions"]
    found: list[dict[str, Any]] = json.loads(value.text if isinstance(value, Unknown) else str(value))
    return found


def built(found: Graph, name: str) -> Resource:
    (image,) = [each for each in found.of_type(IMAGE) if each.name == f"{name}-image-build"]
    return image


# -- named


def test_whoever_neither_builds_nor_looks_up_an_image_loads_nothing_for_it() -> None:
    program = "import sys, stacks.aws_ecs; print(sorted(n for n in sys.modules if n.startswith('pulumi_docker')))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"


# -- built


@pytest.mark.parametrize(
    ("stack", "images"), [(ONE, {"app": "drops"}), (SEVERAL, {"api": "orders-api", "jobs": "orders-jobs"})]
)
def test_every_container_runs_the_image_that_is_built_for_it_by_its_digest(stack: str, images: dict[str, str]) -> None:
    found = graph(stack)
    assert {each.name for each in found.of_type(IMAGE)} == {f"{image}-image-build" for image in images.values()}
    for definition in found.of_type(DEFINITION):
        containers = described(definition)
        role = images[containers[1]["name"]]
        repository, digest = containers[1]["image"].split("@")
        assert repository.endswith(f"::{role}-images-repository#repositoryUrl}}")
        assert digest.endswith(f"::{role}-image-build#digest}}")
        assert containers[0]["image"] == containers[1]["image"]


@pytest.mark.parametrize("stack", [ONE, SEVERAL])
def test_whoever_starts_a_task_may_pull_from_its_own_repository_alone(stack: str) -> None:
    found = graph(stack)
    policies = [each for each in found.of_type(POLICY) if each.name.endswith("-registry")]
    assert len(policies) == len(settings(stack).application.services)
    for policy in policies:
        urns = {urn.rpartition("::")[2] for urn in policy.property_dependencies["policy"]}
        assert len({urn for urn in urns if urn.endswith("-images-repository")}) == 1


def test_an_image_is_built_for_the_architecture_of_its_tasks_from_what_the_stack_file_says() -> None:
    one, jobs = built(graph(ONE), "drops").inputs, built(graph(SEVERAL), "orders-jobs").inputs
    assert (inside(one["context"], "location"), inside(one["dockerfile"], "location")) == ("shop", "shop/Dockerfile")
    assert one["platforms"] == ["linux/arm64"]
    assert inside(jobs["dockerfile"], "location") == "shop/jobs.Dockerfile"
    assert built(graph(SEVERAL), "orders-api").inputs["target"] == "production"


def test_the_login_of_the_registry_is_a_secret_of_its_own_account() -> None:
    login = inside(built(graph(ONE), "drops").inputs["registries"], 0)
    assert isinstance(inside(login, "password"), Secret)
    assert target(inside(login, "address")) == "drops-images-repository"


def test_what_becomes_of_images_is_what_the_release_says() -> None:
    (kept,) = [each for each in graph(ONE).of_type(REPOSITORY) if each.name == "drops-images-repository"]
    assert (kept.protect, kept.options.retain_on_delete) == (False, True)
    for each in graph(SEVERAL).of_type(REPOSITORY):
        assert each.protect == each.name.endswith("-repository")


def test_the_stack_tells_which_images_it_runs() -> None:
    told = graph(SEVERAL).plan.outputs["images"]
    assert isinstance(told, dict)
    assert set(told) == {"api", "jobs"}


def changed(before: Plan, after: Plan) -> set[str]:
    """The names of the resources that differ."""
    former = {each.urn: each for each in before.resources}
    assert set(former) == {each.urn for each in after.resources}
    return {each.name for each in after.resources if each != former[each.urn]}


def test_the_same_files_make_the_same_plan_and_others_another_image_alone(shop: Path) -> None:
    first = answered(SEVERAL)
    assert json.dumps(answered(SEVERAL).document) == json.dumps(first.document)
    (shop / "README.md").write_text("Another text, which no image has.")
    assert changed(first.plan, answered(SEVERAL).plan) == set()
    (shop / "jobs.Dockerfile").write_text("FROM node:26-slim\n")
    # It lies in the context of both, so that both are built anew.
    assert changed(first.plan, answered(SEVERAL).plan) == {"orders-api-image-build", "orders-jobs-image-build"}


def test_what_cannot_be_built_is_told_of_all_images_at_once_and_where_it_stands(shop: Path) -> None:
    (shop / "id_rsa").write_text("hunter2")
    builds = {"api": {"context": "shop"}, "jobs": {"context": "nowhere"}}
    content = contained("orders", "staging", release={"kind": "builds", "builds": builds})
    content["slipway:overrides"]["services"]["jobs"] = {"port": 4000}
    said = refused("orders-unbuilt", content)
    assert (
        'slipway:topology.release.builds.api.context: given "shop"; secrets have no place in an image, and these look '
        "like some: id_rsa; name them in .dockerignore"
    ) in said
    assert 'slipway:topology.release.builds.jobs.context: given "nowhere"; there is no such folder' in said
    assert said.count("config/Pulumi.orders-unbuilt.yaml:") == 2
    assert "hunter2" not in said


# -- built before


def test_a_digest_runs_from_the_stack_s_own_repository_and_nothing_is_built() -> None:
    release = {"kind": "build", "context": "nowhere", "digest": f"sha256:{DIGEST}"}
    content = contained("drops", "production", release=release)
    found = Graph(answered(write("drops-back", content)).plan)
    (repository,) = [each for each in found.of_type(REPOSITORY) if each.name == "drops-images-repository"]
    assert repository.protect
    for definition in found.of_type(DEFINITION):
        for container in described(definition):
            assert container["image"] == f"${{{repository.urn}#repositoryUrl}}@sha256:{DIGEST}"
    assert [each for each in found.plan.resources if "docker" in each.type] == []
    told = found.plan.outputs["images"]
    assert isinstance(told, dict)
    assert set(told) == {"app"}


def test_only_the_image_without_a_digest_is_built() -> None:
    builds = {"api": {"context": "shop"}, "jobs": {"context": "nowhere", "digest": f"sha256:{DIGEST}"}}
    content = contained("orders", "staging", release={"kind": "builds", "builds": builds})
    content["slipway:overrides"]["services"]["jobs"] = {"port": 4000}
    found = Graph(answered(write("orders-half-back", content)).plan)
    assert {each.name for each in found.of_type(IMAGE)} == {"orders-api-image-build"}
    images = {described(each)[1]["name"]: described(each)[1]["image"] for each in found.of_type(DEFINITION)}
    assert images["jobs"].endswith(f"::orders-jobs-images-repository#repositoryUrl}}@sha256:{DIGEST}")
    assert images["api"].endswith("::orders-api-image-build#digest}")


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (
            {"target": "product"},
            "the stages of shop/Dockerfile are production; did you mean 'production'? write one of them",
        ),
        (
            {"target": "app", "dockerfile": "shop/jobs.Dockerfile"},
            "the stages of shop/jobs.Dockerfile are without names;",
        ),
    ],
)
def test_a_stage_that_the_dockerfile_does_not_have_is_refused(build: dict[str, str], says: str) -> None:
    content = contained("drops", "production", release={"kind": "build", "context": "shop", **build})
    with pytest.raises(ConfigError, match=r"release\.target: given ") as refused:
        effective(folder(), write("drops-stages", content))
    assert says in str(refused.value)


def test_a_stage_may_be_written_in_any_case() -> None:
    content = contained("drops", "production", release={"kind": "build", "context": "shop", "target": "Production"})
    assert topology_of(effective(folder(), write("drops-case", content)).stack, AwsEcs).release.kind == "build"


def test_what_cannot_be_built_any_more_can_still_be_read_to_go_back_from_it() -> None:
    name = write("drops-unbuildable", contained("drops", "production", release={"kind": "build", "context": "nowhere"}))
    with pytest.raises(ConfigError, match="there is no such folder"):
        effective(folder(), name)
    release = topology_of(effective(folder(), name, builds=False).stack, AwsEcs).release
    assert release.kind == "build"


# -- looked up


def test_a_tag_is_looked_up_without_a_login_and_tasks_run_its_digest() -> None:
    found = graph(TAGGED)
    for definition in found.of_type(DEFINITION):
        assert {each["image"] for each in described(definition)} == {f"ghcr.io/acme/orders@sha256:{DIGEST}"}
    (provider,) = found.of_type("pulumi:providers:docker")
    assert provider.inputs["disableDockerDaemonCheck"] == "true"
    assert "registryAuth" not in provider.inputs
    assert found.plan.outputs["images"] == {"api": f"ghcr.io/acme/orders@sha256:{DIGEST}"}


def test_without_an_answer_the_image_is_unknown_and_a_notice_says_how_to_tell() -> None:
    found = answered(TAGGED, invokes=[]).plan
    (notice,) = [each for each in found.notices if "getRegistryImage" in each.message]
    assert "docker:index/getRegistryImage:getRegistryImage has no answer offline" in notice.message
    assert '"name": "ghcr.io/acme/orders:1.4.2"' in notice.message


def test_a_tag_in_amazon_s_registry_is_looked_up_as_aws_and_its_repository_may_be_pulled_from() -> None:
    image = f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/acme/orders"
    name = write("orders-ecr", contained("orders", "staging", release={"kind": "tagged", "image": f"{image}:v1.4.2"}))
    asked = {"registryId": ACCOUNT, "region": "eu-west-1", "repositoryName": "acme/orders", "imageTag": "v1.4.2"}
    answer = {"token": "aws:ecr/getImage:getImage", "args": asked, "result": {"imageDigest": f"sha256:{DIGEST}"}}
    found = Graph(answered(name, invokes=[answer]).plan)
    (definition,) = found.of_type(DEFINITION)
    assert {each["image"] for each in described(definition)} == {f"{image}@sha256:{DIGEST}"}
    (policy,) = [each for each in found.of_type(POLICY) if each.name.endswith("-registry")]
    assert f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/acme/orders" in str(policy.inputs["policy"])
    assert found.of_type("pulumi:providers:docker") == ()
