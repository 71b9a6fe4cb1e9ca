"""Inputs of a resource as a rule reads them: each answer is yes, no, or that the plan cannot tell.

A `Field` never loses what is unknown: whatever stands below an unknown or secret value is as unknown as that value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import getitem
from typing import TYPE_CHECKING

from plan.model import Secret, Unknown
from plan.paths import join
from policies.finding import Verdict

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from plan.graph import Graph
    from plan.model import Resource, Value

Answer = bool | None  # None: the plan cannot tell

_YES, _NO = frozenset({"true", "1", "yes", "on"}), frozenset({"false", "0", "no", "off"})
_SHOWN = 60  # characters of a value in a message
# What may be empty; the common types come first, for this is asked of every value of a plan.
_EMPTY = (str, list, tuple, dict, Mapping)


@dataclass(frozen=True, slots=True)
class Field:
    """One place in the inputs of a resource. `value` is None where nothing is set; `path` is empty for all inputs."""

    resource: Resource
    path: str
    value: Value

    def __getitem__(self, name: str) -> Field:
        """The field of that name. A list of one map reads as that map: providers spell a block either way.

        Below a value that is not known nothing is known, not even whether anything is set there.
        """
        held = self.value
        if isinstance(held, list | tuple) and len(held) == 1:
            return Field(self.resource, f"{self.path}[0]", held[0])[name]
        unknown = Unknown() if isinstance(held, Unknown) else held if self.hidden else None
        below = held.get(name) if isinstance(held, Mapping) else unknown
        return Field(self.resource, join(self.path, name), below)

    def below(self, path: Iterable[str]) -> Field:
        """The field that a path of names leads to."""
        return reduce(getitem, path, self)

    @property
    def hidden(self) -> str:
        """Why the value cannot be read; empty where it can."""
        if isinstance(self.value, Secret):
            return "secret"
        return "unknown before deployment" if isinstance(self.value, Unknown) else ""

    @property
    def absent(self) -> bool:
        """Whether nothing is set: no value, an empty text, list or map."""
        return self.value is None or (isinstance(self.value, _EMPTY) and not self.value)

    @property
    def given(self) -> bool:
        """Whether something is set, be it unknown or secret."""
        return not self.absent

    @property
    def present(self) -> Answer:
        """Whether something is set. What comes from another resource is; an unknown value by itself may be nothing."""
        if isinstance(self.value, Unknown) and not self.value.references and not self.value.dependencies:
            return None
        return self.given

    def items(self) -> tuple[Field, ...]:
        """The entries of a list, each as a field. A map alone is its own entry, and so is what is hidden."""
        if isinstance(self.value, list | tuple):
            return tuple(Field(self.resource, f"{self.path}[{at}]", each) for at, each in enumerate(self.value))
        return () if self.absent else (self,)

    def entries(self) -> tuple[tuple[str, Field], ...]:
        """The entries of a map by name; none where it is hidden or is no map."""
        held = self.value if isinstance(self.value, Mapping) else {}
        return tuple((name, self[name]) for name in held)

    def flag(self, *, default: bool) -> Answer:
        """A boolean, as a provider reads it: texts such as "true" and the numbers 0 and 1 included."""
        if self.absent:
            return default
        if isinstance(self.value, bool):
            return self.value
        word = str(self.value).strip().lower() if isinstance(self.value, str | int) else ""
        return True if word in _YES else False if word in _NO else None

    def number(self, *, default: int) -> int | None:
        """A whole number, be it written as a text; None where it cannot be read."""
        if self.absent:
            return default
        if isinstance(self.value, int | float) and not isinstance(self.value, bool):
            return int(self.value)
        word = self.value.strip() if isinstance(self.value, str) else ""
        return int(word) if word.lstrip("-").isdecimal() and word.isascii() else None

    def text(self, *, default: str = "") -> str | None:
        """A text; None where it cannot be read."""
        if self.absent:
            return default
        return self.value if isinstance(self.value, str) else None

    def among(self, allowed: Container[str], *, default: str = "") -> Answer:
        """Whether a text is one of these, capitals or not; `allowed` is in capitals."""
        word = self.text(default=default)
        return None if word is None else word.upper() in allowed

    def at_least(self, least: int, *, default: int = 0) -> Answer:
        """Whether a number is that or more."""
        number = self.number(default=default)
        return None if number is None else number >= least

    @property
    def shown(self) -> str:
        """What a message says of the value. Only for fields that hold no secret."""
        if self.hidden:
            return f"{self.path} is {self.hidden}"
        if self.absent:
            return f"{self.path} is not set"
        if isinstance(self.value, bool):
            return f"{self.path} is {str(self.value).lower()}"
        if isinstance(self.value, int | float):
            return f"{self.path} is {self.value}"
        if isinstance(self.value, str) and len(self.value) <= _SHOWN and self.value.isprintable():
            return f'{self.path} is "{self.value}"'
        return f"see {self.path}"


def made(graph: Graph, *kinds: str) -> Iterator[Field]:
    """The inputs of each resource of these types. Those that the program only reads are somebody else's."""
    for kind in kinds:
        yield from (Field(each, "", each.inputs) for each in graph.of_type(kind) if not each.external)


def places(graph: Graph, table: Mapping[str, Iterable[Iterable[str]]]) -> Iterator[Field]:
    """The field at each path of a type, in each resource of it: `table` has the paths by type."""
    for kind, paths in table.items():
        for each in made(graph, kind):
            yield from map(each.below, paths)


def configured(resource: Resource) -> Mapping[str, Value]:
    """What a resource is configured as: its inputs. One that is only read has none, so what was read stands in."""
    return {**resource.outputs, **resource.inputs} if resource.external else resource.inputs


def every(answers: Iterable[Answer]) -> Answer:
    """Whether all answers are yes: one no is enough for no, else one doubt for doubt."""
    found = set(answers)
    return False if False in found else None if None in found else True


def some(answers: Iterable[Answer]) -> Answer:
    """Whether one of the answers is yes: one yes is enough, else one doubt for doubt."""
    found = set(answers)
    return True if True in found else None if None in found else False


def negated(answer: Answer) -> Answer:
    """The contrary; a doubt stays one."""
    return None if answer is None else not answer


def demand(field: Field, holds: Answer, wrong: str, remedy: str = "") -> Iterator[Verdict]:
    """The verdict on a field. `wrong` goes on from the resource's name: "leaves its disk unencrypted"."""
    yield from verdict(field.resource, holds, wrong, field.shown, remedy)


def verdict(resource: Resource, holds: Answer, wrong: str, because: str, remedy: str = "") -> Iterator[Verdict]:
    """No verdict where the demand holds, else a violation, or unproven where the plan cannot tell."""
    if holds is None:
        message = f"whether {resource.name} {wrong} cannot be told: {because}."
        yield Verdict("unproven", resource.urn, message, remedy)
    elif not holds:
        yield Verdict("violation", resource.urn, f"{resource.name} {wrong}: {because}.", remedy)
