"""From the steps of a preview to the dangers in it: a pure function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.danger.changes import Change, Fate, Order, read_changes
from slipway.danger.facts import TypeFacts, facts_of, guards
from slipway.danger.findings import Danger, Downtime, Endangered, Note, Renamed
from slipway.danger.renames import renames, successors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from slipway.engine.results import Step

_GONE = (Fate.REPLACED, Fate.DELETED)


def dangers(steps: Iterable[Step], approvals: Sequence[str] = ()) -> Danger:
    """What the steps put at risk; data that an approval names by its exact URN is marked approved.

    Previews without `--show-sames` hide protections that fall alone; without `--show-replacement-steps` the order of
    a replacement. Neither hides data.
    """
    changes = read_changes(steps)
    pairs = successors(changes)
    renamed = renames(changes, pairs)
    aliases = {urn: found for found in renamed for urn in (found.old, *found.below)}
    judged = [(change, facts_of(change.type, change.old or change.new, custom=change.custom)) for change in changes]
    endangered = tuple(
        found for change, facts in judged for found in _endangered(change, facts, aliases, frozenset(approvals))
    )
    at_risk = {found.urn for found in endangered}
    return Danger(
        endangered=endangered,
        renamed=renamed,
        vanished=tuple(change.urn for change in changes if change.fate is Fate.DELETED and not change.left_over),
        replaced=tuple(change.urn for change in changes if change.fate is Fate.REPLACED),
        downtime=tuple(found for change, facts in judged for found in _downtime(change, facts, pairs)),
        notes=tuple(note for change, facts in judged if change.urn not in at_risk for note in _notes(change, facts)),
        one_way=tuple(note for change, facts in judged for note in _one_way(change, facts, at_risk)),
        unneeded=tuple(approval for approval in dict.fromkeys(approvals) if approval not in at_risk),
    )


def _endangered(
    change: Change, facts: TypeFacts, aliases: Mapping[str, Renamed], approvals: frozenset[str]
) -> Iterator[Endangered]:
    if change.fate in _GONE and facts.holds and not (change.fate is Fate.REPLACED and facts.rewritten):
        if change.fate is Fate.DELETED and change.retained:
            return  # it stays in the cloud as it is; the notes tell
        because, why = change.keys if change.fate is Fate.REPLACED else (), _loss(change, facts)
        happens = change.fate.value
    elif erased := _erased(change, facts):
        because, why, happens = tuple(erased), "; ".join(dict.fromkeys(erased.values())), "erased"
    else:
        return
    yield Endangered(
        urn=change.urn,
        type=change.type,
        what=facts.holds or "data",
        happens=happens,
        because=because,
        why=f"{why}.",
        remedy=_remedy(change, because, aliases.get(change.urn)),
        protected=change.protected,
        approved=change.urn in approvals,
    )


def _loss(change: Change, facts: TypeFacts) -> str:
    if change.left_over:
        why = f"an interrupted replacement left the old object ({facts.holds}), which is deleted now"
    elif change.fate is Fate.DELETED:
        why = f"{facts.holds} is deleted: neither the program nor an alias names it any more"
    else:
        demanded = f"{', '.join(change.keys)} cannot change in place" if change.keys else "the provider demands it"
        kept = "stays in the cloud, but the new one begins empty" if change.retained else "goes with the old object"
        why = f"{facts.holds} is replaced, because {demanded}: what it holds {kept}"
    return f"{why}; the same change takes its protection away" if change.unprotected else why


def _erased(change: Change, facts: TypeFacts) -> dict[str, str]:
    """The inputs whose update deletes data, with why."""
    if change.fate is not Fate.UPDATED:
        return {}
    before, after = change.old.get("inputs") or {}, change.new.get("inputs") or {}
    return {
        rule.path: rule.why
        for rule in facts.erases
        if _is_met(rule.when, _at(before, rule.path), _at(after, rule.path))
    }


def _is_met(when: str, before: list[Any], after: list[Any]) -> bool:
    if when == "zero":
        return after == [0] and before != [0]
    return any(item not in before for item in after)


def _at(value: Any, path: str) -> list[Any]:
    """The leaves at a dotted path, through every item of each list on the way."""
    if isinstance(value, list):
        return [leaf for item in value for leaf in _at(item, path)]
    if not path:
        return [value]
    head, _, rest = path.partition(".")
    return _at(value[head], rest) if isinstance(value, dict) and head in value else []


def _remedy(change: Change, because: tuple[str, ...], renamed: Renamed | None) -> str:
    if renamed:
        what = "it" if renamed.old == change.urn else "what it lies below"
        return f"If {what} has only another name now, give {renamed.new} this alias: {renamed.old}."
    if because:
        return f"Leave {', '.join(because)} as the state has it, or move the data first and approve of the loss."
    if change.fate is Fate.REPLACED:
        return "Find out what the provider replaces it for, or move the data first and approve of the loss."
    return "Keep it in the program, or save the data first and approve of the loss."


def _downtime(change: Change, facts: TypeFacts, pairs: Mapping[str, str]) -> Iterator[Downtime]:
    serves, restart = facts.traffic, facts.restart
    if serves and change.urn in pairs:  # deletions come last in a deployment
        successor = f"{serves.what} goes and {pairs[change.urn]} takes its place; {serves.switch}."
        yield Downtime(change.urn, change.type, "replaced", successor)
    elif serves and change.fate is Fate.REPLACED:
        first = {
            Order.DELETE: f"{serves.what} is deleted before its successor exists: until then {serves.without}; then "
            f"{serves.switch}",
            Order.CREATE: f"{serves.what} gets a successor before it is deleted; {serves.switch}",
            Order.UNTOLD: f"{serves.what} is replaced; {serves.switch}",
        }
        yield Downtime(change.urn, change.type, "replaced", f"{first[change.order]}.")
    elif serves and change.fate is Fate.DELETED and not change.left_over and not change.retained:
        yield Downtime(change.urn, change.type, "deleted", f"{serves.what} is deleted: {serves.without}.")
    elif change.fate is Fate.UPDATED and (keys := [key for key in restart.keys if key in _tops(change.keys)]):
        yield Downtime(change.urn, change.type, "restarted", f"with another {', '.join(keys)}, {restart.sentence}.")


def _tops(keys: Iterable[str]) -> set[str]:
    return {key.split(".")[0].split("[")[0] for key in keys}


def _notes(change: Change, facts: TypeFacts) -> Iterator[Note]:
    """What is about data that this change does not lose."""
    if not facts.holds:
        return
    if change.fate is Fate.DELETED and change.retained:
        yield Note(change.urn, f"{facts.holds} leaves the stack and stays in the cloud, where nobody manages it.")
    if change.fate in (Fate.KEPT, Fate.UPDATED):
        if change.unprotected:
            yield Note(change.urn, f"{facts.holds} loses its protection: the next change may delete it.")
        before, after = change.old.get("inputs") or {}, change.new.get("inputs") or {}
        for name, safe in guards().items():
            if name in {*before, *after} and before.get(name, False) == safe and after.get(name, False) != safe:
                yield Note(change.urn, f"{name} changes to {str(not safe).lower()}: {facts.holds} can be deleted.")


def _one_way(change: Change, facts: TypeFacts, at_risk: set[str]) -> Iterator[Note]:
    if change.urn in at_risk:
        yield Note(change.urn, "the data that is lost does not come back with the earlier revision.")
    if change.fate is Fate.UPDATED:
        for key, why in facts.one_way.items():
            if key in _tops(change.keys):
                yield Note(change.urn, f"{key}: {why}.")
