"""Protobuf structures as plain Python values, and back. Any JSON passes through, hence `Any`."""

from __future__ import annotations

from typing import Any

from google.protobuf import struct_pb2

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"  # what stands on the wire for a value that only deployment tells

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the protocol's mark of one


def to_python(struct: Any) -> dict[str, Any]:
    """The entries of a `Struct`. Whole numbers are ints, so that a state file reads well."""
    return {key: _value(value) for key, value in struct.fields.items()}


def to_struct(values: dict[str, Any]) -> struct_pb2.Struct:
    """A `Struct` with these entries."""
    struct = struct_pb2.Struct()
    struct.update(values)
    return struct


def has_unknown(value: Any) -> bool:
    """Whether an unknown is anywhere inside."""
    if isinstance(value, dict):
        return any(map(has_unknown, value.values()))
    return any(map(has_unknown, value)) if isinstance(value, list) else value == UNKNOWN


def _value(value: Any) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        entries = to_python(value.struct_value)
        # A provider's own configuration comes with its secrets marked, whatever the provider accepts.
        return entries["value"] if entries.get(_SIGNATURE) == _SECRET else entries
    if kind == "list_value":
        return [_value(item) for item in value.list_value.values]
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    return None if kind in (None, "null_value") else getattr(value, kind)
