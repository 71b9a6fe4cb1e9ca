"""Second pass: computed outputs as symbols that name resource and property.

A symbol only ever annotates a leaf that the first pass left unknown, so a wrong guess is never shown as a fact.
"""

from __future__ import annotations

import json
import re
import types
import typing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pulumi

if TYPE_CHECKING:
    from .wire import Json

# Two cases in the mark: a program that changes the case of a value breaks its symbol, and the leaf stays opaque.
MARK = "${Of@"
_SYMBOL = re.compile(r"\$\{Of@(\d+)#(\w+)\}")
_SCALARS = frozenset({str, int, float, bool})
_PULUMI_NAME = "_pulumi_name"  # set by pulumi.getter on each generated output property


@dataclass(slots=True)
class Symbols:
    """Makes symbols and reads them back. `urns[n]` is the resource that `${Of@n#property}` names."""

    urns: list[str] = field(default_factory=list)
    _classes: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def outputs(self, urn: str, kind: str) -> tuple[str, dict[str, str]]:
        """The symbol of a resource's id and those of its scalar output properties by Pulumi name."""
        index = len(self.urns)
        self.urns.append(urn)
        return f"{MARK}{index}#id}}", {name: f"{MARK}{index}#{name}}}" for name in self._properties(kind)}

    def describe(self, value: Json) -> dict[str, Json]:
        """References and text of a second-pass value; empty where it holds no whole symbol."""
        text = value if isinstance(value, str) else json.dumps(value, sort_keys=True) if value else ""
        found = [(self.urns[int(index)], name) for index, name in _SYMBOL.findall(text)]
        if not found:
            return {}
        references: list[Json] = [{"urn": urn, "property": name} for urn, name in found]
        whole = _SYMBOL.sub(lambda match: f"${{{self.urns[int(match[1])]}#{match[2]}}}", text)
        return {"references": references, "text": whole}

    def _properties(self, kind: str) -> tuple[str, ...]:
        if kind not in self._classes:
            self._classes[kind] = ()
            for cls in _subclasses(pulumi.CustomResource):
                token = getattr(cls, "pulumi_type", None)
                if isinstance(token, str) and not self._classes.get(token):
                    self._classes[token] = _scalar_properties(cls)
        return self._classes[kind]


def _subclasses(cls: type[Any]) -> typing.Iterator[type[Any]]:
    for sub in cls.__subclasses__():
        yield sub
        yield from _subclasses(sub)


def _scalar_properties(cls: type) -> tuple[str, ...]:
    names = []
    for member in vars(cls).values():
        getter = member.fget if isinstance(member, property) else None
        name = getattr(getter, _PULUMI_NAME, None)
        if isinstance(name, str) and _is_scalar(getattr(getter, "__annotations__", {}).get("return")):
            names.append(name)
    return tuple(names)


def _is_scalar(annotation: Any) -> bool:  # Any: whatever stands behind a property's arrow
    inner = next(iter(typing.get_args(annotation)), None)
    if typing.get_origin(inner) in (typing.Union, types.UnionType):
        inner = next((arg for arg in typing.get_args(inner) if arg is not types.NoneType), None)
    return inner in _SCALARS
