"""Overrides: a pure function over plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.values import Json


def merge(base: Json, over: Json) -> Json:
    """`over` laid on `base`: maps merge key by key, anything else replaces, and null deletes the key.

    A map of another `kind` replaces too: what one kind says means nothing to another. Neither argument is changed, and
    the keys of `base` keep their order. A null with nothing to delete does nothing.
    """
    if not isinstance(over, dict):
        return over
    below = base if isinstance(base, dict) and not another_kind(base, over) else {}
    deleted = {key for key, value in over.items() if value is None}
    return {
        key: merge(below.get(key), over[key]) if key in over else below[key]
        for key in dict.fromkeys([*below, *over])
        if key not in deleted
    }


def another_kind(base: dict[str, Json], over: dict[str, Json]) -> bool:
    """Whether `over` takes the place of `base`, of which nothing is left."""
    return "kind" in base and over.get("kind", base["kind"]) != base["kind"]
