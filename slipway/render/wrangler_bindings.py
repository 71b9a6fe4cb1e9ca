"""What a Worker is bound to, as wrangler's configuration says it. What is secret has its name there and no value."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from plan.model import Secret, Unknown
from plan.urns import name_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plan.graph import Graph
    from plan.model import Resource, Value

NOWHERE = "00000000-0000-0000-0000-000000000000"  # in the place of an id that only deployment tells
_DATABASE, _BUCKET = "cloudflare:index/d1Database:D1Database", "cloudflare:index/r2Bucket:R2Bucket"
_QUEUE = "cloudflare:index/queue:Queue"
_MIGRATIONS = "slipway:cloudflare:EdgeMigrations"
# Kinds that wrangler's file lists: where, what it calls the binding's own name, and what else it takes of it.
_LISTED: dict[str, tuple[tuple[str, ...], str, dict[str, str]]] = {
    "analytics_engine": (("analytics_engine_datasets",), "binding", {"dataset": "dataset"}),
    "dispatch_namespace": (("dispatch_namespaces",), "binding", {"namespace": "namespace"}),
    "durable_object_namespace": (
        ("durable_objects", "bindings"), "name", {"class_name": "className", "script_name": "scriptName"},
    ),
    "hyperdrive": (("hyperdrive",), "binding", {"id": "id"}),
    "kv_namespace": (("kv_namespaces",), "binding", {"id": "namespaceId"}),
    "mtls_certificate": (("mtls_certificates",), "binding", {"certificate_id": "certificateId"}),
    "secrets_store_secret": (
        ("secrets_store_secrets",), "binding", {"store_id": "storeId", "secret_name": "secretName"},
    ),
    "send_email": (("send_email",), "name", {"destination_address": "destinationAddress"}),
    "service": (("services",), "binding", {"service": "service", "entrypoint": "entrypoint"}),
    "vectorize": (("vectorize",), "binding", {"index_name": "indexName"}),
}  # fmt: skip
_OPTIONAL = frozenset({"destination_address", "entrypoint", "script_name"})
# Kinds that are bound by a name: where, what wrangler and the binding call that name, what makes it and calls it how.
_NAMED = {
    "queue": (("queues", "producers"), "queue", "queueName", _QUEUE, "queueName"),
    "r2_bucket": (("r2_buckets",), "bucket_name", "bucketName", _BUCKET, "name"),
}
# Kinds of which a Worker has one at the most.
_SINGLE = {"ai": "ai", "browser": "browser", "images": "images", "version_metadata": "version_metadata"}


class Bindings:
    """The bindings of a Worker: `found` is their part of wrangler's configuration, `left_out` says what is not."""

    def __init__(self, graph: Graph, listed: Value) -> None:
        self.found: dict[str, Any] = {}
        self.left_out: list[str] = []
        self._graph = graph
        if not isinstance(listed, (list, tuple)):
            if listed is not None:
                self.left_out.append("its bindings are not known.")
            return
        for each in listed:
            name = each.get("name") if isinstance(each, dict) else None
            if isinstance(each, dict) and isinstance(name, str):
                self._add(name, each)
            else:
                self.left_out.append("a binding is left out: its name is not known.")

    def _add(self, name: str, binding: Mapping[str, Value]) -> None:
        match binding.get("type"):
            case "plain_text":
                self._plain(name, binding.get("text"))
            case "json":
                self._json(name, binding.get("json"))
            case "secret_text" | "secret_key":
                self._later(name)
            case "assets":
                self.found["assets"] = {"binding": name}
            case "d1":
                self._database(name, binding.get("databaseId"))
            case str(kind) if kind in _NAMED:
                self._named(kind, name, binding)
            case str(kind) if kind in _SINGLE:
                self.found[_SINGLE[kind]] = {"binding": name}
            case str(kind) if kind in _LISTED:
                self._listed(kind, name, binding)
            case str(kind):
                self.left_out.append(f"the binding {name} is left out: how wrangler runs {kind} is not known here.")
            case _:
                self.left_out.append(f"the binding {name} is left out: its type is not known.")

    def _listed(self, kind: str, name: str, binding: Mapping[str, Value]) -> None:
        where, own, others = _LISTED[kind]
        told = {theirs: text for theirs, ours in others.items() if (text := _told(binding.get(ours))) is not None}
        if lacking := others.keys() - told.keys() - _OPTIONAL:
            self.left_out.append(f"the binding {name} is left out: its {', '.join(sorted(lacking))} is not known.")
        else:
            self._list(where, {own: name, **told})

    def _list(self, where: tuple[str, ...], entry: dict[str, Any]) -> None:
        place = self.found
        for part in where[:-1]:
            place = place.setdefault(part, {})
        place.setdefault(where[-1], []).append(entry)

    def _plain(self, name: str, text: Value) -> None:
        """A variable whose value is known; of another one the name alone."""
        if isinstance(text, str):
            self.found.setdefault("vars", {})[name] = text
        else:
            self._later(name)
            why = "secret" if isinstance(text, Secret) else "known after deployment"
            self.left_out.append(f"the value of {name} is left out: it is {why}; .dev.vars gives it one.")

    def _later(self, name: str) -> None:
        """Have wrangler take the value from `.dev.vars`: where secrets are listed it takes none of another name."""
        self.found.setdefault("secrets", {"required": []})["required"].append(name)

    def _json(self, name: str, text: Value) -> None:
        try:
            self.found.setdefault("vars", {})[name] = json.loads(text if isinstance(text, str) else "")
        except ValueError:
            self.left_out.append(f"the variable {name} is left out: its value is not known.")

    def _database(self, name: str, given: Value) -> None:
        made = self._made(given, _DATABASE)
        entry: dict[str, Any] = {"binding": name}
        if made is not None and isinstance(made.inputs.get("name"), str):
            entry["database_name"] = made.inputs["name"]
        entry["database_id"] = given if isinstance(given, str) else NOWHERE
        if made is not None and (folder := migrations_directory(self._graph, made)):
            entry["migrations_dir"] = folder
        self._list(("d1_databases",), entry)

    def _named(self, kind: str, name: str, binding: Mapping[str, Value]) -> None:
        """What is bound by its own name, which the plan knows or the resource that makes it."""
        where, key, ours, made_by, told = _NAMED[kind]
        given = binding.get(ours)
        made = self._made(given, made_by)
        known = made.inputs.get(told) if made is not None else given
        self._list(where, {"binding": name, key: known if isinstance(known, str) else _local(name)})

    def _made(self, given: Value, kind: str) -> Resource | None:
        """The resource of this type that a value is taken from; None where that is not certain."""
        target = given.target if isinstance(given, Unknown) else None
        made = self._graph.get(target.urn) if target is not None else None
        return made if made is not None and made.type == kind else None


def migrations_directory(graph: Graph, database: Resource) -> str | None:
    """The folder with the migrations of a database, relative to the project; None where nothing of ours has any."""
    for migrations in graph.of_type(_MIGRATIONS):
        for run in graph.children(migrations.urn):
            told = run.inputs.get("environment")
            of = told.get("D1_DATABASE_ID") if isinstance(told, dict) else None
            folder = migrations.inputs.get("directory")
            if isinstance(of, Unknown) and of.target and of.target.urn == database.urn and isinstance(folder, str):
                return folder
    return None


def _local(binding: str) -> str:
    """A name for this machine that buckets and queues may have: lower case, with letters or digits at both ends."""
    return "local-" + (re.sub(r"[^a-z0-9]+", "-", binding.lower())[:50].strip("-") or "one")


def _told(value: Value) -> str | None:
    """An id or name as text; of one that only deployment tells, the name of the resource: locally it is as good."""
    if isinstance(value, Unknown):
        return name_of(value.target.urn) if value.target is not None else NOWHERE
    return value if isinstance(value, str) else None
