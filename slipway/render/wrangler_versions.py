"""The Workers of a plan whose releases are versions, each version as if it were a script."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from plan.model import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from plan.model import Resource, Value

_WORKER = "cloudflare:index/worker:Worker"
_VERSION = "cloudflare:index/workerVersion:WorkerVersion"
_DEPLOYMENT = "cloudflare:index/workersDeployment:WorkersDeployment"
_SAME = ("accountId", "assets", "bindings", "compatibilityDate", "compatibilityFlags", "migrations", "placement")


def versions(graph: Graph) -> Iterator[tuple[Resource, Resource]]:
    """Each version as a script of its Worker's name and place in the plan, and the version itself.

    The release comes first: a deployment lists it before what is tried beside it.
    """
    order = [urn for each in graph.of_type(_DEPLOYMENT) for urn in _listed(each.inputs.get("versions"))]
    found = sorted(graph.of_type(_VERSION), key=lambda each: order.index(each.urn) if each.urn in order else len(order))
    for version in found:
        worker = graph.get(_urn(version.inputs.get("workerId")))
        if worker is not None and worker.type == _WORKER:
            yield _script(worker, version), version


def _script(worker: Resource, version: Resource) -> Resource:
    told = {key: version.inputs[key] for key in _SAME if key in version.inputs}
    inputs = {**told, "scriptName": worker.inputs.get("name"), "contentFile": _file(version)}
    for key in ("observability", "subdomain"):
        if key in worker.inputs:
            inputs[key] = worker.inputs[key]
    return replace(worker, inputs=inputs)


def _file(version: Resource) -> Value:
    """The file of the module that is run; None where it is not known."""
    modules, main = version.inputs.get("modules"), version.inputs.get("mainModule")
    named = [each for each in modules if isinstance(each, dict)] if isinstance(modules, (list, tuple)) else []
    return next((each.get("contentFile") for each in named if each.get("name") == main), None)


def _listed(shares: Value) -> Iterator[str]:
    for each in shares if isinstance(shares, (list, tuple)) else ():
        if isinstance(each, dict):
            yield _urn(each.get("versionId"))


def _urn(value: Value) -> str:
    return value.target.urn if isinstance(value, Unknown) and value.target is not None else ""
