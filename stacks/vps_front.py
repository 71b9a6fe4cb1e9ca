"""The names of a stack on a single server, and its frontend where that lies at Cloudflare Pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.aws_front import CloudflareZone, Route53Zone
from config.pages import PagesSite
from stacks.cloudflare_edge import edge
from stacks.mail import mail
from stacks.pages_environment import PagesPlace
from stacks.site import build_variables

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from components.aws.zone import ZoneArgs
    from components.cloudflare.pages_site import PagesSite as Pages
    from components.cloudflare.zone import CloudflareZoneArgs
    from config.stack import StackSettings
    from config.vps import Vps
    from stacks.vps_data import Stored
    from stacks.vps_server import Server


def names(stack: StackSettings, topology: Vps, made: Server, placed: pulumi.ResourceOptions) -> None:
    """The records of every host that the server answers under, and of mail, where the stack has a zone."""
    dns, records = topology.dns, mail(stack.application)
    hosts = [*topology.hosts(stack.application), *topology.redirects]
    addresses: dict[str, pulumi.Input[str]] = dict.fromkeys(hosts, made.address)
    if isinstance(dns, Route53Zone):
        from components.aws.zone import Zone  # noqa: PLC0415 - for the stacks that have one

        args: ZoneArgs = {"zone_id": dns.zone_id, "aliases": {}, "addresses": addresses, "mail": records}
        Zone(f"{stack.app}-zone", args, placed)
    elif isinstance(dns, CloudflareZone):
        from components.cloudflare.zone import CloudflareZone as Component  # noqa: PLC0415 - its SDK takes a second

        said: CloudflareZoneArgs = {
            "zone_id": dns.zone_id,
            "aliases": {},
            "addresses": addresses,
            "proxied": dns.proxied,
            "mail": records,
        }
        if dns.edge is not None:
            said["edge"] = edge(stack, dns.edge, dns.zone)
        Component(f"{stack.app}-zone", said, placed)


def pages(stack: StackSettings, topology: Vps, stored: Stored, placed: pulumi.ResourceOptions) -> Pages | None:
    """The project of Cloudflare Pages with the frontend's files, and the record that leads there; None without one."""
    settings, dns = topology.frontend, topology.dns
    if not isinstance(settings, PagesSite):
        return None
    from stacks.pages import name_at_cloudflare, name_in_route53, pages_site  # noqa: PLC0415 - its SDK takes a second

    told = build_variables(stack, stored.places.site_key)
    site = pages_site(stack, settings, PagesPlace(settings.account_id, told, stored.secrets), placed)
    if isinstance(dns, Route53Zone):
        name_in_route53(stack, dns.zone_id, site, placed)
    elif isinstance(dns, CloudflareZone):
        name_at_cloudflare(stack, dns.zone_id, site, placed)
    return site


def pages_told(
    stack: StackSettings, topology: Vps, stored: Stored, site: Pages | None
) -> Mapping[str, pulumi.Input[object]]:
    """What whoever builds and releases the frontend asks the stack for; nothing where it is not at Pages."""
    if site is None or not isinstance(topology.frontend, PagesSite):
        return {}
    from stacks.pages import pages_outputs  # noqa: PLC0415 - its SDK takes a second

    return pages_outputs(topology.frontend, site, build_variables(stack, stored.places.site_key))
