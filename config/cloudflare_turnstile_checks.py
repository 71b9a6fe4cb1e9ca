"""What a widget of Turnstile and an application say together and cannot mean, in each topology that has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.cloudflare_turnstile import SECRET_KEY
from config.frontend import ViteFrontend
from config.pages import EdgePages
from config.settings import refused_at
from config.variables import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import InitErrorDetails

    from config.application import Application
    from config.aws_topology import AwsTopology
    from config.cloudflare import Cloudflare
    from config.vps import Vps

_KEYS = (Source.TURNSTILE_SITE_KEY, Source.TURNSTILE_SECRET_KEY)
_MOST = 10  # host names of a widget, where nobody pays for more: developers.cloudflare.com/turnstile/plans
_UP = ("..", "application")  # leads from the topology to the application's part of the stack
_BY_HAND = "make the widget in the dashboard, and give its keys in `env` and `secrets`"


def worker_domains(topology: Cloudflare, application: Application) -> tuple[str, ...]:
    """The hosts that the widget works on: the Worker's, and that of pages at Pages. One means all below it too."""
    routed = (host.removeprefix("*.") for host in topology.worker.routes)
    url = application.frontend.url
    pages = [url.removeprefix("https://")] if url and isinstance(topology.frontend, EdgePages) else []
    return tuple(dict.fromkeys([*topology.hosts(application), *pages, *routed]))


def domains(application: Application) -> tuple[str, ...]:
    """The same where services answer: theirs, and those of all pages that may call them.

    A developer's own machine is none of them: Cloudflare has keys for trying.
    """
    hosts = [host for service in application.public_services().values() for host in service.hosts]
    pages = [url.removeprefix("https://") for url in application.origins() if url.startswith("https://")]
    return tuple(dict.fromkeys([*hosts, *pages]))


def worker_turnstile(topology: Cloudflare, application: Application) -> Iterator[InitErrorDetails]:
    """What a Worker's widget cannot have.

    Paths are relative to the topology; what begins with `..` is the application's.
    """
    if topology.turnstile is None:
        yield from _no_widget(application, "write topology.turnstile: {}")
        return
    if topology.names_frontend(application):
        yield _unknown_pages(("turnstile",))
    yield from _too_many(("turnstile",), worker_domains(topology, application), "the Worker")


def zone_turnstile(topology: AwsTopology | Vps, application: Application) -> Iterator[InitErrorDetails]:
    """What the widget of services behind a zone at Cloudflare cannot have; paths as above."""
    path = ("dns", "turnstile")
    if topology.turnstile is None:
        zone = topology.dns is not None and topology.dns.kind == "cloudflare"
        yield from _no_widget(application, f"set topology.dns.turnstile{'' if zone else ' of a zone at Cloudflare'}")
        return
    if topology.names_frontend(application):
        yield _unknown_pages(path)
    found = domains(application)
    if not found:
        rule = "a widget works on hosts that it is told, and the stack has none"
        yield refused_at(path, {}, rule, "give a public service its hosts, or take it out")
    yield from _too_many(path, found, "the stack")
    derived = {source for service in application.services.values() for source in service.derived.values()}
    if Source.TURNSTILE_SECRET_KEY not in derived:
        rule = "a widget alone stops nobody, and no service has the key by which proofs are checked"
        remedy = f"add {SECRET_KEY}: {Source.TURNSTILE_SECRET_KEY} to the `derived` of the service that takes the forms"
        yield refused_at(path, {}, rule, f"{remedy}, or take it out")


def _no_widget(application: Application, remedy: str) -> Iterator[InitErrorDetails]:
    rule = "a declared variable needs a source, and the stack has no widget of Turnstile"
    for name, service in application.services.items():
        for variable, source in service.derived.items():
            if source in _KEYS:
                path = (*_UP, "services", name, "derived", variable)
                yield refused_at(path, source.value, rule, f"{remedy}, or take it out; or {_BY_HAND}")
    frontend = application.frontend
    if isinstance(frontend, ViteFrontend) and frontend.turnstile_variable is not None:
        told = frontend.turnstile_variable
        yield refused_at((*_UP, "frontend", "turnstile_variable"), told, rule, f"{remedy}, or take it out")


def _unknown_pages(path: tuple[str, ...]) -> InitErrorDetails:
    rule = "a widget works on hosts that it is told, and the pages' address is told once they are there"
    return refused_at(path, {}, rule, "set frontend.url, or take it out")


def _too_many(path: tuple[str, ...], found: tuple[str, ...], whose: str) -> Iterator[InitErrorDetails]:
    if len(found) > _MOST:
        rule = f"a widget works on {_MOST} hosts, and {whose} has {len(found)}"
        yield refused_at(path, {}, rule, "take it out and make widgets in the dashboard, or have fewer hosts")
