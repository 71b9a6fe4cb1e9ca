"""The classic form of the topology `cloudflare`: a frontend at Pages beside the Worker, each under its own host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.pages import EdgePages
from stacks.pages import name_at_cloudflare, pages_outputs, pages_site

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from components.cloudflare.pages_site import PagesSite
    from config.cloudflare import Cloudflare
    from config.stack import StackSettings
    from stacks.pages_environment import PagesPlace


def edge_pages(
    stack: StackSettings,
    topology: Cloudflare,
    place: PagesPlace,
    placed: pulumi.ResourceOptions,
) -> PagesSite | None:
    """The frontend's project with the record that leads there; None where the Worker serves the files."""
    settings = topology.frontend
    if not isinstance(settings, EdgePages):
        return None
    site = pages_site(stack, settings, place, placed)
    name_at_cloudflare(stack, topology.zone.id, site, placed)
    return site


def edge_pages_outputs(
    topology: Cloudflare, site: PagesSite | None, variables: Mapping[str, pulumi.Input[str]]
) -> Mapping[str, pulumi.Input[object]]:
    """What whoever builds and releases the frontend asks the stack for; nothing where the Worker serves the files.

    `variables` are what the stack tells builds.
    """
    settings = topology.frontend
    return pages_outputs(settings, site, variables) if site and isinstance(settings, EdgePages) else {}
