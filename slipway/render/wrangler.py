"""Wrangler's configuration of a Worker, out of a plan of any Pulumi program, so that it runs on this machine too."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from plan.model import Unknown
from slipway.render.files import Rendered
from slipway.render.task_definitions import free
from slipway.render.wrangler_bindings import Bindings
from slipway.render.wrangler_consumers import CONSUMER, consumers
from slipway.render.wrangler_versions import versions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from plan.graph import Graph
    from plan.model import Resource, Value

_SCRIPT = "cloudflare:index/workersScript:WorkersScript"
_SUBDOMAIN = "cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain"
_CRONS = "cloudflare:index/workersCronTrigger:WorkersCronTrigger"
_DOMAIN = "cloudflare:index/workersCustomDomain:WorkersCustomDomain"
_ROUTE = "cloudflare:index/workersRoute:WorkersRoute"
_OWN = "slipway:cloudflare:EdgeApplication"
_ZONE = "0" * 32  # in the place of an id that only deployment tells
_HEADER = """\
// The Worker {name} as the stack declares it, for this machine. Made by `slipway render`.
//
//   wrangler dev --local --config {file}
//
// In an account `pulumi up` deploys it with all that is below: do not run `wrangler deploy` with this file. Secrets
// and what only deployment tells have their names here and no values: on this machine .dev.vars beside this file
// gives them. An id of zeros stands for one that only deployment tells.
"""
# What wrangler takes of these, under the names that the provider has for them.
_OBSERVED = {
    "enabled": "enabled",
    "head_sampling_rate": "headSamplingRate",
    "invocation_logs": "invocationLogs",
    "persist": "persist",
    "destinations": "destinations",
}
_ASSETS = {
    "html_handling": "htmlHandling",
    "not_found_handling": "notFoundHandling",
    "run_worker_first": "runWorkerFirst",
}


def wrangler_files(graph: Graph, root: str = ".") -> tuple[list[Rendered], list[str]]:
    """A file for each Worker, one more for each version beside its release, and what is left out, with the reason.

    `root` is the project's folder as seen from the files: wrangler takes paths from where its file lies.
    """
    files: list[Rendered] = []
    notes: list[str] = []
    taken: set[str] = set()
    scripts = [*((each, each) for each in graph.of_type(_SCRIPT)), *versions(graph)]
    alone = len({script.urn for script, _ in scripts}) == 1
    told: set[str] = set()
    for script, told_by in scripts:
        found, left_out = configuration(graph, script, root)
        name = re.sub(r"[^A-Za-z0-9_-]+", "-", str(found["name"]))
        parts = [*([] if alone else [name]), *(["candidate"] if script.urn in told else [])]
        told.add(script.urn)
        stem = free("-".join(parts), taken) if parts else ""
        file = f"wrangler-{stem}.jsonc" if stem else "wrangler.jsonc"
        header = _HEADER.format(name=json.dumps(found["name"]), file=file)
        text = json.dumps(found, indent=2, ensure_ascii=False)
        files.append(Rendered(file, f"{header}{text}\n", told_by.urn))
        notes += [f"{file}: {each}" for each in left_out]
    return files, notes


def configuration(graph: Graph, script: Resource, root: str = ".") -> tuple[dict[str, Any], list[str]]:
    """The configuration of one Worker as data, and what is left out of it."""
    inputs = script.inputs
    bound = Bindings(graph, inputs.get("bindings"))
    name = _text(inputs.get("scriptName")) or script.name
    migrations, untold = _migrations(graph, script)
    built = _text(inputs.get("contentFile"))
    consumed, not_told = consumers(graph, _of(graph, CONSUMER, script, name))
    if consumed:
        bound.found.setdefault("queues", {})["consumers"] = consumed
    return {
        "name": name,
        **({"main": _seen(root, built), "no_bundle": True, "find_additional_modules": False} if built else {}),
        **_known({"account_id": inputs.get("accountId"), "compatibility_date": inputs.get("compatibilityDate")}),
        "compatibility_flags": _texts(inputs.get("compatibilityFlags")),
        **_reached(graph, script, name),
        **_located(bound.found, root),
        **_files(inputs.get("assets"), bound.found.get("assets"), root),
        "migrations": migrations,
        "triggers": {"crons": [each for trigger in _of(graph, _CRONS, script, name) for each in _crons(trigger)]},
        "observability": _observability(inputs.get("observability")),
        **({"placement": _known(placed)} if isinstance(placed := inputs.get("placement"), dict) else {}),
    }, [
        *bound.left_out,
        *untold,
        *not_told,
        *([] if built else ["`main` is left out: the Worker's file is not known."]),
    ]


def _reached(graph: Graph, script: Resource, name: str) -> dict[str, Any]:
    """Where it answers. Under workers.dev it does only where the program says so."""
    own = script.inputs.get("subdomain")  # of a Worker whose releases are versions
    subdomains = [each.inputs for each in _of(graph, _SUBDOMAIN, script, name)] + (
        [own] if isinstance(own, dict) else []
    )
    domains, routes = _of(graph, _DOMAIN, script, name, "service"), _of(graph, _ROUTE, script, name, "script")
    answered = [
        *({"pattern": each.inputs.get("hostname"), "custom_domain": True} for each in domains),
        *(
            {"pattern": each.inputs.get("pattern"), "zone_id": _text(each.inputs.get("zoneId")) or _ZONE}
            for each in routes
        ),
    ]
    return {
        "workers_dev": any(each.get("enabled") is True for each in subdomains),
        "preview_urls": any(each.get("previewsEnabled") is True for each in subdomains),
        "routes": [each for each in answered if isinstance(each["pattern"], str)],
    }


def _of(graph: Graph, kind: str, script: Resource, name: str, key: str = "scriptName") -> list[Resource]:
    """The resources of this type that say the Worker's name, or take it from the Worker."""
    return [each for each in graph.of_type(kind) if _says(each.inputs.get(key), script, name)]


