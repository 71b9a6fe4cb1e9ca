"""A simulated provider in whose cloud things go wrong on demand (`faults`)."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any, NoReturn

import grpc
from google.protobuf import any_pb2, empty_pb2
from pulumi.runtime.proto import provider_pb2, status_pb2

from slipway.simulated.faults import Fault, Faults, Met
from slipway.simulated.provider import SimulatedProvider
from slipway.simulated.urns import name_of, type_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from slipway.simulated.sdk import Sdk

DIED = 1  # exit code of a provider that ends in the middle of its work
_TRIES = 3  # after the first, as providers do by themselves
_FIRST_WAIT_SECONDS = 0.05  # doubled for each further try
_USUAL_WORDS = {
    "fail": "simulated failure of {operation}",
    "throttle": "ThrottlingException: Rate exceeded (simulated; retry quota exceeded, {tries} tries)",
    "unhealthy": "{operation}d, but it never became healthy (simulated)",
}


class FaultyProvider(SimulatedProvider):
    """What `SimulatedProvider` is, with faults. A preview of a create or an update meets none and is not counted.

    Requests, answers and contexts are generated messages, hence `Any`.
    """

    def __init__(
        self, sdk: Sdk, state: Path, answers: dict[str, Any], *, autoname: bool, settings: Path | None = None
    ) -> None:
        """As `SimulatedProvider`; the faults lie in `state`."""
        super().__init__(sdk, state, answers, autoname=autoname, settings=settings)
        self._faults = Faults(state)
        self._cancelled = threading.Event()

    def Cancel(self, _request: Any, _context: Any) -> Any:
        """End what waits, but for what is deaf."""
        self._cancelled.set()
        return empty_pb2.Empty()

    def Create(self, request: Any, context: Any) -> Any:
        """A new object, unless a fault is met."""
        if request.preview:
            return super().Create(request, context)
        return self._through("create", request, context, super().Create)

    def Read(self, request: Any, context: Any) -> Any:
        """An object, unless a fault is met."""
        return self._through("read", request, context, super().Read)

    def Update(self, request: Any, context: Any) -> Any:
        """A changed object, unless a fault is met."""
        if request.preview:
            return super().Update(request, context)
        return self._through("update", request, context, super().Update)

    def Delete(self, request: Any, context: Any) -> Any:
        """The object is gone, unless a fault is met."""
        return self._through("delete", request, context, super().Delete)

    def Diff(self, request: Any, context: Any) -> Any:
        """What changed; with the fault `replace`, it needs a new object."""
        return self._through("diff", request, context, super().Diff)

    def Invoke(self, request: Any, context: Any) -> Any:
        """A function's answer, unless a fault is met."""
        met = self._faults.met("invoke", request.tok, request.tok.rpartition(":")[2])
        return self._meet(met, request, context, super().Invoke)

    def _through(self, operation: str, request: Any, context: Any, work: Callable[[Any, Any], Any]) -> Any:
        met = self._faults.met(operation, type_of(request.urn), name_of(request.urn))
        return self._meet(met, request, context, work)

    def _meet(self, met: Met | None, request: Any, context: Any, work: Callable[[Any, Any], Any]) -> Any:
        if met is None:
            return work(request, context)
        self._before(met, context)
        answer = work(request, context)
        if met.fault.kind == "die-after":
            os._exit(DIED)
        if met.fault.kind == "unhealthy":
            _not_well(met.fault, request, answer, context)
        if met.fault.kind == "replace":
            _demand_replacement(request, answer)
        return answer

    def _before(self, met: Met, context: Any) -> None:
        fault = met.fault
        if fault.kind == "fail":
            context.abort(grpc.StatusCode.UNKNOWN, _words(fault))
        elif fault.kind == "throttle":
            self._throttle(met, context)
        elif fault.kind in ("slow", "hang"):
            self._wait(fault.seconds if fault.kind == "slow" else None, fault, context)
        elif fault.kind == "deaf":
            threading.Event().wait()  # the process ends with its engine nevertheless: `plugin.serve` sees to that
        elif fault.kind == "die-before":
            os._exit(DIED)

    def _throttle(self, met: Met, context: Any) -> None:
        """Try again, after a while that grows, as real providers do; the engine never does."""
        for attempt in range(_TRIES):
            self._wait(_FIRST_WAIT_SECONDS * 2**attempt, met.fault, context)
            if not met.again():
                return
        context.abort(grpc.StatusCode.UNKNOWN, _words(met.fault))

    def _wait(self, seconds: float | None, fault: Fault, context: Any) -> None:
        if self._cancelled.wait(seconds):
            context.abort(grpc.StatusCode.CANCELLED, f"{fault.operation} was cancelled (simulated)")


def _words(fault: Fault) -> str:
    return fault.message or _USUAL_WORDS[fault.kind].format(operation=fault.operation, tries=1 + _TRIES)


def _not_well(fault: Fault, request: Any, answer: Any, context: Any) -> NoReturn:
    """The object is there but is not well: the engine records it with the reason and repairs it in the next `up`."""
    inputs, identifier = (request.properties, answer.id) if fault.operation == "create" else (request.news, request.id)
    detail = any_pb2.Any()
    detail.Pack(
        provider_pb2.ErrorResourceInitFailed(
            id=identifier, reasons=[_words(fault)], inputs=inputs, properties=answer.properties
        )
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=_words(fault), details=[detail])
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(grpc.StatusCode.UNKNOWN, _words(fault))
    raise AssertionError  # abort does not return


def _demand_replacement(request: Any, answer: Any) -> None:
    """Say of one input that its change needs a new object: one that changed, else the first there is."""
    name = next(iter(sorted(answer.diffs) or sorted(request.news.fields)), "id")
    kind = provider_pb2.PropertyDiff.Kind
    answer.changes = provider_pb2.DiffResponse.DIFF_SOME
    if name not in answer.diffs:
        answer.diffs.append(name)
    if name not in answer.replaces:
        answer.replaces.append(name)
    answer.detailedDiff[name].CopyFrom(provider_pb2.PropertyDiff(kind=kind.UPDATE_REPLACE, inputDiff=True))
