"""Static folders of the application on a content delivery network before the server, and what cannot be meant by it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from config.aws_front import CloudflareZone
from config.service_checks import no_static_network
from config.settings import Settings, refused_at
from config.variables import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import InitErrorDetails

    from config.application import Application
    from config.vps import Vps

_UP = ("..", "application")  # leads from the topology to the application's part of the stack
# What CloudFront takes in a pattern of paths and what is no sign of its own there.
_PATTERN = re.compile(r"/[A-Za-z0-9_.$/~'@:+&-]{0,253}")
_MOST = 24  # patterns beside the one for everything else, of the 25 that an account has at first
_ALLOWED = "letters, digits and any of _ - . $ / ~ ' @ : + &, at most 254 of them"


class CloudFrontStatic(Settings):
    """CloudFront shows the files of the application's `static` folders, and fetches each from the server once."""

    kind: Literal["cloudfront"]
    """Always `cloudfront`."""
    price_class: Literal["PriceClass_100", "PriceClass_200", "PriceClass_All"] = "PriceClass_100"
    """Where CloudFront's servers stand: North America and Europe, also Asia and Africa, or everywhere."""


def static_problems(topology: Vps, application: Application) -> Iterator[InitErrorDetails]:
    """What the network cannot have. Paths are relative to the topology; what begins with `..` is the application's."""
    if topology.static is None:
        yield from no_static_network(topology, application)
        return
    used = any(Source.STATIC_URL in service.derived.values() for service in application.services.values())
    if not application.static:
        rule = "the application has no static folders, so nobody would use it"
        yield refused_at(("static",), {}, rule, "take it out, or name the folders in the application's `static`")
    dns = topology.dns
    if isinstance(dns, CloudflareZone) and dns.proxied:
        rule = "Cloudflare stands before the server, and keeps files of static folders already"
        yield refused_at(("static",), {}, rule, "take it out; or write dns.proxied: false")
    if application.static and not used:  # without folders, who takes it out has nothing to derive
        rule = "no service derives a variable from static.url, so no page would lead there"
        remedy = "add ASSETS_URL: static.url to the `derived` of the service that writes pages, or take it out"
        yield refused_at(("static",), {}, rule, remedy)
    if len(application.static) > _MOST:
        rule = f"a distribution of CloudFront's has at most {_MOST} folders"
        yield refused_at((*_UP, "static"), len(application.static), rule, "put folders together")
    for number, folder in enumerate(application.static):
        if not _PATTERN.fullmatch(folder.path):
            rule = f"CloudFront takes in paths {_ALLOWED}"
            yield refused_at((*_UP, "static", number, "path"), folder.path, rule, "write it as in /images/")


def whole_site(topology: Vps, application: Application) -> Iterator[InitErrorDetails]:
    """A folder below which everything is: the server shows folders before it asks any service; paths as above."""
    if topology.images is not None:  # the services show them
        return
    for number, folder in enumerate(application.static):
        if not folder.path.strip("/"):
            rule = "the server shows static folders before all services, so none of these would be asked for anything"
            remedy = "write a path of its own, as in /images/, or take it out, and let the service show it"
            yield refused_at((*_UP, "static", number, "path"), folder.path, rule, remedy)
