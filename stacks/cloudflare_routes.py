"""Under which addresses a Worker answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.cloudflare.records import NOWHERE
from config.cloudflare_routes import RecordNowhere, RecordOrigin

if TYPE_CHECKING:
    from components.cloudflare.edge_application_args import EdgeRouteArgs
    from config.application import Application
    from config.cloudflare import Cloudflare
    from config.cloudflare_routes import Route


def routes(topology: Cloudflare) -> dict[str, EdgeRouteArgs]:
    """What the component is told of the hosts of which the Worker answers some paths."""
    return {host: _route(route) for host, route in topology.worker.routes.items()}


def address(topology: Cloudflare, application: Application) -> str:
    """Where the application is reached: under its first host, else under the first route; empty for *. hosts alone."""
    hosts = topology.hosts(application)
    if hosts:
        return f"https://{hosts[0]}"
    routed = (
        f"https://{host}{route.paths[0].removesuffix('*')}"
        for host, route in topology.worker.routes.items()
        if not host.startswith("*.")
    )
    return next(routed, "")


def _route(route: Route) -> EdgeRouteArgs:
    args: EdgeRouteArgs = {"paths": list(route.paths)}
    if isinstance(route.record, RecordOrigin):
        args["leads_to"] = route.record.host
    elif isinstance(route.record, RecordNowhere):
        args["leads_to"] = NOWHERE
    return args
