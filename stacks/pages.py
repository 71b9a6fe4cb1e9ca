"""A stack's frontend at Cloudflare Pages: its project, and the name that leads there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.cloudflare.pages_site import PagesSite
from config.frontend import ViteFrontend
from config.pages import BranchPreviews, GitBuild
from stacks.pages_environment import environment
from stacks.site import page_sources, site_host, site_outputs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.cloudflare.pages_args import PagesBuildArgs, PagesPreviewsArgs, PagesSiteArgs
    from config.pages import PagesSettings
    from config.stack import StackSettings
    from stacks.pages_environment import PagesPlace

_COMPATIBLE = "2026-11-01"  # where there are no functions: said so that it stays as it is


def pages_site(
    stack: StackSettings, settings: PagesSettings, place: PagesPlace, placed: pulumi.ResourceOptions
) -> PagesSite:
    """The project of the frontend. Raises `RunError` where the sources of its pages are too many for a file."""
    host, functions = site_host(stack), settings.functions
    variables = {**place.variables, **_node(stack, settings)}
    args: PagesSiteArgs = {
        "account_id": place.account_id,
        "project_name": settings.project_name(stack.app, stack.environment),
        "branch": settings.branch,
        "previews": _previews(settings),
        "production": environment(settings.production, variables, place),
        "preview": environment(settings.preview, variables, place),
        "compatibility_date": functions.compatibility_date if functions else _COMPATIBLE,
        "compatibility_flags": list(functions.compatibility_flags) if functions else [],
        "hosts": [host] if host else [],
        "sources": page_sources(stack, settings),
        "deletion": settings.deletion,
    }
    frontend, build = stack.application.frontend, settings.build
    if isinstance(build, GitBuild) and isinstance(frontend, ViteFrontend):
        args["build"] = _build(build, frontend)
    try:
        return PagesSite(f"{stack.app}-site", args, placed)
    except ValueError as error:
        raise pulumi.RunError(f"slipway:topology.frontend.{error}") from None


def name_in_route53(stack: StackSettings, zone_id: str, site: PagesSite, placed: pulumi.ResourceOptions) -> None:
    """The record of the frontend's own host, where it has one, in a zone in Route 53."""
    host = site_host(stack)
    if host is not None:
        from components.aws.zone import Zone  # noqa: PLC0415 - for the stacks that have one

        names: dict[str, pulumi.Input[str]] = {host: site.subdomain}
        Zone(f"{stack.app}-site-zone", {"zone_id": zone_id, "aliases": {}, "names": names, "mail": {}}, placed)


def name_at_cloudflare(stack: StackSettings, zone_id: str, site: PagesSite, placed: pulumi.ResourceOptions) -> None:
    """The same in a zone at Cloudflare."""
    host = site_host(stack)
    if host is not None:
        from components.cloudflare.zone import CloudflareZone  # noqa: PLC0415 - for the stacks that have one

        # Through Cloudflare's network, where the pages are anyway: what the zone says holds for them too.
        leads: dict[str, pulumi.Input[str]] = {host: site.subdomain}
        CloudflareZone(
            f"{stack.app}-site-zone", {"zone_id": zone_id, "aliases": leads, "proxied": True, "mail": {}}, placed
        )


def previews_ending(site: PagesSite) -> pulumi.Output[str]:
    """What the hosts of previews end with: each is one label and this."""
    return pulumi.Output.concat(".", site.subdomain)


def pages_outputs(
    settings: PagesSettings, site: PagesSite, variables: Mapping[str, pulumi.Input[str]]
) -> Mapping[str, pulumi.Input[object]]:
    """What whoever builds and releases the frontend asks the stack for."""
    place: dict[str, pulumi.Input[object]] = {
        "frontendProject": site.project_name,
        "frontendHost": site.subdomain,
        "frontendHeaders": site.headers,
    }
    return site_outputs(site.url, place, {**variables, **settings.production.variables})


def _node(stack: StackSettings, settings: PagesSettings) -> dict[str, pulumi.Input[str]]:
    """The Node.js that builds at Cloudflare, the application's own; what is uploaded was built with it elsewhere."""
    return {"NODE_VERSION": stack.application.runtime.version} if isinstance(settings.build, GitBuild) else {}


def _previews(settings: PagesSettings) -> PagesPreviewsArgs:
    previews = settings.previews
    if isinstance(previews, BranchPreviews):
        return {"kind": "custom", "include": list(previews.include), "exclude": list(previews.exclude)}
    return {"kind": previews.kind, "include": [], "exclude": []}


def _build(build: GitBuild, frontend: ViteFrontend) -> PagesBuildArgs:
    return {
        "kind": build.kind,
        "owner": build.owner,
        "repository": build.repository,
        "command": build.command,
        "directory": "" if frontend.directory == "." else frontend.directory,
        "output": frontend.output,
    }
