"""Resource and function transforms, called over the program's own callback server as the engine calls them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf import struct_pb2
from pulumi.runtime.proto import callback_pb2, callback_pb2_grpc, resource_pb2

from .wire import OUTPUT_SIGNATURE, SECRET_SIGNATURE, SIGNATURE, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(slots=True)
class Transforms:
    """The transforms that are registered: of the stack, of functions, and of resources for their children."""

    stack: list[Any] = field(default_factory=list)  # Any: generated protobuf messages carry no types
    functions: list[Any] = field(default_factory=list)
    by_resource: dict[str, list[Any]] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    _channels: dict[str, Any] = field(default_factory=dict)

    def of(self, own: list[Any], parent: str) -> list[Any]:
        """All transforms of a resource in the engine's order: its own, its parents' outwards, the stack's."""
        chain = list(own)
        while parent:
            chain += self.by_resource.get(parent, [])
            parent = self.parents.get(parent, "")
        return chain + self.stack

    def apply(self, callbacks: list[Any], request: Any) -> Any:
        """Run `callbacks` over a `TransformRequest`, each on the result of the one before."""
        for callback in callbacks:
            answer = resource_pb2.TransformResponse.FromString(self._call(callback, request.SerializeToString()))
            _take(request, answer)
        return request

    def apply_to_function(self, request: Any) -> Any:
        """Run the function transforms over a `TransformInvokeRequest`."""
        for callback in self.functions:
            answer = resource_pb2.TransformInvokeResponse.FromString(self._call(callback, request.SerializeToString()))
            if answer.HasField("args"):
                request.args.CopyFrom(answer.args)
            if answer.HasField("options"):
                request.options.CopyFrom(answer.options)
        return request

    def close(self) -> None:
        """Close the connections to the callback servers."""
        for channel in self._channels.values():
            channel.close()

    def _call(self, callback: Any, payload: bytes) -> bytes:
        channel = self._channels.get(callback.target)
        if channel is None:
            channel = self._channels[callback.target] = grpc.insecure_channel(callback.target)
        stub = callback_pb2_grpc.CallbacksStub(channel)
        answer = stub.Invoke(callback_pb2.CallbackInvokeRequest(token=callback.token, request=payload))
        return bytes(answer.response)


def _take(request: Any, answer: Any) -> None:
    if answer.HasField("properties"):
        request.properties.CopyFrom(answer.properties)
    if answer.HasField("options"):
        request.options.CopyFrom(answer.options)


def with_dependencies(struct: struct_pb2.Struct, dependencies: Mapping[str, set[str]]) -> struct_pb2.Struct:
    """The properties with each top-level value wrapped so that it carries its dependencies through a transform."""
    wrapped = struct_pb2.Struct()
    for key, value in struct.fields.items():
        urns = dependencies.get(key)
        if urns:
            wrapped.fields[key].CopyFrom(_output(value, urns))
        else:
            wrapped.fields[key].CopyFrom(value)
    return wrapped


def _output(value: struct_pb2.Value, urns: set[str]) -> struct_pb2.Value:
    output = struct_pb2.Value()
    fields = output.struct_value.fields
    fields[SIGNATURE].string_value = OUTPUT_SIGNATURE
    inner = value
    if value.WhichOneof("kind") == "struct_value":
        inside = value.struct_value.fields
        if SIGNATURE in inside and inside[SIGNATURE].string_value == SECRET_SIGNATURE:
            fields["secret"].bool_value = True
            inner = inside["value"]
    if inner.WhichOneof("kind") != "string_value" or inner.string_value != UNKNOWN:
        fields["value"].CopyFrom(inner)
    for urn in sorted(urns):
        fields["dependencies"].list_value.values.add().string_value = urn
    return output
