"""Migrations of D1: what is applied stays as it is, and new ones come at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.danger.changes import Fate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.danger.changes import Change

_COMMAND = "command:local:Command"  # a component's own list would have one that failed too
_SUMS = "D1_MIGRATIONS_SHA256"
KEY = "environment"
WHAT = "the tables of a D1 database"
REMEDY = "Put the file back as it was when it was applied, and say what shall change in a new one at the end."


def rewritten(change: Change) -> str:
    """What a change does to migrations that are applied, as a sentence; empty where it only adds to them."""
    if change.type != _COMMAND or change.fate not in (Fate.UPDATED, Fate.REPLACED):
        return ""
    applied, listed = _sums(change.old), _sums(change.new)
    for name, was in applied.items():
        if name not in listed:
            return f"the migration {name} is applied, and its file is gone"
        if listed[name] != was:
            return f"the migration {name} is applied, and its file is another one now"
    known = list(listed)
    before = known[: max((known.index(name) for name in applied), default=0)]
    early = next((name for name in before if name not in applied), "")
    return f"the migration {early} is new, and comes before one that is applied" if early else ""


def _sums(state: Mapping[str, Any]) -> dict[str, str]:
    """The sum of each file by its name, in order; any JSON, hence `Any`. Nothing where a state says none."""
    told = (state.get("inputs") or {}).get(KEY)
    text = told.get(_SUMS) if isinstance(told, dict) else None
    pairs = [line.split("  ", 1) for line in text.splitlines()] if isinstance(text, str) else []
    return {pair[1]: pair[0] for pair in pairs if len(pair) == 2}  # noqa: PLR2004 - a sum and a name
