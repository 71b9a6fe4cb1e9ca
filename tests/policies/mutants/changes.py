"""Changes to plans, as small data: each finds the places that it applies to, and yields one changed plan for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from plan.graph import Graph
from plan.model import Plan, Reference, Resource, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

Change = Callable[[Plan], Iterator[Plan]]
Where = Callable[[Graph, Resource], bool]
Kinds = str | tuple[str, ...]
Edit = Callable[[Graph, Resource, Value], Value]
Make = Callable[[Graph, Resource], Iterable[Resource]]

UNKNOWN = Unknown()


def anything(_graph: Graph, _resource: Resource) -> bool:
    """Every resource of the types will do."""
    return True


def having(path: str, value: Value) -> Where:
    """Resources with this value at a path."""
    return lambda _graph, resource: at(resource.inputs, path) == value


def stating(path: str) -> Where:
    """Resources that say something at a path."""
    return lambda _graph, resource: at(resource.inputs, path) is not None


def put(kinds: Kinds, path: str, value: Value, where: Where = anything) -> Change:
    """Another value at a path. What is missing on the way is made, except entries of lists."""
    return edited(kinds, path, lambda _graph, _resource, _old: value, where, missing=True)


def removed(kinds: Kinds, path: str, where: Where = anything) -> Change:
    """Nothing where something was said."""
    return edited(kinds, path, lambda _graph, _resource, _old: None, where)


def hidden(kinds: Kinds, path: str, where: Where = anything) -> Change:
    """A value that only deployment tells, where one was told."""
    return edited(kinds, path, lambda _graph, _resource, _old: UNKNOWN, where)


def edited(kinds: Kinds, path: str, edit: Edit, where: Where = anything, *, missing: bool = False) -> Change:
    """What `edit` makes of the value at a path; of what is `missing` only where that is said."""

    def change(plan: Plan) -> Iterator[Plan]:
        graph = Graph(plan)
        for resource in _found(graph, kinds, where):
            old = at(resource.inputs, path)
            new = edit(graph, resource, old) if old is not None or missing else old
            if new != old and _holds(resource.inputs, path):
                yield _with(plan, resource, _settled(resource, _set(resource.inputs, path.split("."), new)))

    return change


def altogether(kinds: Kinds, values: Mapping[str, Value], where: Where = anything) -> Change:
    """Several inputs of one resource at once; None takes one away."""

    def change(plan: Plan) -> Iterator[Plan]:
        for resource in _found(Graph(plan), kinds, where):
            yield _with(plan, resource, _settled(resource, {**resource.inputs, **values}))

    return change


def dropped(kinds: Kinds, where: Where = anything) -> Change:
    """A resource less."""

    def change(plan: Plan) -> Iterator[Plan]:
        for resource in _found(Graph(plan), kinds, where):
            yield replace(plan, resources=tuple(each for each in plan.resources if each is not resource))

    return change


def added(kinds: Kinds, make: Make, where: Where = anything) -> Change:
    """More resources, made for each one of some types."""

    def change(plan: Plan) -> Iterator[Plan]:
        graph = Graph(plan)
        for resource in _found(graph, kinds, where):
            more = tuple(make(graph, resource))
            if more:
                yield replace(plan, resources=tuple(sorted((*plan.resources, *more), key=lambda each: each.urn)))

    return change


def both(first: Change, second: Change) -> Change:
    """One change on top of another."""
    return lambda plan: (last for between in first(plan) for last in second(between))


def output(name: str, value: Value) -> Change:
    """One more output of the stack."""
    return lambda plan: iter((replace(plan, outputs={**plan.outputs, name: value}),))


def new(like: Resource, kind: str, name: str, **inputs: Value) -> Resource:
    """A resource of the same stack and provider as another one. What its inputs refer to is what they wait for."""
    stack = "::".join(like.urn.split("::")[:2])
    bare = Resource(f"{stack}::{kind}::{name}", kind, name, custom=True, parent=like.parent, inputs={})
    return _settled(replace(bare, provider=like.provider), inputs)


def ref(resource: Resource, name: str = "id") -> Unknown:
    """An output of a resource."""
    reference = Reference(resource.urn, name)
    return Unknown((reference,), str(reference), (resource.urn,))


def at(value: Value | Mapping[str, Value], path: str) -> Value:
    """The value at a path such as `networkInterfaces.0.securityGroups`; None where there is none."""
    for step in path.split(".") if path else ():
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list | tuple) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def named(graph: Graph, resource: Resource, path: str) -> tuple[Resource, ...]:
    """The resources that the leaves below a path refer to, in order."""
    found = (graph.get(urn) for urn in dict.fromkeys(_urns(at(resource.inputs, path))))
    return tuple(each for each in found if each is not None)


def text_of(value: Value) -> str:
    """A text, also of one that has references inside."""
    return value.text if isinstance(value, Unknown) else value if isinstance(value, str) else ""


def retold(value: Value, old: str, new_text: str) -> Value:
    """The same text with one part changed, the references inside kept; the same value where the part is not there."""
    if isinstance(value, Unknown):
        return replace(value, text=value.text.replace(old, new_text, 1))
    return value.replace(old, new_text, 1) if isinstance(value, str) else value


def _found(graph: Graph, kinds: Kinds, where: Where) -> list[Resource]:
    given = (kinds,) if isinstance(kinds, str) else kinds
    return [each for kind in given for each in graph.of_type(kind) if not each.external and where(graph, each)]


def _with(plan: Plan, old: Resource, changed: Resource) -> Plan:
    return replace(plan, resources=tuple(changed if each is old else each for each in plan.resources))


def _settled(resource: Resource, inputs: Mapping[str, Value]) -> Resource:
    """The resource with these inputs, waiting for what they refer to: each leaf for what its top-level input does."""
    told: dict[str, Value] = {}
    waits: dict[str, tuple[str, ...]] = {}
    for name, value in inputs.items():
        if value is not None:
            same = value == resource.inputs.get(name)
            urns = resource.property_dependencies.get(name, ()) if same else tuple(dict.fromkeys(_urns(value)))
            told[name] = value if same else _waiting(value, urns)
            if urns:
                waits[name] = urns
    return replace(resource, inputs=told, property_dependencies=waits)


def _waiting(value: Value, urns: tuple[str, ...]) -> Value:
    if isinstance(value, Unknown):
        return replace(value, dependencies=urns)
    if isinstance(value, Mapping):
        return {name: _waiting(each, urns) for name, each in value.items()}
    return [_waiting(each, urns) for each in value] if isinstance(value, list | tuple) else value


def _urns(value: Value) -> Iterator[str]:
    if isinstance(value, Unknown):
        yield from (reference.urn for reference in value.references) if value.references else value.dependencies
    elif isinstance(value, Mapping):
        yield from (urn for each in value.values() for urn in _urns(each))
    elif isinstance(value, list | tuple):
        yield from (urn for each in value for urn in _urns(each))


def _holds(value: Value | Mapping[str, Value], path: str) -> bool:
    """Whether a path can be followed or made: it stops at no leaf, and at no entry that a list has not."""
    above, _, last = path.rpartition(".")
    held = at(value, above)
    if held is None:
        return not last.isdecimal() and _holds(value, above)
    return isinstance(held, Mapping) or (isinstance(held, list | tuple) and last.isdecimal() and int(last) < len(held))


def _set(value: Value | Mapping[str, Value], steps: Sequence[str], new_value: Value) -> dict[str, Value]:
    changed = _changed(value, steps, new_value)
    assert isinstance(changed, dict)
    return changed


def _changed(value: Value | Mapping[str, Value], steps: Sequence[str], new_value: Value) -> Value:
    if not steps:
        return new_value
    step, rest = steps[0], steps[1:]
    if isinstance(value, list | tuple):
        entries = [_changed(each, rest, new_value) if str(n) == step else each for n, each in enumerate(value)]
        return [each for n, each in enumerate(entries) if each is not None or str(n) != step]
    held = value if isinstance(value, Mapping) else {}
    below = _changed(held.get(step), rest, new_value)
    return {**{name: each for name, each in held.items() if name != step}, **({} if below is None else {step: below})}
