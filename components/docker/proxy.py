"""The configuration of nginx in a container before a stack's services. Pure text.

docs/containers-on-docker.md says what is decided here, and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from components.server.texts import render
from components.server.web import WebService, WebSite
from components.server.web_routes import routes

PORT, HEALTH_PORT = 8080, 8081
"""The port inside the container, and the one at which it answers whether it is well."""
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
"""The machine's own names: services that claim no host answer under these too."""
_TEMPLATES = Path(__file__).parent / "templates"
_ANY = "localhost"  # stands in the arithmetic for a name that no service claims


@dataclass(frozen=True, slots=True)
class ProxiedService:
    """A service that the proxy leads to."""

    web: WebService
    """What leads to it. Its name is its name in the network."""
    port: int
    """The port that it listens on."""


def proxy_configuration(services: tuple[ProxiedService, ...], body_mib: int, *, behind: bool = False) -> str:
    """The whole `nginx.conf`, for nginx 1.22 and later without any privilege and on a disk that is read only.

    A request goes where the most specific claim of host and path leads. A host that no service claims gets no answer,
    but for the machine's own names. `behind` says whether another proxy on the machine stands before it, which says by
    itself who asks: then that is passed on as it is. Raises `ValueError` where two services claim the same.
    """
    claimed = dict.fromkeys(host for each in services for host in each.web.hosts)
    site = WebSite(application="any", hosts=(*claimed, _ANY), services=tuple(each.web for each in services))
    ways = {(host,): routes(site, host) for host in claimed} | {LOCAL_HOSTS: routes(site, _ANY)}
    return render(
        _TEMPLATES,
        "proxy.conf.j2",
        {
            "ways": ways,
            "ports": {each.web.name: each.port for each in services},
            "lasting": {each.web.name for each in services if each.web.websockets},
            "body_mib": body_mib,
            "behind": behind,
            "port": PORT,
            "health_port": HEALTH_PORT,
        },
    )
