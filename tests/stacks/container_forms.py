"""Stack files of the topology `aws-ecs` as plain data: every application that fits it in every environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.stacks.forms import APPLICATIONS, DIGEST, ENVIRONMENTS, RELEASES, form

if TYPE_CHECKING:
    from pathlib import Path

UNFIT = "helpdesk"  # its services share a SQLite file
FITTING = tuple(app for app in APPLICATIONS if app != UNFIT)
SHELL = {"shell": True}
_OF_MACHINES = ("image", "services")


def contained(app: str, environment: str, **changes: Any) -> dict[str, Any]:  # Any: a part of a stack file
    """The same stack as `form` makes, in containers."""
    made = form(app, environment)
    topology = {key: value for key, value in made["slipway:topology"].items() if key not in _OF_MACHINES}
    topology |= {
        "kind": "aws-ecs",
        "release": RELEASES["image"],
        "services": {APPLICATIONS[app]: {"min": 2, "max": 4}},
    }
    if topology["network"]["egress"]["kind"] == "nat-instance":
        topology["nat_image"] = {"kind": "ubuntu", "release": "24.04", "serial": "20260923", "architecture": "arm64"}
    made["slipway:topology"] = {**topology, **changes}
    return made


def with_data(kind: str) -> dict[str, Any]:
    """Orders with a database, a bucket and a cache of its own, on machines or in containers."""
    made = form("orders", "production") if kind == "aws-ec2" else contained("orders", "production")
    made["slipway:overrides"] |= {
        "data": {
            "postgres": {"kind": "managed", "name": "orders", "user": "orders"},
            "uploads": {"kind": "bucket"},
        },
        "secrets": {"DATABASE_PASSWORD": None},
    }
    made["slipway:overrides"]["services"]["api"]["derived"] = {"UPLOADS_BUCKET": "uploads.bucket"}
    return made


def _grown() -> dict[str, Any]:
    """Drops with a database that is read in two places and reached through a proxy, and a cache in shards."""
    made = contained("drops", "production", database={"replicas": 1, "proxy": True}, cache={"shards": 3, "replicas": 1})
    service = made["slipway:overrides"]["services"]["app"]
    service["derived"] = {
        **service.get("derived", {}),
        "DATABASE_READ_URL": "postgres.read_url",
        "REDIS_CLUSTER": "redis.cluster",
    }
    made["slipway:overrides"]["data"] = {"redis": {"kind": "managed", "cluster": True}}
    return made


def _scheduled() -> dict[str, Any]:
    """Orders with two more services, of which one keeps sessions and the other runs things at times of its own."""
    made = contained("orders", "production", services={"api": {"min": 2}, "web": {"min": 2}, "jobs": {"min": 2}})
    made["slipway:overrides"]["services"] |= {
        "web": {"port": 4000, "directory": "backend", "derived": {"DATABASE_URL": "postgres.url"}},
        "jobs": {
            "port": 4001,
            "directory": "backend",
            "derived": {"DATABASE_HOST": "postgres.host"},
            "env": {"LEVEL": "info"},
        },
    }
    made["slipway:overrides"]["data"] = {"sessions": {"kind": "postgres", "service": "web", "table": "logins"}}
    made["slipway:overrides"]["schedules"] = {
        "digest": {
            "kind": "cron",
            "cron": "30 6 * * 1-5",
            "timezone": "Europe/Berlin",
            "command": "npm run digest",
            "service": "jobs",
        },
        "sync": {"kind": "rate", "minutes": 15, "start_within": 300, "command": "node dist/sync.js", "service": "api"},
    }
    return made


def _forms() -> dict[str, dict[str, Any]]:
    found = {
        f"{app}-{environment}-tasks": contained(app, environment) for app in FITTING for environment in ENVIRONMENTS
    }
    found["drops-closed-tasks"] = contained("drops", "production", network={"egress": {"kind": "none"}}, **SHELL)
    jobs = contained("orders", "staging", architecture="amd64", **SHELL)
    jobs["slipway:topology"]["release"] = {
        "kind": "images",
        "images": {name: f"ghcr.io/acme/{name}@sha256:{DIGEST}" for name in ("api", "jobs", "mailer")},
    }
    jobs["slipway:topology"]["services"] = {"api": {"requests": 600, "spot": True}, "jobs": {"min": 1, "max": 1}}
    jobs["slipway:overrides"]["services"] |= {
        "jobs": {"port": 4000, "derived": {"DATABASE_HOST": "postgres.host", "DATABASE_KEY": "postgres.password"}},
        "mailer": {"port": 80, "secrets": ["MAIL_KEY"]},
    }
    jobs["slipway:overrides"]["secrets"] = {"MAIL_KEY": {}}
    found["orders-jobs-tasks"] = jobs
    found["drops-grown-tasks"] = _grown()
    found["orders-schedules-tasks"] = _scheduled()
    build = {"kind": "build", "context": "shop", "deletion": "retain"}
    found["drops-built-tasks"] = contained("drops", "production", release=build, network={"egress": {"kind": "none"}})
    builds = {
        "kind": "builds",
        "builds": {
            "api": {"context": "shop", "target": "production"},
            "jobs": {"context": "shop", "dockerfile": "shop/jobs.Dockerfile"},
        },
    }
    several = contained("orders", "staging", release=builds)
    several["slipway:overrides"]["services"]["jobs"] = {"port": 4000, "derived": {"DATABASE_HOST": "postgres.host"}}
    found["orders-built-tasks"] = several
    found["orders-tagged-tasks"] = contained(
        "orders", "staging", release={"kind": "tagged", "image": "ghcr.io/acme/orders:1.4.2"}
    )
    found["orders-site-tasks"] = contained("orders", "production", frontend={"kind": "cloudfront"})
    return found


CONTAINER_FORMS = _forms()
SHOP = {
    "Dockerfile": "FROM node:24-slim AS production\nWORKDIR /app\nCOPY . .\n",
    "jobs.Dockerfile": "FROM node:24-slim\nWORKDIR /app\nCOPY jobs.js .\n",
    ".dockerignore": "node_modules\n*.md\n.env*\n",
    "server.js": "// serves\n",
    "jobs.js": "// works\n",
    "README.md": "Not in the image.\n",
}
"""The files of the folder `shop` that forms build images from, by name."""


def write_shop(project: Path) -> Path:
    """That folder, in a project's."""
    made = project / "shop"
    made.mkdir()
    for name, text in SHOP.items():
        (made / name).write_text(text)
    return made
