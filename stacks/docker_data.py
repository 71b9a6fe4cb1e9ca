"""Where the data of a stack on a Docker engine lies: in containers with volumes, or at somebody else's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.docker import postgres_container, redis_container
from components.docker.container_networks import DATA
from components.docker.postgres_container import PostgresContainer
from components.docker.redis_container import RedisContainer
from components.docker.shared_volume import SharedVolume
from components.server.server_secrets import ServerSecrets
from config.data import LocalPostgres, LocalRedis, Sqlite
from config.variables import CACHE_TOKEN, DATABASE_PASSWORD, HIDDEN
from stacks.environment import Places, near_postgres, near_redis, sources

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from config.stack import StackSettings
    from stacks.docker_settings import ContainerSettings, Variables
    from stacks.environment import Redis

_POSTGRES, _REDIS = "postgres", "redis"  # their names in the network of data


@dataclass(frozen=True, slots=True)
class Stored:
    """A stack's data, as the rest of the stack sees it."""

    variables: Mapping[str, Variables]
    """What each service is told, by its name."""
    volumes: dict[str, pulumi.Input[str]]
    """The names of the volumes that services share, by the folder inside."""
    stores: tuple[pulumi.Resource, ...]
    """What must be well before a service starts."""


def keeps(stack: StackSettings) -> bool:
    """Whether containers of this stack keep data that services reach by the network."""
    data = stack.application.data
    return isinstance(data.redis, LocalRedis) or isinstance(data.postgres, LocalPostgres)


def store(
    stack: StackSettings,
    settings: ContainerSettings,
    secrets: Mapping[str, pulumi.Output[str]],
    networks: Mapping[str, pulumi.Input[str]],
    placed: pulumi.ResourceOptions,
) -> Stored:
    """Make what the application keeps, and say where everything is."""
    names = [name for name, secret in stack.used_secrets().items() if secret.generate]
    made = ServerSecrets(f"{stack.app}-secrets", {"names": names}, placed).values if names else {}
    known = {**secrets, **made}
    database = near_postgres(stack, _POSTGRES, postgres_container.PORT, DATABASE_PASSWORD)
    places = Places(database, cache(stack), None, None, {})
    return Stored(
        {name: _variables(stack, name, places, known) for name in stack.application.services},
        _shared(stack, settings, placed),
        stores(stack, settings, known, networks, placed),
    )


def stores(
    stack: StackSettings,
    settings: ContainerSettings,
    secrets: Mapping[str, pulumi.Output[str]],
    networks: Mapping[str, pulumi.Input[str]],
    placed: pulumi.ResourceOptions,
) -> tuple[pulumi.Resource, ...]:
    """The containers that keep data, with the passwords that `secrets` has."""
    inside = {DATA: networks[DATA]} if DATA in networks else {}
    redis = _redis(stack, settings, secrets, inside, placed)
    postgres = _postgres(stack, settings, secrets, inside, placed)
    return tuple(each for each in (redis, postgres) if each is not None)


def _redis(
    stack: StackSettings,
    settings: ContainerSettings,
    secrets: Mapping[str, pulumi.Output[str]],
    networks: dict[str, pulumi.Input[str]],
    placed: pulumi.ResourceOptions,
) -> RedisContainer | None:
    own = settings.redis
    if own is None:
        return None
    return RedisContainer(
        f"{stack.app}-cache",
        {
            "image": own.image,
            "alias": _REDIS,
            "networks": networks,
            "password": secrets[CACHE_TOKEN],
            "memory": own.memory,
            "deletion": own.deletion,
        },
        placed,
    )


def _postgres(
    stack: StackSettings,
    settings: ContainerSettings,
    secrets: Mapping[str, pulumi.Output[str]],
    networks: dict[str, pulumi.Input[str]],
    placed: pulumi.ResourceOptions,
) -> PostgresContainer | None:
    own, wanted = settings.postgres, stack.application.data.postgres
    if own is None or not isinstance(wanted, LocalPostgres):
        return None
    return PostgresContainer(
        f"{stack.app}-database",
        {
            "image": own.image,
            "alias": _POSTGRES,
            "networks": networks,
            "database": wanted.name,
            "user": wanted.user,
            "password": secrets[DATABASE_PASSWORD],
            "memory": own.memory,
            "connections": own.connections,
            "deletion": own.deletion,
        },
        placed,
    )


def _shared(
    stack: StackSettings, settings: ContainerSettings, placed: pulumi.ResourceOptions
) -> dict[str, pulumi.Input[str]]:
    sqlite = stack.application.data.sqlite
    if not isinstance(sqlite, Sqlite):
        return {}
    volume = SharedVolume(f"{stack.app}-data", {"deletion": settings.deletion}, placed)
    return {sqlite.path.rpartition("/")[0]: volume.volume_name}


def cache(stack: StackSettings) -> Redis | None:
    """Where services find Redis; None where there is none."""
    return near_redis(stack, _REDIS, redis_container.PORT, CACHE_TOKEN)


def _variables(
    stack: StackSettings, service: str, places: Places, secrets: Mapping[str, pulumi.Output[str]]
) -> Variables:
    """The plain variables of a service and the secret ones, by name. An optional secret that is not set is left out."""
    own, known = stack.application.services[service], stack.known_variables(service)
    found = sources(places, lambda name: secrets[name])
    plain: dict[str, pulumi.Input[str]] = {**known}
    hidden: dict[str, pulumi.Input[str]] = {name: secrets[name] for name in own.secrets if name in secrets}
    for variable, source in own.derived.items():
        if variable in known:
            continue
        target = hidden if source in HIDDEN else plain
        target[variable] = found[source]
    return plain, hidden
