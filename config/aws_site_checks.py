"""What a topology in AWS and an application say together of the frontend and cannot mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.aws_front import CloudflareZone, HttpListener, Route53Zone
from config.aws_site import CloudFrontSite
from config.data import UploadedFiles
from config.frontend import ViteFrontend
from config.pages import PagesSite
from config.pages_checks import pages_problems
from config.settings import refused_at
from config.site import NoSite
from config.site_checks import no_files, shared_host
from config.values import within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import InitErrorDetails

    from config.application import Application
    from config.aws_topology import AwsTopology

_UP = ("..", "application")  # as in aws_checks, which imports this module
_URL = (*_UP, "frontend", "url")
_CALLED = {"cloudfront": "CloudFront", "pages": "Pages"}


def site_problems(topology: AwsTopology, application: Application) -> Iterator[InitErrorDetails]:
    """What does not go together; paths as in `aws_checks`."""
    frontend, site = application.frontend, topology.frontend
    if isinstance(site, NoSite):
        if isinstance(frontend, ViteFrontend) and frontend.url is None:
            yield from _no_address(application)
        return
    if not isinstance(frontend, ViteFrontend):
        yield no_files(site.kind, "none")
        return
    yield from _service(topology, application, frontend)
    if isinstance(site, PagesSite):
        yield from pages_problems(site, topology.dns, application, frontend)
        yield from _uploads_elsewhere(application)
    if frontend.url is None:
        if isinstance(site, CloudFrontSite):
            yield from _made_address(application, site)
    elif not frontend.url.startswith("https://"):
        name = _CALLED[site.kind]
        rule = f"{name} answers by https and under a name, and this is a developer's own machine"
        yield refused_at(_URL, frontend.url, rule, f"write its address, or null for the one that {name} gives it")
    else:
        yield from _own_address(topology, application, site, frontend.url)


def _no_address(application: Application) -> Iterator[InitErrorDetails]:
    for name, service in application.services.items():
        for variable, source in service.derived.items():
            if source.value in {"frontend.url", "frontend.origins"}:
                path = (*_UP, "services", name, "derived", variable)
                rule = "a declared variable needs a source, and nothing gives the frontend an address"
                remedy = "set frontend.url, or topology.frontend: {kind: cloudfront}"
                yield refused_at(path, source.value, rule, remedy)


def _service(topology: AwsTopology, application: Application, frontend: ViteFrontend) -> Iterator[InitErrorDetails]:
    """The pages come by https, and browsers let such a page call nothing by http and no name without a certificate."""
    if topology.load_balancer is not None and isinstance(topology.load_balancer.listener, HttpListener):
        kind = topology.frontend.kind
        rule = f"topology.frontend is {kind}, and browsers let pages that came by https call nothing by http"
        yield refused_at(("load_balancer", "listener", "kind"), "http", rule, "write listener: {kind: https}")
    elif not application.services[frontend.api].hosts:
        path = (*_UP, "services", frontend.api, "hosts")
        rule = "the pages call this service by https, and no certificate is for the load balancer's own name"
        yield refused_at(path, [], rule, "give it a host and set topology.dns")


def _made_address(application: Application, site: CloudFrontSite) -> Iterator[InitErrorDetails]:
    if site.certificate_arn is not None:
        rule = "frontend.url is not set, so there is no name that it could be for"
        yield refused_at(("frontend", "certificate_arn"), site.certificate_arn, rule, "set it, or take this out")
    if isinstance(application.data.uploads, UploadedFiles):
        rule = "the uploads let in the pages of origins that are known before there is a distribution"
        yield refused_at(_URL, None, rule, "set frontend.url, with its record in topology.dns")


def _uploads_elsewhere(application: Application) -> Iterator[InitErrorDetails]:
    if isinstance(application.data.uploads, UploadedFiles):
        rule = "what pages may show stands in a file of their build, and only deployment tells where the uploads lie"
        remedy = "write frontend: {kind: cloudfront}, whose headers deployment writes"
        yield refused_at(("frontend", "kind"), "pages", rule, remedy)


def _own_address(
    topology: AwsTopology, application: Application, site: CloudFrontSite | PagesSite, url: str
) -> Iterator[InitErrorDetails]:
    host, dns = url.removeprefix("https://"), topology.dns
    yield from shared_host(application, url)
    if dns is None:
        remedy = "set topology.dns, with {kind: elsewhere} if somebody else keeps the name"
        yield refused_at(_URL, url, "nobody keeps this name: the stack has no zone", remedy)
    elif not isinstance(dns, Route53Zone | CloudflareZone):
        if isinstance(site, CloudFrontSite) and site.certificate_arn is None:
            rule = "the name needs a certificate, and one can only be made where its names can be proven"
            remedy = "set topology.dns to a zone, or name an existing certificate of us-east-1"
            yield refused_at(("frontend", "certificate_arn"), None, rule, remedy)
    elif not within(host, dns.zone):
        rule = f"its name does not lie in the zone {dns.zone}"
        yield refused_at(_URL, url, rule, "correct it, or take the zone that has it")
