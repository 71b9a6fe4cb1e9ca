"""What a plan is: the resources that a Pulumi program registers, as immutable values.

Leaves that the program does not know before deployment are `Unknown`, never a made-up value, and
secret leaves are `Secret`: no secret value ever enters a plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Union

VERSION = 1
STACK_TYPE = "pulumi:pulumi:Stack"
PROVIDER_PREFIX = "pulumi:providers:"


@dataclass(frozen=True, slots=True)
class Reference:
    """An output property of another resource of the same plan, e.g. the `id` of a subnet."""

    urn: str
    property: str

    def __str__(self) -> str:
        """The form that stands in `Unknown.text`."""
        return f"${{{self.urn}#{self.property}}}"


@dataclass(frozen=True, slots=True)
class Unknown:
    """A leaf that only deployment will tell.

    `references` name the output properties that it is made of, in order; empty where recording could not
    tell. `text` is the leaf with each reference written `${urn#property}`; empty when opaque.
    `dependencies` are the URNs that its top-level input property waits for: known even for an opaque leaf.
    """

    references: tuple[Reference, ...] = ()
    text: str = ""
    dependencies: tuple[str, ...] = ()

    @property
    def target(self) -> Reference | None:
        """The one output property that the leaf is, or None when it is opaque or more than that."""
        return self.references[0] if len(self.references) == 1 and self.text == str(self.references[0]) else None


@dataclass(frozen=True, slots=True)
class Secret:
    """A leaf or subtree that is marked secret. Its value is not in the plan.

    `plain`: the program itself gave it as plain text, and only the resource's SDK marked it. `below` are the names and
    numbers that lead to such texts inside a subtree, as a path. `address`: it is one with a password in it.
    """

    plain: bool = False
    below: tuple[str, ...] = ()
    address: bool = False


# A mapping is read-only by contract; JSON numbers are int where they are whole.
Value = Union[None, bool, int, float, str, Unknown, Secret, Sequence["Value"], Mapping[str, "Value"]]  # noqa: UP007 - a recursive alias needs the runtime form on 3.11


@dataclass(frozen=True, slots=True)
class Source:
    """Where a resource is registered: a file relative to the project and a line, from 1."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Options:
    """Resource options under Pulumi's names, those that the engine inherits from a parent included."""

    delete_before_replace: bool | None = None
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    retain_on_delete: bool = False
    deleted_with: str = ""
    replace_with: tuple[str, ...] = ()
    import_id: str = ""
    additional_secret_outputs: tuple[str, ...] = ()
    custom_timeouts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resource:
    """One registration, as the engine's preview would record it on an empty stack.

    `custom` is false for components. `external` marks a resource that the program only reads (`.get`).
    `provider` is `<urn>::<id>`, empty for components. `outputs` are those that a component registered, or
    that a read was answered with. `aliases` are whole URNs.
    """

    urn: str
    type: str
    name: str
    custom: bool
    parent: str
    inputs: Mapping[str, Value]
    provider: str = ""
    id: str = ""
    external: bool = False
    remote: bool = False
    protect: bool = False
    outputs: Mapping[str, Value] = field(default_factory=dict)
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    options: Options = field(default_factory=Options)
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the plan does not know and what would tell it: an unanswered look-up, an unset secret."""

    kind: str
    subject: str
    message: str


@dataclass(frozen=True, slots=True)
class Log:
    """One message of the program to the engine. `severity` is info, warning or error."""

    severity: str
    message: str
    urn: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The recorded registrations of one stack, in the order of their URNs.

    `topology` is for people; rules read it from the facts (`slipway:app:Application`), which the policy pack has too.
    """

    project: str
    stack: str
    resources: tuple[Resource, ...]
    topology: str | None = None
    outputs: Mapping[str, Value] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    logs: tuple[Log, ...] = ()
    version: int = VERSION
