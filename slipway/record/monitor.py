"""The engine's resource monitor, played offline: answers a program as the engine's preview does.

Method names are those of Pulumi's `ResourceMonitor` service.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import provider_pb2, resource_pb2

from .lookups import UnansweredError
from .policy_documents import RefusedDocumentError
from .providers import is_provider
from .registering import RefusedError, Registrar
from .values import decode
from .wire import SECRET_SIGNATURE, SIGNATURE, UNKNOWN

if TYPE_CHECKING:
    from .lookups import Lookups
    from .registration import Registration
    from .symbols import Symbols
    from .wire import Json

# What the engine offers, less output values (only remote components use them) and dependency-gated functions (the
# SDK's own check gives the same result). A feature that this SDK does not know is not offered to it.
_FEATURES = {
    "secrets": "SECRETS",
    "resourceReferences": "RESOURCE_REFERENCES",
    "aliasSpecs": "ALIAS_SPECS",
    "replacementTrigger": "REPLACEMENT_TRIGGER",
    "deletedWith": "DELETED_WITH",
    "replaceWith": "REPLACE_WITH",
    "transforms": "TRANSFORMS",
    "invokeTransforms": "INVOKE_TRANSFORMS",
    "parameterization": "PARAMETERIZATION",
    "resourceHooks": "RESOURCE_HOOKS",
    "errorHooks": "ERROR_HOOKS",
}
_STACK_REFERENCE = "pulumi:pulumi:StackReference"
_GET_RESOURCE = "pulumi:pulumi:getResource"


class Monitor:
    """Serves one run of a program. With `symbols` it is the second pass, whose computed outputs are symbols."""

    def __init__(self, registrar: Registrar, lookups: Lookups, symbols: Symbols | None = None) -> None:
        self.registrar = registrar
        self._lookups, self._symbols = lookups, symbols
        self._returned: dict[str, struct_pb2.Struct] = {}

    # -- what the engine can do

    def GetDeploymentInfo(self, _request: Any) -> Any:
        """The features on offer."""
        numbers = resource_pb2.ResourceMonitorFeature.items()
        offered = {f"RESOURCE_MONITOR_FEATURE_{name}" for name in _FEATURES.values()}
        return resource_pb2.DeploymentInfo(supportedFeatures=[number for name, number in numbers if name in offered])

    def SupportsFeature(self, request: Any) -> Any:
        """The same for SDKs that ask one by one."""
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in _FEATURES)

    def RegisterPackage(self, request: Any) -> Any:
        """Remember a parameterised package."""
        version = request.parameterization.version if request.HasField("parameterization") else request.version
        reference = self.registrar.providers.register_package(request.name, version, request.download_url)
        return resource_pb2.RegisterPackageResponse(ref=reference)

    def SignalAndWaitForShutdown(self, _request: Any) -> Any:
        """Nothing runs after the program offline."""
        return empty_pb2.Empty()

    def RegisterResourceHook(self, request: Any) -> Any:
        """Hooks run at deployment; of one that asks to run in previews too the plan says that it did not."""
        if request.on_dry_run:
            self._lookups.note(
                "hook", request.name, f"the hook {request.name!r} runs in the engine's preview and not offline"
            )
        return empty_pb2.Empty()

    def RegisterErrorHook(self, _request: Any) -> Any:
        """Hooks run at deployment only."""
        return empty_pb2.Empty()

    def RegisterStackTransform(self, callback: Any) -> Any:
        """Apply a transform to every resource registered from now on."""
        self.registrar.transforms.stack.append(callback)
        return empty_pb2.Empty()

    def RegisterStackInvokeTransform(self, callback: Any) -> Any:
        """Apply a transform to every function called from now on."""
        self.registrar.transforms.functions.append(callback)
        return empty_pb2.Empty()

    # -- resources

    def RegisterResource(self, request: Any) -> Any:
        """Record a resource. Its inputs come back as outputs, everything else stays unknown."""
        registration, struct = self.registrar.register(request)
        if request.remote:
            self._lookups.note(
                "component",
                registration.urn,
                f"{request.type} {request.name!r} is built by its provider's plugin: what it creates is not planned",
            )
        if not request.custom:
            return resource_pb2.RegisterResourceResponse(urn=registration.urn)
        answer = struct_pb2.Struct()
        answer.CopyFrom(struct)
        identifier = request.importId
        if not is_provider(request.type):
            identifier = identifier or self._name_outputs(registration, answer)
            _fill(answer, registration.secret_outputs)
        _hide(answer, set(registration.secret_outputs))
        self._returned[registration.urn] = answer
        return resource_pb2.RegisterResourceResponse(urn=registration.urn, id=identifier, object=answer)

    def RegisterResourceOutputs(self, request: Any) -> Any:
        """Record the outputs of a component or of the stack."""
        self.registrar.registrations[request.urn].outputs = decode(request.outputs)
        return empty_pb2.Empty()

    def ReadResource(self, request: Any) -> Any:
        """Record a resource that exists already, with the properties that the answers tell."""
        registration = self.registrar.read(request)
        answer = struct_pb2.Struct()
        answer.CopyFrom(request.properties)
        known = self._known(request)
        if known:
            answer.update(known)
        self._name_outputs(registration, answer)
        _hide(answer, set(request.additionalSecretOutputs))
        if known:
            registration.outputs = decode(answer)
        self._returned[registration.urn] = answer
        return resource_pb2.ReadResourceResponse(urn=registration.urn, properties=answer)

    def ExistsResource(self, request: Any) -> Any:
        """Whether a resource exists, as far as the answers tell."""
        known = self._lookups.existing(request.type, request.id)
        return resource_pb2.ExistsResourceResponse(exists=known is not None, unknown=known is None)

    # -- functions

    def Invoke(self, request: Any) -> Any:
        """Answer a function from data; unknown where nothing answers."""
        if request.tok == _GET_RESOURCE:
            return self._registered(str(decode(request.args).value["urn"]))
        if self.registrar.transforms.functions:
            self._transform(request)
        if not request.provider:
            self.registrar.default_provider(request, request.tok)
        if not self.registrar.is_configured(request.provider):
            return resource_pb2.ResourceInvokeResponse(**{"return": struct_pb2.Struct()})  # as the engine answers
        try:
            result = self._lookups.function(request.tok, decode(request.args).value)
        except (UnansweredError, RefusedDocumentError) as error:
            return resource_pb2.ResourceInvokeResponse(failures=[provider_pb2.CheckFailure(reason=str(error))])
        if result is None:
            return resource_pb2.ResourceInvokeResponse(unknown=True)
        struct = struct_pb2.Struct()
        struct.update(result)
        return resource_pb2.ResourceInvokeResponse(**{"return": struct})

    def Call(self, request: Any) -> Any:
        """Answer a method of a resource from data; unknown where nothing answers."""
        result = self._lookups.function(request.tok, decode(request.args).value)
        struct = struct_pb2.Struct()
        struct.update(result if result is not None else {"result": UNKNOWN})
        return provider_pb2.CallResponse(**{"return": struct})

    def _transform(self, request: Any) -> None:
        options = resource_pb2.TransformInvokeOptions(
            provider=request.provider, version=request.version, plugin_download_url=request.pluginDownloadURL
        )
        changed = self.registrar.transforms.apply_to_function(
            resource_pb2.TransformInvokeRequest(token=request.tok, args=request.args, options=options)
        )
        request.args.CopyFrom(changed.args)
        request.provider = changed.options.provider

    def _name_outputs(self, registration: Registration, answer: struct_pb2.Struct) -> str:
        """In the second pass, a symbol for each output that is not known; returns the symbol of the id."""
        if self._symbols is None:
            return ""
        identifier, outputs = self._symbols.outputs(registration.urn, registration.type)
        for name, symbol in outputs.items():
            if name not in answer.fields:
                answer.fields[name].string_value = symbol
        return identifier

    def _known(self, request: Any) -> dict[str, Json]:
        """What the answers tell of an existing resource, or of another stack."""
        if request.type != _STACK_REFERENCE:
            return self._lookups.existing(request.type, request.id) or {}
        known = self._lookups.stack(request.id)
        if known is None:
            return {"name": request.id, "outputs": UNKNOWN, "secretOutputNames": UNKNOWN}
        hidden = set(known["secretOutputNames"])
        outputs = {
            key: {SIGNATURE: SECRET_SIGNATURE, "value": value} if key in hidden else value
            for key, value in known["outputs"].items()
        }
        return {"name": request.id, "outputs": outputs, "secretOutputNames": known["secretOutputNames"]}

    def _registered(self, urn: str) -> Any:
        """The engine's own look-up of a resource of the same program, used when one is passed as a value."""
        registration = self.registrar.registrations.get(urn)
        if registration is None:
            raise RefusedError(f"unknown resource {urn}")
        struct = struct_pb2.Struct()
        identifier = registration.id or registration.options.get("importID") or UNKNOWN
        struct.update({"urn": registration.urn, "id": identifier})
        struct.fields["state"].struct_value.CopyFrom(self._returned.get(registration.urn, struct_pb2.Struct()))
        return resource_pb2.ResourceInvokeResponse(**{"return": struct})


def _fill(struct: struct_pb2.Struct, names: list[str]) -> None:
    """Unknowns for outputs that are missing; the SDK would take them for unknown too, but not for secret."""
    for name in names:
        if name not in struct.fields:
            struct.fields[name].string_value = UNKNOWN


def _hide(struct: struct_pb2.Struct, names: set[str]) -> None:
    """Wrap the named properties, where they are, as secret."""
    for name in names & set(struct.fields):
        value = struct_pb2.Value()
        value.CopyFrom(struct.fields[name])
        inside = value.struct_value.fields
        if SIGNATURE in inside and inside[SIGNATURE].string_value == SECRET_SIGNATURE:
            continue
        wrapped = struct.fields[name].struct_value
        wrapped.fields[SIGNATURE].string_value = SECRET_SIGNATURE
        wrapped.fields["value"].CopyFrom(value)
