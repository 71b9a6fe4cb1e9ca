"""A stack's frontend in AWS: its files behind CloudFront, their certificate and their name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.aws.certificate import Certificate, DnsKind
from components.aws.zone import Zone
from config.aws_front import CloudflareZone, Route53Zone
from config.aws_site import CloudFrontSite
from config.values import Deletion
from stacks.aws_provider import at_the_edge
from stacks.site import page_sources, site_host, site_outputs

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
    host = site_host(stack)
    if host:
        args["address"] = _address(stack, settings, host, placed)
    site = Site(f"{stack.app}-site", args, placed)
    if host:
        _name(stack, host, site, placed)
    return site


def static_site_outputs(
    site: StaticSite, variables: Mapping[str, pulumi.Input[str]]
) -> Mapping[str, pulumi.Input[object]]:
    """What whoever builds and releases the frontend asks the stack for."""
    place: dict[str, pulumi.Input[object]] = {
        "frontendBucket": site.bucket_name,
        "frontendDistribution": site.distribution_id,
        "frontendHost": site.dns_name,
    }
    return site_outputs(site.url, place, variables)


def _sources(
    stack: StackSettings, settings: CloudFrontSite, uploads: Uploads | None
) -> dict[str, list[pulumi.Input[str]]]:
    """What the pages may load and call: uploads too."""
    found: dict[str, list[pulumi.Input[str]]] = {
        directive: [*sources] for directive, sources in page_sources(stack, settings).items()
    }
    if uploads is not None:
        # Files are shown and read at the one address, and sent with a signature to the other.
        sending = pulumi.Output.concat("https://", uploads.bucket_name, f".s3.{stack.aws.region}.amazonaws.com")
        for directive, sources in {
            "connect-src": [uploads.url, sending],
            "img-src": [uploads.url],
            "media-src": [uploads.url],
        }.items():
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
