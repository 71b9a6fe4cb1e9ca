"""What a project of Cloudflare Pages and an application say together and cannot mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.aws_front import Route53Zone
from config.pages import HEADERS_VARIABLE, GitBuild, Previews
from config.settings import refused_at
from config.variables import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import InitErrorDetails

    from config.application import Application
    from config.aws_front import Dns
    from config.frontend import ViteFrontend
    from config.pages import PagesSettings

_UP = ("..", "application")  # leads from the topology to the application's part of the stack
_URL = (*_UP, "frontend", "url")
_PAGES_DEV = ".pages.dev"
# What Cloudflare itself tells a build, and what a build here is told beside the backend's address.
_CLOUDFLARES = frozenset({"CI", "CF_PAGES", "CF_PAGES_BRANCH", "CF_PAGES_COMMIT_SHA", "CF_PAGES_URL"})
_OURS = frozenset({"NODE_VERSION", HEADERS_VARIABLE})


def pages_problems(
    site: PagesSettings, dns: Dns | None, application: Application, frontend: ViteFrontend
) -> Iterator[InitErrorDetails]:
    """What does not go together. Paths are relative to the topology; what begins with `..` is the application's."""
    if frontend.url is not None:
        yield from _address(dns, frontend.url)
    told = _CLOUDFLARES | _OURS if isinstance(site.build, GitBuild) else _CLOUDFLARES
    if frontend.api_variable in told:
        rule = f"builds have another variable of this name; {', '.join(sorted(told))} are taken"
        yield refused_at((*_UP, "frontend", "api_variable"), frontend.api_variable, rule, "take another name")
    told_to = {source for service in application.services.values() for source in service.derived.values()}
    if isinstance(site.previews, Previews) and site.previews.admitted and Source.FRONTEND_PREVIEWS not in told_to:
        rule = "no service is told which origins previews have, so that all refuse them"
        remedy = f"derive a variable from {Source.FRONTEND_PREVIEWS.value}, or take this out"
        yield refused_at(("frontend", "previews", site.previews.kind, "admitted"), given=True, rule=rule, remedy=remedy)


def _address(dns: Dns | None, url: str) -> Iterator[InitErrorDetails]:
    host = url.removeprefix("https://")
    if host.endswith(_PAGES_DEV):
        rule = "pages.dev is Cloudflare's, which gives each project its name there"
        yield refused_at(_URL, url, rule, "write null, and the services are told the name that the project gets")
    elif isinstance(dns, Route53Zone) and host == dns.zone:
        rule = "Pages is reached by CNAME, which a zone itself has at Cloudflare alone, not in Route 53"
        yield refused_at(_URL, url, rule, f"write a name below it, as in https://www.{dns.zone}")
