"""A plan in few words: what a later version may not change without saying so.

Per resource its URN, aliases, parent, protection, and the inputs that the simulation's facts say force a replacement.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from plan.model import PROVIDER_PREFIX, Secret, Unknown
from slipway.simulated.facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from plan.model import Plan, Resource, Value

LONGEST = 200  # characters; of a longer text its digest stands here


def compact(plan: Plan) -> dict[str, Any]:
    """The plan as plain data: any JSON, hence `Any`. `forcing` says which inputs force what type, as known now."""
    resources = [_compact(resource) for resource in plan.resources]
    types = sorted({resource.type for resource in plan.resources if _is_real(resource)})
    return {
        "stack": plan.stack,
        "forcing": {token: list(facts_of(token).replace) for token in types},
        "resources": resources,
    }


def text_of(document: Mapping[str, Any]) -> str:
    """The document as text, one line per type and resource: short, and a change shows as a line."""
    forcing = [f"  {json.dumps(token)}: {json.dumps(paths)}" for token, paths in document["forcing"].items()]
    resources = [f"  {json.dumps(resource, sort_keys=True)}" for resource in document["resources"]]
    parts = [
        f'"stack": {json.dumps(document["stack"])}',
        '"forcing": {\n' + ",\n".join(forcing) + "\n}",
        '"resources": [\n' + ",\n".join(resources) + "\n]",
    ]
    return "{" + ",\n".join(parts) + "}\n"


def forced(resource: Resource, paths: Sequence[str]) -> dict[str, Any]:
    """The values of a resource's inputs at these paths; `*` means all. What is not given is left out."""
    found: dict[str, Any] = {}
    for path in paths:
        if path == "*":
            found |= {name: plain(value) for name, value in resource.inputs.items()}
        elif values := list(_at(resource.inputs, path)):
            found[path] = plain(values[0] if "." not in path else values)
    return found


def plain(value: Value) -> Any:
    """A value as plain data: an unknown as what it refers to, or what it waits for; a secret without its value."""
    if isinstance(value, Unknown):
        return value.text or f"unknown: {' '.join(value.dependencies)}"
    if isinstance(value, Secret):
        return "[secret]"
    if isinstance(value, str):
        return value if len(value) <= LONGEST else f"sha256:{hashlib.sha256(value.encode()).hexdigest()}"
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


def _compact(resource: Resource) -> dict[str, Any]:
    said = {
        "urn": resource.urn,
        "type": resource.type,
        "parent": resource.parent,
        "aliases": list(resource.aliases),
        "protect": resource.protect,
        "retainOnDelete": resource.options.retain_on_delete,
        "deletedWith": resource.options.deleted_with,
        "custom": resource.custom,
        "replace": forced(resource, facts_of(resource.type).replace) if _is_real(resource) else {},
    }
    return {key: value for key, value in said.items() if value or key == "custom"}


def _is_real(resource: Resource) -> bool:
    return resource.custom and not resource.external and not resource.type.startswith(PROVIDER_PREFIX)


def _at(value: Any, path: str) -> Iterator[Value]:
    """The values at a dotted path, through every item of each list on the way."""
    if isinstance(value, list | tuple) and path:
        for item in value:
            yield from _at(item, path)
    elif not path:
        yield value
    elif isinstance(value, dict):
        head, _, rest = path.partition(".")
        if head in value:
            yield from _at(value[head], rest)
    elif isinstance(value, Unknown | Secret):
        yield value
