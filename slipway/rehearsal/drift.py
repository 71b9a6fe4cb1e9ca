"""What people do to a cloud by hand: edit something, delete something."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from slipway.danger.facts import facts_of as dangers_of
from slipway.orphans.records import resources
from slipway.simulated.facts import facts_of
from slipway.simulated.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slipway.rehearsal.stage import Stage
    from slipway.simulated.store import Object

_BY_HAND = "edited by hand"


def edit_by_hand(stage: Stage) -> str:
    """Change one object in the cloud in a way that can be undone in place; its URN, empty where none is fit."""
    recorded = {each["urn"]: each for each in resources(stage.state())}
    for each in _in_the_way_of_nobody(stage):
        inputs = _edited(each, recorded[each.urn].get("propertyDependencies") or {})
        if inputs:
            store(stage, each).replace(replace(each, inputs=inputs))
            stage.log.note(f"edited by hand: {each.type} {each.id} ({each.urn})")
            return each.urn
    return ""


def delete_by_hand(stage: Stage) -> str:
    """Delete the last object in the cloud that nothing refers to; its URN, empty where there is none."""
    state = resources(stage.state())
    needed = {urn for each in state for urn in (*(each.get("dependencies") or ()), each.get("parent", ""))}
    kept = {each["urn"] for each in state if each.get("protect") or each.get("retainOnDelete")}
    fit = [each for each in _in_the_way_of_nobody(stage) if each.urn not in needed | kept]
    if not fit:
        return ""
    chosen = fit[-1]
    store(stage, chosen).delete(chosen.type, chosen.id)
    stage.log.note(f"deleted by hand: {chosen.type} {chosen.id} ({chosen.urn})")
    return chosen.urn


def store(stage: Stage, thing: Object) -> Store:
    """Where an object lies."""
    return Store(stage.workspace.cloud / thing.type.partition(":")[0])


def _in_the_way_of_nobody(stage: Stage) -> Iterator[Object]:
    """The objects that hold no data and can change in place, in order of URN."""
    recorded = {each["urn"]: each for each in resources(stage.state())}
    for each in sorted(stage.inventory(), key=lambda each: each.urn):
        entry = recorded.get(each.urn)
        if entry and not dangers_of(each.type, entry, custom=True).holds and "*" not in facts_of(each.type).replace:
            yield each


def _edited(each: Object, references: Mapping[str, Any]) -> dict[str, Any]:
    """The object's inputs with one that was changed, which is a tag where it has any; empty where none is fit."""
    tags = each.inputs.get("tags")
    if isinstance(tags, dict) and tags:
        name = min(tags)
        return {**each.inputs, "tags": {**tags, name: _BY_HAND}}
    facts = facts_of(each.type)
    fixed = {path.partition(".")[0] for path in facts.replace} | {facts.autoname, *references}
    for name, value in sorted(each.inputs.items()):
        if name not in fixed and isinstance(value, str | int | float):
            return {**each.inputs, name: _other(value)}
    return {}


def _other(value: float | str) -> float | str:
    if isinstance(value, bool):
        return not value
    return _BY_HAND if isinstance(value, str) else value + 1
