"""A stack's frontend in AWS: its files behind CloudFront, their certificate and their name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.aws.certificate import Certificate, DnsKind
from components.aws.zone import Zone
from config.aws_front import CloudflareZone, Route53Zone
from config.aws_site import CloudFrontSite
from config.frontend import ViteFrontend
from config.values import Deletion
from stacks.aws_provider import at_the_edge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.aws.static_site import SiteAddressArgs, StaticSite, StaticSiteArgs
    from components.aws.uploads import Uploads
    from components.aws.zone import AliasArgs
    from config.stack import StackSettings

_PRICE_CLASSES = {"100": "PriceClass_100", "200": "PriceClass_200", "all": "PriceClass_All"}


def static_site(stack: StackSettings, uploads: Uploads | None, placed: pulumi.ResourceOptions) -> StaticSite | None:
    """The frontend's files with all that leads to them, where they lie in AWS."""
    settings = stack.aws.frontend
    if not isinstance(settings, CloudFrontSite):
        return None
    from components.aws.static_site import StaticSite as Site  # noqa: PLC0415 - for the stacks that have one

    args: StaticSiteArgs = {
        "sources": _sources(stack, settings, uploads),
        "price_class": _PRICE_CLASSES[settings.price_class],
        "deletion": settings.deletion,
        "destroy_objects": settings.deletion is Deletion.DESTROY,
    }
    host = _host(stack)
    if host:
        args["address"] = _address(stack, settings, host, placed)
    site = Site(f"{stack.app}-site", args, placed)
    if host:
        _name(stack, host, site, placed)
    return site


def site_outputs(stack: StackSettings, site: StaticSite | None) -> Mapping[str, pulumi.Input[object]]:
    """What whoever builds and releases the frontend asks the stack for."""
    frontend = stack.application.frontend
    if site is None or not isinstance(frontend, ViteFrontend):
        return {}
    return {
        "frontendUrl": site.url,
        "frontendBucket": site.bucket_name,
        "frontendDistribution": site.distribution_id,
        "frontendHost": site.dns_name,
        "frontendVariables": {frontend.api_variable: stack.backend_url()},
    }


def _host(stack: StackSettings) -> str | None:
    url = stack.application.frontend.url
    return url.removeprefix("https://") if url else None


def _sources(
    stack: StackSettings, settings: CloudFrontSite, uploads: Uploads | None
) -> dict[str, list[pulumi.Input[str]]]:
    """What the pages may load and call: the services, uploads, and what the settings add."""
    found: dict[str, list[pulumi.Input[str]]] = {"connect-src": []}
    for service in stack.application.public_services().values():
        schemes = ("https", "wss") if service.websockets else ("https",)
        found["connect-src"] += [f"{scheme}://{host}" for host in service.hosts for scheme in schemes]
    if uploads is not None:
        # Files are shown and read at the one address, and sent with a signature to the other.
        sending = pulumi.Output.concat("https://", uploads.bucket_name, f".s3.{stack.aws.region}.amazonaws.com")
        found["connect-src"] += [uploads.url, sending]
        found["img-src"] = [uploads.url]
        found["media-src"] = [uploads.url]
    for directive, sources in settings.sources.items():
        found.setdefault(directive, []).extend(sources)
    return found


def _address(
    stack: StackSettings, settings: CloudFrontSite, host: str, placed: pulumi.ResourceOptions
) -> SiteAddressArgs:
    dns = stack.aws.dns
    if settings.certificate_arn is not None or not isinstance(dns, Route53Zone | CloudflareZone):
        return {"host": host, "certificate_arn": settings.certificate_arn or ""}
    certificate = Certificate(
        f"{stack.app}-site-certificate",
        {"domains": [host], "validation": {"kind": DnsKind(dns.kind), "zone_id": dns.zone_id}},
        at_the_edge(stack.aws, stack.required_tags(), placed),
    )
    return {"host": host, "certificate_arn": certificate.arn}


def _name(stack: StackSettings, host: str, site: StaticSite, placed: pulumi.ResourceOptions) -> None:
    """The record of the frontend's host, where the stack has a zone."""
    dns, name = stack.aws.dns, f"{stack.app}-site-zone"
    if isinstance(dns, Route53Zone):
        leads: AliasArgs = {"dns_name": site.dns_name, "zone_id": site.zone_id}
        Zone(name, {"zone_id": dns.zone_id, "aliases": {}, "sites": {host: leads}, "mail": {}}, placed)
    elif isinstance(dns, CloudflareZone):
        from components.cloudflare.zone import CloudflareZone as Records  # noqa: PLC0415 - its SDK takes a second

        Records(
            name,
            {"zone_id": dns.zone_id, "aliases": {}, "sites": {host: site.dns_name}, "proxied": False, "mail": {}},
            placed,
        )
