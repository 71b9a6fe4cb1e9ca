"""What runs in containers on an engine, whichever topology says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.values import Deletion

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from config.docker import Docker
    from config.docker_engine import PostgresContainer, RedisContainer, ServiceContainer
    from config.release import ImageRelease, ImagesRelease

Variables = tuple[dict[str, "pulumi.Input[str]"], dict[str, "pulumi.Input[str]"]]
"""The plain variables of a service and the secret ones, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerSettings:
    """The settings of a stack's containers."""

    release: ImageRelease | ImagesRelease
    """The images of the services."""
    services: Mapping[str, ServiceContainer]
    """How each service runs."""
    proxy: str
    """The image of the proxy."""
    listen: int
    """The port of the machine at which the proxy answers, on 127.0.0.1 alone."""
    body: int
    """The largest body of a request, in MiB."""
    behind: bool = False
    """Whether another proxy on the machine stands before this one."""
    redis: RedisContainer | None
    """The container of Redis; None where there is none."""
    postgres: PostgresContainer | None = None
    """The container of PostgreSQL; None where there is none."""
    deletion: Deletion = Deletion.PROTECT
    """What becomes of the volume with the SQLite file."""


def of_engine(topology: Docker, names: list[str]) -> ContainerSettings:
    """Those of an engine of one's own, for services of these names."""
    return ContainerSettings(
        release=topology.release,
        services={name: topology.service(name) for name in names},
        proxy=topology.proxy,
        listen=topology.listen,
        body=topology.body,
        redis=topology.redis,
        postgres=topology.postgres,
        deletion=topology.deletion,
    )
