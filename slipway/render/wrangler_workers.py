"""The Workers of a plan, of either form: a script that answers everything at once, or a Worker with versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from plan.model import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from plan.graph import Graph
    from plan.model import Resource, Value

_SCRIPT = "cloudflare:index/workersScript:WorkersScript"
_SUBDOMAIN = "cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain"
_WORKER = "cloudflare:index/worker:Worker"
_VERSION = "cloudflare:index/workerVersion:WorkerVersion"
_DEPLOYMENT = "cloudflare:index/workersDeployment:WorkersDeployment"
_OF_A_VERSION = ("compatibilityDate", "compatibilityFlags", "bindings", "assets", "placement", "migrations")


@dataclass(frozen=True, slots=True)
class Worker:
    """One Worker as it answers: `inputs` are said as a script says them, whatever its form."""

    resource: Resource
    """What makes it, by which it is known to what leads to it."""
    name: str
    inputs: Mapping[str, Value]
    subdomains: tuple[Mapping[str, Value], ...]
    """What is declared of its addresses under workers.dev."""
    unsaid: tuple[str, ...] = ()
    """What the inputs do not have, with the reason."""

    def is_said_by(self, value: Value) -> bool:
        """Whether a value is its name, or is taken from it."""
        if isinstance(value, Unknown):
            return value.target is not None and value.target.urn == self.resource.urn
        return value == self.name

    def of(self, graph: Graph, kind: str, key: str = "scriptName") -> list[Resource]:
        """The resources of this type that lead to it: they say its name under `key`."""
        return [each for each in graph.of_type(kind) if self.is_said_by(each.inputs.get(key))]


def workers(graph: Graph) -> Iterator[Worker]:
    """All of a plan."""
    for script in graph.of_type(_SCRIPT):
        made = Worker(script, _named(script, "scriptName"), script.inputs, ())
        subdomains = tuple(each.inputs for each in made.of(graph, _SUBDOMAIN))
        yield Worker(script, made.name, script.inputs, subdomains)
    for worker in graph.of_type(_WORKER):
        yield _with_versions(graph, worker)


def _named(resource: Resource, key: str) -> str:
    name = resource.inputs.get(key)
    return name if isinstance(name, str) else resource.name


def _with_versions(graph: Graph, worker: Resource) -> Worker:
    """A Worker as the version has it that comes first in its deployment: of two releases that one is not on trial."""
    subdomain = worker.inputs.get("subdomain")
    made = Worker(worker, _named(worker, "name"), {}, (subdomain,) if isinstance(subdomain, dict) else ())
    version, unsaid = _answering(graph, made)
    said = {"accountId": worker.inputs.get("accountId"), "observability": worker.inputs.get("observability")}
    if version is not None:
        said |= {key: version.inputs[key] for key in _OF_A_VERSION if key in version.inputs}
        main, others = _module(version)
        said["contentFile"] = main
        unsaid += [f"the module {name} is left out: only the main module is run." for name in others]
    return Worker(worker, made.name, said, made.subdomains, tuple(unsaid))


def _answering(graph: Graph, worker: Worker) -> tuple[Resource | None, list[str]]:
    shares = [share for each in worker.of(graph, _DEPLOYMENT) for share in _maps(each.inputs.get("versions"))]
    if not shares:
        return None, ["what it runs is left out: no deployment says which version answers."]
    found = [made_by(graph, share.get("versionId"), _VERSION) for share in shares]
    first = found[0]
    if first is None:
        return None, ["what it runs is left out: the version that answers is not of this program."]
    others = [each for each in found[1:] if each is not None]
    return first, [f"the version {each.name} is left out: {first.name} is the release." for each in others]


def _module(version: Resource) -> tuple[Value, list[str]]:
    """The file of the main module, and the names of the others."""
    main, modules = version.inputs.get("mainModule"), _maps(version.inputs.get("modules"))
    file = next((each.get("contentFile") for each in modules if each.get("name") == main), None)
    return file, [str(name) for each in modules if isinstance(name := each.get("name"), str) and name != main]


def _maps(listed: Value) -> Sequence[Mapping[str, Value]]:
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, (list, tuple)) else []


def made_by(graph: Graph, given: Value, kind: str) -> Resource | None:
    """The resource of this type that a value is taken from; None where that is not certain."""
    target = given.target if isinstance(given, Unknown) else None
    made = graph.get(target.urn) if target is not None else None
    return made if made is not None and made.type == kind else None
