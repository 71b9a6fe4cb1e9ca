"""How objects stand to each other, from `data/<package>-relations.json`, whose parts are these, by type token.

    references    path of an input -> the kind of thing that it names
    kinds         where a thing of a kind may be found (`in`: types, each with the property that is named), which names
                  need not be in the cloud (`beside`, a regular expression), which part of a longer name is looked for
                  (`part`, one with a group), and what is said of one that is not there
    used          chains of types, each with the path that names the one before and, but for the last, the property by
                  which the next names it; `of` is the property that the first names (`id` if left out); objects whose
                  property `own` names this one do not count; and what is said
    unique        inputs that no two objects share, and what is said of a second
    gone_with     types of objects that go with this one, each with the path that names it

What an answers file or a stack file speaks of is there, although no object here has its name. Words are templates over
an object's properties; `value` is the name that was looked for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import ApiError, InUseError
from slipway.simulated.checks.data import relations_data
from slipway.simulated.differences import values_at
from slipway.simulated.structs import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud
    from slipway.simulated.store import Object

# Added where a name is in no object of this cloud, which may be a mistake or somebody else's work.
IF_IN_ACCOUNT = (
    "(simulated: nothing here is called that; if it is in your account, tell of it in the stack file or the answers)"
)


def check_references(asked: Asked, cloud: Cloud) -> None:
    """Raise `ApiError` where an input names a thing that is not there. What has not changed is not looked at again."""
    data = relations_data(asked.token)
    for path, kind in data.get("references", {}).get(asked.token, {}).items():
        before = set(_texts(asked.old, path))
        for value in _texts(asked.inputs, path):
            if value not in before and not exists(data["kinds"][kind], value, cloud):
                says = data["kinds"][kind]["says"].format(value=value)
                raise ApiError(f"{says} {IF_IN_ACCOUNT}")


def exists(kind: Mapping[str, Any], value: str, cloud: Cloud) -> bool:
    """Whether a thing of a kind is in the cloud, is told of, or need not be there."""
    if re.fullmatch(kind.get("beside", ""), value):
        return True
    part = re.fullmatch(kind.get("part", "(.*)"), value)
    wanted = part[1] if part else value
    return any(True for _ in named(kind["in"], wanted, cloud)) or cloud.told_of(value) or cloud.told_of(wanted)


def named(places: Iterable[tuple[str, str]], value: str, cloud: Cloud) -> Iterator[Object]:
    """The objects that a name means: `places` are types, each with the property that is named."""
    for token, name in places:
        if name == "id":
            found = cloud.get(token, value)
            if found:
                yield found
        else:
            yield from cloud.naming(token, name, value)


def check_unique(asked: Asked, cloud: Cloud) -> None:
    """Raise `ApiError` where another object has what no two may have."""
    rule = relations_data(asked.token).get("unique", {}).get(asked.token)
    if rule is None:
        return
    names = rule["same"]
    wanted = [asked.inputs.get(name) for name in names]
    if not isinstance(wanted[0], str):
        return
    for other in cloud.naming(asked.token, names[0], wanted[0]):
        if other.id != asked.id and [other.properties.get(name) for name in names] == wanted:
            raise ApiError(_filled(rule["says"], asked.inputs))


def check_unused(held: Object, cloud: Cloud) -> None:
    """Raise `InUseError` where another object still uses this one."""
    rule = relations_data(held.type).get("used", {}).get(held.type)
    if rule is None:
        return
    name = held.id if rule.get("of", "id") == "id" else held.properties.get(rule["of"], held.id)
    for chain in rule["by"]:
        for user in _users(chain, name, cloud):
            if "own" not in rule or user.properties.get(rule["own"]) != held.id:
                raise InUseError(_filled(rule["says"], {**held.properties, "id": held.id}))


def remove_what_goes_with(held: Object, cloud: Cloud) -> None:
    """Delete the objects that a cloud deletes with this one."""
    for token, path in relations_data(held.type).get("gone_with", {}).get(held.type, ()):
        for part in cloud.naming(token, path, held.id):
            cloud.remove(part)
            remove_what_goes_with(part, cloud)


def _users(chain: Sequence[Sequence[str]], name: str, cloud: Cloud) -> Iterator[Object]:
    token, path, *next_name = chain[0]
    for user in cloud.naming(token, path, name):
        if not next_name:
            yield user
        else:
            following = user.id if next_name[0] == "id" else user.properties.get(next_name[0], user.id)
            yield from _users(chain[1:], following, cloud)


def _texts(inputs: Mapping[str, Any], path: str) -> Iterator[str]:
    for value in values_at(dict(inputs), path):
        yield from (
            item
            for item in (value if isinstance(value, list) else [value])
            if isinstance(item, str) and item and item != UNKNOWN
        )


def _filled(words: str, known: Mapping[str, Any]) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: str(known.get(match[1], "")), words)
