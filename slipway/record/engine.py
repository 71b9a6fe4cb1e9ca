"""The engine's log service, played offline: keeps what the program logs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2

if TYPE_CHECKING:
    from .wire import Json

_SHOWN = {engine_pb2.INFO: "info", engine_pb2.WARNING: "warning", engine_pb2.ERROR: "error"}


@dataclass(slots=True)
class Engine:
    """Keeps the messages of one run. Method names are those of Pulumi's `Engine` service."""

    logs: list[dict[str, Json]] = field(default_factory=list)
    _root: str = ""

    def Log(self, request: Any) -> Any:
        """Keep a message; debug messages and progress that overwrites itself are dropped."""
        severity = _SHOWN.get(request.severity)
        if severity and not request.ephemeral:
            self.logs.append({"severity": severity, "message": request.message, "urn": request.urn})
        return empty_pb2.Empty()

    def RequirePulumiVersion(self, _request: Any) -> Any:
        """Offline there is no engine whose version could be wrong."""
        return engine_pb2.RequirePulumiVersionResponse()

    def SetRootResource(self, request: Any) -> Any:
        """Keep the stack's URN."""
        self._root = request.urn
        return engine_pb2.SetRootResourceResponse()

    def GetRootResource(self, _request: Any) -> Any:
        """The stack's URN."""
        return engine_pb2.GetRootResourceResponse(urn=self._root)
