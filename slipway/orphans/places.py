"""The place in the program that a thing most likely has: by its name, its tags, or as the only one of its type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slipway.orphans.types import EC2_ID

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from plan.model import Plan, Resource

_NAMES = ("name", "id")


@dataclass(frozen=True, slots=True)
class Place:
    """A resource of the program, and what speaks for it: `name`, `tags`, or `only`: no other place of its type is free.

    More than one place for one thing, or none, is no guess but silence.
    """

    resource: Resource
    because: str


def likely_place(
    plan: Plan, kind: str, fields: Mapping[str, str], tags: Mapping[str, str], recorded: Collection[str]
) -> Place | None:
    """The place of a thing of this type whose ARN and tags are known; None where that is not clear.

    `recorded` are the URNs that the state has. They are taken, and still named where name or tags speak for one: then
    the thing is a double.
    """
    same_type = [each for each in plan.resources if each.type == kind and each.custom and not each.external]
    free = [each for each in same_type if each.urn not in recorded]
    for candidates in (free, same_type):
        if (found := _by_name(candidates, fields)) is not None:
            return Place(found, "name")
        if (found := _by_tags(candidates, tags)) is not None:
            return Place(found, "tags")
    return Place(free[0], "only") if len(free) == 1 else None


def _by_name(candidates: list[Resource], fields: Mapping[str, str]) -> Resource | None:
    """The resource whose physical name is given so, or was made from the longest logical name."""
    names = [fields[key] for key in _NAMES if key in fields and not EC2_ID.match(fields[key])]
    given = [each for each in candidates if any(each.inputs.get(key) in names for key in ("name", "bucket"))]
    made = [each for each in candidates if any(name == each.name or name.startswith(f"{each.name}-") for name in names)]
    longest = max((len(each.name) for each in made), default=0)
    return _only(given) or _only([each for each in made if len(each.name) == longest])


def _by_tags(candidates: list[Resource], tags: Mapping[str, str]) -> Resource | None:
    """The resource with this `Name`; names that several share are told apart by their other tags."""
    named = [each for each in candidates if "Name" in _tags(each) and _tags(each).items() <= tags.items()]
    most = max((len(_tags(each)) for each in named), default=0)
    return _only([each for each in named if len(_tags(each)) == most])


def _tags(resource: Resource) -> dict[str, str]:
    tags = resource.inputs.get("tags")
    return {key: str(value) for key, value in tags.items()} if isinstance(tags, dict) else {}


def _only(found: list[Resource]) -> Resource | None:
    return found[0] if len(found) == 1 else None
