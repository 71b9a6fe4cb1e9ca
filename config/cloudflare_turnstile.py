"""A proof that who fills in a form is a person: Cloudflare's Turnstile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from config.pages import EdgePages
from config.settings import Settings, refused_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import InitErrorDetails

    from config.application import Application
    from config.cloudflare import Cloudflare

SITE_KEY, SECRET_KEY = "TURNSTILE_SITE_KEY", "TURNSTILE_SECRET_KEY"
_MOST = 10  # host names of a widget, where nobody pays for more: developers.cloudflare.com/turnstile/plans


class Turnstile(Settings):
    """A widget for the application's hosts.

    The Worker finds its two keys as TURNSTILE_SITE_KEY, which pages show, and TURNSTILE_SECRET_KEY, by which it asks
    whether a proof holds.
    """

    mode: Literal["managed", "non-interactive", "invisible"] = "managed"
    """How visitors see it: managed asks for a click where that is needed, non-interactive never does, invisible is not
    seen at all."""


def domains(topology: Cloudflare, application: Application) -> tuple[str, ...]:
    """The hosts that the widget works on: the Worker's, and that of pages at Pages. One means all below it too."""
    routed = (host.removeprefix("*.") for host in topology.worker.routes)
    url = application.frontend.url
    pages = [url.removeprefix("https://")] if url and isinstance(topology.frontend, EdgePages) else []
    return tuple(dict.fromkeys([*topology.hosts(application), *pages, *routed]))


def turnstile(topology: Cloudflare, application: Application) -> Iterator[InitErrorDetails]:
    """What a widget cannot have; paths are relative to the topology."""
    if topology.turnstile is None:
        return
    if isinstance(topology.frontend, EdgePages) and application.frontend.url is None:
        rule = "a widget works on hosts that it is told, and Cloudflare tells the pages' address once they are there"
        yield refused_at(("turnstile",), {}, rule, "set frontend.url, or take it out")
    found = domains(topology, application)
    if len(found) > _MOST:
        rule = f"a widget works on {_MOST} hosts, and the Worker has {len(found)}"
        yield refused_at(("turnstile",), {}, rule, "take it out and make widgets in the dashboard, or have fewer hosts")
