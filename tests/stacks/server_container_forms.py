"""Stack files of the topology `vps` whose release is images, as plain data: in containers, on varied providers."""

from __future__ import annotations

from typing import Any

from tests.stacks.engine_forms import ELSEWHERE, IMAGE, NGINX, REDIS
from tests.stacks.server_forms import MAIL, VOLUME, on_a_server, route53

HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMzMKkPpa+OZWJ9FegVT7//vtP5urZMFCJaPbJPb+Xk/"
ONE = {"kind": "image", "image": IMAGE}
_DATA = {"redis": {"kind": "local"}, "postgres": ELSEWHERE}


def _of_drops(environment: str, provider: str, **changes: Any) -> dict[str, Any]:  # Any: parts of a stack file
    made = on_a_server(
        "drops",
        environment,
        provider,
        data=_DATA,
        release=ONE,
        size={"cores": 2, "memory": 4},
        containers={"proxy": NGINX, "redis": REDIS},
        **changes,
    )
    made["slipway:overrides"]["secrets"] = {"DATABASE_PASSWORD": {}}
    return made


SERVER_CONTAINER_FORMS = {
    "drops-development-images": _of_drops("development", "digitalocean"),
    # In AWS the new machine is there before the old one goes.
    "drops-production-images": _of_drops(
        "production", "aws", volume=VOLUME, dns=route53("drops"), uptime={"kind": "provider", "emails": [MAIL]}
    ),
    "videochat-staging-images": on_a_server(
        "videochat",
        "staging",
        "linode",
        release=ONE,
        containers={
            "proxy": NGINX,
            "login": {"address": "registry.example.com", "user": "deploy", "password": "REGISTRY_PASSWORD"},
            "services": {"signal": {"overlap": False, "memory": 256}},
        },
        ssh={
            "keys": [HOST_KEY],
            "networks": ["203.0.113.7/32"],
            "host_key": HOST_KEY,
        },
    ),
}
"""Each with a provider of its own; one whose host is known by its key, and whose images not everybody may pull."""
