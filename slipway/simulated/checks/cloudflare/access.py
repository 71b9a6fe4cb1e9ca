"""What stands before origins: tunnels, applications that ask who comes, pools of origins."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING

from slipway.simulated.checks.cloudflare.api import refused

if TYPE_CHECKING:
    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

_DURATION = re.compile(r"(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+")
_POOL_NAME = re.compile(r"[A-Za-z0-9_-]+")
_SHORTEST_SECRET = 32  # bytes
_WITH_DOMAIN = ("self_hosted", "ssh", "vnc")
_PLACES = ("destinations", "domain", "selfHostedDomains")


def _tunnel(asked: Asked, _cloud: Cloud) -> None:
    """The secret, which is not shown, is long enough."""
    secret = asked.text("tunnelSecret")
    if not secret:
        return
    try:
        decoded = base64.b64decode(secret, validate=True)
    except (ValueError, binascii.Error):
        decoded = b""
    if len(decoded) < _SHORTEST_SECRET:
        raise refused(f"The tunnel secret must be at least {_SHORTEST_SECRET} bytes, encoded as base64.")


def _application(asked: Asked, _cloud: Cloud) -> None:
    """An application of one's own is somewhere, and a session ends."""
    if asked.text("type") in _WITH_DOMAIN and not any(asked.inputs.get(place) for place in _PLACES):
        raise refused("access.api.error.invalid_request: domain is required", 12130)
    duration = asked.text("sessionDuration")
    if duration and not _DURATION.fullmatch(duration):
        raise refused(
            f"access.api.error.invalid_request: session_duration '{duration}' is no duration such as 300ms or 2h45m",
            12130,
        )


def _pool(asked: Asked, _cloud: Cloud) -> None:
    """A pool has a name and origins, each with an address."""
    if not _POOL_NAME.fullmatch(asked.text("name")):
        raise refused("name: only letters, digits, underscores and dashes are allowed: validation failed", 1002)
    origins = asked.inputs.get("origins") or ()
    if not origins:
        raise refused("origins: at least one origin is required: validation failed", 1002)
    for origin in origins:
        if "/" in str(origin.get("address") or ""):
            raise refused(f"origins: '{origin['address']}' is no IP address or host name: validation failed", 1002)


CREATING = {
    "LoadBalancerPool": _pool,
    "ZeroTrustAccessApplication": _application,
    "ZeroTrustTunnelCloudflared": _tunnel,
}
UPDATING = CREATING
