"""The SDK's own policy server, fed with plans as the engine would: inputs for each resource, outputs for the stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi_policy.policy as sdk
from google.protobuf import struct_pb2
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import EnforcementLevel

from plan.model import Resource, Secret, Unknown, Value
from policies.host import policies
from policies.redis.shared import RULE as SHARED_REDIS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "hunter2"}
PROVIDER = analyzer_pb2.AnalyzerProviderResource(
    urn="urn:pulumi:dev::shop::pulumi:providers:aws::aws", type="pulumi:providers:aws", name="aws"
)
MANDATORY, ADVISORY, DISABLED = analyzer_pb2.MANDATORY, analyzer_pb2.ADVISORY, analyzer_pb2.DISABLED


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What the pack reported, as the engine sees it."""

    policy: str
    mandatory: bool
    urn: str
    message: str

    @property
    def status(self) -> str:
        return "unproven" if "\nnot proven: " in self.message else "violation"


class Analyzer:
    """The pack behind the SDK's servicer, whose methods have no types: hence `Any`."""

    def __init__(self, served: Sequence[sdk.Policy] | None = None) -> None:
        given = list(policies([SHARED_REDIS]) if served is None else served)
        self._servicer: Any = sdk._PolicyAnalyzerServicer("slipway", "0.1.0", given, EnforcementLevel.MANDATORY)

    def configure(self, levels: Mapping[str, int]) -> None:
        request = analyzer_pb2.ConfigureAnalyzerRequest()
        for policy, level in levels.items():
            request.policyConfig[policy].enforcementLevel = level
        self._servicer.Configure(request, None)

    def judge(
        self,
        resources: Sequence[Resource],
        outputs: Mapping[str, Mapping[str, Any]] | None = None,
        analyzed: Sequence[Resource] | None = None,
    ) -> list[Diagnostic]:
        """What the pack says of a preview. `outputs` are by name what the provider made of the inputs, else those.
        `analyzed` are the resources that are targets of the run, else all.

        The engine sends nothing of resources that are only read.
        """
        made = [resource for resource in resources if not resource.external]
        for resource in made if analyzed is None else analyzed:
            self._servicer.Analyze(analyzer_pb2.AnalyzeRequest(**_common(resource, resource.inputs)), None)
        stack = analyzer_pb2.AnalyzeStackRequest(resources=[_stacked(each, outputs or {}) for each in made])
        found = self._servicer.AnalyzeStack(stack, None).diagnostics
        return [Diagnostic(d.policyName, d.enforcementLevel == MANDATORY, d.urn, d.message) for d in found]


def _stacked(resource: Resource, outputs: Mapping[str, Mapping[str, Any]]) -> analyzer_pb2.AnalyzerResource:
    shown = outputs.get(resource.name, {**resource.inputs, **resource.outputs} if resource.custom else resource.outputs)
    waits = {name: tuple(urns) for name, urns in resource.property_dependencies.items()}
    for name, value in resource.inputs.items():
        waits[name] = (*waits.get(name, ()), *_waits(value))
    return analyzer_pb2.AnalyzerResource(
        **_common(resource, shown),
        parent=resource.parent,
        dependencies=sorted({urn for urns in waits.values() for urn in urns}),
        propertyDependencies={
            name: analyzer_pb2.AnalyzerPropertyDependencies(urns=sorted(set(urns)))
            for name, urns in waits.items()
            if urns
        },
    )


def _common(resource: Resource, properties: Mapping[str, Any]) -> dict[str, Any]:
    struct = struct_pb2.Struct()
    struct.update({name: _wire(value) for name, value in properties.items()})
    common = {"urn": resource.urn, "type": resource.type, "name": resource.name, "properties": struct}
    return {**common, "provider": PROVIDER} if resource.custom else common


def _wire(value: Any) -> Any:
    if isinstance(value, Unknown):
        return UNKNOWN
    if isinstance(value, Secret):
        return SECRET
    if isinstance(value, dict):
        return {name: _wire(item) for name, item in value.items()}
    return [_wire(item) for item in value] if isinstance(value, list) else value


def _waits(value: Value) -> tuple[str, ...]:
    if isinstance(value, Unknown):
        return value.dependencies
    if isinstance(value, dict):
        return tuple(urn for item in value.values() for urn in _waits(item))
    return tuple(urn for item in value for urn in _waits(item)) if isinstance(value, list) else ()
