"""Stack files of the topology `cloudflare` as plain data: the applications that fit it once they are rebuilt."""

from __future__ import annotations

from typing import Any

from tests.stacks.forms import APPLICATIONS, DIGEST, ENVIRONMENTS

ACCOUNT, ZONE = "0123456789abcdef" * 2, "fedcba9876543210" * 2
# What each application has besides its first service, and what no Worker has.
SERVICES = {"helpdesk": ["web", "chat"]}
NEEDS_REDIS = ("drops", "orders")  # they ask for a managed one
FITTING = tuple(app for app in APPLICATIONS if app not in NEEDS_REDIS)
WORKER = {
    "compatibility_date": "2026-11-01",
    "objects": {"ROOMS": "Room"},
    "migrations": [{"tag": "v1", "new": ["Room"]}],
}


def at_the_edge(app: str, environment: str, **changes: Any) -> dict[str, Any]:  # Any: a part of a stack file
    """A stack whose services a Worker takes the place of; `changes` replace parts of the Worker."""
    services = SERVICES.get(app, [APPLICATIONS[app]])
    overrides: dict[str, Any] = {
        "services": {services[0]: {"hosts": [f"app.{app}.example.com"]}},
        "alerts": None,
        "migrations": None,
    }
    if app == "videochat":
        overrides["frontend"] = {"url": f"https://{app}.example.com"}
    return {
        "slipway:app": app,
        "slipway:environment": environment,
        "slipway:topology": {
            "kind": "cloudflare",
            "account_id": ACCOUNT,
            "zone": {"name": f"{app}.example.com", "id": ZONE, "plan": "free", "rate_period": 10},
            "release": {"kind": "worker", "main": "dist/worker.js", "sha256": DIGEST},
            "worker": {
                **WORKER,
                "replaces": services,
                **({"assets": {"directory": "dist/client", "binding": "ASSETS"}} if app == "videochat" else {}),
                **changes,
            },
        },
        "slipway:overrides": overrides,
        "pulumi:disable-default-providers": ["*"],
    }


EDGE_FORMS = {
    f"{app}-{environment}-edge": at_the_edge(app, environment) for app in FITTING for environment in ENVIRONMENTS
}
