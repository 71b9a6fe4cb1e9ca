"""The frontend of a stack in AWS: behind CloudFront or at Cloudflare Pages, and what others are told of either."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.aws_front import CloudflareZone, Route53Zone
from config.pages import PagesSite
from stacks.aws_site import static_site, static_site_outputs
from stacks.pages_environment import PagesPlace
from stacks.site import build_variables

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from components.aws.uploads import Uploads
    from config.stack import StackSettings


@dataclass(frozen=True, slots=True)
class Frontend:
    """A frontend, as others find it."""

    url: pulumi.Input[str]
    """Its address: https://, without a slash at the end."""
    previews: pulumi.Input[str] | None
    """What the hosts of its previews end with, where they may call the services."""
    outputs: Mapping[str, pulumi.Input[object]]
    """What whoever builds and releases it asks the stack for."""


def frontend(
    stack: StackSettings,
    uploads: Uploads | None,
    site_key: pulumi.Input[str] | None,
    secrets: Mapping[str, pulumi.Output[str]],
    placed: pulumi.ResourceOptions,
) -> Frontend | None:
    """The frontend's files with all that leads to them; None where the stack does not have them.

    `site_key` is that of the widget of Turnstile, where the stack has one; `secrets` are the stack's by name.
    """
    settings, variables = stack.aws.frontend, build_variables(stack, site_key)
    if isinstance(settings, PagesSite):
        return _pages(stack, settings, PagesPlace(settings.account_id, variables, secrets), placed)
    site = static_site(stack, uploads, placed)
    return Frontend(site.url, None, static_site_outputs(site, variables)) if site else None


def _pages(
    stack: StackSettings,
    settings: PagesSite,
    place: PagesPlace,
    placed: pulumi.ResourceOptions,
) -> Frontend:
    from stacks.pages import (  # noqa: PLC0415 - its SDK takes a second
        name_at_cloudflare,
        name_in_route53,
        pages_outputs,
        pages_site,
        previews_ending,
    )

    pages, dns = pages_site(stack, settings, place, placed), stack.aws.dns
    if isinstance(dns, Route53Zone):
        name_in_route53(stack, dns.zone_id, pages, placed)
    elif isinstance(dns, CloudflareZone):
        name_at_cloudflare(stack, dns.zone_id, pages, placed)
    ending = previews_ending(pages) if settings.admits_previews() else None
    return Frontend(pages.url, ending, pages_outputs(settings, pages, place.variables))


def frontend_outputs(found: Frontend | None) -> Mapping[str, pulumi.Input[object]]:
    """The stack's outputs about it."""
    return found.outputs if found else {}
