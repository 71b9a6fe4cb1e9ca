"""Stack files of the topology `vps` as plain data: each application on one server, on varied providers."""

from __future__ import annotations

from typing import Any

from tests.stacks.forms import ACCOUNT, APPLICATIONS, DIGEST, ENVIRONMENTS

CLOUDFLARE, ZONE = "0123456789abcdef" * 2, "fedcba9876543210" * 2
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBDk6WF+4rhERJYShEZ3xuRf4MIurkAy+U0jpIUUPb/Y deploy@example"
OFFICE = "203.0.113.7/32"
PROVIDERS: dict[str, dict[str, Any]] = {  # Any: a part of a stack file, which is any YAML
    "digitalocean": {"kind": "digitalocean", "region": "fra1"},
    "hetzner": {"kind": "hetzner", "region": "nbg1"},
    "linode": {"kind": "linode", "region": "eu-central"},
    "aws": {
        "kind": "aws",
        "region": "eu-central-1",
        "zone": "eu-central-1a",
        "ami": "ami-0123456789abcdef0",
        "account_ids": [ACCOUNT],
    },
}
RELEASES: dict[str, dict[str, Any]] = {
    "archive": {"kind": "archive", "url": "https://releases.example.com/app/1.4.2.tar.gz", "sha256": DIGEST},
    "token": {
        "kind": "archive",
        "url": "https://releases.example.com/app/1.4.2.tar.xz",
        "sha256": DIGEST,
        "token": "RELEASE_TOKEN",
    },
    "git": {"kind": "git", "repository": "https://git.example.com/acme/app.git", "revision": DIGEST[:40]},
}
# Beside the first service, those that answer by path under its host.
BESIDE = {"helpdesk": ("chat",)}
VOLUME = {"kind": "volume", "size": 20}
BACKUPS = {"kind": "s3", "endpoint": "fra1.digitaloceanspaces.com", "bucket": "acme-backups"}
LITESTREAM = {
    "kind": "litestream",
    "url": "https://releases.example.com/litestream-v0.3.13-linux-amd64.tar.gz",
    "sha256": DIGEST,
}
MAIL = "team@example.com"
FILE, RECORD = {"kind": "file", "email": MAIL}, {"kind": "record", "email": MAIL}
UPLOADS = {"kind": "s3", "region": "eu-central-1"}


def bare(app: str, environment: str) -> dict[str, Any]:
    """The least that the topology takes, and nothing of the application changed."""
    return {
        "slipway:app": app,
        "slipway:environment": environment,
        "slipway:topology": {
            "kind": "vps",
            "provider": PROVIDERS["hetzner"],
            "size": {"cores": 2, "memory": 4},
            "ssh": {"keys": [KEY], "networks": [OFFICE]},
            "release": RELEASES["archive"],
            "volume": {"kind": "none"},
            "uptime": {"kind": "none"},
            "certificate": FILE,
            "dns": {"kind": "elsewhere"},
        },
        "pulumi:disable-default-providers": ["*"],
    }


def cloudflare(app: str, **more: Any) -> dict[str, Any]:
    """A zone at Cloudflare."""
    return {"kind": "cloudflare", "zone": f"{app}.example.com", "zone_id": ZONE, **more}


def route53(app: str) -> dict[str, Any]:
    """A zone in Route 53."""
    return {"kind": "route53", "zone": f"{app}.example.com", "zone_id": "Z0123456789"}


def on_a_server(
    app: str, environment: str, provider: str, *, data: dict[str, Any] | None = None, **changes: Any
) -> dict[str, Any]:
    """A stack on one server; `changes` replace parts of the topology, and `data` of the application's data."""
    made = bare(app, environment)
    made["slipway:topology"] |= {"provider": PROVIDERS[provider], **changes}
    host = f"app.{app}.example.com"
    made["slipway:overrides"] = {
        "services": {each: {"hosts": [host]} for each in (APPLICATIONS[app], *BESIDE.get(app, ()))},
        "alerts": None,
        **({"data": data} if data else {}),
    }
    return made


