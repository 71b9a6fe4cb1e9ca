"""Workers: scripts, what they are bound to, where they answer."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import Refusal
from slipway.simulated.checks.cloudflare.api import (
    ACCOUNT_SUBSCRIPTION,
    BUCKET,
    DATABASE,
    NAMESPACE,
    QUEUE,
    RECORD,
    SCRIPT,
    full_name,
    has_worker,
    is_outside,
    is_there,
    refused,
    zone_name,
)
from slipway.simulated.checks.cron import is_cron
from slipway.simulated.structs import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

_NAME = re.compile(r"[a-z0-9_][a-z0-9_-]{0,62}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_ES_MODULE = re.compile(r"^\s*export\s+(default|\{|class|const|async|function)", re.MULTILINE)
_ROUTE = re.compile(r"(?:https?://)?(?:\*\.?)?[^/*?:#\s]*(?:/[^*?#\s]*\*?)?\*?")
_CRON = re.compile(r"(\*|[0-9]+(-[0-9]+)?|[A-Za-z]{3}(-[A-Za-z]{3})?)(/[0-9]+)?|[0-9]*[LW]|[0-9A-Za-z]+#[1-5]|LW")
_WEEK = (1, 7)
# What a binding points at: the type, the property that says which, the binding's own property, the words and the code.
_TARGETS = {
    "kv_namespace": (NAMESPACE, "id", "namespaceId", "KV namespace '{}' not found.", 10041),
    "r2_bucket": (BUCKET, "name", "bucketName", "R2 bucket '{}' not found. Please use a different name.", 10085),
    "d1": (DATABASE, "id", "id", "D1 binding references database '{}' which was not found.", 10181),
    "queue": (QUEUE, "queueName", "queueName", "Queue '{}' does not exist.", None),
    "service": (
        SCRIPT,
        "scriptName",
        "service",
        "Could not resolve service binding. Target script '{}' not found.",
        10143,
    ),
}
_CLASSES = ("newClasses", "newSqliteClasses")


def _inputs(asked: Asked) -> Iterator[Refusal]:
    names = ("content", "contentFile", "contentSha256", "mainModule", "bodyPart")
    given = {name: asked.inputs[name] for name in names if asked.inputs.get(name) is not None}
    if UNKNOWN in given.values():  # the provider says nothing before it knows them all
        return
    if {"content", "contentFile"} <= given.keys():
        yield Refusal("These attributes cannot be configured together: [content,content_file]")
    if "contentFile" in given and "contentSha256" not in given:
        yield Refusal("These attributes must be configured together: [content_file,content_sha256]")
    if {"mainModule", "bodyPart"} <= given.keys():
        yield Refusal("These attributes cannot be configured together: [main_module,body_part]")


def _script(asked: Asked, cloud: Cloud) -> None:
    name, content = asked.text("scriptName"), asked.text("content")
    judge_name(name)
    body = any(asked.inputs.get(each) for each in ("content", "contentFile", "assets"))
    if not body and (main := asked.text("mainModule") or asked.text("bodyPart")):
        raise refused(f'Uncaught Error: No such module "{main}".', 10021)
    if content and not asked.text("mainModule") and _ES_MODULE.search(content):
        raise refused("Uncaught SyntaxError: Unexpected token 'export'", 10021)
    judge_date(asked.text("compatibilityDate"))
    bindings: list[Mapping[str, Any]] = asked.inputs.get("bindings") or []
    judge_bindings(bindings, name, cloud)
    _judge_migrations(asked, cloud)
    _judge_classes(asked, bindings)


def judge_name(name: str) -> None:
    """Raise `ApiError` for what no Worker can be called."""
    if not _NAME.fullmatch(name):
        raise refused(
            f"Invalid script name '{name}': at most 63 lowercase letters, digits, underscores and dashes, "
            "and no dash at the start.",
            10016,
        )


def judge_date(date: str) -> None:
    """Raise `ApiError` for a compatibility date that is none, or that is to come."""
    if not date:
        return
    try:
        when = dt.date.fromisoformat(date if _DATE.fullmatch(date) else "")
    except ValueError:
        raise refused(f'Invalid compatibility date "{date}": a day is written YYYY-MM-DD.', 10021) from None
    if when > dt.datetime.now(dt.UTC).date():
        raise refused(f"Can't set compatibility date in the future: {date}", 10021)


def judge_bindings(bindings: list[Mapping[str, Any]], script: str, cloud: Cloud) -> None:
    """Raise `ApiError` where two have one name, or one leads to what is not there. `script` is the Worker's own."""
    names = [binding["name"] for binding in bindings]
    if twice := sorted({each for each in names if names.count(each) > 1}):
        raise refused(f"Binding name '{twice[0]}' already in use. Please use a different name and try again.", 10021)
    for binding in bindings:
        _judge_binding(binding, script, cloud)


def _judge_binding(binding: Mapping[str, Any], script: str, cloud: Cloud) -> None:
    kind = binding["type"]
    if kind not in _TARGETS:
        return
    token, path, own, words, code = _TARGETS[kind]
    wanted = str(binding.get(own) or binding.get("databaseId") or "")
    if not wanted:
        raise refused(f"Binding '{binding['name']}' of type {kind} needs {own}.", 10021)
    if wanted != script and not is_there(token, path, wanted, cloud):
        raise refused(words.format(wanted), code)


