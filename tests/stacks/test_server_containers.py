"""A single server that runs images: containers over SSH, behind its own nginx, and replaced with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from config.vps_containers import PROXY_PORT
from plan.model import Secret, Unknown
from tests.components.planning import target
from tests.stacks.paths import values
from tests.stacks.project import IN_SERVERS_CONTAINERS, MARK, answered, graph, planned, settings, text, write
from tests.stacks.server_container_forms import HOST_KEY, SERVER_CONTAINER_FORMS
from tests.stacks.test_server_applications import files, machine, told, topology

if TYPE_CHECKING:
    from plan.model import Resource

CONTAINER, NETWORK, IMAGE = "docker:index/container:Container", "docker:index/network:Network", "RemoteImage"
READY = "command:local:Command"
every = pytest.mark.parametrize("stack", [*SERVER_CONTAINER_FORMS, *IN_SERVERS_CONTAINERS])


def on_engine(stack: str) -> list[Resource]:
    """What is on the server's engine."""
    return [each for each in graph(stack).plan.resources if each.type.startswith("docker:")]


def provider(stack: str) -> Resource:
    (found,) = [each for each in graph(stack).plan.resources if each.type == "pulumi:providers:docker"]
    return found


@every
def test_a_plan_is_free_of_findings_and_shows_no_secret(stack: str) -> None:
    found = planned(stack)
    assert [each.message for each in found.findings if each.level != "advisory"] == []
    assert MARK not in text(stack)
    for each in graph(stack).of_type(CONTAINER):
        named = [one.split("=")[0] for one in values(each.inputs["envs"]) if isinstance(one, str)]
        assert not {"REDIS_PASSWORD", "SESSION_SECRET", "DATABASE_URL", "REDIS_URL"}.intersection(named)


@every
def test_the_engine_is_asked_by_ssh_once_its_server_is_ready_and_its_host_key_is_looked_at(stack: str) -> None:
    found, (ready,) = provider(stack), graph(stack).of_type(READY)
    assert isinstance(found.inputs["host"], Unknown), "the address comes with the server"
    assert ready.urn in found.dependencies
    assert machine(stack).urn in ready.property_dependencies["triggers"]
    options = json.loads(str(found.inputs["sshOpts"]))
    checking = {each for each in options if each.startswith("StrictHostKeyChecking")}
    pinned = topology(stack).ssh.host_key is not None
    assert checking == {f"StrictHostKeyChecking={'yes' if pinned else 'accept-new'}"}
    assert any(HOST_KEY in each for each in options) == pinned
    assert all(each in str(ready.inputs["create"]) for each in options)


@every
def test_what_is_on_the_engine_goes_with_its_server_and_comes_anew_with_another(stack: str) -> None:
    own = machine(stack).urn
    assert {each.options.deleted_with for each in on_engine(stack)} == {own}
    networks = graph(stack).of_type(NETWORK)
    for each in networks:
        assert each.property_dependencies["labels"] == (own,)
    urns = {each.urn for each in networks}
    for each in on_engine(stack):
        if each.type.endswith(IMAGE):
            assert urns.intersection(each.property_dependencies["triggers"])
        elif each.type == CONTAINER:
            assert urns.intersection(each.property_dependencies["networksAdvanced"])
        elif each.type.endswith("Volume"):
            assert own not in each.dependencies, "data outlives its server"


@every
def test_only_the_proxy_is_published_on_the_loopback_where_the_servers_own_nginx_leads(stack: str) -> None:
    published = [each for each in graph(stack).of_type(CONTAINER) if each.inputs.get("ports")]
    (proxy,) = published
    (port,) = values(proxy.inputs["ports"])
    assert isinstance(port, dict)
    assert (port["ip"], int(str(port["external"]))) == ("127.0.0.1", PROXY_PORT)
    written = files(stack)
    assert written["/etc/nginx/slipway/upstream-containers.conf"].startswith(f"server 127.0.0.1:{PROXY_PORT} ")
    assert [path for path in written if path.startswith("/etc/nginx/slipway/service-")] == [
        "/etc/nginx/slipway/service-containers.conf"
    ]


