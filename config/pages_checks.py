"""What a project of Cloudflare Pages and an application say together and cannot mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.aws_front import Route53Zone
from config.pages import GitBuild, NoPreviews, Previews, UploadedBuild
from config.pages_environment import CLOUDFLARES, OURS
from config.settings import below, nearest, refused_at
from config.variables import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import InitErrorDetails

    from config.application import Application
    from config.aws_front import Dns
    from config.frontend import ViteFrontend
    from config.pages import PagesSettings
    from config.pages_environment import PagesEnvironment

_UP = ("..", "application")  # leads from the topology to the application's part of the stack
_URL = (*_UP, "frontend", "url")
_PAGES_DEV = ".pages.dev"


def pages_problems(
    site: PagesSettings, dns: Dns | None, application: Application, frontend: ViteFrontend
) -> Iterator[InitErrorDetails]:
    """What does not go together. Paths are relative to the topology; what begins with `..` is the application's."""
    if frontend.url is not None:
        yield from _address(dns, frontend.url)
    told = CLOUDFLARES | OURS if isinstance(site.build, GitBuild) else CLOUDFLARES
    for key, name in (("api_variable", frontend.api_variable), ("turnstile_variable", frontend.turnstile_variable)):
        if name in told:
            rule = f"builds have another variable of this name; {', '.join(sorted(told))} are taken"
            yield refused_at((*_UP, "frontend", key), name, rule, "take another name")
    told_to = {source for service in application.services.values() for source in service.derived.values()}
    if isinstance(site.previews, Previews) and site.previews.admitted and Source.FRONTEND_PREVIEWS not in told_to:
        rule = "no service is told which origins previews have, so that all refuse them"
        remedy = f"derive a variable from {Source.FRONTEND_PREVIEWS.value}, or take this out"
        yield refused_at(("frontend", "previews", site.previews.kind, "admitted"), given=True, rule=rule, remedy=remedy)
    for part, said in site.environments().items():
        found = [*_unread(site, said), *_undeclared(said, application), *_said_by_the_stack(said, frontend)]
        yield from (below(("frontend", part), each) for each in found)
    if isinstance(site.previews, NoPreviews) and site.preview != type(site.preview)():
        rule, remedy = "there are no previews that could find it", "take it out, or write previews: {kind: all}"
        yield refused_at(("frontend", "preview"), {}, rule, remedy)


def _unread(site: PagesSettings, told: PagesEnvironment) -> Iterator[InitErrorDetails]:
    """What only functions would find, of a frontend without any; the pipeline that builds is told no secret."""
    if site.functions is not None:
        return
    alone = {**({"secrets": told.secrets} if isinstance(site.build, UploadedBuild) else {}), **told.bindings()}
    for key, given in alone.items():
        if given:
            rule = "only functions would find it, and the frontend is files alone"
            remedy = "write functions: {compatibility_date: …} where it has some, or take it out"
            yield refused_at((key,), given, rule, remedy)


def _undeclared(told: PagesEnvironment, application: Application) -> Iterator[InitErrorDetails]:
    for name, secret in told.secrets.items():
        if secret not in application.secrets:
            rule = "the application's `secrets` do not have this name"
            remedy = f"{nearest(secret, application.secrets)}add it there, as in {secret}: {{}}"
            yield refused_at(("secrets", name), secret, rule, remedy)


def _said_by_the_stack(told: PagesEnvironment, frontend: ViteFrontend) -> Iterator[InitErrorDetails]:
    for path, name in told.named():
        if name == frontend.api_variable:
            rule = "the stack says it, the address of the service that pages call"
            yield refused_at(path, name, rule, "take another name")


def _address(dns: Dns | None, url: str) -> Iterator[InitErrorDetails]:
    host = url.removeprefix("https://")
    if host.endswith(_PAGES_DEV):
        rule = "pages.dev is Cloudflare's, which gives each project its name there"
        yield refused_at(_URL, url, rule, "write null, and the services are told the name that the project gets")
    elif isinstance(dns, Route53Zone) and host == dns.zone:
        rule = "Pages is reached by CNAME, which a zone itself has at Cloudflare alone, not in Route 53"
        yield refused_at(_URL, url, rule, f"write a name below it, as in https://www.{dns.zone}")
