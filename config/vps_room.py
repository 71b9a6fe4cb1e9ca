"""How much memory and disk a single server needs for what shall run and lie on it, and whether it has that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.data import Sqlite
from config.docker_engine import PROXY_MEMORY
from config.settings import refused_at
from config.vps_server import DataVolume

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import InitErrorDetails

    from config.application import Application
    from config.vps import Vps
    from config.vps_containers import Containers

_SYSTEM = 448  # MiB: Debian itself, nginx, and what copies data
_KEEPER = 64  # MiB: PM2 itself, once for each service that runs
_COPIER = 64  # MiB: litestream, where it runs
_SLOTS = 2  # a release runs beside the former one until it is well
_MIB = 1024  # in a GiB
_SYSTEM_DISK = 6  # GiB: Debian, Node.js, logs, and the releases that are kept
_POSTGRES_DISK = 2  # GiB: an empty PostgreSQL with its log of changes
_ENGINE = 160  # MiB: dockerd and containerd
_IMAGES_DISK = 8  # GiB: images of some releases, and logs of containers


def needed_memory(topology: Vps, application: Application) -> int:
    """Memory in MiB that everything takes while one release takes the place of another."""
    if topology.containers is not None:
        return _SYSTEM + _ENGINE + _in_containers(topology.containers, application)
    kept = topology.keeps(application)
    services = sum(
        (_SLOTS if topology.overlaps(name) else 1)
        * (_KEEPER + processes_of(topology, service.processes) * topology.process_memory)
        for name, service in application.services.items()
    )
    return (
        _SYSTEM
        + services
        + (topology.postgres.memory if "postgres" in kept else 0)
        + (topology.redis.memory if "redis" in kept else 0)
        + (_COPIER if topology.continuous(application) else 0)
    )


def _in_containers(settings: Containers, application: Application) -> int:
    """What all containers may take together in MiB; a migration runs while one of each service does."""
    services = sum(
        settings.service(name).memory * (_SLOTS if settings.service(name).overlap else 1)
        for name in application.services
    )
    return PROXY_MEMORY + services + (2 * settings.redis.memory if settings.redis else 0)


def needed_room(topology: Vps, application: Application) -> int:
    """Room in GiB for what the server keeps: Redis writes its memory down twice while it writes it anew."""
    kept, sqlite = topology.keeps(application), application.data.sqlite
    return (
        (sqlite.size + 1 if isinstance(sqlite, Sqlite) else 0)
        + (_POSTGRES_DISK if "postgres" in kept else 0)
        + (-(-2 * _redis_memory(topology) // _MIB) if "redis" in kept else 0)
    )


def _redis_memory(topology: Vps) -> int:
    redis = topology.containers.redis if topology.containers else None
    return (redis or topology.redis).memory


def processes_of(topology: Vps, declared: object) -> int:
    """How many processes a service has on the server: `max` is one for each processor that was asked for."""
    return declared if isinstance(declared, int) else topology.size.cores


def memory(topology: Vps, application: Application) -> Iterator[InitErrorDetails]:
    """Memory for two releases at once."""
    needed, given = needed_memory(topology, application), topology.size.memory * _MIB
    if needed > given:
        rule = f"what shall run takes {needed} MiB while a release takes the place of another, and this is {given} MiB"
        less = (
            "give containers less (topology.containers.services.….memory)"
            if topology.containers
            else "run fewer processes (services.….processes) or smaller ones (topology.process_memory)"
        )
        remedy = f"write {-(-needed // _MIB)} or more, or {less}"
        yield refused_at(("size", "memory"), topology.size.memory, rule, remedy)


def room(topology: Vps, application: Application) -> Iterator[InitErrorDetails]:
    """Room for data, where it lies, and for everything else on the server's disk."""
    data, volume = needed_room(topology, application), topology.volume
    own = _SYSTEM_DISK + topology.swap + (_IMAGES_DISK if topology.containers else 0)
    if isinstance(volume, DataVolume):
        if data > volume.size:
            rule = f"what the server keeps takes {data} GiB"
            yield refused_at(("volume", "size"), volume.size, rule, f"write {data} or more")
    else:
        own += data
    if own > topology.size.disk:
        releases = "images" if topology.containers else "releases"
        what = (
            f"system, {releases} and swap" if isinstance(volume, DataVolume) else f"system, {releases}, swap and data"
        )
        yield refused_at(("size", "disk"), topology.size.disk, f"{what} take {own} GiB", f"write {own} or more")
