"""The environment of a service, as templates: text in which `${secret:<ARN>}` stands for a secret's value.

The machine or task fills them in when the service starts, so that neither plan nor state of a service holds a secret.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import pulumi

from config.variables import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.stack import StackSettings


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


@dataclass(frozen=True, slots=True)
class Places:
    """Where a stack's data is, as far as it has any."""

    postgres: Postgres | None
    redis: Redis | None
    uploads_bucket: pulumi.Input[str] | None
    uploads_url: pulumi.Input[str] | None
    secret_arns: Mapping[str, pulumi.Input[str]]
    site_url: pulumi.Input[str] | None = None
    """Of the frontend, where the stack has it."""


def templates(stack: StackSettings, service: str, places: Places) -> dict[str, pulumi.Input[str]]:
    """The variables of a service that only deployment tells, by name."""
    own = stack.application.services[service]
    known = stack.known_variables(service)
    sources = _sources(places)
    derived = {name: sources[source] for name, source in own.derived.items() if name not in known}
    secrets = {name: _secret(places, name) for name in own.secrets if name in places.secret_arns}
    return {**derived, **secrets}


def _sources(places: Places) -> dict[Source, pulumi.Input[str]]:
    found: dict[Source, pulumi.Input[str]] = {}
    if places.postgres is not None:
        found[Source.POSTGRES_URL] = _postgres_url(places.postgres, places)
        found[Source.POSTGRES_HOST] = places.postgres.host
        found[Source.POSTGRES_PASSWORD] = _secret(places, places.postgres.password)
    if places.redis is not None:
        found[Source.REDIS_URL] = _redis_url(places.redis, places)
    if places.uploads_bucket is not None and places.uploads_url is not None:
        found[Source.UPLOADS_BUCKET] = places.uploads_bucket
        found[Source.UPLOADS_URL] = places.uploads_url
    if places.site_url is not None:
        # Where it is known before deployment, further origins beside it, it is not asked for here.
        found[Source.FRONTEND_URL] = found[Source.FRONTEND_ORIGINS] = places.site_url
    return found


def _postgres_url(postgres: Postgres, places: Places) -> pulumi.Output[str]:
    # `require` means to libpq what its name does not say: it takes any certificate. Only this looks at the name too.
    mode = "verify-full" if postgres.tls else "disable"
    authority = f"&sslrootcert={quote(postgres.ca_file)}" if postgres.ca_file else ""
    return pulumi.Output.concat(
        f"postgresql://{quote(postgres.user, safe='')}:",
        _secret(places, postgres.password),
        "@",
        postgres.host,
        f":{postgres.port}/{quote(postgres.name, safe='')}?sslmode={mode}{authority}",
    )


def _redis_url(redis: Redis, places: Places) -> pulumi.Output[str]:
    scheme = "rediss" if redis.tls else "redis"
    return pulumi.Output.concat(
        f"{scheme}://{quote(redis.user, safe='')}:", _secret(places, redis.password), "@", redis.host, f":{redis.port}"
    )


def _secret(places: Places, name: str) -> pulumi.Output[str]:
    return pulumi.Output.concat("${secret:", places.secret_arns[name], "}")