def _says(value: Value, script: Resource, name: str) -> bool:
    if isinstance(value, Unknown):
        return value.target is not None and value.target.urn == script.urn
    return value == name


def _crons(trigger: Resource) -> Iterator[str]:
    listed = trigger.inputs.get("schedules")
    for each in listed if isinstance(listed, (list, tuple)) else ():
        if isinstance(each, dict) and isinstance(each.get("cron"), str):
            yield str(each["cron"])


def _located(found: Mapping[str, Any], root: str) -> dict[str, Any]:
    """The bindings with folders as they are seen from the file; those of assets are said with the files."""
    located = {key: value for key, value in found.items() if key != "assets"}
    if "d1_databases" in located:
        located["d1_databases"] = [
            {**each, "migrations_dir": _seen(root, each["migrations_dir"])} if "migrations_dir" in each else each
            for each in located["d1_databases"]
        ]
    return located


def _files(assets: Value, bound: Mapping[str, Any] | None, root: str) -> dict[str, Any]:
    """The files that are served without the Worker."""
    folder = _text(assets.get("directory")) if isinstance(assets, dict) else None
    if folder is None or not isinstance(assets, dict):
        return {}
    said = assets.get("config")
    config = said if isinstance(said, dict) else {}
    told = {theirs: config[ours] for theirs, ours in _ASSETS.items() if _is_plain(config.get(ours))}
    return {"assets": {"directory": _seen(root, folder), **(bound or {}), **told}}


def _migrations(graph: Graph, script: Resource) -> tuple[list[dict[str, Any]], list[str]]:
    """The migrations of Durable Objects from the first, which a component of ours keeps; and what is not known."""
    owner = graph.get(script.parent)
    if owner is not None and owner.type == _OWN:
        listed = owner.inputs.get("migrations")
        return [_migration(each) for each in listed if isinstance(each, dict)] if isinstance(listed, list) else [], []
    if script.inputs.get("migrations") is None:
        return [], []
    return [], ["`migrations` is left out: the program tells the last deployment's only, and this file wants them all."]


def _migration(said: Mapping[str, Value]) -> dict[str, Any]:
    renamed = said.get("renamedClasses")
    parts = {
        "new_sqlite_classes": _texts(said.get("newClasses")),
        "renamed_classes": [{"from": old, "to": new} for old, new in renamed.items()]
        if isinstance(renamed, dict)
        else [],
        "deleted_classes": _texts(said.get("deletedClasses")),
    }
    return {"tag": _text(said.get("tag")) or "", **{key: part for key, part in parts.items() if part}}


def _observability(said: Value) -> dict[str, Any]:
    if not isinstance(said, dict):
        return {"enabled": False}
    found = {theirs: said[ours] for theirs, ours in _OBSERVED.items() if _is_plain(said.get(ours))}
    parts = {part: _observability(said[part]) for part in ("logs", "traces") if isinstance(said.get(part), dict)}
    return {**found, **parts}


def _is_plain(value: Value) -> bool:
    return isinstance(value, (str, bool, int, float)) or (isinstance(value, list) and _texts(value) == value)


def _seen(root: str, path: str) -> str:
    """A path of the project's as it is seen from the file."""
    return path if root == "." or path.startswith("/") else f"{root}/{path}"


def _known(values: Mapping[str, Value]) -> dict[str, str]:
    return {key: value for key, value in values.items() if isinstance(value, str)}


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def _texts(values: Value) -> list[str]:
    return [each for each in values if isinstance(each, str)] if isinstance(values, (list, tuple)) else []
