"""What another release must change, and what it must leave alone, from the state of the release before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plan.urns import type_of
from slipway.danger.facts import facts_of
from slipway.danger.renames import NAMED_AFTER_RELEASE
from slipway.orphans.records import resources
from slipway.rehearsal.agreement import revealed
from slipway.rehearsal.encoded import plain
from slipway.texts import texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# What is never changed: another version is another one, and replacing it is how it changes. Nothing is lost with it.
_WORKER = "cloudflare:index/workerVersion:WorkerVersion"
_SHARES = "cloudflare:index/workersDeployment:WorkersDeployment"
_ON_AN_ENGINE = frozenset({"docker:index/container:Container", "docker:index/remoteImage:RemoteImage"})
_VERSIONS = frozenset(
    {"aws:ecs/taskDefinition:TaskDefinition", "aws:lambda/invocation:Invocation", _WORKER, _SHARES, *_ON_AN_ENGINE}
)
# What is released itself and holds data beside: another code of it leaves the data as it is.
_CODE = frozenset({"cloudflare:index/workersScript:WorkersScript"})
_REPLACING = frozenset({"create-replacement", "replace", "delete-replaced"})
_COMING = frozenset({"create", "delete"})


def unexplained(before: Mapping[str, Any], operations: Iterable[tuple[str, str]], gone: Sequence[str]) -> list[str]:
    """One line for each operation that a release does not explain, and for each that is missing.

    `before` is the exported state, secrets shown, in which the texts `gone` named the release before. Whatever holds
    one of them has to change. What refers to something that changes may. Both in place, but for what is a version by
    nature; and data never.
    """
    entries = {each["urn"]: each for each in resources(before)}
    naming = {urn for urn, each in entries.items() if _holds(each, gone)}
    changed: dict[str, str] = {}
    wrong = []
    for operation, urn in operations:
        changed[urn] = operation
        if operation != "update" and not _is_version(operation, urn):
            wrong.append(f"{operation} {urn}: a release updates in place only")
        elif (
            type_of(urn) not in _CODE
            and urn in entries
            and facts_of(entries[urn]["type"], entries[urn], custom=True).holds
        ):
            wrong.append(f"{operation} {urn}: holds data, which no release may touch")
    explained = naming & changed.keys() | {urn for urn in changed if type_of(urn) in NAMED_AFTER_RELEASE}
    while more := {urn for urn in changed.keys() - explained if _refers(entries.get(urn, {}), explained)}:
        explained |= more
    wrong += [
        f"{operation} {urn}: neither named the release nor refers to what did"
        for urn, operation in changed.items()
        if urn not in explained
    ]
    wrong += [
        f"{urn}: names the release before and stayed as it was"
        for urn in sorted(naming - changed.keys())
        if entries[urn].get("custom")
    ]
    return wrong


def _is_version(operation: str, urn: str) -> bool:
    """Whether this replaces one version by another, or makes or leaves one that is called after its release."""
    kind = type_of(urn)
    return (operation in _REPLACING and kind in _VERSIONS) or (operation in _COMING and kind in NAMED_AFTER_RELEASE)


def _holds(entry: Mapping[str, Any], gone: Sequence[str]) -> bool:
    return any(text in held for held in texts(plain(revealed(entry.get("inputs") or {}))) for text in gone)


def _refers(entry: Mapping[str, Any], urns: set[str]) -> bool:
    return any(urns & set(found or ()) for found in (entry.get("propertyDependencies") or {}).values())
