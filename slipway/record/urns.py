"""URNs as the engine makes them: of a resource, and of what it was called before (its aliases)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pulumi.runtime.proto import alias_pb2

STACK_TYPE = "pulumi:pulumi:Stack"
_URN = re.compile(r"urn:pulumi:[^:]*::[^:]*::.+::.*", re.DOTALL)


class InvalidUrnError(ValueError):
    """A text stands where a URN is wanted."""


def qualified_type(urn: str) -> str:
    """The types from the outermost component down to the resource, joined by `$`."""
    return urn.split("::", 3)[2]


def package_of(token: str) -> str:
    """The package that serves a type or function token such as `aws:ec2/vpc:Vpc`; for a provider its own."""
    parts = token.split(":")
    return parts[2] if token.startswith("pulumi:providers:") else parts[0]


@dataclass(frozen=True, slots=True)
class UrnMaker:
    """Makes the URNs of one stack."""

    project: str
    stack: str

    def make(self, parent: str, kind: str, name: str, *, project: str = "", stack: str = "") -> str:
        """The URN of a resource; the stack itself never shows in its children's types."""
        above = qualified_type(parent) if parent else ""
        whole = kind if above in ("", STACK_TYPE) else f"{above}${kind}"
        return f"urn:pulumi:{stack or self.stack}::{project or self.project}::{whole}::{name}"

    def alias(self, alias: alias_pb2.Alias, parent: str, kind: str, name: str) -> str:
        """The whole URN that an alias stands for. Raises `InvalidUrnError` for a text that is none."""
        if alias.WhichOneof("alias") != "spec":
            if not _URN.match(alias.urn):
                message = f"invalid alias URN: invalid URN {alias.urn!r}"
                raise InvalidUrnError(message)
            return alias.urn
        spec = alias.spec
        above = "" if spec.noParent else (spec.parentUrn or parent)
        return self.make(above, spec.type or kind, spec.name or name, project=spec.project, stack=spec.stack)