@every
def test_the_server_has_an_engine_and_no_nodejs_and_who_deploys_has_no_sudo(stack: str) -> None:
    written = files(stack)
    setup = written["/usr/local/lib/slipway/setup.sh"]
    (installed,) = [line for line in setup.splitlines() if line.startswith("apt-get install")]
    assert {"docker.io", "apparmor", "nginx"} < set(installed.split())
    for absent in ("npm", "pm2", "redis-server", "postgresql", "slipway-resume"):
        assert absent not in setup
    (deploy,) = yaml.safe_load(told(stack))["users"]
    assert deploy["name"] == "deploy"
    assert "sudo" not in deploy
    assert "usermod --append --groups docker deploy" in setup
    assert not any("release" in path or "health" in path for path in written)


@every
def test_the_engine_listens_at_its_socket_alone_and_the_firewall_leaves_its_tables(stack: str) -> None:
    written = files(stack)
    daemon: dict[str, Any] = json.loads(written["/etc/docker/daemon.json"])  # Any: Docker's own settings
    assert "hosts" not in daemon
    assert (daemon["ip"], daemon["live-restore"], daemon.get("userland-proxy", True)) == ("127.0.0.1", True, True)
    assert daemon["log-opts"]["max-size"]
    wall = written["/etc/nftables.conf"]
    assert "flush ruleset" not in wall
    assert "delete table inet slipway" in written["/etc/systemd/system/nftables.service.d/slipway.conf"]
    forward = wall.partition("chain forward")[2]
    assert "policy drop" in forward
    assert [line.split()[1] for line in forward.splitlines() if "iifname" in line] == ['"docker0"', '"br-*"']


@every
def test_volumes_lie_on_the_data_volume_and_the_engine_waits_for_it(stack: str) -> None:
    written, volume = files(stack), topology(stack).data_folder() is not None
    assert ("kept /var/lib/docker/volumes" in written["/usr/local/lib/slipway/setup.sh"]) == volume
    unit = written.get("/etc/systemd/system/docker.service.d/slipway.conf", "")
    assert ("RequiresMountsFor=/var/lib/docker/volumes" in unit) == volume


def test_a_private_registry_is_asked_with_a_secret_and_two_that_must_never_run_do_not() -> None:
    assert isinstance(provider("videochat-staging-images").inputs["registryAuth"], Secret)
    (signal,) = [
        each
        for each in graph("videochat-staging-images").of_type(CONTAINER)
        if each.name == "videochat-signal-container"
    ]
    assert signal.inputs["memory"] == 256
    assert signal.options.delete_before_replace


def test_redis_is_found_by_its_name_in_the_network_of_data() -> None:
    (redis,) = [each for each in graph("drops-containers").of_type(CONTAINER) if "redis" in each.name]
    (network,) = values(redis.inputs["networksAdvanced"])
    assert isinstance(network, dict)
    assert [*values(network["aliases"])] == ["redis"]
    assert target(network["name"]).endswith("drops-network-data")


def test_a_tag_of_the_stack_reaches_the_server_and_leaves_the_containers_as_they_are() -> None:
    content = {**SERVER_CONTAINER_FORMS["drops-production-images"], "slipway:tags": {"owner": "platform"}}
    found = answered(write("drops-owned-images", content)).document["resources"]
    tagged = {each["type"].partition(":")[0] for each in found if '"platform"' in json.dumps(each["inputs"])}
    assert "aws" in tagged
    assert "docker" not in tagged, "a container whose labels change is another one, and its release comes anew"


def test_who_asks_from_outside_asks_the_application_alone_since_the_server_says_nothing_of_itself() -> None:
    (asked,) = graph("drops-containers").of_type("digitalocean:index/uptimeCheck:UptimeCheck")
    path = settings("drops-containers").application.services["app"].health_path
    assert asked.inputs["target"] == f"https://www.drops.example.com{path}"
