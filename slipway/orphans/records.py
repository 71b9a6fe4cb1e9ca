"""What states record: the exports of one or more stacks, as sets to ask."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_ELSEWHERE = ("pulumi:", "pulumi-python:", "random:", "tls:")  # lives in the state itself, or in no cloud


@dataclass(frozen=True, slots=True)
class Records:
    """`ids` are those of each type, `arns` every ARN that any resource has."""

    ids: Mapping[str, frozenset[str]]
    arns: frozenset[str]

    def has(self, kind: str, identifier: str) -> bool:
        """Whether a resource of this type has this id."""
        return identifier in self.ids.get(kind, ())

    def has_anywhere(self, identifier: str) -> bool:
        """Whether a resource of any type has this id: for ids that AWS gives once."""
        return any(identifier in ids for ids in self.ids.values())


def resources(export: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The resources of an exported state, any JSON."""
    found: list[dict[str, Any]] = (export.get("deployment") or {}).get("resources") or []
    return found


def ids_by_urn(export: Mapping[str, Any]) -> dict[str, str]:
    """The id of each resource by URN, empty for components. What waits for its deletion has no place any more."""
    return {each["urn"]: each.get("id", "") for each in resources(export) if not each.get("delete")}


def records(exports: Iterable[Mapping[str, Any]]) -> Records:
    """What these exported states record, what waits for its deletion included."""
    ids: defaultdict[str, set[str]] = defaultdict(set)
    arns: set[str] = set()
    for export in exports:
        for each in resources(export):
            outputs = each.get("outputs") or {}
            known = {each.get("id"), outputs.get("arn"), outputs.get("name"), outputs.get("identifier")}
            texts = {text for text in known if isinstance(text, str) and text}
            ids[each["type"]] |= texts
            arns |= {text.removesuffix(":*") for text in texts if text.startswith("arn:")}
    return Records({kind: frozenset(found) for kind, found in ids.items()}, frozenset(arns))


def types_in_a_cloud(types: Iterable[str]) -> dict[str, int]:
    """How many resources of each type there are, without components and without what lives in no cloud."""
    counted: dict[str, int] = {}
    for kind in types:
        if not kind.startswith(_ELSEWHERE):
            counted[kind] = counted.get(kind, 0) + 1
    return dict(sorted(counted.items()))
