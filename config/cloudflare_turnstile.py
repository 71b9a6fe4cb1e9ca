"""A proof that who fills in a form is a person: Cloudflare's Turnstile."""

from typing import Literal

from config.cloudflare_edge import CloudflareAccountId
from config.settings import Settings
from config.variables import Source

SITE_KEY, SECRET_KEY = "TURNSTILE_SITE_KEY", "TURNSTILE_SECRET_KEY"
BOUND = {SITE_KEY: Source.TURNSTILE_SITE_KEY, SECRET_KEY: Source.TURNSTILE_SECRET_KEY}
"""What a Worker finds in any case, and where each is from."""
CHALLENGES = "https://challenges.cloudflare.com"
"""Where pages load the widget's script from, and what its frame shows."""


class Turnstile(Settings):
    """A widget for the application's hosts.

    Variables derived from `turnstile.site_key`, which pages show, and from `turnstile.secret_key`, by which a service
    asks whether a proof holds, have its two keys.
    """

    mode: Literal["managed", "non-interactive", "invisible"] = "managed"
    """How visitors see it: managed asks for a click where that is needed, non-interactive never does, invisible is not
    seen at all."""


class WorkerTurnstile(Turnstile):
    """A widget for the application's hosts.

    The Worker finds its two keys as TURNSTILE_SITE_KEY, which pages show, and TURNSTILE_SECRET_KEY, by which it asks
    whether a proof holds; and under the names that are derived from `turnstile.site_key` and `turnstile.secret_key`.
    """


class ZoneTurnstile(Turnstile):
    """A widget for the hosts of services that are elsewhere.

    Variables derived from `turnstile.site_key`, which pages show, and from `turnstile.secret_key`, by which a service
    asks whether a proof holds, have its two keys.
    """

    account_id: CloudflareAccountId
    """The account at Cloudflare: a widget belongs to it, and not to the zone."""
