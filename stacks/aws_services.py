"""What services in AWS need, whatever runs them: names, ways out, secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from config.aws_checks import closed
from config.data import ExternalPostgres, ExternalRedis
from config.variables import Secret, Source
from stacks.environment import WIDGET_SECRET

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from config.stack import StackSettings
    from stacks.aws_data import Stored

DRAIN, DRAIN_WEBSOCKETS = 60, 120  # seconds, as the load balancer waits


def namespace(stack: StackSettings) -> str:
    """The namespace of the application's own metrics."""
    return f"slipway/{stack.app}"


def service_path(service: str) -> str:
    """Where a service's parameters and log lines are."""
    return f"/slipway/{pulumi.get_stack()}/{service}"


def drain_seconds(stack: StackSettings, service: str) -> int:
    """How long a service that shall stop may go on answering those who are connected."""
    return DRAIN_WEBSOCKETS if stack.application.services[service].websockets else DRAIN


def ports_outside(stack: StackSettings, more: Mapping[str, int]) -> dict[str, int]:
    """What services may connect to outside, by what is there. `more` is what the topology itself needs there."""
    if closed(stack.aws):
        return {}
    data = stack.application.data
    wanted = {
        "https": 443,
        **more,
        **({"database": data.postgres.port} if isinstance(data.postgres, ExternalPostgres) else {}),
        **({"redis": data.redis.port} if isinstance(data.redis, ExternalRedis) else {}),
    }
    # One rule for a port: to AWS a second one to the same place is a duplicate, whatever it is called.
    roles = {port: role for role, port in reversed(wanted.items())}
    return {role: port for role, port in wanted.items() if roles[port] == role}


def secret_arns(stack: StackSettings, services: Collection[str], stored: Stored) -> dict[str, pulumi.Input[str]]:
    """The secrets that these services' environment is made from, and no others."""
    application, places = stack.application, stored.places
    sources = {source for name in services for source in application.services[name].derived.values()}
    derived = {source.value.partition(".")[0] for source in sources}
    names = {secret for name in services for secret in application.services[name].secrets}
    names |= {places.postgres.password} if places.postgres and "postgres" in derived else set()
    names |= {places.redis.password} if places.redis and "redis" in derived else set()
    names |= {WIDGET_SECRET} if Source.TURNSTILE_SECRET_KEY in sources else set()
    return {name: arn for name, arn in places.secret_arns.items() if name in names}


def max_secret_age(stack: StackSettings, services: Collection[str], stored: Stored) -> int:
    """The days after which the first of the secrets that these services read should be changed.

    Nobody says the age of a secret that managed data or a widget brings along, so it counts only where they read no
    other one.
    """
    used, declared = stack.used_secrets(), stack.application.secrets
    read = secret_arns(stack, services, stored)
    said = [used[name].max_age for name in read if name in declared]
    return min(said or [used.get(name, Secret()).max_age for name in read], default=Secret().max_age)
