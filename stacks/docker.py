"""The topology `docker`: which component gets what from which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pulumi_random as random

from components.docker.container_networks import ContainerNetworks
from config.docker import Docker
from stacks.docker_data import keeps, store
from stacks.docker_provider import docker_provider
from stacks.docker_services import proxy, services
from stacks.docker_settings import of_engine
from stacks.facts import register_facts
from stacks.topology import topology_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.stack import StackSettings


def build(stack: StackSettings, secrets: Mapping[str, pulumi.Output[str]]) -> Mapping[str, pulumi.Input[object]]:
    """Register the stack's resources and return its outputs. `secrets` are the values by name."""
    topology = topology_of(stack, Docker)
    register_facts(stack)
    providers = [docker_provider(topology.engine.host, topology.login, secrets), random.Provider("random")]
    placed = pulumi.ResourceOptions(providers=providers)
    networks = ContainerNetworks(f"{stack.app}-network", {"data": keeps(stack)}, placed).names
    settings = of_engine(topology, list(stack.application.services))
    stored = store(stack, settings, secrets, networks, placed)
    made = services(stack, settings, stored, networks, placed)
    before = proxy(stack, settings, networks, placed)
    return {
        **({"url": f"http://localhost:{topology.listen}"} if before else {}),
        "containers": {name: each.container_id for name, each in made.items()},
    }
