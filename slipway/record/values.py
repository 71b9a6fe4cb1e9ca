"""Protobuf property values as the JSON that `pulumi preview --json` prints for them.

An unknown becomes the engine's sentinel, a secret subtree the text `[secret]`; where they stand is returned as
property paths, so that a program's own string of the same spelling is not mistaken for either.
"""

from __future__ import annotations

import json
import math
import re
import struct as struct_module
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .assets import described
from .wire import (
    ARCHIVE_SIGNATURE,
    ASSET_SIGNATURE,
    OUTPUT_SIGNATURE,
    RESOURCE_SIGNATURE,
    SECRET,
    SECRET_SIGNATURE,
    SIGNATURE,
    UNKNOWN,
    Json,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from google.protobuf import struct_pb2

_FLOAT_SIGNATURE = "8ad145fe-0d11-4827-bfd7-1abcbf086f5c"
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


@dataclass(slots=True)
class Decoded:
    """A property map as JSON, with the paths of its secret and unknown leaves in order.

    `urns` are the resources that output values inside it depend on, by top-level property.
    `plaintexts` are the secret strings met, `hidden` those of each secret path and of each place below one: kept in
    this process only.
    """

    value: dict[str, Json] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)
    unknowns: list[str] = field(default_factory=list)
    urns: dict[str, set[str]] = field(default_factory=dict)
    plaintexts: set[str] = field(default_factory=set)
    hidden: dict[str, set[str]] = field(default_factory=dict)


def join(path: str, key: str) -> str:
    """The property path of `key` below `path`, in Pulumi's syntax."""
    if _PLAIN_KEY.match(key):
        return f"{path}.{key}" if path else key
    quoted = json.dumps(key, ensure_ascii=False)
    return f"{path}[{quoted}]"


def decode(struct: struct_pb2.Struct, *, resources_as_ids: bool = False, folder: Path = Path()) -> Decoded:
    """Read a property map. Secret values do not enter the result.

    With `resources_as_ids` a resource that is passed as a value stands there as its id, a component as its URN: so
    providers see it.
    """
    reader = _Reader(resources_as_ids=resources_as_ids, folder=folder)
    for key, value in struct.fields.items():
        reader.top = key
        reader.result.value[key] = reader.read(value, join("", key))
    reader.result.secrets.sort()
    reader.result.unknowns.sort()
    return reader.result


class _Reader:
    """One walk over a property map."""

    def __init__(self, *, resources_as_ids: bool, folder: Path) -> None:
        self._folder = folder
        self.result = Decoded()
        self.top = ""
        self._resources_as_ids = resources_as_ids

    def read(self, value: struct_pb2.Value, path: str) -> Json:
        kind = value.WhichOneof("kind")
        if kind == "string_value":
            if value.string_value == UNKNOWN:
                self.result.unknowns.append(path)
            return str(value.string_value)
        if kind == "number_value":
            return _number(value.number_value)
        if kind == "bool_value":
            return bool(value.bool_value)
        if kind == "list_value":
            return [self.read(item, f"{path}[{index}]") for index, item in enumerate(value.list_value.values)]
        if kind == "struct_value":
            return self._struct(value.struct_value, path)
        return None

    def _struct(self, struct: struct_pb2.Struct, path: str) -> Json:
        signature = struct.fields[SIGNATURE].string_value if SIGNATURE in struct.fields else ""
        if not signature:
            return {key: self.read(item, join(path, key)) for key, item in struct.fields.items()}
        if signature == SECRET_SIGNATURE:
            return self._secret(struct.fields["value"], path)
        if signature == OUTPUT_SIGNATURE:
            return self._output(struct, path)
        if signature == RESOURCE_SIGNATURE:
            return self._resource(struct, path)
        plain = {key: self.read(item, join(path, key)) for key, item in struct.fields.items()}
        return described(plain, self._folder) if signature in (ASSET_SIGNATURE, ARCHIVE_SIGNATURE) else plain

    def _secret(self, value: struct_pb2.Value, path: str) -> Json:
        self.result.secrets.append(path)
        inner = _Reader(resources_as_ids=self._resources_as_ids, folder=self._folder)
        inner.top, inner.result.urns = self.top, self.result.urns
        read = inner.read(value, path)
        if inner.result.unknowns:
            self.result.unknowns.append(path)  # the whole subtree is hidden, so it is one unknown leaf
        self.result.hidden[path] = inner.result.plaintexts | set(_strings(read))
        self.result.hidden |= {each: {text} for each, text in _below(read, path) if each != path}
        self.result.plaintexts |= self.result.hidden[path]
        return SECRET

    def _output(self, struct: struct_pb2.Struct, path: str) -> Json:
        if "dependencies" in struct.fields:
            urns = {item.string_value for item in struct.fields["dependencies"].list_value.values}
            self.result.urns.setdefault(self.top, set()).update(urns)
        if "value" in struct.fields:
            inner = struct.fields["value"]
            if "secret" in struct.fields and struct.fields["secret"].bool_value:
                return self._secret(inner, path)
            return self.read(inner, path)
        self.result.unknowns.append(path)
        if "secret" in struct.fields and struct.fields["secret"].bool_value:
            self.result.secrets.append(path)
            return SECRET
        return UNKNOWN

    def _resource(self, struct: struct_pb2.Struct, path: str) -> Json:
        """A resource passed as a value. In the long form the engine prints an id that it does not know as empty."""
        if self._resources_as_ids:
            return self.read(struct.fields["id" if "id" in struct.fields else "urn"], path)
        reference: dict[str, Json] = {SIGNATURE: RESOURCE_SIGNATURE, "urn": struct.fields["urn"].string_value}
        version = struct.fields["packageVersion"].string_value if "packageVersion" in struct.fields else ""
        reference["packageVersion"] = version
        if "id" in struct.fields:
            identifier = struct.fields["id"].string_value
            reference["id"] = "" if identifier == UNKNOWN else identifier
        return reference


def _number(number: float) -> Json:
    """A number as Go prints it. JSON has no word for one that is not finite: the engine writes its bits."""
    if not math.isfinite(number):
        return {SIGNATURE: _FLOAT_SIGNATURE, "value": struct_module.pack(">d", number).hex()}
    return int(number) if number.is_integer() else number


def _below(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Each text inside a secret with its place."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _below(item, join(path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _below(item, f"{path}[{index}]")
    elif isinstance(value, str) and value not in ("", UNKNOWN, SECRET):
        yield path, value


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value] if value not in ("", UNKNOWN, SECRET) else []
    if isinstance(value, dict):
        return [text for item in value.values() for text in _strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in _strings(item)]
    return []
