"""What runs in containers on the server of a stack: services, the proxy before them, and Redis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.docker.container_networks import ContainerNetworks
from components.server.over_ssh import ssh_options
from components.server.server_ready import ServerReady, ServerReadyArgs
from config.vps_containers import PROXY_PORT
from stacks import docker_data
from stacks.docker_provider import docker_provider
from stacks.docker_services import proxy, services
from stacks.docker_settings import ContainerSettings
from stacks.vps_release import environment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.stack import StackSettings
    from config.vps import Vps
    from stacks.docker_settings import Variables
    from stacks.vps_data import Stored
    from stacks.vps_server import Server


def containers(
    stack: StackSettings,
    topology: Vps,
    made: Server,
    stored: Stored,
    placed: pulumi.ResourceOptions,
) -> Mapping[str, pulumi.Output[str]]:
    """Run the release in containers, and say the id of each service's by its name.

    Another server is given networks, images and containers anew, and nobody deletes those of one that is gone.
    """
    settings = container_settings(stack, topology)
    there = _engine(stack, topology, made, stored, placed)
    names = ContainerNetworks(
        f"{stack.app}-network", {"data": docker_data.keeps(stack), "server_id": made.server_id}, there
    ).names
    on_engine = docker_data.Stored(
        {name: _variables(stack, topology, name, stored) for name in stack.application.services},
        {},
        docker_data.stores(stack, settings, stored.secrets, names, there),
    )
    running = services(stack, settings, on_engine, names, there)
    proxy(stack, settings, names, there)
    return {name: each.container_id for name, each in running.items()}


def container_settings(stack: StackSettings, topology: Vps) -> ContainerSettings:
    """The settings of the containers."""
    told, images = topology.containers, topology.images
    assert told is not None and images is not None, "asked for where the release is images"  # noqa: S101, PT018  # a promise
    return ContainerSettings(
        release=images,
        services={name: told.service(name) for name in stack.application.services},
        proxy=told.proxy,
        listen=PROXY_PORT,
        body=topology.body,
        behind=True,
        redis=told.redis,
    )


def _engine(
    stack: StackSettings,
    topology: Vps,
    made: Server,
    stored: Stored,
    placed: pulumi.ResourceOptions,
) -> pulumi.ResourceOptions:
    """Options for what is on the server's engine, which answers before anything is asked of it."""
    host_key = topology.ssh.host_key
    args: ServerReadyArgs = {"server_id": made.server_id, "address": made.address}
    if host_key is not None:
        args["host_key"] = host_key
    ready = ServerReady(f"{stack.app}-engine", args, placed)
    provider = docker_provider(
        ready.engine,
        topology.containers.login if topology.containers else None,
        stored.secrets,
        ssh_options=ssh_options(host_key),
        opts=pulumi.ResourceOptions(depends_on=[ready.waited]),
    )
    there = pulumi.ResourceOptions(providers=[provider], deleted_with=made.machine)
    return pulumi.ResourceOptions.merge(placed, there)


def _variables(stack: StackSettings, topology: Vps, service: str, stored: Stored) -> Variables:
    """The variables of a service: one process is in a container, and listens on a port that is known."""
    plain, hidden = environment(stack, topology, service, stored)
    return {**stack.known_variables(service), **plain}, hidden
