"""Keeping automatic names after an import.

A name that Pulumi made is remembered as such in the state: the providers of Terraform's kind list it under
`__defaults`. An import cannot know, so the list is empty, and the next deployment would give the resource another name,
which replaces it. Here the list gets what the program leaves to Pulumi.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from slipway.orphans.records import resources
from slipway.simulated.facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plan.model import Plan

_DEFAULTS = "__defaults"


def keep_names(
    export: Mapping[str, Any], plan: Plan, imported: Mapping[str, Any]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """A state in which what an import file took over keeps its name, and the URNs of what was changed.

    `export` is the state after the import, `imported` the import file, both any JSON. Nothing else of the state
    changes, and a second time nothing does.
    """
    taken = {(each["type"], each["id"]) for each in imported.get("resources", ()) if "id" in each}
    programs = {each.urn: each.inputs for each in plan.resources}
    kept: dict[str, Any] = copy.deepcopy(dict(export))
    changed = []
    for each in resources(kept):
        name = facts_of(each["type"]).autoname
        inputs, own = each.get("inputs") or {}, programs.get(each["urn"], {})
        if (each["type"], each.get("id")) not in taken or name not in inputs or _DEFAULTS not in inputs:
            continue
        if name in own or f"{name}Prefix" in own or name in inputs[_DEFAULTS]:
            continue
        inputs[_DEFAULTS] = sorted([*inputs[_DEFAULTS], name])
        changed.append(each["urn"])
    return kept, tuple(changed)
