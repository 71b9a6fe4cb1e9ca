"""Tables."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from slipway.simulated.checks.asked import Refusal
from slipway.simulated.structs import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.simulated.checks.asked import Asked

_INDEXES = ("globalSecondaryIndexes", "localSecondaryIndexes")
_KEYS = ("hashKey", "rangeKey")


def judge_table(asked: Asked) -> Iterator[Refusal]:
    """What a table finds its items by is what it knows of them, and nothing else is."""
    attributes, indexes = asked.inputs.get("attributes"), [asked.inputs.get(name) or [] for name in _INDEXES]
    if not isinstance(attributes, list) or any(UNKNOWN in found for found in (attributes, *indexes)):
        return  # UNKNOWN is a whole list of indexes too, which is then a text
    known = {str(each.get("name")) for each in attributes if isinstance(each, dict)}
    places = [asked.inputs, *(each for found in indexes for each in found if isinstance(each, dict))]
    wanted = {str(place[key]) for place in places for key in _KEYS if place.get(key)}
    nested = any(place.get("keySchemas") or place.get("hashKeys") or place.get("rangeKeys") for place in places)
    if nested or UNKNOWN in known | wanted:
        return
    if wanted - known:
        listed = json.dumps(sorted(wanted - known), separators=(" ", ":"))
        yield Refusal(f"all indexes must match a defined attribute. Unmatched indexes: {listed}")
    if known - wanted:
        listed = json.dumps(sorted(known - wanted), separators=(" ", ":"))
        yield Refusal(f"all attributes must be indexed. Unused attributes: {listed}")


INPUTS = {"Table": judge_table}
