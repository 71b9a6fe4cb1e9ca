"""A Worker whose releases are versions: the state that declares two of them, and what Cloudflare has of it."""

from __future__ import annotations

from typing import Any

from tests.readback.edge import ACCOUNT, DOMAINS, NAME, SCRIPT, SERVICE, as_declared, state

FORMER, TRIED = "11111111-aaaa-4aaa-8aaa-aaaaaaaaaaaa", "22222222-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
DEPLOYMENTS = f"{SCRIPT}/deployments"


def version_at(identity: str) -> str:
    """Where the API has a version."""
    return f"{SCRIPT}/versions/{identity}"


def trial(**changes: Any) -> dict[str, Any]:  # Any: inputs of both versions
    """What `pulumi stack export` prints of a stack that gives a tenth of the requests to another release."""
    (script, *others) = state(**changes)["deployment"]["resources"]
    told = {key: script["inputs"].get(key) for key in ("compatibilityDate", "compatibilityFlags", "bindings")}
    tag = script["inputs"]["migrations"]
    worker = {
        "accountId": ACCOUNT,
        "name": NAME,
        "observability": {"enabled": True, "headSamplingRate": 1},
        "subdomain": {"enabled": False, "previewsEnabled": False},
    }
    shares = [{"versionId": FORMER, "percentage": 90}, {"versionId": TRIED, "percentage": 10}]
    made = [
        ("worker:Worker", "w", worker),
        ("workerVersion:WorkerVersion", FORMER, {**told, "workerId": "w", "migrations": tag}),
        ("workerVersion:WorkerVersion", TRIED, {**told, "workerId": "w"}),
        ("workersDeployment:WorkersDeployment", "d", {"scriptName": NAME, "versions": shares}),
    ]
    listed = [
        {"type": f"cloudflare:index/{kind}", "id": identity, "urn": f"urn:pulumi:dev::pets::{kind}::w", "inputs": said}
        for kind, identity, said in made
    ]
    kept = [each for each in others if not each["type"].endswith("WorkersScriptSubdomain")]
    return {"version": 3, "deployment": {"resources": [*listed, *kept]}}


def on_trial() -> dict[str, Any]:
    """What Cloudflare has of it where nothing was dropped, by path. Its settings are those of the last upload."""
    script = as_declared()
    settings = script[f"{SCRIPT}/settings"]
    version = {
        "resources": {
            "bindings": settings["bindings"],
            "script_runtime": {
                "compatibility_date": settings["compatibility_date"],
                "compatibility_flags": settings["compatibility_flags"],
                "migration_tag": "v2",
            },
        }
    }
    return {
        f"{SCRIPT}/settings": {"observability": {"enabled": True}, "compatibility_flags": ["of_another"]},
        **{path: script[path] for path in (SERVICE, DOMAINS, f"{SCRIPT}/schedules", f"{SCRIPT}/subdomain")},
        DEPLOYMENTS: {
            "deployments": [
                {"versions": [{"version_id": TRIED, "percentage": 10}, {"version_id": FORMER, "percentage": 90}]},
                {"versions": [{"version_id": FORMER, "percentage": 100}]},
            ]
        },
        version_at(FORMER): {"id": FORMER, **version},
        version_at(TRIED): {"id": TRIED, **version},
    }
