"""What a Worker finds under a name, as the state has it and as Cloudflare has it. No value of a variable is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_APPLICATION = "slipway:cloudflare:EdgeApplication"
# What a binding leads to, by its type: the program's name of it, and Cloudflare's, whose answers have used several.
_LEADS_TO = {
    "d1": ("databaseId", ("id", "database_id")),
    "durable_object_namespace": ("className", ("class_name",)),
    "kv_namespace": ("namespaceId", ("namespace_id",)),
    "queue": ("queueName", ("queue_name",)),
    "r2_bucket": ("bucketName", ("bucket_name",)),
    "service": ("service", ("service",)),
}
_IN_INPUTS = {kind: key for kind, (key, _) in _LEADS_TO.items()}
_IN_OUTPUTS = dict.fromkeys(_LEADS_TO, "target")
"""The same under the name that the component has for all of them."""


@dataclass(frozen=True, slots=True)
class Binding:
    """What a Worker finds under a name: of which type, and what it leads to where that is no value."""

    type: str
    leads_to: str = ""

    def __str__(self) -> str:
        """As people read it."""
        return f"{self.type} {self.leads_to}".strip()


def declared_bindings(
    resource: Mapping[str, Any], resources: Sequence[Mapping[str, Any]]
) -> Mapping[str, Binding] | None:
    """By name, what a resource of a state is bound to: any JSON, hence `Any`. None where nobody tells.

    A secret among them hides its whole list. Then the component above it tells, which keeps no value.
    """
    own = _told((resource.get("inputs") or {}).get("bindings") or [], _IN_INPUTS)
    if own is not None:
        return own
    parent = resource.get("parent")
    above = (each for each in resources if each.get("type") == _APPLICATION and each.get("urn") == parent)
    return next((_told((each.get("outputs") or {}).get("bindings"), _IN_OUTPUTS) for each in above), None)


def _told(listed: Any, keys: Mapping[str, str]) -> Mapping[str, Binding] | None:
    """By name, out of a list in a state; `keys` has for each type where it says what it leads to. None where hidden.

    One that inherits from before is whatever it was.
    """
    if not isinstance(listed, list):
        return None
    found = {}
    for each in listed:
        name, kind = (each.get("name"), each.get("type")) if isinstance(each, dict) else (None, None)
        if not isinstance(name, str) or not isinstance(kind, str):
            return None
        if kind != "inherit":
            leads_to = each.get(keys.get(kind, ""))
            found[name] = Binding(kind, leads_to if isinstance(leads_to, str) else "")
    return found


def compared(declared: Mapping[str, Binding] | None, listed: Any) -> Iterator[tuple[str, str | None, str | None]]:
    """Each name with what is declared and what Cloudflare lists; nothing where the program hides them."""
    if declared is None:
        return
    found = dict(_bound(each) for each in listed if isinstance(each, dict)) if isinstance(listed, list) else {}
    for name in sorted({*declared, *found}):
        told, there = declared.get(name), found.get(name)
        if told and there and not told.leads_to:
            there = Binding(there.type)  # known at deployment only, or nothing that has a name
        yield f"the binding {name}", str(told) if told else None, str(there) if there else None


def _bound(each: Mapping[str, Any]) -> tuple[str, Binding]:
    kind = str(each.get("type"))
    keys = _LEADS_TO[kind][1] if kind in _LEADS_TO else ()
    leads_to = next((each[key] for key in keys if isinstance(each.get(key), str)), "")
    return str(each.get("name")), Binding(kind, leads_to)
