"""Migrations of Durable Objects: what is deployed of their list stays as it is, and new ones come at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.danger.changes import Fate
from slipway.danger.facts import is_hidden

if TYPE_CHECKING:
    from slipway.danger.changes import Change

_APPLICATION = "slipway:cloudflare:EdgeApplication"
KEY, GRADUAL = "migrations", "gradual"
WHAT = "the Durable Objects of a Worker"
LOSS = "Move what the objects keep first, and approve of the loss; or take the migration out."
REMEDY = "Put the list back as the state has it, and say what shall change in a new migration at its end."


def rewritten(change: Change) -> str:
    """What a change does to migrations that are deployed, as a sentence; empty where it only adds to them."""
    if change.type != _APPLICATION or change.fate is not Fate.UPDATED:
        return ""
    deployed, listed = ((state.get("inputs") or {}).get(KEY) or [] for state in (change.old, change.new))
    if is_hidden(deployed) or is_hidden(listed):
        return "the list of migrations is hidden, so nobody can say that it only grew" if KEY in change.keys else ""
    for index, each in enumerate(deployed):
        now = listed[index] if index < len(listed) else {}
        if now != each:
            return _said(each, now, listed)
    return ""


def ended(change: Change) -> str:
    """The classes whose objects a change deletes, as a sentence; empty where it ends none.

    Of a Worker whose releases are versions: there a new version brings the migration. A script is changed itself.
    """
    if change.type != _APPLICATION or change.fate is not Fate.UPDATED:
        return ""
    before, after = ((state.get("inputs") or {}) for state in (change.old, change.new))
    deployed, listed = before.get(KEY) or [], after.get(KEY) or []
    if not after.get(GRADUAL) or is_hidden(deployed) or is_hidden(listed):
        return ""
    classes = [name for each in listed[len(deployed) :] for name in each.get("deletedClasses") or ()]
    return f"the class {', '.join(classes)} is deleted and loses all its objects" if classes else ""


def _said(deployed: dict[str, Any], now: dict[str, Any], listed: list[dict[str, Any]]) -> str:
    """The words for a deployed migration in whose place another one stands. Any: Pulumi's JSON."""
    tag = deployed["tag"]
    if deployed in listed:
        return f"the migration {tag} is deployed, and another one, {now['tag']}, now stands before it"
    if now.get("tag") == tag:
        return f"the migration {tag} is deployed, and its classes are others now: Cloudflare does not apply it again"
    if any(each["tag"] == tag for each in listed):
        return f"the migration {tag} is deployed, and is moved and changed"
    place = f", and {now['tag']} stands in its place" if now else ""
    return f"the migration {tag} is deployed and gone from the list{place}"
