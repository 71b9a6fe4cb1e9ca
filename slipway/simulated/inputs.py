"""The form of a type's inputs, nested ones too, read from the SDK's generated source as text (`sdk`)."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slipway.simulated.sdk import getters, input_getters, source_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_WRAPPERS = ("pulumi.Input", "Optional")
_CLASS = re.compile(r"^'(\w+)Args'$")


@dataclass(frozen=True, slots=True)
class Form:
    """What a value may be. `kind` is text, number, flag, list, map, object or any.

    `of` is the form of a list's or a map's items; `name` the class of an object in `module`, a folder of the SDK.
    """

    kind: str
    required: bool = False
    of: Form | None = None
    module: Path | None = None
    name: str = ""

    @property
    def fields(self) -> Mapping[str, Form]:
        """An object's inputs by name."""
        return _fields(self.module, self.name) if self.module else {}


_KINDS = {"str": "text", "int": "number", "float": "number", "bool": "flag"}


@functools.cache
def inputs_of(package: Path, token: str) -> Mapping[str, Form] | None:
    """A type's inputs by name; None for a type that the SDK in the folder `package` lacks."""
    found = source_of(package, token)
    if found is None:
        return None
    file, text = found
    annotations = input_getters(text, token.rpartition(":")[2])
    return {name: _form(annotation, file.parent) for name, annotation in annotations.items()}


@functools.cache
def _fields(module: Path, name: str) -> dict[str, Form]:
    annotations = getters(_nested(module), f"{name}Args", deprecated=True)
    return {field: _form(annotation, module) for field, annotation in annotations.items()}


@functools.cache
def _nested(module: Path) -> str:
    """The classes of a module's nested inputs; up to some megabytes of text, of which little is looked at."""
    file = module / "_inputs.py"
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _form(annotation: str, module: Path) -> Form:
    text, optional = annotation, False
    while True:
        head = text.partition("[")[0]
        if head not in _WRAPPERS:
            break
        optional = optional or head == "Optional"
        text = text[len(head) + 1 : -1]
    required = not optional
    head, _, inner = text.partition("[")
    if head in _KINDS:
        return Form(_KINDS[head], required)
    if head in ("Sequence", "List"):
        return Form("list", required, _form(inner[:-1], module))
    if head in ("Mapping", "Dict"):
        return Form("map", required, _form(inner[:-1].partition(",")[2].strip(), module))
    named = _CLASS.match(text)
    if named:
        return Form("object", required, module=module, name=named[1])
    return Form("any", required)  # a choice, an asset, an enumeration, a class of another module
