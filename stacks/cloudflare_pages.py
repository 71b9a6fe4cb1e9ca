"""The classic form of the topology `cloudflare`: a frontend at Pages beside the Worker, each under its own host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.pages import EdgePages
from stacks.pages import name_at_cloudflare, pages_site

if TYPE_CHECKING:
    import pulumi

    from components.cloudflare.pages_site import PagesSite
    from config.cloudflare import Cloudflare
    from config.stack import StackSettings


def edge_pages(stack: StackSettings, topology: Cloudflare, placed: pulumi.ResourceOptions) -> PagesSite | None:
    """The frontend's project with the record that leads there; None where the Worker serves the files."""
    settings = topology.frontend
    if not isinstance(settings, EdgePages):
        return None
    site = pages_site(stack, settings, topology.account_id, placed)
    name_at_cloudflare(stack, topology.zone.id, site, placed)
    return site
