"""What containers on a Docker engine are kept from, and how a release comes to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from components.docker.container_service import _outcome
from components.docker.fenced import asks_path, asks_port
from plan.model import Secret, Unknown

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource

CONTAINER, NETWORK = "docker:index/container:Container", "docker:index/network:Network"
IMAGE, VOLUME = "docker:index/remoteImage:RemoteImage", "docker:index/volume:Volume"


def one(parts: Graph, name: str) -> Resource:
    (found,) = [each for each in parts.plan.resources if each.name == name and each.custom]
    return found


def containers(parts: Graph) -> list[Resource]:
    return [*parts.of_type(CONTAINER)]


def words(value: Any) -> str:  # Any: any input
    return str(value)


def listed(value: Any) -> list[Any]:  # Any: any input that is a list or a map
    return [*value]


def test_no_container_has_a_right_over_its_machine_or_can_get_one(parts: Graph) -> None:
    assert len(containers(parts)) > 8
    for each in containers(parts):
        assert each.inputs["capabilities"] == {"drops": ["ALL"]}, each.name
        assert each.inputs["securityOpts"] == ["no-new-privileges:true"], each.name
        assert not {"privileged", "devices", "networkMode", "pidMode", "mounts"} & each.inputs.keys(), each.name
        assert each.inputs["memory"] == each.inputs["memorySwap"], each.name


def test_only_the_proxy_is_reached_from_outside_and_from_its_own_machine_alone(parts: Graph) -> None:
    published = {each.name: each.inputs["ports"] for each in containers(parts) if "ports" in each.inputs}
    assert published == {
        name: [{"external": 8080, "internal": 8080, "ip": "127.0.0.1"}]
        for name in ("container-proxy-nginx", "guarded-container-proxy-nginx")
    }


def test_files_of_a_container_cannot_be_changed_unless_that_is_said(parts: Graph) -> None:
    assert [each.name for each in containers(parts) if each.inputs["readOnly"] is not True] == [
        "container-service-alone-container"
    ]
    for each in containers(parts):
        assert set(listed(each.inputs["tmpfs"])) >= {"/tmp"}  # noqa: S108  # the container's own


def test_what_keeps_data_has_no_way_to_the_internet(parts: Graph) -> None:
    assert one(parts, "networks-data").inputs["internal"] is True
    assert "internal" not in one(parts, "networks-front").inputs
    names = {each.name for each in parts.of_type(NETWORK)}
    assert "networks-without-data-front" in names
    assert "networks-without-data-data" not in names


def test_a_password_is_secret_and_stands_in_no_command(parts: Graph) -> None:
    for each in containers(parts):
        seen = {key: value for key, value in each.inputs.items() if key != "envs"}
        assert "hunter2" not in words(seen), each.name
        plain = [value for value in listed(each.inputs["envs"]) if not isinstance(value, Secret | Unknown)]
        assert "hunter2" not in words(plain), each.name
    redis = one(parts, "redis-redis")
    assert [type(value) for value in listed(redis.inputs["envs"])] == [Secret]
    assert list(redis.options.additional_secret_outputs) == ["envs"]


def test_a_container_that_answers_is_waited_for_and_starts_again(parts: Graph) -> None:
    for each in containers(parts):
        if each.name.endswith("-migration"):
            assert (each.inputs["restart"], each.inputs["mustRun"], each.inputs["attach"]) == ("no", False, True)
            assert "healthcheck" not in each.inputs
        else:
            assert (each.inputs["restart"], each.inputs["wait"]) == ("unless-stopped", True), each.name
            assert "tests" in listed(each.inputs["healthcheck"]), each.name


def test_the_database_is_changed_before_a_new_version_starts_and_a_failure_ends_the_program(parts: Graph) -> None:
    service = one(parts, "container-service-container")
    run = one(parts, "container-service-migration")
    assert run.urn in service.property_dependencies["labels"]
    assert run.inputs["command"] == ["npm", "run", "migrate"]
    assert listed(run.inputs["envs"])[0] == listed(service.inputs["envs"])[0], "it has the service's environment"

    assert _outcome("shop-api", "run-1", 0) == "run-1"
    with pytest.raises(pulumi.RunError, match="the migration ended with 3, and nothing of this release starts"):
        _outcome("shop-api", "run-1", 3)


def test_no_two_containers_ever_hold_one_volume_of_data_or_one_port(parts: Graph) -> None:
    first = {each.name for each in containers(parts) if each.options.delete_before_replace}
    assert first >= {"redis-redis", "postgres-postgres", "container-proxy-nginx", "container-service-alone-container"}
    assert "container-service-container" not in first, "the old one answers until the new one is well"


def test_images_are_named_by_digest_and_stay_for_the_way_back(parts: Graph) -> None:
    for each in parts.of_type(IMAGE):
        assert "@sha256:" in words(each.inputs["name"])
        assert each.inputs["keepLocally"] is True


def test_a_volume_stays_as_its_deletion_says(parts: Graph) -> None:
    assert one(parts, "redis-volume").protect
    assert not one(parts, "redis-to-lose-volume").protect
    assert one(parts, "shared-retained-volume").options.retain_on_delete
    assert [each.name for each in parts.of_type(VOLUME) if each.inputs] == [], "another label is another volume"


def test_a_service_is_asked_by_its_own_program() -> None:
    assert asks_path(3001, '/he"alth', 15, 5).test[:2] == ("CMD", "node")
    assert r"http://127.0.0.1:3001/he\"alth" in asks_path(3001, '/he"alth', 15, 5).test[3]
    assert "net.connect(3002" in asks_port(3002, 15, 5).test[3]
