"""What a Worker is given, said by each of the three who say it: a plan, wrangler's file, and TypeScript."""

from __future__ import annotations

import json
import posixpath
import re
from typing import TYPE_CHECKING, Any

from plan.model import Secret
from tests.components.planning import inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from plan.graph import Graph
    from plan.model import Value

Facts = dict[str, object]
# What TypeScript calls that which is bound, by the kind of the binding.
TYPES = {
    "assets": "Fetcher",
    "d1": "D1Database",
    "kv_namespace": "KVNamespace",
    "plain_text": "string",
    "queue": "Queue",
    "r2_bucket": "R2Bucket",
    "secret_text": "string",
}
_OBJECTS = "durable_object_namespace"
# What wrangler's file says beside bindings, and what of it is another's business there: names, places, this machine.
_ELSEWHERE = {"$schema", "name", "main", "send_metrics", "observability"}
_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/', re.DOTALL)


# -- a plan


def of_plan(found: Graph) -> Facts:
    """What the program declares."""
    (component,) = found.of_type("slipway:cloudflare:EdgeApplication")
    (worker,) = found.of_type("cloudflare:index/workersScript:WorkersScript")
    (subdomain,) = found.of_type("cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain")
    bindings = {f"binding {inside(each, 'name')}": _planned(each) for each in _list(worker.inputs.get("bindings"))}
    files = worker.inputs.get("assets")
    told = inside(files, "config") if files is not None else {}
    assert isinstance(told, dict)
    return {
        **bindings,
        **_migrations(
            (
                inside(each, "tag"),
                inside(each, "newClasses"),
                inside(each, "renamedClasses"),
                inside(each, "deletedClasses"),
            )
            for each in _list(component.inputs.get("migrations"))
        ),
        "crons": {
            str(inside(schedule, "cron"))
            for each in found.of_type("cloudflare:index/workersCronTrigger:WorkersCronTrigger")
            for schedule in _list(each.inputs["schedules"])
        },
        "files": files is not None,
        "the Worker first": told.get("runWorkerFirst", []),
        "no file": told.get("notFoundHandling", "none"),
        "compatibility date": worker.inputs["compatibilityDate"],
        "compatibility flags": _list(worker.inputs.get("compatibilityFlags")),
        "workers.dev": subdomain.inputs["enabled"],
        "tables": {each.inputs["directory"] for each in found.of_type("slipway:cloudflare:EdgeMigrations")},
    }


def _planned(binding: Value) -> str:
    kind = inside(binding, "type")
    if kind == "secret_text":
        assert isinstance(inside(binding, "text"), Secret)
    return f"{kind} {inside(binding, 'className')}" if kind == _OBJECTS else str(kind)


def _list(value: Value | None) -> list[Value]:
    assert value is None or isinstance(value, list)
    return value or []


# -- wrangler's file


def of_wrangler(text: str, folder: str) -> Facts:
    """What wrangler's file in this folder of the project declares.

    Raises `KeyError` for what it says and nobody here has a word for.
    """
    file = dict(json.loads(_TOKEN.sub(_without_comment, text)))
    tables = [each.get("migrations_dir", "migrations") for each in file.get("d1_databases", [])]
    files = file.pop("assets", None)
    triggers = file.pop("triggers", {})
    migrations = file.pop("migrations", [])
    facts: Facts = {
        **_migrations(
            (
                each.pop("tag"),
                each.pop("new_sqlite_classes", []),
                {one["from"]: one["to"] for one in each.pop("renamed_classes", [])},
                each.pop("deleted_classes", []),
            )
            for each in migrations
        ),
        "crons": set(triggers.pop("crons", [])),
        "files": files is not None,
        "the Worker first": (files or {}).get("run_worker_first", []),
        "no file": (files or {}).get("not_found_handling", "none"),
        "compatibility date": file.pop("compatibility_date"),
        "compatibility flags": file.pop("compatibility_flags", []),
        "workers.dev": file.pop("workers_dev", True),
        "tables": {posixpath.normpath(f"{folder}/{each}") for each in tables},
    }
    bindings = {f"binding {name}": kind for name, kind in _bound(file, files or {})}
    left = {*file} - _ELSEWHERE, {key for each in migrations for key in each}, set(triggers)
    if any(left):
        raise KeyError(f"wrangler.jsonc says {sorted(set().union(*left))}: say here what that declares")
    return {**bindings, **facts}


def _bound(file: dict[str, Any], files: Mapping[str, Any]) -> Iterator[tuple[str, str]]:  # Any: JSON
    """Each binding's name and kind; what declares them is taken out of the file."""
    for part, kind in (("d1_databases", "d1"), ("r2_buckets", "r2_bucket"), ("kv_namespaces", "kv_namespace")):
        for each in file.pop(part, []):
            yield each["binding"], kind
    for each in file.pop("queues", {}).get("producers", []):
        yield each["binding"], "queue"
    for each in file.pop("durable_objects", {}).get("bindings", []):
        yield each["name"], f"{_OBJECTS} {each['class_name']}"
    for name in file.pop("vars", {}):
        yield name, "plain_text"
    for name in file.pop("secrets", {}).get("required", []):
        yield name, "secret_text"
    if "binding" in files:
        yield files["binding"], "assets"


def _without_comment(token: re.Match[str]) -> str:
    return token[0] if token[0].startswith('"') else ""


def _migrations(listed: Iterator[tuple[Any, Any, Any, Any]]) -> Facts:  # Any: JSON
    """What becomes of which classes, in order."""
    return {
        f"migration {place}": (tag, sorted(new), dict(renamed), sorted(deleted))
        for place, (tag, new, renamed, deleted) in enumerate(listed, 1)
    }


# -- TypeScript


def of_interface(text: str) -> dict[str, str]:
    """The fields of the interface Env, with their types."""
    inner = re.search(r"^export interface Env \{\n(.*?)^\}$", text, re.MULTILINE | re.DOTALL)
    assert inner, "there is no `export interface Env {` that is closed at the beginning of a line"
    code = re.sub(r"/\*.*?\*/|//[^\n]*", "", inner[1], flags=re.DOTALL)
    fields = [re.fullmatch(r"(?:readonly )?(\w+)(\??: .+)", each.strip(), re.DOTALL) for each in code.split(";")]
    assert all(fields[:-1]), f"this is no list of fields: {code}"
    return {each[1]: each[2].removeprefix(": ") for each in fields if each}


def used(sources: str) -> set[str]:
    """The names that code asks its environment for."""
    return set(re.findall(r"\benv\.([A-Za-z_]\w*)", sources))


def as_typescript(facts: Facts) -> dict[str, str]:
    """The fields that an interface has for these bindings."""
    found = {}
    for fact, kind in facts.items():
        if fact.startswith("binding "):
            word, _, named = str(kind).partition(" ")
            found[fact.removeprefix("binding ")] = f"DurableObjectNamespace<{named}>" if named else TYPES[word]
    return found