def _forms() -> dict[str, dict[str, Any]]:
    """Each application in each environment, and between them each provider and each kind of everything."""
    local = {"redis": {"kind": "local"}}
    both = {**local, "postgres": {"kind": "local", "name": "drops", "user": "drops"}}
    kept: dict[str, Any] = {"volume": VOLUME, "backups": BACKUPS}
    large = {"cores": 4, "memory": 8}
    found = {
        "drops-development": on_a_server(
            "drops", "development", "digitalocean", data=both, backups={"kind": "none"}, size=large
        ),
        "drops-staging": on_a_server("drops", "staging", "linode", data=both, size=large, **kept),
        "drops-production": on_a_server(
            "drops",
            "production",
            "hetzner",
            data=both,
            size=large,
            certificate=RECORD,
            dns=cloudflare("drops", edge={"plan": "free"}),
            release=RELEASES["token"],
            **kept,
        ),
        "helpdesk-development": on_a_server(
            "helpdesk", "development", "aws", uploads=UPLOADS, backups={"kind": "none"}, release=RELEASES["git"]
        ),
        "helpdesk-staging": on_a_server(
            "helpdesk", "staging", "hetzner", uploads=UPLOADS, volume=VOLUME, backups={**BACKUPS, "sqlite": LITESTREAM}
        ),
        "helpdesk-production": on_a_server(
            "helpdesk",
            "production",
            "linode",
            uploads=UPLOADS,
            dns=route53("helpdesk"),
            uptime={"kind": "digitalocean", "emails": [MAIL]},
            **kept,
        ),
        "mentors-development": on_a_server("mentors", "development", "linode", uploads=UPLOADS),
        "mentors-staging": on_a_server(
            "mentors", "staging", "digitalocean", uploads=UPLOADS, release=RELEASES["git"], dns=route53("mentors")
        ),
        "mentors-production": on_a_server(
            "mentors",
            "production",
            "aws",
            uploads=UPLOADS,
            dns=cloudflare("mentors", proxied=False),
            redirects={"mentors.example.com": "app.mentors.example.com"},
            uptime={"kind": "provider", "emails": [MAIL]},
        ),
        "orders-development": on_a_server("orders", "development", "hetzner", data=local),
        "orders-staging": on_a_server(
            "orders", "staging", "digitalocean", data=local, frontend={"kind": "release"}, **kept
        ),
        "orders-production": on_a_server(
            "orders",
            "production",
            "aws",
            data=local,
            frontend={"kind": "release"},
            uptime={"kind": "route53", "emails": [MAIL]},
            dns=route53("orders"),
            **kept,
        ),
        "videochat-development": on_a_server("videochat", "development", "hetzner"),
        "videochat-staging": on_a_server("videochat", "staging", "linode", release=RELEASES["token"]),
        "videochat-production": on_a_server(
            "videochat",
            "production",
            "digitalocean",
            dns=cloudflare("videochat", turnstile={"account_id": CLOUDFLARE}),
            certificate=RECORD,
            frontend={"kind": "pages", "account_id": CLOUDFLARE, "project": "videochat"},
        ),
    }
    assert set(found) == {f"{app}-{environment}" for app in APPLICATIONS for environment in ENVIRONMENTS}
    made = {f"{name}-server": form for name, form in found.items()}
    judged = found["videochat-production"]["slipway:overrides"]["services"]["signal"]
    judged["derived"] = {"TURNSTILE_SECRET_KEY": "turnstile.secret_key"}
    polled = on_a_server("videochat", "staging", "hetzner")
    polled["slipway:overrides"]["services"]["signal"] |= {"long_polling": True, "processes": "max"}
    made[POLLED] = polled
    return made


POLLED = "videochat-polled-server"
SERVER_FORMS = _forms()
