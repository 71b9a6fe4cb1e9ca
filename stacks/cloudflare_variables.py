"""The environment of a Worker: all services' variables, plain ones and those with secrets in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.data import ExternalPostgres, ExternalRedis
from config.variables import ADDRESSES, Source
from stacks.environment import Places, outside_postgres, outside_redis, sources
from stacks.pages import previews_ending

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from components.cloudflare.pages_site import PagesSite
    from config.stack import StackSettings

# What a Worker has no use for, and what it is bound to in the place of: D1 and R2.
_LEFT_OUT = frozenset({Source.PORT, Source.NODE_VERSION, Source.SQLITE_FILE, Source.UPLOADS_BUCKET, Source.UPLOADS_URL})
_HIDDEN = ADDRESSES | {Source.POSTGRES_PASSWORD}


def variables(
    stack: StackSettings, secrets: Mapping[str, pulumi.Output[str]], pages: PagesSite | None
) -> tuple[dict[str, pulumi.Input[str]], dict[str, pulumi.Input[str]]]:
    """The plain values and the secret ones, by name. A secret that is optional and not set is left out.

    `pages` is the frontend's project, where it has one.
    """
    data = stack.application.data
    places = Places(
        outside_postgres(data.postgres) if isinstance(data.postgres, ExternalPostgres) else None,
        outside_redis(data.redis) if isinstance(data.redis, ExternalRedis) else None,
        None,
        None,
        {},
        pages.url if pages else None,
        previews_ending(pages) if pages and stack.topology.admits_previews() else None,
    )
    found = sources(places, lambda name: secrets[name])
    plain: dict[str, pulumi.Input[str]] = {}
    hidden: dict[str, pulumi.Input[str]] = {}
    for name, service in stack.application.services.items():
        known = stack.known_variables(name)
        plain |= service.env
        for variable, source in service.derived.items():
            if source in _HIDDEN:
                hidden[variable] = found[source]
            elif source not in _LEFT_OUT:
                plain[variable] = known[variable] if variable in known else found[source]
        hidden |= {each: secrets[each] for each in service.secrets if each in secrets}
    return plain, hidden
