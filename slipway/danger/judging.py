"""From the steps of a preview to the dangers in it: a pure function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.danger import object_migrations, schema_migrations
from slipway.danger.changes import Change, Fate, Order, read_changes, tops
from slipway.danger.erasing import erased
from slipway.danger.facts import TypeFacts, facts_of, guards
from slipway.danger.findings import UNPROVEN, Danger, Downtime, Endangered, Note, Renamed
from slipway.danger.renames import renames, successors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from slipway.engine.results import Step

    # Of a type, its inputs before and after, any JSON, and those that the engine says differ: which may replace it.
    Unproven = Callable[[str, dict[str, Any], dict[str, Any], Iterable[str]], Sequence[str]]

_GONE = (Fate.REPLACED, Fate.DELETED)
_ASK = "Look at the preview of the real provider, and approve where it updates in place."


def all_proven(_token: str, _before: object, _after: object, _differing: object) -> tuple[str, ...]:
    """What a real provider leaves open: nothing. Its preview says of each change whether it replaces."""
    return ()


def dangers(steps: Iterable[Step], approvals: Sequence[str] = (), unproven: Unproven = all_proven) -> Danger:
    """What the steps put at risk; data that an approval names by its exact URN is marked approved.

    `unproven` is what the preview's providers cannot tell. Where they are simulated, it is that of
    `slipway.simulated.differences`.

    Previews without `--show-sames` hide protections that fall alone; without `--show-replacement-steps` the order of
    a replacement. Neither hides data.
    """
    changes = read_changes(steps)
    pairs = successors(changes)
    renamed = renames(changes, pairs)
    aliases = {urn: found for found in renamed for urn in (found.old, *found.below)}
    judged = [(change, facts_of(change.type, change.old or change.new, custom=change.custom)) for change in changes]
    endangered = tuple(
        found
        for change, facts in judged
        for found in _endangered(change, facts, aliases, frozenset(approvals), unproven)
    )
    at_risk = {found.urn for found in endangered}
    lost = {found.urn for found in endangered if found.happens != UNPROVEN}
    return Danger(
        endangered=endangered,
        renamed=renamed,
        vanished=tuple(change.urn for change in changes if change.fate is Fate.DELETED and not change.left_over),
        replaced=tuple(change.urn for change in changes if change.fate is Fate.REPLACED),
        downtime=tuple(found for change, facts in judged for found in _downtime(change, facts, pairs)),
        notes=tuple(note for change, facts in judged if change.urn not in lost for note in _notes(change, facts)),
        one_way=tuple(note for change, facts in judged for note in _one_way(change, facts, lost)),
        unneeded=tuple(approval for approval in dict.fromkeys(approvals) if approval not in at_risk),
    )


def _endangered(
    change: Change,
    facts: TypeFacts,
    aliases: Mapping[str, Renamed],
    approvals: frozenset[str],
    unproven: Unproven,
) -> Iterator[Endangered]:
    if found := _of_migrations(change, approvals):
        yield found
        return
    if change.fate in _GONE and facts.holds and not (change.fate is Fate.REPLACED and facts.rewritten):
        if change.fate is Fate.DELETED and change.retained:
            return  # it stays in the cloud as it is; the notes tell
        because, why = change.keys if change.fate is Fate.REPLACED else (), _loss(change, facts)
        happens = change.fate.value
    elif gone := erased(change, facts):
        because, why, happens = tuple(gone), "; ".join(dict.fromkeys(gone.values())), "erased"
    elif open_ones := _unproven(change, facts, unproven):
        because, happens = open_ones, UNPROVEN
        why = (
            f"whether another {', '.join(open_ones)} replaces {facts.holds} is not known here: "
            "a replacement loses what it holds"
        )
    else:
        return
    yield Endangered(
        urn=change.urn,
        type=change.type,
        what=facts.holds or "data",
        happens=happens,
        because=because,
        why=f"{why}.",
        remedy=_remedy(change, happens, because, aliases.get(change.urn)),
        protected=change.protected,
        approved=change.urn in approvals,
    )


def _of_migrations(change: Change, approvals: frozenset[str]) -> Endangered | None:
    """What a list of migrations would lose: what is applied of it is rewritten, or a new one deletes objects."""
    for migrations in (object_migrations, schema_migrations):
        if why := migrations.rewritten(change):
            return _migrated(change, migrations.WHAT, migrations.KEY, ("rewritten", why, migrations.REMEDY), approvals)
    if lost := object_migrations.ended(change):
        told = ("erased", lost, object_migrations.LOSS)
        return _migrated(change, object_migrations.WHAT, object_migrations.KEY, told, approvals)
    return None


def _migrated(change: Change, what: str, key: str, told: tuple[str, str, str], approvals: frozenset[str]) -> Endangered:
    """Data of which a list of migrations tells; `told` is what happens, why, and the remedy."""
    happens, why, remedy = told
    return Endangered(
        urn=change.urn,
        type=change.type,
        what=what,
        happens=happens,
        because=(key,),
        why=f"{why}.",
        remedy=remedy,
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


def _unproven(change: Change, facts: TypeFacts, unproven: Unproven) -> tuple[str, ...]:
    """The inputs whose update may be a replacement that loses data."""
    if change.fate is not Fate.UPDATED or not facts.holds or facts.rewritten:
        return ()
    before, after = (dict(each.get("inputs") or {}) for each in (change.old, change.new))
    return tuple(unproven(change.type, before, after, tops(change.keys)))


def _remedy(change: Change, happens: str, because: tuple[str, ...], renamed: Renamed | None) -> str:
    if renamed:
        what = "it" if renamed.old == change.urn else "what it lies below"
        return f"If {what} has only another name now, give {renamed.new} this alias: {renamed.old}."
    if because:
        if happens == UNPROVEN:
            return f"{_ASK} Or leave {', '.join(because)} as the state has it."
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
    elif change.fate is Fate.UPDATED and (keys := [key for key in restart.keys if key in tops(change.keys)]):
        yield Downtime(change.urn, change.type, "restarted", f"with another {', '.join(keys)}, {restart.sentence}.")


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


def _one_way(change: Change, facts: TypeFacts, lost: set[str]) -> Iterator[Note]:
    if change.urn in lost:
        yield Note(change.urn, "the data that is lost does not come back with the earlier revision.")
    if change.fate is Fate.UPDATED:
        for key, why in facts.one_way.items():
            if key in tops(change.keys):
                yield Note(change.urn, f"{key}: {why}.")
