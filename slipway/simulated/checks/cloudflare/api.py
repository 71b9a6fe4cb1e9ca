"""How Cloudflare's API refuses, and what several of its checks ask of the simulated cloud."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from slipway.simulated.checks.asked import ApiError
from slipway.simulated.checks.relations import exists

if TYPE_CHECKING:
    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

ACCOUNT_SUBSCRIPTION = "cloudflare:index/accountSubscription:AccountSubscription"
BUCKET = "cloudflare:index/r2Bucket:R2Bucket"
DATABASE = "cloudflare:index/d1Database:D1Database"
NAMESPACE = "cloudflare:index/workersKvNamespace:WorkersKvNamespace"
QUEUE = "cloudflare:index/queue:Queue"
RECORD = "cloudflare:index/dnsRecord:DnsRecord"
SCRIPT = "cloudflare:index/workersScript:WorkersScript"
VERSION = "cloudflare:index/workerVersion:WorkerVersion"
WORKER = "cloudflare:index/worker:Worker"
ZONE = "cloudflare:index/zone:Zone"
ZONE_SUBSCRIPTION = "cloudflare:index/zoneSubscription:ZoneSubscription"
FREE = "free"
_ID = re.compile(r"[0-9a-fA-F]{32}")


def refused(message: str, code: int | None = None) -> ApiError:
    """The words of the provider for an answer 400. `code` is Cloudflare's own, where it is known."""
    error = {"message": message} if code is None else {"code": code, "message": message}
    answer = {"result": None, "success": False, "errors": [error], "messages": []}
    return ApiError(f"failed to make http request: 400 Bad Request {json.dumps(answer, ensure_ascii=False)}")


def check_account(asked: Asked) -> None:
    """Raise `ApiError` where an account's id has not the form of one: nothing is found by it."""
    account = asked.text("accountId")
    if account and not _ID.fullmatch(account):
        raise refused(
            f"Could not route to /client/v4/accounts/{account}, perhaps your object identifier is invalid?", 7003
        )


def zone_name(zone_id: str, cloud: Cloud) -> str:
    """A zone's name; empty for one that this cloud does not hold, of which nothing is known."""
    zone = cloud.get(ZONE, zone_id)
    return str(zone.inputs["name"]).lower().rstrip(".") if zone else ""


def full_name(name: str, zone: str) -> str:
    """The host that a record's name means in a zone: `@` is the zone itself, anything else is below it."""
    host = name.lower().rstrip(".")
    if not zone or host == zone or host.endswith(f".{zone}"):
        return host
    return zone if host == "@" else f"{host}.{zone}"


def is_outside(host: str, zone: str) -> bool:
    """Whether a host is known not to belong to a zone."""
    name = host.lower().rstrip(".")
    return bool(zone) and name != zone and not name.endswith(f".{zone}")


def plan_of(zone_id: str, cloud: Cloud) -> str:
    """The plan of a zone: a subscription's, else free; empty for a zone that this cloud does not hold."""
    for held in cloud.naming(ZONE_SUBSCRIPTION, "zoneId", zone_id):
        return str((held.inputs.get("ratePlan") or {}).get("id") or "")
    return FREE if cloud.get(ZONE, zone_id) else ""


def is_there(token: str, path: str, value: str, cloud: Cloud) -> bool:
    """Whether an object is in the cloud, or told of by the answers or a stack file; true where nothing is asked."""
    return not value or exists({"in": [(token, path)]}, value, cloud)


def has_worker(name: str, cloud: Cloud) -> bool:
    """Whether a Worker of this name is there, as a script or by itself; true where nothing is asked."""
    return not name or exists({"in": [(SCRIPT, "scriptName"), (WORKER, "name")]}, name, cloud)


def others(asked: Asked, path: str, cloud: Cloud, token: str = "") -> bool:
    """Whether another object of a type, the asked one's own by itself, has the same value at a path."""
    value = asked.text(path)
    return bool(value) and any(held.id != asked.id for held in cloud.naming(token or asked.token, path, value))
