"""The services of a stack as containers on a Docker engine, and the proxy before them."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pulumi

from components.docker.container_networks import FRONT
from components.docker.container_service import ContainerService, ContainerServiceArgs
from components.docker.proxy import ProxiedService, proxy_configuration
from components.docker.proxy_container import ProxyContainer
from components.server.web import WebService

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.stack import StackSettings
    from stacks.docker_data import Stored
    from stacks.docker_settings import ContainerSettings

_STOP, _STOP_WEBSOCKETS = 60, 120  # seconds


def services(
    stack: StackSettings,
    settings: ContainerSettings,
    stored: Stored,
    networks: Mapping[str, pulumi.Input[str]],
    placed: pulumi.ResourceOptions,
) -> dict[str, ContainerService]:
    """Each service by its name.

    The one that the migrations belong to comes first: no service that knows the database starts a new version before.
    """
    application = stack.application
    migrating = application.migrations.service if application.migrations else None
    well = pulumi.ResourceOptions.merge(placed, pulumi.ResourceOptions(depends_on=list(stored.stores)))
    made: dict[str, ContainerService] = {}
    after: dict[str, pulumi.Input[str]] = {}
    for name in sorted(application.services, key=lambda name: name != migrating):
        args = _args(stack, settings, name, stored, networks)
        waits = any(source.value.startswith("postgres.") for source in application.services[name].derived.values())
        if application.migrations and name == migrating:
            args["migration"] = shlex.split(application.migrations.command)
        elif waits:
            args["after"] = {**after}
        made[name] = ContainerService(f"{stack.app}-{name}", args, well)
        after |= made[name].migrated
    return {name: made[name] for name in application.services}


def proxy(
    stack: StackSettings,
    settings: ContainerSettings,
    networks: Mapping[str, pulumi.Input[str]],
    placed: pulumi.ResourceOptions,
) -> ProxyContainer | None:
    """What leads to the public services; None where there is none."""
    public = stack.application.public_services()
    if not public:
        return None
    proxied = tuple(
        ProxiedService(
            WebService(name=name, hosts=service.hosts, paths=service.paths, websockets=service.websockets),
            stack.topology.port(service.port),
        )
        for name, service in public.items()
    )
    return ProxyContainer(
        f"{stack.app}-proxy",
        {
            "image": settings.proxy,
            "networks": {FRONT: networks[FRONT]},
            "port": settings.listen,
            "configuration": proxy_configuration(proxied, settings.body, behind=settings.behind),
        },
        placed,
    )


def _args(
    stack: StackSettings,
    settings: ContainerSettings,
    name: str,
    stored: Stored,
    networks: Mapping[str, pulumi.Input[str]],
) -> ContainerServiceArgs:
    service, own = stack.application.services[name], settings.services[name]
    plain, hidden = stored.variables[name]
    args: ContainerServiceArgs = {
        "image": settings.release.image_of(name),
        "alias": name,
        "networks": {**networks},
        "command": ["node", "--enable-source-maps", service.entry],
        "port": stack.topology.port(service.port),
        "health_interval": service.health_interval,
        "health_timeout": service.health_timeout,
        "environment": plain,
        "secrets": hidden,
        "labels": stack.own_tags(),  # another label is another container
        "memory": own.memory,
        "read_only": own.read_only,
        "volumes": stored.volumes,
        "stop_seconds": _STOP_WEBSOCKETS if service.websockets else _STOP,
        "overlap": own.overlap,
        "after": {},
    }
    if service.health_path is not None:
        args["health_path"] = service.health_path
    return args
