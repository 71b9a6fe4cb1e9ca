"""The configuration of nginx for one server, as Debian 12 has it (1.22). Pure text, by path.

`configuration` is written anew whenever it changes. `first_state` is written where it is not there: the programs that
bring releases and certificates change it. docs/servers.md says what is decided here, and why.
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING

from components.page_policy import HTTPS_FOR, REFERRER, policy_words
from components.server.texts import render
from components.server.web_routes import Routes, literal, raw, routes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.server.web import WebSite

PACKAGES = ("nginx", "libnginx-mod-http-brotli-filter", "openssl")
"""Debian's packages that the configuration needs."""
TLS_PROGRAM = "/usr/local/lib/slipway/tls"
"""What chooses the certificate: before nginx starts, and after each new certificate. It must be executable."""
ACME_FOLDER = "/var/lib/slipway/acme"
"""Where certbot puts what a certificate authority asks for (`--webroot -w`)."""
EMPTY_PORT = 19_999
"""The port of the loopback where nginx itself answers for what is not deployed yet."""

_TEMPLATES = Path(__file__).parent / "templates" / "nginx"
_FOLDER = "/etc/nginx/slipway"
_SAME_EVERYWHERE = ("acme.conf", "headers.conf", "common-headers.conf", "immutable.conf")

# Mozilla's intermediate level, version 5.8 of its guidelines (2025), the last one: TLS 1.3 has ciphers of its own.
_CIPHERS = (
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-CHACHA20-POLY1305",
)
# What pages may ask of a device: what people talk with for themselves alone, and nothing that no page here uses.
_PERMISSIONS = ", ".join(
    [f"{feature}=(self)" for feature in ("camera", "display-capture", "geolocation", "microphone")]
    + [
        f"{feature}=()"
        for feature in ("accelerometer", "bluetooth", "browsing-topics", "gyroscope", "hid", "magnetometer")
    ]
    + [f"{feature}=()" for feature in ("midi", "serial", "usb")]
)
_COMPRESSED = (
    "application/javascript",
    "application/json",
    "application/manifest+json",
    "application/wasm",
    "application/xml",
    "image/svg+xml",
    "text/css",
    "text/javascript",
    "text/plain",
    "text/xml",
)
_AGAIN = "Please try again in a moment."
_PAGES = {
    404: ("Not found", "There is nothing at this address."),
    413: ("Too large", "What was sent is larger than this site takes."),
    429: ("Too many requests", _AGAIN),
    502: ("Not available at the moment", _AGAIN),
    503: ("Not available at the moment", _AGAIN),
    504: ("This took too long", _AGAIN),
}
_EMPTY = ("Nothing is deployed yet", "The server is ready and waits for its first release.")
_PROCESS = "server 127.0.0.1:{} max_fails=3 fail_timeout=10s;\n"


def configuration(site: WebSite) -> dict[str, str]:
    """Everything that nginx reads and that only a change of the stack changes, by path.

    Raises `ValueError` for a source of the frontend's pages under a directive to which none can be added.
    """
    return {
        "/etc/nginx/nginx.conf": _main(site),
        **{f"{_FOLDER}/{name}": _same(name) for name in _SAME_EVERYWHERE},
        f"{_FOLDER}/errors.conf": _rendered("errors.conf.j2", codes=[*_PAGES]),
        f"{_FOLDER}/proxy.conf": _rendered("proxy.conf.j2", site=site),
        **_services(site),
        **_frontend(site),
        **_pages(),
        TLS_PROGRAM: _rendered("tls.j2", site=site, names=",".join(_alternative_names(site))),
        "/etc/systemd/system/nginx.service.d/slipway.conf": _same("nginx-service.conf"),
    }


def first_state(site: WebSite) -> dict[str, str]:
    """What programs change later, by path: nothing is deployed, and the certificate is one that nobody believes."""
    nothing = upstream((EMPTY_PORT,))
    return {
        f"{_FOLDER}/certified.conf": "geo $certified { default 0; }\n",
        **{upstream_file(service.name): nothing for service in site.services},
    }


def upstream_file(service: str) -> str:
    """The path of the file that says which processes serve a service."""
    return f"{_FOLDER}/upstream-{service}.conf"


def upstream(ports: Sequence[int]) -> str:
    """Such a file: a process for each port of the loopback. One that fails three times is left alone for 10 seconds."""
    return "".join(_PROCESS.format(port) for port in ports)


def _main(site: WebSite) -> str:
    webhooks = [raw(path) for service in site.services for path in service.webhooks]
    return _rendered(
        "nginx.conf.j2",
        site=site,
        only=site.cloudflare is not None and site.cloudflare.only,
        servers=_servers(site),
        folders=[{"path": literal(f"{each.path.rstrip('/')}/"), "directory": each.directory} for each in site.static],
        webhooks=list(dict.fromkeys(webhooks)),
        ciphers=_CIPHERS,
        compressed=_COMPRESSED,
        referrer=REFERRER,
        permissions=_PERMISSIONS,
        https_for=HTTPS_FOR,
        empty_port=EMPTY_PORT,
        retry_after=site.burst_seconds,
    )


def _servers(site: WebSite) -> list[tuple[tuple[str, ...], Routes]]:
    """The hosts that lead the same way together, with that way."""
    alike: dict[Routes, list[str]] = {}
    for host in site.hosts:
        alike.setdefault(routes(site, host), []).append(host)
    return [(tuple(hosts), way) for way, hosts in alike.items()]


def _services(site: WebSite) -> dict[str, str]:
    """How requests get to each service."""
    burst = math.ceil((site.rate_limit or 0) * site.burst_seconds)
    return {
        f"{_FOLDER}/service-{service.name}.conf": _rendered("service.conf.j2", site=site, service=service, burst=burst)
        for service in site.services
    }


def _frontend(site: WebSite) -> dict[str, str]:
    """How the files of the browser application are served, where there is one."""
    if site.frontend is None:
        return {}
    policy = "".join(policy_words(site.frontend.sources))
    return {
        f"{_FOLDER}/frontend.conf": _rendered("frontend.conf.j2", site=site, directory=site.frontend.directory),
        f"{_FOLDER}/page.conf": _same("page.conf"),
        f"{_FOLDER}/page-headers.conf": _rendered("page-headers.conf.j2", policy=policy),
    }


def _pages() -> dict[str, str]:
    """The pages that nginx shows by itself. They need no styles, so that any policy of a page lets them be."""
    said = {str(code): texts for code, texts in _PAGES.items()} | {"empty": _EMPTY}
    return {
        f"{_FOLDER}/pages/{name}.html": _rendered("page.html.j2", title=title, text=text)
        for name, (title, text) in said.items()
    }


def _alternative_names(site: WebSite) -> list[str]:
    """What the placeholder certificate is for, as openssl writes it."""
    return [f"DNS:{name}" for name in site.names]


def _same(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _rendered(name: str, **values: object) -> str:
    return re.sub(r"\n{3,}", "\n\n", render(_TEMPLATES, name, values))
