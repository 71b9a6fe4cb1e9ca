"""The environment of a Worker: all services' variables, plain ones and those with secrets in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.cloudflare import NOT_TOLD
from config.data import ExternalPostgres, ExternalRedis
from config.variables import HIDDEN
from stacks.cloudflare_turnstile import keys
from stacks.environment import WIDGET_SECRET, Places, outside_postgres, outside_redis, sources
from stacks.pages import previews_ending

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from components.cloudflare.edge_challenge import EdgeChallenge
    from components.cloudflare.pages_site import PagesSite
    from config.stack import StackSettings


def variables(
    stack: StackSettings,
    secrets: Mapping[str, pulumi.Output[str]],
    pages: PagesSite | None,
    challenge: EdgeChallenge | None,
) -> tuple[dict[str, pulumi.Input[str]], dict[str, pulumi.Input[str]]]:
    """The plain values and the secret ones, by name. A secret that is optional and not set is left out.

    `pages` is the frontend's project and `challenge` the widget of Turnstile, where there are any.
    """
    data = stack.application.data
    places = Places(
        outside_postgres(data.postgres) if isinstance(data.postgres, ExternalPostgres) else None,
        outside_redis(data.redis) if isinstance(data.redis, ExternalRedis) else None,
        None,
        None,
        {},
        site_url=pages.url if pages else None,
        site_previews=previews_ending(pages) if pages and stack.topology.admits_previews() else None,
        site_key=challenge.site_key if challenge else None,
    )
    known_secrets = {**secrets, **({WIDGET_SECRET: challenge.secret_key} if challenge else {})}
    found = sources(places, lambda name: known_secrets[name])
    plain, hidden = keys(challenge)
    for name, service in stack.application.services.items():
        known = stack.known_variables(name)
        plain |= service.env
        for variable, source in service.derived.items():
            if source in HIDDEN:
                hidden[variable] = found[source]
            elif source not in NOT_TOLD:
                plain[variable] = known[variable] if variable in known else found[source]
        hidden |= {each: secrets[each] for each in service.secrets if each in secrets}
    return plain, hidden
