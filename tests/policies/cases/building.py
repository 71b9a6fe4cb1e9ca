"""Plans of a few resources for one rule: good ones, bad ones, and those that leave open whether they are either."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from plan.model import Resource, Unknown
from tests.policies.plans import resource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plan.model import Value

Resources = list[Resource]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """The plans for one rule, each under what it shows.

    `exact`: a leaf that becomes unknown says something by itself, so what holds of unknown leaves is not tried.
    """

    good: dict[str, Resources]
    bad: dict[str, Resources]
    unproven: dict[str, Resources] = field(default_factory=dict)


def a(kind: str, label: str = "it", /, **inputs: Any) -> Resource:  # Any: whatever a test needs to be wrong
    """A resource; what its inputs refer to is what they wait for."""
    waits = {key: _waits(value) for key, value in inputs.items()}
    return resource(kind, label, inputs, waits={key: urns for key, urns in waits.items() if urns})


def facts(environment: Value = "production", **more: Value) -> Resource:
    """What the application says."""
    return a("slipway:app:Application", "shop", application="shop", environment=environment, **more)


def text(*parts: Any) -> str:  # Any: any JSON
    """A document as text."""
    return json.dumps(parts[0] if len(parts) == 1 else list(parts))


def changed(case: Sequence[Resource], path: tuple[int, tuple[str | int, ...]], value: Value) -> Resources:
    """The same plan with another value in one place: the number of a resource, and the way to the leaf."""
    number, steps = path
    old = case[number]
    inputs = _replaced(old.inputs, steps, value)
    return [
        resource(
            each.type,
            each.name,
            dict(inputs) if each is old else dict(each.inputs),  # type: ignore[arg-type]  # any JSON
            waits=dict(each.property_dependencies),
            external=each.external,
        )
        for each in case
    ]


def leaves(case: Sequence[Resource]) -> list[tuple[int, tuple[str | int, ...]]]:
    """The way to every leaf of a plan."""
    return [(number, steps) for number, each in enumerate(case) for steps in _leaves(each.inputs)]


def everywhere(case: Sequence[Resource], change: Any) -> Resources:  # Any: a function from any value to any value
    """The same plan with every value changed."""
    return [
        resource(each.type, each.name, _mapped(each.inputs, change), waits=dict(each.property_dependencies))
        for each in case
    ]


def _waits(value: Value) -> tuple[str, ...]:
    if isinstance(value, Unknown):
        return value.dependencies
    below = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    return tuple(dict.fromkeys(urn for each in below for urn in _waits(each)))


def _leaves(value: Value) -> list[tuple[str | int, ...]]:
    if isinstance(value, Mapping):
        return [(key, *rest) for key, each in value.items() for rest in _leaves(each)]
    if isinstance(value, list | tuple):
        return [(at, *rest) for at, each in enumerate(value) for rest in _leaves(each)]
    return [()]


def _replaced(value: Value, steps: tuple[str | int, ...], new: Value) -> Value:
    if not steps:
        return new
    if isinstance(value, Mapping):
        return {key: _replaced(each, steps[1:], new) if key == steps[0] else each for key, each in value.items()}
    assert isinstance(value, list | tuple)
    return [_replaced(each, steps[1:], new) if at == steps[0] else each for at, each in enumerate(value)]


def _mapped(value: Any, change: Any) -> Any:
    if isinstance(value, Mapping):
        return change({key: _mapped(each, change) for key, each in value.items()})
    if isinstance(value, list | tuple):
        return change([_mapped(each, change) for each in value])
    return change(value)
