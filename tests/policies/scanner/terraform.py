"""A plan in the form that `terraform show -json` prints, for tools that know no Pulumi.

The AWS provider of Pulumi is the one of Terraform under other names, so types and properties have their counterparts:
`names.yaml` says which. What is unknown is left out and named in the configuration as what it refers to; of a text
of which a part is known, the references stand in it as Terraform writes them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from plan.model import Secret, Unknown

if TYPE_CHECKING:
    from plan.model import Plan, Reference, Resource, Value

_NAMES = yaml.safe_load((Path(__file__).parent / "names.yaml").read_text())
_TYPES: dict[str, str] = _NAMES["types"]
_SINGULAR: dict[str, str] = _NAMES["singular"]
_PLURAL: frozenset[str] = frozenset(_NAMES["plural"])
_MAPS: frozenset[str] = frozenset(_NAMES["maps"])
HIDDEN = "(sensitive value)"  # what Terraform shows of one, and what no check takes for a secret in plain text
Json = Any  # any JSON


def addresses(plan: Plan) -> dict[str, str]:
    """Each resource of AWS that the plan makes, by its address, to its type and name: `aws:ec2/vpc:Vpc::main`."""
    return {address: f"{each.type}::{each.name}" for each, address in _addressed(plan).values()}


def terraform_plan(plan: Plan) -> Json:
    """The plan as Terraform's JSON. Raises `KeyError` for a type or a list of blocks whose name is not known."""
    addressed = _addressed(plan)
    known = {each.urn: _stranger(each) for each in plan.resources} | {urn: each[1] for urn, each in addressed.items()}
    writer = _Writer(known)
    resources = [writer.resource(*each) for each in addressed.values()]
    common = ("address", "mode", "type", "name")
    heads = [{key: each[key] for key in common} for each in resources]
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {
            "root_module": {
                "resources": [
                    {**head, "schema_version": 0, "values": each["values"]}
                    for head, each in zip(heads, resources, strict=True)
                ]
            }
        },
        "resource_changes": [
            {
                **head,
                "change": {
                    "actions": ["create"],
                    "before": None,
                    "after": each["values"],
                    "after_unknown": each["unknown"],
                },
            }
            for head, each in zip(heads, resources, strict=True)
        ],
        "configuration": {
            "root_module": {
                "resources": [
                    {**head, "expressions": each["expressions"], "schema_version": 0}
                    for head, each in zip(heads, resources, strict=True)
                ]
            }
        },
    }


def _addressed(plan: Plan) -> dict[str, tuple[Resource, str]]:
    """The resources of AWS that the plan makes, by URN, each with an address of its own."""
    found: dict[str, tuple[Resource, str]] = {}
    taken = set[str]()
    for each in plan.resources:
        if each.type.startswith("aws:") and not each.external:
            if each.type not in _TYPES:
                raise KeyError(f"names.yaml does not say what Terraform calls {each.type}")
            address = plain = f"{_TYPES[each.type]}.{re.sub(r'[^A-Za-z0-9_-]', '_', each.name)}"
            while address in taken:
                address = f"{plain}_{len(taken)}"
            taken.add(address)
            found[each.urn] = each, address
    return found


def _stranger(resource: Resource) -> str:
    """What stands for a resource that is not among those of AWS: enough to say that something is referred to."""
    provider, _, kind = resource.type.partition(":")
    return f"{provider}_{_snake(kind.rpartition(':')[2])}.{re.sub(r'[^A-Za-z0-9_-]', '_', resource.name)}"


class _Writer:
    def __init__(self, known: Mapping[str, str]) -> None:
        self._known = known

    def resource(self, resource: Resource, address: str) -> dict[str, Json]:
        """One resource: what is known of it, what is not, and what that refers to."""
        kind, _, name = address.partition(".")
        fields = {_name(key, value): (key, value) for key, value in resource.inputs.items()}
        return {
            "address": address,
            "mode": "managed",
            "type": kind,
            "name": name,
            "values": {to: self._value(*each) for to, each in fields.items() if not _unknown(each[1])},
            "unknown": {to: True for to, each in fields.items() if _unknown(each[1])},
            "expressions": {to: self._expression(*each) for to, each in fields.items()},
        }

    def _value(self, key: str, value: Value) -> Json:
        """What is known; None for a leaf that is not."""
        if isinstance(value, Secret):
            return HIDDEN
        if isinstance(value, Unknown):
            return None if _unknown(value) else self._text(value)
        if isinstance(value, Mapping):
            if key in _MAPS:
                return {name: self._value("", each) for name, each in value.items()}
            return [self._block(value)]
        if isinstance(value, list | tuple):
            known = [each for each in value if not _unknown(each)]
            return [self._block(each) if isinstance(each, Mapping) else self._value("", each) for each in known]
        return value

    def _block(self, block: Mapping[str, Value]) -> Json:
        return {_name(key, each): self._value(key, each) for key, each in block.items() if not _unknown(each)}

    def _expression(self, key: str, value: Value) -> Json:
        """What a field is made of, as the configuration would say."""
        references = [told for each in _references(value) if (told := self._told(each))]
        blocks = [each for each in _blocks(value) if isinstance(each, Mapping)] if key not in _MAPS else []
        if blocks:
            return [{_name(name, each): self._expression(name, each) for name, each in one.items()} for one in blocks]
        if references:
            return {"references": [part for told in references for part in (told, told.rpartition(".")[0])]}
        return {} if isinstance(value, Unknown | Secret) else {"constant_value": self._value(key, value)}

    def _text(self, value: Unknown) -> str:
        text = value.text
        for each in value.references:
            text = text.replace(str(each), f"${{{self._told(each) or 'var.outside'}}}")
        return text

    def _told(self, reference: Reference) -> str:
        address = self._known.get(reference.urn)
        return f"{address}.{_snake(reference.property)}" if address else ""


def _unknown(value: Value) -> bool:
    """Whether nothing is known of a leaf, or of any entry of a list."""
    if isinstance(value, list | tuple):
        return bool(value) and all(map(_unknown, value))
    return isinstance(value, Unknown) and (not value.text or value.target is not None)


def _references(value: Value) -> list[Reference]:
    if isinstance(value, Unknown):
        return list(value.references)
    below = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    return [reference for each in below for reference in _references(each)]


def _blocks(value: Value) -> list[Value]:
    if isinstance(value, Mapping):
        return [value]
    return list(value) if isinstance(value, list | tuple) else []


def _name(key: str, value: Value) -> str:
    """The property under Terraform's name. Pulumi puts the names of lists in the plural, blocks of which have none."""
    if key in _SINGULAR and isinstance(value, list | tuple):
        return _SINGULAR[key]
    if isinstance(value, list | tuple) and key not in _PLURAL and any(isinstance(each, Mapping) for each in value):
        raise KeyError(f"names.yaml does not say what Terraform calls the list of blocks {key}")
    return _snake(key)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()
