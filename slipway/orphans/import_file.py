"""The file for `pulumi import --file`: things that exist and are not recorded, each in its place in the program.

Place and provider of each are taken from the stack's plan. What they need and the state lacks, components and
providers, is in the file too: an import makes those.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from plan.graph import Graph
from plan.model import PROVIDER_PREFIX, STACK_TYPE, Secret, Unknown
from plan.urns import name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from plan.model import Plan, Resource

_ENGINES_OWN = "default_"  # begins the name of a provider that the engine makes itself


@dataclass(frozen=True, slots=True, order=True)
class Existing:
    """Something that exists: the URN that it has in the program, and the id that its provider imports by."""

    urn: str
    id: str


@dataclass(frozen=True, slots=True, order=True)
class Refused:
    """Something that cannot be taken over, and why."""

    existing: Existing
    reason: str


@dataclass(frozen=True, slots=True)
class ImportFile:
    """`document` is what the file holds, any JSON; `taken` are the things that it takes over, `refused` the others."""

    document: dict[str, Any]
    taken: tuple[Existing, ...]
    refused: tuple[Refused, ...]


def find_urn(plan: Plan, kind: str, name: str) -> str | None:
    """The URN of the plan's resource with this type and logical name; None where none or more than one has them."""
    urns = [resource.urn for resource in plan.resources if (resource.type, resource.name) == (kind, name)]
    return urns[0] if len(urns) == 1 else None


def import_file(existing: Iterable[Existing], plan: Plan, recorded: Mapping[str, str]) -> ImportFile:
    """The file that takes over all of `existing` that can be taken over.

    `recorded` has the id of each resource in the stack's state by URN, empty for components. The same input gives the
    same file.
    """
    writer = _Writer(Graph(plan), recorded)
    taken, refused = [], []
    for each in sorted(set(existing), key=lambda each: (each.urn.count("$"), each)):  # parents before children
        reason = writer.add(each)
        if reason:
            refused.append(Refused(each, reason))
        else:
            taken.append(each)
    return ImportFile(writer.document(), tuple(taken), tuple(refused))


class _Writer:
    def __init__(self, graph: Graph, recorded: Mapping[str, str]) -> None:
        self._graph = graph
        self._labels = _labels(graph.plan)
        self._recorded = recorded
        self._table: set[str] = set()  # URNs in the state that the file refers to
        self._resources: dict[str, dict[str, Any]] = {}  # entries of the file by URN

    def document(self) -> dict[str, Any]:
        table = {self._labels[urn]: urn for urn in sorted(self._table)}
        return {"nameTable": table, "resources": list(self._resources.values())}

    def add(self, existing: Existing) -> str:
        """Add one thing with all that it needs; else nothing, and the reason."""
        resource = self._graph.get(existing.urn)
        reason = self._refusal(existing, resource)
        if reason or resource is None:
            return reason
        needed = [*self._above(resource), *self._provider(resource)]
        for each in needed:
            self._need(each)
        self._resources[resource.urn] = self._entry(resource, {"id": existing.id})
        return ""

    def _refusal(self, existing: Existing, resource: Resource | None) -> str:
        if resource is None or not resource.custom or resource.external:
            return "the program makes no such resource (any more): delete it"
        held = self._recorded.get(existing.urn)
        if held is not None:
            return f"the state records another one in its place, {held}: delete the one of the two that is not wanted"
        if existing.urn in self._resources:
            return f"another one is taken over already in its place, {self._resources[existing.urn]['id']}: delete one"
        for needed in (*self._above(resource), *self._provider(resource)):
            if needed.urn in self._recorded or needed.urn in self._resources:
                continue
            if needed.custom and not needed.type.startswith(PROVIDER_PREFIX):
                return f"its parent {needed.name} is neither recorded nor taken over: take that over too"
            if any(isinstance(value, Secret | Unknown) for value in needed.inputs.values()):
                return (
                    f"its provider {needed.name} is not recorded and has settings that no plan holds: "
                    f"make it first, with pulumi up --target '{needed.urn}'"
                )
        return ""

    def _above(self, resource: Resource) -> list[Resource]:
        """What the resource lies in, outermost first, without the stack."""
        found: list[Resource] = []
        parent = self._graph.get(resource.parent)
        while parent is not None and parent.type != STACK_TYPE:
            found.insert(0, parent)
            parent = self._graph.get(parent.parent)
        return found

    def _provider(self, resource: Resource) -> list[Resource]:
        """The resource's own provider; nothing where the engine makes one itself."""
        provider = self._graph.get(resource.provider.rpartition("::")[0])
        return [provider] if provider is not None else []

    def _need(self, resource: Resource) -> None:
        if resource.urn in self._recorded:
            self._table.add(resource.urn)
        elif resource.urn not in self._resources:
            more: dict[str, Any] = {"component": True}
            if resource.remote:
                more["remote"] = True
            if resource.type.startswith(PROVIDER_PREFIX):
                settings = {key: value for key, value in resource.inputs.items() if not key.startswith("__")}
                more = {"inputs": settings, **({"version": settings["version"]} if "version" in settings else {})}
            self._resources[resource.urn] = self._entry(resource, more)

    def _entry(self, resource: Resource, more: Mapping[str, Any]) -> dict[str, Any]:
        entry = {"type": resource.type, "name": self._labels[resource.urn], "logicalName": resource.name, **more}
        if self._above(resource):
            entry["parent"] = self._labels[resource.parent]
        if not resource.custom or resource.type.startswith(PROVIDER_PREFIX):
            return entry
        if self._provider(resource):
            return {**entry, "provider": self._labels[self._provider(resource)[0].urn]}
        # Without a version the engine would take another of its own providers than the program's.
        name = name_of(resource.provider.rpartition("::")[0])
        return {**entry, "version": name.removeprefix(_ENGINES_OWN).replace("_", ".")} if name else entry


def _labels(plan: Plan) -> dict[str, str]:
    """A name for each URN that no other has. Logical names do where they are the only ones, but types share them."""
    forms = [(each.urn, each.name, f"{each.name}-{each.type.rpartition(':')[2]}", each.urn) for each in plan.resources]
    labels: dict[str, str] = {}
    for place in (1, 2, 3):
        counted = Counter(form[place] for form in forms)
        labels |= {form[0]: form[place] for form in forms if form[0] not in labels and counted[form[place]] == 1}
    return labels
