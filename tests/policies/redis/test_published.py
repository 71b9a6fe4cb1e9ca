"""A container with Redis on the only server: what lets other machines in, and what may."""

from __future__ import annotations

from typing import Any

import pytest

from plan.model import Reference, Resource, Secret, Unknown
from tests.policies.plans import findings, opaque, resource, template, whole

DOCKER = "docker:index/container:Container"
OTHER = resource("random:index/randomPort:RandomPort", "drawn")
HALF = template("127.0.0.{}", Reference(OTHER.urn, "result"))
CLOSED: dict[str, dict[str, Any]] = {
    "nothing": {},
    "no ports": {"ports": []},
    "loopback": {"ports": [{"internal": 6379, "external": 6379, "ip": "127.0.0.1"}]},
    "loopback of version 6": {"ports": [{"internal": 6379, "ip": "::1"}]},
    "a hidden port at loopback": {"ports": [{"internal": Unknown(), "ip": "127.0.0.1"}]},
    "a network of its own": {"networkMode": "bridge"},
    "a hidden container's network": {"networkMode": template("container:{}", Reference(OTHER.urn, "id"))},
    "publishing switched off": {"publishAllPorts": False},
    "publishing switched off as text": {"publishAllPorts": "false"},
}
OPEN: dict[str, tuple[dict[str, Any], str]] = {
    "its port": ({"ports": [{"internal": 6379, "external": 6379}]}, "its ports publish 6379"),
    "its port as text": ({"ports": [{"internal": "6379"}]}, "its ports publish 6379"),
    "its port on all addresses": ({"ports": [{"internal": 6379, "ip": "10.0.0.6"}]}, "its ports publish 6379"),
    "its port among others": (
        {"ports": [{"internal": Unknown()}, {"internal": 6379, "ip": "10.0.0.5"}]},
        "its ports publish 6379",
    ),
    "another port of a server": ({"ports": [{"internal": 7000}]}, "its ports publish 7000"),
    "the host's network": ({"networkMode": "host"}, "networkMode is host"),
    "every port": ({"publishAllPorts": True}, "publishAllPorts is true"),
    "every port as text": ({"publishAllPorts": "true"}, "publishAllPorts is true"),
}
HIDDEN: dict[str, tuple[dict[str, Any], str]] = {
    "ports": ({"ports": opaque()}, "its ports are hidden"),
    "secret ports": ({"ports": Secret()}, "its ports are hidden"),
    "one entry": ({"ports": [opaque()]}, "its ports are hidden"),
    "a port": ({"ports": [{"internal": opaque()}]}, "its ports publish a hidden one"),
    "a port at an address": ({"ports": [{"internal": Secret(), "ip": "10.0.0.6"}]}, "its ports publish a hidden one"),
    "an address": ({"ports": [{"internal": 6379, "ip": opaque()}]}, "where its ports publish 6379 is hidden"),
    "half an address": ({"ports": [{"internal": 6379, "ip": HALF}]}, "where its ports publish 6379 is hidden"),
    "the network": ({"networkMode": opaque()}, "networkMode is hidden"),
    "a secret network": ({"networkMode": Secret()}, "networkMode is hidden"),
    "publishing": ({"publishAllPorts": opaque()}, "publishAllPorts is hidden"),
    "secret publishing": ({"publishAllPorts": Secret()}, "publishAllPorts is hidden"),
}


def container(image: str = "redis:7", **inputs: Any) -> Resource:
    return resource(DOCKER, "cache", {"image": image, **inputs})


@pytest.mark.parametrize("inputs", CLOSED.values(), ids=CLOSED.keys())
def test_a_redis_that_only_its_own_machine_reaches_is_the_server_s(inputs: dict[str, Any]) -> None:
    assert findings(OTHER, container(**inputs)) == ()


@pytest.mark.parametrize(("inputs", "what"), OPEN.values(), ids=OPEN.keys())
def test_what_publishes_a_redis_lets_other_machines_in(inputs: dict[str, Any], what: str) -> None:
    (found,) = findings(container(**inputs))
    assert found.status == "violation"
    assert found.message == f"the containers of cache runs the image redis and lets other machines in ({what})."
    assert found.remedy.startswith("Let it listen at 127.0.0.1 only")


@pytest.mark.parametrize(("inputs", "what"), HIDDEN.values(), ids=HIDDEN.keys())
def test_what_is_hidden_may_let_other_machines_in(inputs: dict[str, Any], what: str) -> None:
    (found,) = findings(OTHER, container(**inputs))
    assert found.status == "unproven"
    assert found.message.endswith(f", and whether it lets other machines in cannot be told: {what}.")


def test_a_port_is_the_server_s_by_its_image_or_by_its_command() -> None:
    def published(**inputs: Any) -> list[str]:
        given: dict[str, Any] = {"ports": [{"internal": 7000}], **inputs}
        return [each.status for each in findings(container("store:1", **given))]

    assert published(command=["redis-server"], ports=[{"internal": 6379}]) == ["violation"]
    assert published(command=["redis-server"]) == []
    assert published(command=["redis-server", "--port", "7000"]) == ["violation"]
    assert published(command=["redis-server", "--port=7000"]) == ["violation"]
    assert published(entrypoints=["redis-server", "--port", "7000"]) == ["violation"]
    assert published(command=["redis-server", "--port", "17000"]) == []
    assert published(command="redis-server --port 17000") == []


@pytest.mark.parametrize("image", ["offline", "in the preview", "deployed"])
def test_an_image_that_the_plan_pulls_is_known_by_its_name_whatever_is_known_of_its_id(image: str) -> None:
    """The engine's preview tells only what an id waits for, and after the deployment the id is a sum."""
    pulled = resource("docker:index/remoteImage:RemoteImage", "image", {"name": f"redis@sha256:{'5b' * 32}"})
    told: dict[str, Any] = {
        "offline": whole(pulled, "imageId"),
        "in the preview": opaque(pulled),
        "deployed": f"sha256:{'7a' * 32}",
    }
    asked = {"tests": ["CMD-SHELL", "redis-cli ping"]}
    container: dict[str, Any] = {
        "entrypoints": ["/bin/sh", "-c"],
        "command": ["exec redis-server -"],
        "healthcheck": asked,
    }
    made = resource(DOCKER, "cache", {**container, "image": told[image]}, waits={"image": (pulled.urn,)})
    assert findings(pulled, made) == ()

    other = resource(DOCKER, "cache", {**container, "image": "registry.example.com/shop:1.4.2"})
    assert [each.status for each in findings(other)] == ["violation"]
