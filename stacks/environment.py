"""The environment of a service, as templates: text in which `${secret:<ARN>}` stands for a secret's value.

The machine or task fills them in when the service starts, so that neither plan nor state of a service holds a secret.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import quote

import pulumi

from config.data import ExternalPostgres, ExternalRedis, LocalPostgres, LocalRedis
from config.variables import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from config.stack import StackSettings


# As the name of a secret: it has a dot, so that no secret which an application declares is called so.
WIDGET_SECRET = Source.TURNSTILE_SECRET_KEY.value


@dataclass(frozen=True, slots=True)
class Postgres:
    """A database, as clients find it."""

    host: pulumi.Input[str]
    port: int
    name: str
    user: str
    password: str
    """The name of the secret."""
    tls: bool
    ca_file: str | None = None
    """A file with the certificates of its own authority, seen from the service's folder."""
    read_hosts: tuple[pulumi.Input[str], ...] = ()
    """Where its replicas are; none where it has none."""


@dataclass(frozen=True, slots=True)
class Redis:
    """A Redis, as clients find it."""

    host: pulumi.Input[str]
    port: int
    password: str
    """The name of the secret."""
    tls: bool
    user: str = ""
    """Empty for the only user."""
    cluster: bool = False
    """Whether clients must speak cluster mode."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where a stack's data is, as far as it has any."""

    postgres: Postgres | None
    redis: Redis | None
    uploads_bucket: pulumi.Input[str] | None
    uploads_url: pulumi.Input[str] | None
    secret_arns: Mapping[str, pulumi.Input[str]]
    _: KW_ONLY  # addresses are all of one type: one more among them would move the others
    static_url: pulumi.Input[str] | None = None
    """What stands before the path of a static folder, where a network shows it."""
    site_url: pulumi.Input[str] | None = None
    """Of the frontend, where the stack has it."""
    site_previews: pulumi.Input[str] | None = None
    """What the hosts of the frontend's previews end with, where they may call the services."""
    site_key: pulumi.Input[str] | None = None
    """Of the widget of Turnstile, where there is one; then its other key is the secret `WIDGET_SECRET`."""


def outside_postgres(settings: ExternalPostgres) -> Postgres:
    """A database that lives elsewhere."""
    place = (settings.host, settings.port, settings.name, settings.user, settings.password)
    return Postgres(*place, tls=settings.tls, ca_file=settings.ca_file)


def outside_redis(settings: ExternalRedis) -> Redis:
    """A Redis that lives elsewhere."""
    return Redis(settings.host, settings.port, settings.password, tls=settings.tls, user=settings.user)


def near_postgres(stack: StackSettings, host: str, port: int, password: str) -> Postgres | None:
    """The database of an application whose own one, if it is local, is at this place; None where there is none.

    Nobody else is in the network between, so it has no TLS. `password` is the name of the secret.
    """
    settings = stack.application.data.postgres
    if isinstance(settings, LocalPostgres):
        return Postgres(host, port, settings.name, settings.user, password, tls=False)
    return outside_postgres(settings) if isinstance(settings, ExternalPostgres) else None


def near_redis(stack: StackSettings, host: str, port: int, password: str) -> Redis | None:
    """The Redis of such an application, likewise."""
    settings = stack.application.data.redis
    if isinstance(settings, LocalRedis):
        return Redis(host, port, password, tls=False)
    return outside_redis(settings) if isinstance(settings, ExternalRedis) else None


def templates(stack: StackSettings, service: str, places: Places) -> dict[str, pulumi.Input[str]]:
    """The variables of a service that only deployment tells, by name."""
    own = stack.application.services[service]
    known = stack.known_variables(service)
    found = sources(places, lambda name: _secret(places, name))
    derived = {name: found[source] for name, source in own.derived.items() if name not in known}
    secrets = {name: _secret(places, name) for name in own.secrets if name in places.secret_arns}
    return {**derived, **secrets}


def sources(places: Places, secret: Callable[[str], pulumi.Output[str]]) -> dict[Source, pulumi.Input[str]]:
    """What each source says that only deployment tells. `secret` gives what stands for the secret of a name."""
    found: dict[Source, pulumi.Input[str]] = {}
    if places.postgres is not None:
        found[Source.POSTGRES_URL] = _postgres_url(places.postgres, secret)
        found[Source.POSTGRES_READ_URL] = _read_urls(places.postgres, secret)
        found[Source.POSTGRES_HOST] = places.postgres.host
        found[Source.POSTGRES_PASSWORD] = secret(places.postgres.password)
    if places.redis is not None:
        found[Source.REDIS_URL] = _redis_url(places.redis, secret)
        found[Source.REDIS_CLUSTER] = "true" if places.redis.cluster else "false"
    if places.uploads_bucket is not None and places.uploads_url is not None:
        found[Source.UPLOADS_BUCKET] = places.uploads_bucket
        found[Source.UPLOADS_URL] = places.uploads_url
    if places.static_url is not None:
        found[Source.STATIC_URL] = places.static_url
    if places.site_url is not None:
        # Where it is known before deployment, further origins beside it, it is not asked for here.
        found[Source.FRONTEND_URL] = found[Source.FRONTEND_ORIGINS] = places.site_url
    if places.site_previews is not None:
        found[Source.FRONTEND_PREVIEWS] = places.site_previews
    if places.site_key is not None:
        found[Source.TURNSTILE_SITE_KEY] = places.site_key
        found[Source.TURNSTILE_SECRET_KEY] = secret(WIDGET_SECRET)
    return found


def _postgres_url(postgres: Postgres, secret: Callable[[str], pulumi.Output[str]]) -> pulumi.Output[str]:
    # `require` means to libpq what its name does not say: it takes any certificate. Only this looks at the name too.
    mode = "verify-full" if postgres.tls else "disable"
    authority = f"&sslrootcert={quote(postgres.ca_file)}" if postgres.ca_file else ""
    return pulumi.Output.concat(
        f"postgresql://{quote(postgres.user, safe='')}:",
        secret(postgres.password),
        "@",
        postgres.host,
        f":{postgres.port}/{quote(postgres.name, safe='')}?sslmode={mode}{authority}",
    )


def _read_urls(postgres: Postgres, secret: Callable[[str], pulumi.Output[str]]) -> pulumi.Output[str]:
    """The addresses to read from; of a database without replicas its own."""
    urls = [_postgres_url(replace(postgres, host=host), secret) for host in postgres.read_hosts or (postgres.host,)]
    return pulumi.Output.concat(urls[0], *(part for url in urls[1:] for part in (",", url)))


def _redis_url(redis: Redis, secret: Callable[[str], pulumi.Output[str]]) -> pulumi.Output[str]:
    scheme = "rediss" if redis.tls else "redis"
    return pulumi.Output.concat(
        f"{scheme}://{quote(redis.user, safe='')}:", secret(redis.password), "@", redis.host, f":{redis.port}"
    )


def _secret(places: Places, name: str) -> pulumi.Output[str]:
    return pulumi.Output.concat("${secret:", places.secret_arns[name], "}")
