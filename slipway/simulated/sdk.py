"""What an installed SDK declares for a resource, read from its generated source as text and never imported.

Importing one service of a cloud's SDK takes up to a second, reading one file a few milliseconds.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

_NAMED = r'@pulumi\.getter(?:\(name="(\w+)"\))?\n'
_TYPED = r"    def (\w+)\(self\) -> (.+):\n"
_GETTER = re.compile(_NAMED + _TYPED)
_ANY_GETTER = re.compile(_NAMED + r'(?:    @_utilities\.deprecated\("""[^"]*(?:"(?!"")[^"]*)*"""\)\n)?' + _TYPED)


@dataclass(frozen=True, slots=True)
class Sdk:
    """An installed SDK: its package's name and version in Pulumi, the folder of its Python package."""

    name: str
    version: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Declared:
    """A type's properties. `outputs` has each property's annotation, `inputs` the names that a program may give."""

    outputs: Mapping[str, str] = field(default_factory=dict)
    inputs: frozenset[str] = frozenset()

    def left_open(self, given: Collection[str]) -> dict[str, str]:
        """The outputs that the provider has to make itself: not given, and not such as may be absent."""
        return {
            name: annotation
            for name, annotation in self.outputs.items()
            if name not in given and not annotation.startswith("Optional")
        }


@functools.cache
def declared(package: Path, token: str) -> Declared:
    """What the SDK in the folder `package` declares for a token like `aws:ec2/vpc:Vpc`; nothing for a type it lacks."""
    found = source_of(package, token)
    if found is None:
        return Declared()
    kind, text = token.rpartition(":")[2], found[1]
    own = getters(text, kind)
    return Declared(own, frozenset(input_getters(text, kind)) & getters(text, kind, deprecated=True).keys())


@functools.cache
def result_of(package: Path, token: str) -> Declared:
    """What the SDK declares for the result of a function like `aws:ec2/getAmi:getAmi`; nothing for one it lacks."""
    found = source_of(package, token)
    kind = token.rpartition(":")[2]
    return Declared(getters(found[1], f"{kind[0].upper()}{kind[1:]}Result")) if found else Declared()


@functools.cache
def source_of(package: Path, token: str) -> tuple[Path, str] | None:
    """The file of the SDK that declares a type or function, and its text; None for what it lacks."""
    _, module, kind = token.split(":")
    file = snake(kind) + ".py"
    likely = package / file if module.startswith("index") else package / snake(module.split("/")[0]) / file
    # Searching all folders takes longer than anything else here, and is hardly ever needed.
    return _declaring(token, [likely]) or _declaring(token, sorted(package.rglob(file)))


def _declaring(token: str, files: Iterable[Path]) -> tuple[Path, str] | None:
    for path in files:
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        if f'"{token}"' in text or f"'{token}'" in text:  # a function's stands in single ones
            return path, text
    return None


def snake(name: str) -> str:
    """`SecurityGroup` and `securityGroup` as `security_group`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def input_getters(text: str, kind: str) -> dict[str, str]:
    """The inputs of a type, with their annotations.

    They are in `<Kind>Args`, or in `<Kind>InitArgs` where the former is the name of a nested input.
    """
    return getters(text, f"{kind}InitArgs", deprecated=True) or getters(text, f"{kind}Args", deprecated=True)


def getters(text: str, name: str, *, deprecated: bool = False) -> dict[str, str]:
    """The properties of one class of a generated module, with their annotations.

    `deprecated` ones may still be given, and are left out where it is asked what a provider makes itself.
    """
    starts = (text.find(f"\nclass {name}{end}") for end in (":", "("))
    start = next((each for each in starts if each >= 0), -1)
    if start < 0:
        return {}
    ends = (text.find(f"\n{end}", start + 1) for end in ("@", "class ", "def "))
    found = text[start : min((end for end in ends if end >= 0), default=len(text))]
    return {
        named or method: annotation.replace("_builtins.", "").removeprefix("pulumi.Output[")
        for named, method, annotation in (_ANY_GETTER if deprecated else _GETTER).findall(found)
    }
