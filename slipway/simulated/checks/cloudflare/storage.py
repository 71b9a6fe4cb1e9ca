"""KV, R2, D1, Queues and Turnstile: names that are taken, and what they hang on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from slipway.simulated.checks.cloudflare.api import (
    BUCKET,
    NAMESPACE,
    QUEUE,
    has_worker,
    is_outside,
    is_there,
    others,
    refused,
    zone_name,
)

if TYPE_CHECKING:
    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

_BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_QUEUE_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_DATABASE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_ORIGIN = re.compile(r"\*|[a-z][a-z0-9+.-]*://[^/?#\s]+")
_METHODS = ("GET", "PUT", "POST", "DELETE", "HEAD")
_LONGEST_KEY = 512  # bytes
_LONGEST_TITLE = 512
_SHORTEST_EXPIRATION = 60  # seconds
_HOST = re.compile(r"(?:(?!-)[\w-]{1,63}(?<!-)\.)*(?!-)[\w-]{1,63}(?<!-)")
_MOST = {"batchSize": 100, "maxRetries": 100, "maxWaitTimeMs": 60_000, "retryDelay": 86_400}
_FREE_WIDGET_DOMAINS = 10


def _namespace(asked: Asked, cloud: Cloud) -> None:
    title = asked.text("title")
    if not title or len(title) > _LONGEST_TITLE:
        raise refused(f"namespace title must have 1 to {_LONGEST_TITLE} characters", 10021)
    if others(asked, "title", cloud):
        raise refused("a namespace with this account ID and title already exists", 10014)


def _pair(asked: Asked, cloud: Cloud) -> None:
    key, ttl = asked.text("keyName"), asked.inputs.get("expirationTtl")
    if not is_there(NAMESPACE, "id", asked.text("namespaceId"), cloud):
        raise refused("namespace not found", 10013)
    if key in ("", ".", "..") or len(key.encode()) > _LONGEST_KEY:
        raise refused(f"invalid key name: 1 to {_LONGEST_KEY} bytes, and not '.' or '..'")
    if ttl is not None and float(ttl) < _SHORTEST_EXPIRATION:
        raise refused(f"Invalid expiration_ttl of {ttl}. Expiration TTL must be at least {_SHORTEST_EXPIRATION}.")


def _bucket(asked: Asked, cloud: Cloud) -> None:
    if not _BUCKET_NAME.fullmatch(asked.text("name")):
        raise refused("The specified bucket name is not valid.", 10005)
    if others(asked, "name", cloud):
        raise refused("The bucket you tried to create already exists, and you own it.", 10004)


def _bucket_part(asked: Asked, cloud: Cloud) -> None:
    if not is_there(BUCKET, "name", asked.text("bucketName"), cloud):
        raise refused("The specified bucket does not exist.", 10006)


def _bucket_cors(asked: Asked, cloud: Cloud) -> None:
    _bucket_part(asked, cloud)
    for rule in asked.inputs.get("rules") or ():
        allowed = rule.get("allowed") or {}
        for method in allowed.get("methods") or ():
            if method not in _METHODS:
                raise refused(
                    f"The CORS configuration is not valid: method '{method}' is none of {', '.join(_METHODS)}."
                )
        for origin in allowed.get("origins") or ():
            if not _ORIGIN.fullmatch(str(origin)):
                raise refused(f"The CORS configuration is not valid: origin '{origin}' is no scheme://host[:port].")


def _bucket_domain(asked: Asked, cloud: Cloud) -> None:
    _bucket_part(asked, cloud)
    domain = asked.text("domain")
    if is_outside(domain, zone_name(asked.text("zoneId"), cloud)):
        raise refused(f"That domain was not found on your account: {domain}")
    if others(asked, "domain", cloud):
        raise refused("This domain is already connected to a bucket.")


def _database(asked: Asked, cloud: Cloud) -> None:
    name = asked.text("name")
    if not _DATABASE_NAME.fullmatch(name):
        raise refused(f"Invalid database name '{name}': letters, digits, underscores and dashes, no dash at the start.")
    if others(asked, "name", cloud):
        raise refused(f"Database with name '{name}' already exists", 7502)


def _queue(asked: Asked, cloud: Cloud) -> None:
    name = asked.text("queueName")
    if not _QUEUE_NAME.fullmatch(name):
        raise refused(
            f"Queue name '{name}' is invalid: 1 to 63 lowercase letters, digits and dashes, no dash at an end."
        )
    if others(asked, "queueName", cloud):
        raise refused(f"Queue name '{name}' is already taken. Please use a different name and try again.", 11009)


def _consumer(asked: Asked, cloud: Cloud) -> None:
    queue, script = asked.text("queueId"), asked.text("scriptName")
    if not is_there(QUEUE, "id", queue, cloud):
        raise refused(f"Queue '{queue}' does not exist.")
    if asked.text("type") == "worker" and not script:
        raise refused("script_name is required for a consumer of type worker.")
    if not has_worker(script, cloud):
        raise refused("workers.api.error.script_not_found", 10007)
    if any(held.id != asked.id for held in cloud.naming(asked.token, "queueId", queue)):
        raise refused(f"Queue '{queue}' already has a consumer.")
    dead = asked.text("deadLetterQueue")
    if not is_there(QUEUE, "queueName", dead, cloud):
        raise refused(f"Dead letter queue '{dead}' does not exist.")
    for name, value in (asked.inputs.get("settings") or {}).items():
        if name in _MOST and value is not None and not 0 <= float(value) <= _MOST[name]:
            raise refused(f"{name} must be between 0 and {_MOST[name]}, got {value}.")


def _widget(asked: Asked, _cloud: Cloud) -> None:
    domains = asked.texts("domains")
    for domain in domains:
        if not _HOST.fullmatch(domain):
            raise refused(f"Invalid domain '{domain}': a host name without scheme, port, path or wildcard.")
    if len(domains) > _FREE_WIDGET_DOMAINS:
        raise refused(f"Too many domains: {len(domains)} out of {_FREE_WIDGET_DOMAINS}.")


CREATING = {
    "D1Database": _database,
    "Queue": _queue,
    "QueueConsumer": _consumer,
    "R2Bucket": _bucket,
    "R2BucketCors": _bucket_cors,
    "R2BucketLifecycle": _bucket_part,
    "R2CustomDomain": _bucket_domain,
    "R2ManagedDomain": _bucket_part,
    "TurnstileWidget": _widget,
    "WorkersKv": _pair,
    "WorkersKvNamespace": _namespace,
}
UPDATING = CREATING
