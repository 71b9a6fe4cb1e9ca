"""Stack files as plain data: every application in every environment, and each way out of the network."""

from __future__ import annotations

from typing import Any

APPLICATIONS = {"drops": "app", "helpdesk": "web", "mentors": "web", "orders": "api", "videochat": "signal"}
"""Each with its first service."""
ENVIRONMENTS = ("development", "staging", "production")
# Those that need nothing outside AWS, and so can do without a way out.
CLOSED = ("drops", "helpdesk")
ZONES = ["us-east-1a", "us-east-1b"]
ACCOUNT = "123456789012"
DIGEST = "5b0c5a1f6c1f3d0e8d0b7d3e9f2a4c6b8e1d7f3a9c5b2e4d6f8a0c1e3b5d7f9a"

# A way out for each environment, so that each has each at least once.
EGRESS: dict[str, dict[str, Any]] = {  # Any: a part of a stack file, which is any YAML
    "development": {"kind": "nat-gateway", "per_zone": False},
    "staging": {"kind": "nat-instance"},
    "production": {"kind": "nat-gateway", "per_zone": True},
}
RELEASES: dict[str, dict[str, Any]] = {
    "archive": {"kind": "archive", "bucket": "acme-releases", "key": "app/1.4.2.tar.gz", "sha256": DIGEST},
    "image": {"kind": "image", "image": f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/app@sha256:{DIGEST}"},
    "git": {"kind": "git", "repository": "https://git.example.com/acme/app.git", "revision": DIGEST[:40]},
}
# What the stacks that are shipped have not: a NAT instance, a database, a volume, uploads, no way out, a firewall, a
# release as an image. For tests to which all forms would take too long.
MORE = ("drops-development", "drops-staging", "helpdesk-closed", "videochat-production")


def form(app: str, environment: str, **changes: Any) -> dict[str, Any]:
    """A stack of an application in an environment; `changes` replace parts of its topology."""
    machines = {"min": 1, "max": 1} if app == "helpdesk" else {"min": 2, "max": 4}
    topology: dict[str, Any] = {
        "kind": "aws-ec2",
        "region": "us-east-1",
        "zones": ZONES,
        "account_ids": [ACCOUNT],
        "image": {"kind": "ubuntu", "release": "24.04", "serial": "20260923"},
        "release": RELEASES["archive"],
        "load_balancer": {"listener": {"kind": "https"}, "firewall": app == "videochat"},
        "dns": {"kind": "route53", "zone": f"{app}.example.com", "zone_id": "Z0123456789"},
        "network": {"egress": EGRESS[environment]},
        "services": {APPLICATIONS[app]: machines},
    }
    overrides: dict[str, Any] = {"services": {APPLICATIONS[app]: {"hosts": [f"app.{app}.example.com"]}}}
    if environment == "development":
        del topology["dns"]
        topology["load_balancer"]["listener"] = {"kind": "http"}
        overrides = {}
    return {
        "slipway:app": app,
        "slipway:environment": environment,
        "slipway:topology": {**topology, **changes},
        **({"slipway:overrides": overrides} if overrides else {}),
        "pulumi:disable-default-providers": ["*"],
    }


def _forms() -> dict[str, dict[str, Any]]:
    """Every application in every environment, with every kind of release; and without a way out where it may be."""
    found = {f"{app}-{environment}": form(app, environment) for app in APPLICATIONS for environment in ENVIRONMENTS}
    # The three that are shipped have these names.
    for environment in ("staging", "production"):
        del found[f"orders-{environment}"]
    arm = {"kind": "ubuntu", "release": "24.04", "serial": "20260923", "architecture": "arm64"}
    found["mentors-development"]["slipway:topology"]["release"] = RELEASES["git"]
    found["videochat-production"]["slipway:topology"]["release"] = RELEASES["image"]
    found["drops-staging"]["slipway:topology"] |= {
        "image": arm,
        "services": {"app": {"instance_type": "t4g.medium"}},
    }
    for app in CLOSED:
        found[f"{app}-closed"] = form(app, "production", network={"egress": {"kind": "none"}})
    found["orders-jobs"] = _with_jobs()
    return found


def _with_jobs() -> dict[str, Any]:
    """Two groups of machines, of which the internet reaches one, and each has a secret that the other has not."""
    made = form("orders", "staging")
    jobs = {"port": 4000, "derived": {"REDIS_URL": "redis.url"}, "secrets": ["JOBS_KEY"], "env": {"BATCH": "100"}}
    made["slipway:overrides"]["services"]["jobs"] = jobs
    made["slipway:overrides"]["secrets"] = {"JOBS_KEY": {}}
    return made


FORMS = _forms()
