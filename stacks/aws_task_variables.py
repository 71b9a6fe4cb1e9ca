"""The environment of a service's tasks: what is plain, and what ECS fetches from Secrets Manager when a task starts.

ECS puts a whole secret into a variable and nothing beside it, so an address with a password in it is one by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from components.aws.secrets import SecretArgs, Secrets
from config.data import ManagedPostgres
from config.values import Deletion
from config.variables import ADDRESSES, Source
from stacks.environment import WIDGET_SECRET, sources

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from config.stack import StackSettings
    from stacks.aws_data import Stored

# Where an image has the authorities that vouch for a managed database (docs/containers.md).
DATABASE_CA = "/etc/slipway/rds-ca.pem"


@dataclass(frozen=True, slots=True)
class Variables:
    """The environment of one service."""

    plain: dict[str, pulumi.Input[str]]
    """The values that are not secret, by variable."""
    secrets: dict[str, pulumi.Input[str]]
    """The ARNs of the secrets whose values the others have, by variable."""


def addresses(
    stack: StackSettings, stored: Stored, placed: pulumi.ResourceOptions
) -> Mapping[Source, pulumi.Input[str]]:
    """The ARNs of the addresses with passwords that services read, each stored as a secret, by what they are."""
    read = {source for service in stack.application.services.values() for source in service.derived.values()}
    known = sources(stored.places, lambda name: stored.secret_values[name].apply(_escaped))
    wanted = {source: known[source] for source in Source if source in read & ADDRESSES}
    if not wanted:
        return {}
    settings = stack.aws.secrets
    kept: dict[str, SecretArgs] = {_key(source): {"generate": False, "value": wanted[source]} for source in wanted}
    # Copies: each is made anew from the password, which `deletion` keeps. Protected, one that no service reads any more
    # would stop the deployment.
    made = Secrets(
        f"{stack.app}-addresses",
        {"secrets": kept, "recovery_days": settings.recovery, "deletion": Deletion.DESTROY},
        placed,
    )
    return {source: made.arns[_key(source)] for source in wanted}


def variables(
    stack: StackSettings, service: str, stored: Stored, addressed: Mapping[Source, pulumi.Input[str]]
) -> Variables:
    """The whole environment of a service; each variable has one of the two sources.

    An optional secret that is not set is no variable.
    """
    own, places = stack.application.services[service], stored.places
    known = stack.known_variables(service)
    told = sources(places, lambda name: stored.secret_values[name])
    plain: dict[str, pulumi.Input[str]] = {**known}
    secrets: dict[str, pulumi.Input[str]] = {
        name: places.secret_arns[name] for name in own.secrets if name in places.secret_arns
    }
    for name, source in own.derived.items():
        if name in known:
            continue
        if source in addressed:
            secrets[name] = addressed[source]
        elif source is Source.POSTGRES_PASSWORD and places.postgres is not None:
            secrets[name] = places.secret_arns[places.postgres.password]
        elif source is Source.TURNSTILE_SECRET_KEY:
            secrets[name] = places.secret_arns[WIDGET_SECRET]
        else:
            plain[name] = told[source]
    if isinstance(stack.application.data.postgres, ManagedPostgres):
        plain["NODE_EXTRA_CA_CERTS"] = DATABASE_CA
    return Variables(plain, secrets)


def _escaped(value: str) -> str:
    """A password as an address has it."""
    return quote(value, safe="")


def _key(source: Source) -> str:
    return source.value.replace(".", "-").replace("_", "-")
