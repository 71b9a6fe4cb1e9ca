"""Sites as tests want them."""

from __future__ import annotations

from dataclasses import replace

from components.server.web import BehindCloudflare, WebFolder, WebFrontend, WebService, WebSite

SHOP = WebSite(
    application="shop",
    hosts=("shop.example.com", "api.example.com"),
    redirects={"www.shop.example.com": "shop.example.com"},
    services=(WebService(name="web", webhooks=("/hooks/pay",)),),
    static=(WebFolder(directory="dist/public/assets", path="/assets/"),),
)
LIMITED = replace(SHOP, rate_limit=2, burst_seconds=5)
# A frontend on the bare host, whose service has a host of its own and a path on both.
PAGES = WebSite(
    application="shop",
    hosts=("shop.example.com", "api.example.com"),
    services=(WebService(name="web"), WebService(name="live", paths=("/socket.io/*",), websockets=True)),
    frontend=WebFrontend(
        hosts=("shop.example.com",), directory="frontend/dist", sources={"connect-src": ("https://api.example.com",)}
    ),
)
HELPDESK = WebSite(
    application="helpdesk",
    hosts=("help.example.com",),
    services=(WebService(name="web"), WebService(name="chat", paths=("/socket.io/*",), websockets=True)),
)
# One address of the loopback is Cloudflare; 127.0.0.1 is a stranger.
CLOUDFLARE = "127.0.0.2"
PROXIED = replace(SHOP, cloudflare=BehindCloudflare(ranges=(f"{CLOUDFLARE}/32",)))
CLOSED = replace(SHOP, cloudflare=BehindCloudflare(ranges=(f"{CLOUDFLARE}/32",), only=True))
