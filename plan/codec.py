"""Plan JSON version 1: reading it into the model, and its one text form (docs/plan-format.md)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from plan.model import (
    STACK_TYPE,
    VERSION,
    Log,
    Notice,
    Options,
    Plan,
    Reference,
    Resource,
    Secret,
    Source,
    Unknown,
    Value,
)
from plan.paths import join

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class PlanFormatError(ValueError):
    """The data is not a plan of a version that this code reads."""


def read_plan(data: Mapping[str, Any]) -> Plan:
    """The plan that plan JSON holds. Raises `PlanFormatError` for another version or another shape."""
    if data.get("version") != VERSION:
        message = f"plan version: given {data.get('version')!r}; this Slipway reads version {VERSION}."
        raise PlanFormatError(message)
    try:
        resources = tuple(read_resource(resource) for resource in data["resources"])
        return Plan(
            project=data["project"],
            stack=data["stack"],
            topology=data.get("topology"),
            resources=resources,
            outputs=next((resource.outputs for resource in resources if resource.type == STACK_TYPE), {}),
            notices=tuple(Notice(**notice) for notice in data.get("notices", [])),
            logs=tuple(Log(**log) for log in data.get("logs", [])),
        )
    except (KeyError, TypeError, AttributeError) as error:
        message = f"not a plan: {error!r}"
        raise PlanFormatError(message) from error


def read_resource(data: Mapping[str, Any]) -> Resource:
    """One resource of plan JSON."""
    dependencies = {key: tuple(urns) for key, urns in data["propertyDependencies"].items()}
    source = data.get("source")
    return Resource(
        urn=data["urn"],
        type=data["type"],
        name=data["name"],
        custom=data["custom"],
        parent=data["parent"],
        provider=data["provider"],
        protect=data["protect"],
        inputs=_Reader(
            data["secrets"],
            data["unknowns"],
            dependencies,
            data.get("plainSecrets", ()),
            data.get("plainAddresses", ()),
        ).map(data["inputs"]),
        outputs=_Reader(data.get("outputSecrets", []), data.get("outputUnknowns", {}), {}).map(data["outputs"]),
        dependencies=tuple(data["dependencies"]),
        property_dependencies=dependencies,
        aliases=tuple(data["aliases"]),
        id=data.get("id", ""),
        external=data.get("external", False),
        remote=data.get("remote", False),
        options=Options(
            delete_before_replace=data.get("deleteBeforeReplace"),
            ignore_changes=tuple(data.get("ignoreChanges", ())),
            replace_on_changes=tuple(data.get("replaceOnChanges", ())),
            retain_on_delete=data.get("retainOnDelete", False),
            deleted_with=data.get("deletedWith", ""),
            replace_with=tuple(data.get("replaceWith", ())),
            import_id=data.get("importID", ""),
            additional_secret_outputs=tuple(data.get("additionalSecretOutputs", ())),
            custom_timeouts=dict(data.get("customTimeouts", {})),
        ),
        source=Source(source["file"], source["line"]) if source else None,
    )


def write_json(data: Any) -> str:  # Any: one document, or a list of them
    """JSON with sorted keys: the same bytes for the same data."""
    return json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False)


class _Reader:
    """Puts `Secret` and `Unknown` in the places that the paths name."""

    def __init__(
        self,
        secrets: list[str],
        unknowns: Mapping[str, Any],
        dependencies: Mapping[str, tuple[str, ...]],
        plain: Sequence[str] = (),
        addresses: Sequence[str] = (),
    ) -> None:
        self._secrets, self._unknowns, self._dependencies = frozenset(secrets), unknowns, dependencies
        self._plain, self._addresses = frozenset(plain), frozenset(addresses)
        self._top = ""

    def map(self, tree: Mapping[str, Any]) -> dict[str, Value]:
        if not self._secrets and not self._unknowns:
            return dict(tree)
        read = {}
        for key, value in tree.items():
            self._top = key
            read[key] = self._value(value, join("", key))
        return read

    def _value(self, value: Any, path: str) -> Value:
        if path in self._secrets:
            return self._secret(path)
        if path in self._unknowns:
            return self._unknown(self._unknowns[path])
        if isinstance(value, dict):
            return {key: self._value(item, join(path, key)) for key, item in value.items()}
        if isinstance(value, list):
            return [self._value(item, f"{path}[{index}]") for index, item in enumerate(value)]
        leaf: Value = value
        return leaf

    def _secret(self, path: str) -> Secret:
        below = (each.removeprefix(path) for each in self._plain if each.startswith((f"{path}.", f"{path}[")))
        return Secret(path in self._plain, tuple(sorted(below)), path in self._addresses)

    def _unknown(self, told: Mapping[str, Any]) -> Unknown:
        references = tuple(Reference(each["urn"], each["property"]) for each in told.get("references", ()))
        return Unknown(references, told.get("text", ""), self._dependencies.get(self._top, ()))
