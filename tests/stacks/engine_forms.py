"""Stack files of the topology `docker` as plain data: each application on a Docker engine of one's own."""

from __future__ import annotations

from typing import Any  # a part of a stack file, which is any YAML

from tests.stacks.forms import APPLICATIONS, DIGEST, ENVIRONMENTS

IMAGE = f"registry.example.com/app@sha256:{DIGEST}"
REDIS = {"image": f"docker.io/library/redis@sha256:{'1' * 64}"}
POSTGRES = {"image": f"docker.io/library/postgres@sha256:{'2' * 64}"}
NGINX = f"docker.io/library/nginx@sha256:{'3' * 64}"
# What only other topologies do, taken out of the application.
NO_UPLOADS: dict[str, Any] = {
    "data": {"uploads": {"kind": "none", "directory": None}},
    "services": {"web": {"derived": {"UPLOADS_BUCKET": None, "UPLOADS_URL": None}}},
}
NO_SESSIONS = {"kind": "none", "service": None}
ELSEWHERE: dict[str, Any] = {
    "kind": "external",
    "host": "db.example.com",
    "name": "drops",
    "user": "drops",
    "password": "DATABASE_PASSWORD",
}


def bare(app: str, environment: str) -> dict[str, Any]:
    """The least that the topology takes, and nothing of the application changed."""
    services = {"helpdesk": ("web", "chat")}.get(app, ())
    images = {"kind": "images", "images": dict.fromkeys(services, IMAGE)}
    return {
        "slipway:app": app,
        "slipway:environment": environment,
        "slipway:topology": {
            "kind": "docker",
            "release": images if services else {"kind": "image", "image": IMAGE},
            "proxy": NGINX,
        },
        "pulumi:disable-default-providers": ["*"],
    }


def on_an_engine(app: str, environment: str, overrides: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A stack on an engine; `changes` replace parts of the topology, `overrides` those of the application."""
    made = bare(app, environment)
    made["slipway:topology"] |= changes
    made["slipway:overrides"] = {"alerts": None, **overrides}
    return made


def _forms() -> dict[str, dict[str, Any]]:
    """Each application in each environment in which an engine may have it, and each kind of everything."""
    local = {"kind": "local"}
    both = {"data": {"redis": local, "postgres": {"kind": "local", "name": "drops", "user": "drops"}}}
    outside = {"data": {"redis": local, "postgres": ELSEWHERE}, "secrets": {"DATABASE_PASSWORD": {}}}
    mentors = {**NO_UPLOADS, "data": {**NO_UPLOADS["data"], "sessions": NO_SESSIONS}}
    found = {
        "drops-development": on_an_engine("drops", "development", both, redis=REDIS, postgres=POSTGRES, listen=9000),
        "drops-staging": on_an_engine(
            "drops",
            "staging",
            both,
            redis=REDIS | {"deletion": "retain"},
            postgres=POSTGRES | {"deletion": "destroy", "memory": 1024},
            engine={"host": "ssh://deploy@docker.example.com"},
            login={"address": "registry.example.com", "user": "deploy", "password": "REGISTRY_PASSWORD"},
        ),
        "drops-production": on_an_engine("drops", "production", outside, redis=REDIS),
        "helpdesk-development": on_an_engine("helpdesk", "development", NO_UPLOADS, deletion="destroy"),
        "helpdesk-staging": on_an_engine(
            "helpdesk", "staging", NO_UPLOADS, services={"chat": {"overlap": False, "memory": 256, "read_only": False}}
        ),
        **{f"mentors-{each}": on_an_engine("mentors", each, mentors) for each in ENVIRONMENTS},
        **{
            f"orders-{each}": on_an_engine("orders", each, {"data": {"redis": local}}, redis=REDIS)
            for each in ENVIRONMENTS
        },
        **{f"videochat-{each}": on_an_engine("videochat", each, {"rate_limit": None}) for each in ENVIRONMENTS},
    }
    assert {*found, "helpdesk-production"} == {f"{app}-{each}" for app in APPLICATIONS for each in ENVIRONMENTS}
    return {f"{name}-engine": form for name, form in found.items()}


ENGINE_FORMS = _forms()
