"""One recorded registration, and its form in plan JSON version 1."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .values import Decoded
    from .wire import Json


@dataclass(frozen=True, slots=True)
class Goal:
    """What children inherit from a resource, as the engine keeps it."""

    provider: str = ""
    protect: bool | None = None
    retain_on_delete: bool | None = None
    deleted_with: str = ""


@dataclass(slots=True)
class Registration:
    """A resource as it was registered. `outputs` come later, so it is filled in place until the program ends."""

    urn: str
    type: str
    name: str
    custom: bool
    parent: str
    inputs: Decoded
    goal: Goal
    id: str = ""
    external: bool = False
    remote: bool = False
    outputs: Decoded | None = None
    dependencies: list[str] = field(default_factory=list)
    property_dependencies: dict[str, list[str]] = field(default_factory=dict)
    aliases: list[str] = field(default_factory=list)
    secret_outputs: list[str] = field(default_factory=list)
    plain_secrets: list[str] = field(default_factory=list)
    plain_addresses: list[str] = field(default_factory=list)
    options: dict[str, Json] = field(default_factory=dict)
    source: dict[str, Json] | None = None

    def to_json(self) -> dict[str, Json]:
        """The resource in plan JSON; options that say nothing are left out."""
        shown: dict[str, Json] = {
            "urn": self.urn,
            "type": self.type,
            "name": self.name,
            "custom": self.custom,
            "parent": self.parent,
            "provider": self.goal.provider,
            "protect": bool(self.goal.protect),
            "inputs": self.inputs.value,
            "outputs": self.outputs.value if self.outputs else {},
            "dependencies": list(self.dependencies),
            "propertyDependencies": {key: list(urns) for key, urns in self.property_dependencies.items() if urns},
            "aliases": list(self.aliases),
            "secrets": list(self.inputs.secrets),
            "unknowns": {path: {} for path in self.inputs.unknowns},
        }
        optional: dict[str, Json] = {
            "id": self.id,
            "external": self.external,
            "remote": self.remote,
            "retainOnDelete": bool(self.goal.retain_on_delete),
            "deletedWith": self.goal.deleted_with,
            "additionalSecretOutputs": list(self.secret_outputs),
            "plainSecrets": list(self.plain_secrets),
            "plainAddresses": list(self.plain_addresses),
            **self.options,
            "outputSecrets": list(self.outputs.secrets) if self.outputs else [],
            "outputUnknowns": {path: {} for path in self.outputs.unknowns} if self.outputs else {},
            "source": self.source,
        }
        return shown | {key: value for key, value in optional.items() if value not in (None, "", False, [], {})}
