"""A Cloudflare API on the loopback, which has what a test says, and the state of a stack that declares a Worker."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNT, NAME = "0123456789abcdef" * 2, "desk-production"
TOKEN = "a-token-that-nobody-may-see"  # noqa: S105 - what must not be shown
SCRIPT = f"/accounts/{ACCOUNT}/workers/scripts/{NAME}"
SERVICE = f"/accounts/{ACCOUNT}/workers/services/{NAME}"
ZONE, QUEUE = "fedcba9876543210" * 2, "0f" * 16
ROUTES, CONSUMERS = f"/zones/{ZONE}/workers/routes", f"/accounts/{ACCOUNT}/queues/{QUEUE}/consumers"
DOMAINS = f"/accounts/{ACCOUNT}/workers/domains?service={NAME}"
_CIPHER = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "c2VjcmV0"}


def as_declared() -> dict[str, Any]:
    """What Cloudflare has where nothing was dropped, by path: any JSON, hence `Any`."""
    return {
        f"{SCRIPT}/settings": {
            "compatibility_date": "2026-11-01",
            "compatibility_flags": ["nodejs_compat"],
            "observability": {"enabled": True, "head_sampling_rate": 1},
            "placement": {"mode": "smart"},
            "bindings": [
                {"type": "d1", "name": "DB", "id": "the-database", "database_id": "the-database"},
                {"type": "secret_text", "name": "SESSION_SECRET"},
                {"type": "plain_text", "name": "MODE", "text": "production"},
                {"type": "durable_object_namespace", "name": "ROOMS", "class_name": "Room", "namespace_id": "x"},
                {"type": "assets", "name": "ASSETS"},
            ],
        },
        SERVICE: {"id": NAME, "default_environment": {"script": {"migration_tag": "v2"}}},
        f"{SCRIPT}/schedules": {"schedules": [{"cron": "0 3 * * *", "created_on": "then"}]},
        f"{SCRIPT}/subdomain": {"enabled": False, "previews_enabled": False},
        DOMAINS: [{"hostname": "desk.example.com", "service": NAME, "zone_id": "z"}],
        ROUTES: [
            {"id": "1", "pattern": "www.example.com/api/*", "script": NAME},
            {"id": "2", "pattern": "other.example.com/*", "script": "other"},
            {"id": "3", "pattern": "none.example.com/*"},
        ],
        CONSUMERS: [
            {"type": "http_pull"},
            {
                "type": "worker",
                "script": NAME,
                "dead_letter_queue": "mails-dead",
                "settings": {"batch_size": 50, "max_wait_time_ms": 5000.0, "max_retries": 3, "retry_delay": 0},
            },
        ],
    }


def state(**changes: Any) -> dict[str, Any]:
    """What `pulumi stack export` prints of the stack; `changes` are other inputs of the Worker."""
    script = {
        "accountId": ACCOUNT,
        "scriptName": NAME,
        "compatibilityDate": "2026-11-01",
        "compatibilityFlags": ["nodejs_compat"],
        "observability": {"enabled": True, "headSamplingRate": 1},
        "placement": {"mode": "smart"},
        "migrations": {"newTag": "v2", "oldTag": "v1"},
        "bindings": [
            {"type": "d1", "name": "DB", "databaseId": "the-database"},
            {"type": "secret_text", "name": "SESSION_SECRET", "text": _CIPHER},
            {"type": "plain_text", "name": "MODE", "text": "production"},
            {"type": "durable_object_namespace", "name": "ROOMS", "className": "Room"},
            {"type": "assets", "name": "ASSETS"},
        ],
        **changes,
    }
    kinds = {
        "workersScript:WorkersScript": script,
        "workersCronTrigger:WorkersCronTrigger": {"scriptName": NAME, "schedules": [{"cron": "0 3 * * *"}]},
        "workersCustomDomain:WorkersCustomDomain": {"service": NAME, "hostname": "desk.example.com"},
        "workersScriptSubdomain:WorkersScriptSubdomain": {
            "scriptName": NAME, "enabled": False, "previewsEnabled": False,
        },
        "workersRoute:WorkersRoute": {"zoneId": ZONE, "pattern": "www.example.com/api/*", "script": NAME},
        "queue:Queue": {"queueName": "mails"},
        "queueConsumer:QueueConsumer": {
            "queueId": QUEUE, "scriptName": NAME, "type": "worker", "deadLetterQueue": "mails-dead",
            "settings": {"batchSize": 50, "maxWaitTimeMs": 5000, "maxRetries": 3, "retryDelay": 0},
        },
    }  # fmt: skip
    resources = [
        {
            "type": f"cloudflare:index/{kind}",
            "urn": f"urn:pulumi:dev::pets::cloudflare:index/{kind}::w",
            "id": QUEUE,
            "inputs": told,
        }
        for kind, told in kinds.items()
    ]
    return {"version": 3, "deployment": {"resources": resources}}


def hidden(told: dict[str, Any]) -> dict[str, Any]:  # Any: a state
    """The state with bindings as the engine keeps those of a Worker that has a secret: encrypted as a whole list.

    The component above them tells what it is bound to.
    """
    resources = told["deployment"]["resources"]
    above = "urn:pulumi:dev::pets::slipway:cloudflare:EdgeApplication::pets-edge"
    for each in resources:
        if "bindings" in each["inputs"]:
            each["inputs"]["bindings"] = _CIPHER
            each["parent"] = above
    listed = [
        {"name": "DB", "type": "d1", "target": "the-database"},
        {"name": "SESSION_SECRET", "type": "secret_text"},
        {"name": "MODE", "type": "plain_text"},
        {"name": "ROOMS", "type": "durable_object_namespace", "target": "Room"},
        {"name": "ASSETS", "type": "assets"},
    ]
    outputs = {"scriptName": NAME, "bindings": listed}
    component = {"type": "slipway:cloudflare:EdgeApplication", "urn": above, "inputs": {}, "outputs": outputs}
    resources.append(component)
    return told


@dataclass
class Edge:
    """What the API answers: `has` by path; `fails` with these status codes first, `says` instead of JSON."""

    has: dict[str, Any]
    fails: list[int] = field(default_factory=list)
    says: bytes | None = None
    asked: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    base: str = ""


@contextmanager
def answering(edge: Edge) -> Iterator[Edge]:
    """The API, while it is up."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            edge.asked.append(self.path)
            edge.tokens.add(self.headers.get("Authorization", ""))
            path = self.path.removeprefix("/client/v4")
            status = edge.fails.pop(0) if edge.fails else 200 if path in edge.has else 404
            errors = [] if status == 200 else [{"code": 10000, "message": f"Authentication error with {TOKEN}"}]
            body = {"success": status == 200, "errors": errors, "result": edge.has.get(path)}
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"{edge.base}/elsewhere")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode() if edge.says is None else edge.says)

        def log_message(self, *_: Any) -> None:  # Any: as http.server has it
            """Nothing: the test says what matters."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    edge.base = f"http://127.0.0.1:{server.server_address[1]}/client/v4"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield edge
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
