"""The orphans of a stack: AWS is asked, states are read, and each thing that is left gets its two ways out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slipway.orphans.compare import compare
from slipway.orphans.import_file import Existing, ImportFile, import_file
from slipway.orphans.looking import looked_at
from slipway.orphans.places import likely_place
from slipway.orphans.records import ids_by_urn, records

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from plan.model import Plan
    from slipway.orphans.account import Account
    from slipway.orphans.compare import Listed
    from slipway.orphans.scope import Scope


@dataclass(frozen=True, slots=True)
class Orphan:
    """Something that carries the stack's tags and that no state records.

    `type` is Pulumi's, empty where it is not known, and `id` what the provider imports by. `urn` is the place in the
    program that it most likely has, `because` what speaks for it: `name`, `tags`, `only`; both empty where nothing
    does. `double` says that the state records another thing in that place. `delete` are the commands that delete it.
    """

    arn: str
    type: str
    id: str
    region: str
    tags: Mapping[str, str]
    urn: str = ""
    because: str = ""
    double: bool = False
    data: bool = False
    delete: tuple[str, ...] = ()
    about: str = ""

    def to_json(self) -> dict[str, Any]:
        """Its fields, as `--json` prints them."""
        return {name: _plain(getattr(self, name)) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Other:
    """Something that is listed and not recorded, and no orphan: a snapshot, a machine of a group, what is going."""

    arn: str
    about: str
    tags: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """Its fields, as `--json` prints them."""
        return {"arn": self.arn, "about": self.about, "tags": dict(self.tags)}


@dataclass(frozen=True, slots=True)
class Found:
    """All that a look found. `recorded` is how many listed things states record."""

    recorded: int
    orphans: tuple[Orphan, ...]
    kept: tuple[Other, ...]
    of_aws: tuple[Other, ...]
    going: tuple[Other, ...]
    notes: tuple[str, ...]


def find_orphans(
    account: Account, scope: Scope, plan: Plan, own: Mapping[str, Any], others: Sequence[Mapping[str, Any]]
) -> Found:
    """Look for what carries the stack's tags. `own` is the stack's state, `others` are states that carry them too.

    Nothing is changed. Raises `ProgramError` where AWS cannot be asked.
    """
    listed = {each for region, tags in scope.queries for each in account.tagged(region, dict(tags))}
    compared = compare(listed, records([own, *others]))
    orphans, going, notes = looked_at(compared.orphans, account)
    recorded = ids_by_urn(own)
    return Found(
        compared.recorded,
        _without_twins([_orphan(each, plan, recorded) for each in orphans]),
        _others(compared.kept),
        _others(compared.of_aws),
        _others(going),
        tuple(notes),
    )


def import_file_of(
    orphans: Iterable[Orphan], plan: Plan, own: Mapping[str, Any], more: Sequence[Existing]
) -> ImportFile:
    """The import file for orphans whose place is known, and for `more` that the user has named."""
    known = [Existing(each.urn, each.id) for each in orphans if each.urn]
    return import_file([*known, *more], plan, ids_by_urn(own))


def _orphan(found: Listed, plan: Plan, recorded: Mapping[str, str]) -> Orphan:
    kinds = found.types()
    if not kinds:
        return Orphan(found.arn, "", "", found.named.region, found.tags)
    places = [(kind, likely_place(plan, kind.type, found.named.fields, found.tags, recorded)) for kind in kinds]
    kind, place = next(((kind, place) for kind, place in places if place), places[0])
    return Orphan(
        found.arn,
        kind.type,
        found.named.import_id(kind),
        found.named.region,
        found.tags,
        place.resource.urn if place else "",
        place.because if place else "",
        bool(place and place.resource.urn in recorded),
        kind.data,
        found.named.delete(kind),
        found.about,
    )


def _without_twins(orphans: Sequence[Orphan]) -> tuple[Orphan, ...]:
    """Where two orphans seem to have one place, it is not known which of them has it."""
    urns = Counter(each.urn for each in orphans)
    return tuple(
        each
        if urns[each.urn] == 1 or not each.urn
        else Orphan(
            *(each.arn, each.type, each.id, each.region, each.tags),
            data=each.data,
            delete=each.delete,
            about=f"one of several that {each.urn} may be",
        )
        for each in orphans
    )


def _others(found: Sequence[Listed]) -> tuple[Other, ...]:
    return tuple(Other(each.arn, each.about, each.tags) for each in found)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
