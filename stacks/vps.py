"""The topology `vps`: which component gets what from which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from config.vps import Vps
from stacks.facts import register_facts
from stacks.topology import topology_of
from stacks.vps_data import store
from stacks.vps_front import names, pages, pages_told
from stacks.vps_machine import machine
from stacks.vps_providers import providers
from stacks.vps_release import release
from stacks.vps_server import server, uptime

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.stack import StackSettings
    from stacks.vps_data import Stored
    from stacks.vps_server import Server


def build(stack: StackSettings, secrets: Mapping[str, pulumi.Output[str]]) -> Mapping[str, pulumi.Input[object]]:
    """Register the stack's resources and return its outputs. `secrets` are the values by name."""
    topology = topology_of(stack, Vps)
    register_facts(stack)
    placed = pulumi.ResourceOptions(providers=providers(stack, topology))
    stored = store(stack, topology, secrets, placed)
    site = pages(stack, topology, stored, placed)
    stored = stored.beside(topology, site)
    made = server(stack, topology, machine(stack, topology), placed)
    names(stack, topology, made, placed)
    running = _run(stack, topology, made, stored, placed)
    uptime(stack, topology, placed)
    hosts = topology.hosts(stack.application)
    return {
        **({"url": f"https://{hosts[0]}"} if hosts else {}),
        "address": made.address,
        "server": made.server_id,
        **running,
        **({"uploads": stored.uploads.bucket_name} if stored.uploads else {}),
        **({"static": stored.places.static_url} if stored.places.static_url is not None else {}),
        **({"turnstileSiteKey": stored.places.site_key} if stored.places.site_key is not None else {}),
        **pages_told(stack, topology, stored, site),
    }


def _run(
    stack: StackSettings,
    topology: Vps,
    made: Server,
    stored: Stored,
    placed: pulumi.ResourceOptions,
) -> Mapping[str, pulumi.Input[object]]:
    """Bring the release to the server, and return what tells that it is there."""
    if topology.images is None:
        return {"release": release(stack, topology, made, stored, placed).done}
    from stacks.vps_containers import containers  # noqa: PLC0415 - for the servers that run containers

    return {"containers": containers(stack, topology, made, stored, placed)}
