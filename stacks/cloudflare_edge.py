"""How Cloudflare answers for the zone of a stack, of any topology."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.cloudflare_edge import OFFERS, ZonePlan

if TYPE_CHECKING:
    from components.cloudflare.edge_args import CloudflareEdgeArgs
    from config.application import Application
    from config.cloudflare_edge import EdgeSettings

_GENEROUS = 34  # requests a second, where the application sets no limit: an office behind one address


def edge(application: Application, settings: EdgeSettings) -> CloudflareEdgeArgs:
    """What the component is told. Webhooks and the files of a release are not counted."""
    folders = [folder.path for folder in application.static]
    period = settings.rate_period or OFFERS[settings.plan].periods[0]
    args: CloudflareEdgeArgs = {
        "managed_rules": _managed_rules(settings),
        "rate_limit": {
            "requests": (application.rate_limit or _GENEROUS) * period,
            "period": period,
            "exempt_paths": list(application.webhooks()),
            "exempt_folders": folders,
        },
        "browser_cache": settings.browser_cache,
        "cached_folders": folders,
        "redirects": dict(settings.redirects),
    }
    if settings.health_checks:
        args["health_paths"] = {
            host: service.health_path or "/"
            for service in application.public_services().values()
            for host in service.hosts
        }
    return args


def _managed_rules(settings: EdgeSettings) -> list[str]:
    if settings.plan is ZonePlan.FREE:
        return ["free"]
    return ["managed", *(["owasp"] if settings.core_rules else [])]
