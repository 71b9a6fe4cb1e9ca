"""Plans of what is deployed already, as the engine tells them: there references are plain ids by now.

The engine still says for which resources each input waits. So an id in such an input is as good as an unknown leaf that
waits for them, and is made one; the model then reads both alike. Where a launch template changes, its next version is
unknown beside its id, and no id itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from plan.graph import Graph
from plan.model import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.model import Resource, Value

_ID: Final = re.compile(r"(?:[a-z]+(?:-[a-z]+)?-[0-9a-f]{8,32}|arn:[a-z-]+:.+)\Z")

_VERSION: Final = "version"


def with_references(graph: Graph) -> Graph:
    """The plan with its ids as unknown leaves, where it is known what they may be; else the same."""
    resources = tuple(map(_restored, graph.plan.resources))
    changed = any(new is not old for new, old in zip(resources, graph.plan.resources, strict=True))
    return Graph(replace(graph.plan, resources=resources)) if changed else graph


def _restored(resource: Resource) -> Resource:
    inputs: dict[str, Value] = {}
    for name, waits in resource.property_dependencies.items():
        value = resource.inputs.get(name)
        leaves = list(_leaves(value)) if waits and value is not None else []
        ids = {leaf for leaf in leaves if isinstance(leaf, str)}
        unknown = [leaf for leaf in leaves if isinstance(leaf, Unknown)]
        # An id too many is one of the program's own, and nobody can tell which. Offline no reference is a plain id.
        if ids and not any(leaf.references for leaf in unknown) and len(ids) + len(unknown) <= len(set(waits)):
            inputs[name] = _with_unknown(value, tuple(waits))
    return replace(resource, inputs={**resource.inputs, **inputs}) if inputs else resource


def _leaves(value: Value) -> Iterator[str | Unknown]:
    """The ids and the unknown leaves below a value."""
    if isinstance(value, Unknown) or (isinstance(value, str) and _ID.match(value)):
        yield value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            if not (name == _VERSION and isinstance(each, Unknown) and not each.references):
                yield from _leaves(each)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for each in value:
            yield from _leaves(each)


def _with_unknown(value: Value, waits: tuple[str, ...]) -> Value:
    if isinstance(value, str):
        return Unknown(text=value, dependencies=waits) if _ID.match(value) else value
    if isinstance(value, Mapping):
        return {name: _with_unknown(each, waits) for name, each in value.items()}
    if isinstance(value, Sequence):
        return [_with_unknown(each, waits) for each in value]
    return value