def _judge_migrations(asked: Asked, cloud: Cloud) -> None:
    new, old = asked.inputs.get("migrations") or {}, asked.old.get("migrations") or {}
    if not new or new == old:
        return
    current = old.get("newTag") or ""
    if (new.get("oldTag") or "") != current:
        raise refused(f"Migration tag precondition failed; current tag is {current or 'not set'}", 10079)
    if any(step.get("newClasses") for step in _steps(new)):
        paid = cloud.naming(ACCOUNT_SUBSCRIPTION, "accountId", asked.text("accountId"))
        if not paid:
            raise refused(
                "In order to use Durable Objects with a free plan, you must create a namespace using a "
                "`new_sqlite_classes` migration.",
                10097,
            )


def _judge_classes(asked: Asked, bindings: list[Mapping[str, Any]]) -> None:
    """Each class that is bound in its own script must have come by a migration, this one's or an earlier one's."""
    known = {
        name
        for inputs in (asked.inputs, asked.old)
        for step in _steps(inputs.get("migrations") or {})
        for name in (
            *(each for kind in _CLASSES for each in step.get(kind) or ()),
            *(each.get("to") for kind in ("renamedClasses", "transferredClasses") for each in step.get(kind) or ()),
        )
    }
    bound = {binding.get("className") for binding in asked.old.get("bindings") or ()}
    for binding in bindings:
        own = binding["type"] == "durable_object_namespace" and binding.get("scriptName") in (
            None,
            asked.text("scriptName"),
        )
        if own and binding.get("className") not in known | bound:
            raise refused(
                f"Cannot create binding for class '{binding.get('className')}' because it is not currently configured "
                "to implement Durable Objects. Ensure a --new-class migration has been applied to it.",
                10061,
            )


def _steps(migrations: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [migrations, *(migrations.get("steps") or ())]


def _route(asked: Asked, cloud: Cloud) -> None:
    pattern = asked.text("pattern")
    if not _ROUTE.fullmatch(pattern) or "." not in pattern:
        raise refused(
            f"Invalid route pattern '{pattern}': a wildcard stands at the start of the host or at the end of the path, "
            "and there is no port, query or fragment.",
            10022,
        )
    host = re.sub(r"^\w+://", "", pattern).partition("/")[0].strip("*").lstrip(".")
    zone = zone_name(asked.text("zoneId"), cloud)
    if is_outside(host, zone):
        raise refused(f"Route pattern '{pattern}' is not in the zone {zone}.", 10022)
    for held in cloud.naming(asked.token, "pattern", pattern):
        if held.id != asked.id and held.inputs["zoneId"] == asked.text("zoneId"):
            raise refused("A route with the same pattern already exists.", 10020)
    if not has_worker(asked.text("script"), cloud):
        raise refused("workers.api.error.script_not_found", 10007)


def _custom_domain(asked: Asked, cloud: Cloud) -> None:
    host, zone = asked.text("hostname"), zone_name(asked.text("zoneId"), cloud)
    if is_outside(host, zone):
        raise refused(f"Hostname '{host}' is not in the zone {zone}.")
    if not has_worker(asked.text("service"), cloud):
        raise refused("This Worker does not exist on your account.", 10007)
    if any(held.id != asked.id for held in cloud.naming(asked.token, "hostname", host)):
        raise refused(f"Hostname '{host}' is already in use by another Worker.")
    for record in cloud.naming(RECORD, "zoneId", asked.text("zoneId")):
        kind = str(record.inputs["type"]).upper()
        if kind in ("A", "AAAA", "CNAME") and full_name(record.inputs["name"], zone) == full_name(host, zone):
            raise refused(
                f"Hostname '{host}' already has externally managed DNS records (A, CNAME, etc). Either delete them, "
                "try a different hostname, or use the option 'override_existing_dns_record' to override.",
                100117,
            )


def _cron(asked: Asked, cloud: Cloud) -> None:
    if not has_worker(asked.text("scriptName"), cloud):
        raise refused("workers.api.error.script_not_found", 10007)
    for schedule in asked.inputs.get("schedules") or ():
        if not is_cron(str(schedule["cron"]), _CRON, _WEEK):
            raise refused(f"Invalid cron string: '{schedule['cron']}'", 10100)


def _subdomain(asked: Asked, cloud: Cloud) -> None:
    if not has_worker(asked.text("scriptName"), cloud):
        raise refused("This Worker does not exist on your account.", 10007)


def _gives(asked: Asked, _cloud: Cloud) -> dict[str, Any]:
    tag = (asked.inputs.get("migrations") or asked.old.get("migrations") or {}).get("newTag")
    return {"migrationTag": tag or "", "hasModules": asked.inputs.get("mainModule") not in (None, UNKNOWN)}


INPUTS = {"WorkersScript": _inputs}
CREATING = {
    "WorkersCronTrigger": _cron,
    "WorkersCustomDomain": _custom_domain,
    "WorkersRoute": _route,
    "WorkersScript": _script,
    "WorkersScriptSubdomain": _subdomain,
}
UPDATING = CREATING
GIVES = {"WorkersScript": _gives}
