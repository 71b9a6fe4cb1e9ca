"""How Cloudflare answers for the zone of a stack, of any topology."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.cloudflare_edge import OFFERS, ZonePlan
from config.frontend import ViteFrontend
from config.values import within

if TYPE_CHECKING:
    from components.cloudflare.edge_args import CloudflareEdgeArgs
    from config.cloudflare_edge import EdgeSettings
    from config.stack import StackSettings

_GENEROUS = 34  # requests a second, where the application sets no limit: an office behind one address
_BUILT = "/assets/"  # where Vite puts what it builds, but for the page itself


def edge(stack: StackSettings, settings: EdgeSettings, zone: str) -> CloudflareEdgeArgs:
    """What the component is told of the zone of this name. Webhooks and the files of a release are not counted."""
    application = stack.application
    folders = [folder.path for folder in application.static]
    period = settings.rate_period or OFFERS[settings.plan].periods[0]
    args: CloudflareEdgeArgs = {
        "managed_rules": _managed_rules(settings),
        "rate_limit": {
            "requests": (application.rate_limit or _GENEROUS) * period,
            "period": period,
            "exempt_paths": list(application.webhooks()),
            "exempt_folders": list(dict.fromkeys([*folders, *_built(stack, zone)])),
        },
        "browser_cache": settings.browser_cache,
        "cached_folders": folders,
        "redirects": dict(settings.redirects),
    }
    if settings.health_checks:
        args["health_paths"] = {
            host: service.health_path or "/"
            for name, service in application.public_services().items()
            for host in stack.api_hosts(name)
        }
    return args


def _built(stack: StackSettings, zone: str) -> list[str]:
    """The folder of the frontend's built files, where their requests pass this zone."""
    frontend = stack.application.frontend
    if not isinstance(frontend, ViteFrontend) or stack.topology.names_frontend(stack.application):
        return []
    elsewhere = frontend.url is not None and not within(frontend.url.removeprefix("https://"), zone)
    return [] if elsewhere else [_BUILT]


def _managed_rules(settings: EdgeSettings) -> list[str]:
    if settings.plan is ZonePlan.FREE:
        return ["free"]
    return ["managed", *(["owasp"] if settings.core_rules else [])]
