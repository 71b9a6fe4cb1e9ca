"""JSON documents inside inputs: policies, container definitions. Given as text, as an object, or with references."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from plan.model import Secret, Unknown
from policies.inputs import Field
from policies.sighting import MARK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.model import Value
    from policies.inputs import Answer

_TLS = "aws:securetransport"


def document(field: Field) -> Field:
    """The field that a document's text stands for: a list or a map, with `MARK` for each reference inside.

    What cannot be read stays hidden. Text that is no JSON counts as unknown too: AWS would refuse it.
    """
    value = field.value
    if isinstance(value, Unknown) and value.target is None and value.text:
        text = value.text
        for reference in value.references:
            text = text.replace(str(reference), MARK)
        return _parsed(field, text)
    return _parsed(field, value) if isinstance(value, str) and value else field


def spelled(field: Field, names: Mapping[str, str]) -> Field:
    """The same document with its keys as they are known here, by their small letters: services take them in any.

    Maps whose keys somebody chose (labels, options) are no part of that: their names are not among `names`.
    """
    return Field(field.resource, field.path, _spelled(field.value, names))


def _spelled(value: Value, names: Mapping[str, str]) -> Value:
    if isinstance(value, Mapping):
        return {names.get(key.lower(), key): _spelled(each, names) for key, each in value.items()}
    return [_spelled(each, names) for each in value] if isinstance(value, list | tuple) else value


def _parsed(field: Field, text: str) -> Field:
    try:
        tree: Any = json.loads(text)
    except ValueError:
        return Field(field.resource, field.path, Unknown())
    readable = isinstance(tree, dict | list)
    return Field(field.resource, field.path, tree if readable else Unknown())


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a policy, its keys and values as AWS reads them.

    `actions`, `resources` and `principals` are empty where it names those that are left out: what these are decides
    no rule.
    """

    allows: bool
    actions: tuple[str, ...]
    excludes_actions: bool
    resources: tuple[str, ...]
    excludes_resources: bool
    principals: tuple[str, ...]
    excludes_principals: bool
    conditions: tuple[tuple[str, str, str], ...]  # operator, key, value, in small letters

    hidden: bool  # whether what it says is known only after deployment, resources that are references aside


def statements(field: Field) -> tuple[Statement, ...] | None:
    """The statements of a policy document; None where it cannot be read."""
    read = document(field)
    if read.hidden or not isinstance(read.value, Mapping):
        return () if read.absent else None
    given = _keys(read.value).get("statement", [])
    listed = given if isinstance(given, list | tuple) else [given]
    if not all(isinstance(each, Mapping) for each in listed):
        return None
    return tuple(_statement(_keys(each)) for each in listed if isinstance(each, Mapping))


def denies_plain_http(statement: Statement) -> Answer:
    """Whether a statement of a bucket policy denies everybody everything that does not come over TLS."""
    everybody = "*" in statement.principals
    everything = bool({"*", "s3:*"} & {each.lower() for each in statement.actions})
    plain = {("bool", _TLS, "false"), ("boolifexists", _TLS, "false")} & set(statement.conditions)
    only = len({(operator, key) for operator, key, _ in statement.conditions}) == 1
    return None if statement.hidden else not statement.allows and everybody and everything and bool(plain) and only


def allows_everything(statement: Statement) -> bool:
    """Whether a statement allows every action on every resource, or all but a few."""
    actions = statement.excludes_actions or any(_everything(each) for each in statement.actions)
    resources = statement.excludes_resources or any(_every_resource(each) for each in statement.resources)
    return statement.allows and actions and resources


def whole_services(statement: Statement) -> tuple[str, ...]:
    """The services of which a statement allows every action, as written; `*` is not one of them."""
    if not statement.allows:
        return ()
    return tuple(each for each in statement.actions if not _everything(each) and _whole(each))


def _whole(action: str) -> bool:
    _, colon, name = action.partition(":")
    return bool(colon) and not name.strip("*?")


def _everything(pattern: str) -> bool:
    return bool(pattern) and not pattern.strip("*?").strip(":").strip("*?") and "*" in pattern


def _every_resource(pattern: str) -> bool:
    """Also `arn:aws:*` and its like: whatever the partition, nothing narrows it."""
    scheme, _, rest = pattern.partition(":")
    below = rest.partition(":")[2]  # of the partition
    return _everything(pattern) or (scheme.lower() == "arn" and "*" in rest and not below.strip("*?:"))


def _statement(keys: Mapping[str, Any]) -> Statement:  # Any: whatever a document holds
    said = [keys.get(each) for each in ("effect", "action", "notaction", "resource", "notresource", "condition")]
    said += [keys.get(each) for each in ("principal", "notprincipal")]
    return Statement(
        hidden=_opaque(said) or MARK in _texts(keys.get("action")),
        allows=str(keys.get("effect", "")).lower() != "deny",
        actions=_texts(keys.get("action")),
        excludes_actions="notaction" in keys,
        resources=_texts(keys.get("resource")),
        excludes_resources="notresource" in keys,
        principals=tuple(_principals(keys.get("principal"))),
        excludes_principals="notprincipal" in keys,
        conditions=tuple(_conditions(keys.get("condition"))),
    )


def _opaque(value: Any) -> bool:
    """Whether a part of a statement is hidden and no reference either."""
    if isinstance(value, Mapping):
        return any(_opaque(each) for each in value.values())
    if isinstance(value, list | tuple):
        return any(_opaque(each) for each in value)
    return isinstance(value, Secret) or (isinstance(value, Unknown) and not value.references)


def _keys(node: Mapping[str, Any]) -> dict[str, Any]:
    """The same with keys in small letters: AWS takes them in any."""
    return {str(key).lower(): value for key, value in node.items()}


def _texts(value: Any) -> tuple[str, ...]:
    """A value or a list of them as texts, `MARK` for what the plan does not hold."""
    listed = value if isinstance(value, list | tuple) else () if value is None else (value,)
    return tuple(MARK if isinstance(each, Unknown | Secret) else str(each) for each in listed)


def _principals(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    else:
        yield from _texts(value)


def _conditions(value: Any) -> Iterator[tuple[str, str, str]]:
    for operator, tests in (value if isinstance(value, Mapping) else {}).items():
        for key, wanted in (tests if isinstance(tests, Mapping) else {}).items():
            for each in _texts(wanted):
                yield operator.lower(), str(key).lower(), each.lower()
