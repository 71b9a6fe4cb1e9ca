"""Stack files of the topology `cloudflare` as plain data: the applications that fit it once they are rebuilt."""

from __future__ import annotations

from copy import deepcopy
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


MAILS = {"kind": "worker", "batch": 50, "wait": 10, "retries": 5, "retry_delay": 60, "concurrency": 2}


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
                **deepcopy(WORKER),  # whoever changes a form changes that form alone
                "replaces": services,
                **({"assets": {"directory": "dist/client", "binding": "ASSETS"}} if app == "videochat" else {}),
                **changes,
            },
        },
        "slipway:overrides": overrides,
        "pulumi:disable-default-providers": ["*"],
    }


def whole() -> dict[str, Any]:
    """A help desk with everything that a Worker can have."""
    routes = {
        "www.helpdesk.example.com": {
            "paths": ["/api/*", "/login"],
            "record": {"kind": "origin", "host": "shop.example.net"},
        },
        "*.helpdesk.example.com": {"paths": ["/*"], "record": {"kind": "nowhere"}},
        "old.helpdesk.example.com": {"paths": ["/api/*"], "record": {"kind": "there"}},
    }
    made = at_the_edge("helpdesk", "production", routes=routes, crons=["0 3 * * *"])
    made["slipway:topology"] |= {
        "turnstile": {},
        "namespaces": {"SESSION_KEYS": {}, "FLAGS": {"deletion": "retain"}},
        "queues": {
            "MAILS": {"consumer": MAILS},
            "EVENTS": {"consumer": {"kind": "none"}, "deletion": "retain"},
            "LOGS": {},
        },
    }
    return made


WHOLE = "helpdesk-whole-edge"
EDGE_FORMS = {
    **{f"{app}-{environment}-edge": at_the_edge(app, environment) for app in FITTING for environment in ENVIRONMENTS},
    WHOLE: whole(),
}
