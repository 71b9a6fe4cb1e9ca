"""From a registration request to a record, as the engine does it: inheritance, transforms, provider, aliases.

The behaviour is that of the engine's resource monitor, read in its source (3.258,
`pkg/resource/deploy/source_eval.go` and `step_generator.go`) and held by the parity tests.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import resource_pb2

from .assets import MissingAssetError
from .providers import DefaultProviderError, Providers, is_provider
from .registration import Goal, Registration
from .transforms import Transforms, with_dependencies
from .urns import InvalidUrnError, UrnMaker
from .values import decode

if TYPE_CHECKING:
    from pathlib import Path

    from .wire import Json


_TOKEN = re.compile(r"[^:]*:[^:]*:[^:]*\Z")


class RefusedError(Exception):
    """A registration that the engine refuses, in the engine's words. `source` is where the program makes it."""

    def __init__(self, message: str, source: dict[str, Json] | None = None) -> None:
        super().__init__(message)
        self.source = source


@dataclass(slots=True)
class _Changed:
    """A request after its transforms. Any: generated protobuf messages carry no types."""

    options: Any
    properties: struct_pb2.Struct
    dependencies: set[str]
    property_dependencies: dict[str, set[str]]


class Registrar:
    """Keeps the registrations of one run, by URN.

    Requests arrive from several threads once the program uses callbacks, so the record is changed under a lock.
    """

    def __init__(self, urns: UrnMaker, providers: Providers, folder: Path) -> None:
        self.registrations: dict[str, Registration] = {}
        self.transforms = Transforms()
        self.providers = providers
        self._urns = urns
        self._lock = threading.Lock()
        self._folder = folder

    def register(self, request: Any) -> tuple[Registration, struct_pb2.Struct]:
        """The record of a new resource, and its inputs as sent on. Raises `RefusedError` where the engine would."""
        if request.custom and not _TOKEN.match(request.type):
            message = f"Type '{request.type}' is not a valid type token (must have format '*:*:*')"
            raise RefusedError(message, source_of(request))
        self._inherit(request)
        changed = self._transformed(request)
        options = changed.options
        try:
            inputs = decode(changed.properties, resources_as_ids=request.custom, folder=self._folder)
        except MissingAssetError as error:
            raise RefusedError(f"failed to compute asset hash: {error}", source_of(request)) from None
        for key, urns in inputs.urns.items():
            changed.property_dependencies.setdefault(key, set()).update(urns)
        if request.transforms:
            changed.dependencies = set(options.depends_on).union(*changed.property_dependencies.values())
        if is_provider(request.type):
            inputs.value.update(Providers.own_inputs(options.version, options.plugin_download_url))
        registration = Registration(
            urn=self._urns.make(request.parent, request.type, request.name),
            type=request.type,
            name=request.name,
            custom=request.custom,
            parent=request.parent,
            inputs=inputs,
            goal=Goal(
                provider=self._provider(request, str(options.provider)),
                protect=options.protect if options.HasField("protect") else None,
                retain_on_delete=options.retain_on_delete if options.HasField("retain_on_delete") else None,
                deleted_with=options.deleted_with,
            ),
            remote=request.remote,
            dependencies=sorted(changed.dependencies),
            property_dependencies={key: sorted(urns) for key, urns in changed.property_dependencies.items()},
            aliases=self._aliases(options.aliases, request),
            secret_outputs=list(options.additional_secret_outputs),
            options=_shown(options),
            source=source_of(request),
        )
        self._keep(registration)
        with self._lock:
            self.transforms.parents[registration.urn] = request.parent
            self.transforms.by_resource[registration.urn] = list(request.transforms)
            if not request.custom:
                self.providers.hand_down(registration.urn, request.parent, dict(options.providers))
        return registration, changed.properties

    def read(self, request: Any) -> Registration:
        """The record of a resource that the program only reads."""
        provider = request.provider
        if not provider and not is_provider(request.type):
            provider = self.default_provider(request, request.type)
        registration = Registration(
            urn=self._urns.make(request.parent, request.type, request.name),
            type=request.type,
            name=request.name,
            custom=True,
            parent=request.parent,
            inputs=decode(request.properties),
            goal=Goal(provider=provider),
            id=request.id,
            external=True,
            dependencies=sorted(request.dependencies),
            source=source_of(request),
        )
        self._keep(registration)
        return registration

    def is_configured(self, provider: str) -> bool:
        """Whether a provider's settings are all known, so that the engine can ask it something in a preview."""
        registration = self.registrations.get(provider.rpartition("::")[0])
        return registration is None or not registration.inputs.unknowns

    def default_provider(self, request: Any, token: str, subject: str = "") -> str:
        """The reference of the default provider that serves a type or function; refused where the stack forbids it."""
        try:
            return self.providers.default(token, request.version, request.pluginDownloadURL, request.packageRef)
        except DefaultProviderError as error:
            message = f"Default provider for '{error}' disabled. '{subject or token}' must use an explicit provider."
            raise RefusedError(message, source_of(request)) from None

    def _inherit(self, request: Any) -> None:
        """Fill in what the engine hands down from the parent."""
        parent = self.registrations.get(request.parent)
        if request.parent and parent is None:
            raise RefusedError(f"could not find parent resource {request.parent}", source_of(request))
        if parent is None:
            return
        goal = parent.goal
        if not request.deletedWith:
            request.deletedWith = goal.deleted_with
        if not request.HasField("protect") and goal.protect is not None:
            request.protect = goal.protect
        if not request.HasField("retainOnDelete") and goal.retain_on_delete is not None:
            request.retainOnDelete = goal.retain_on_delete
        if not request.provider and request.custom and Providers.inheritable(goal.provider, request.type):
            request.provider = goal.provider

    def _transformed(self, request: Any) -> _Changed:
        """Options, properties and dependencies after the transforms that apply to the resource."""
        property_dependencies = {key: set(value.urns) for key, value in request.propertyDependencies.items()}
        dependencies = set(request.dependencies)
        if not property_dependencies and not request.remote:
            property_dependencies = {key: set(dependencies) for key in request.object.fields}
        options = self._options(request)
        callbacks = self.transforms.of(list(request.transforms), request.parent)
        if not callbacks:
            return _Changed(options, request.object, dependencies, property_dependencies)
        struct = request.object
        if request.transforms:
            struct = with_dependencies(struct, property_dependencies)
            property_dependencies = {}
        changed = self.transforms.apply(
            callbacks,
            resource_pb2.TransformRequest(
                type=request.type,
                name=request.name,
                custom=request.custom,
                parent=request.parent,
                properties=struct,
                options=options,
            ),
        )
        return _Changed(changed.options, changed.properties, dependencies, property_dependencies)

    def _options(self, request: Any) -> Any:
        """The request's options in the form that transforms see and change."""
        provider = request.provider
        if request.custom or request.remote:
            provider = self.providers.chosen(provider, request.providers, request.parent, request.type)
        options = resource_pb2.TransformResourceOptions(
            depends_on=request.dependencies,
            ignore_changes=request.ignoreChanges,
            replace_on_changes=request.replaceOnChanges,
            version=request.version,
            aliases=[*({"urn": urn} for urn in request.aliasURNs), *request.aliases],
            provider=provider,
            providers=dict(request.providers),
            plugin_download_url=request.pluginDownloadURL,
            deleted_with=request.deletedWith,
            additional_secret_outputs=request.additionalSecretOutputs,
            replace_with=request.replace_with,
            hooks=request.hooks if request.HasField("hooks") else None,
            custom_timeouts=request.customTimeouts if request.HasField("customTimeouts") else None,
            protect=request.protect if request.HasField("protect") else None,
            retain_on_delete=request.retainOnDelete if request.HasField("retainOnDelete") else None,
            **{"import": request.importId},
        )
        if request.deleteBeforeReplaceDefined or request.deleteBeforeReplace:
            options.delete_before_replace = request.deleteBeforeReplace
        return options

    def _provider(self, request: Any, explicit: str) -> str:
        """The provider reference of a resource; components and providers themselves have none."""
        if is_provider(request.type) or not (request.custom or request.remote):
            return ""
        urn = self._urns.make(request.parent, request.type, request.name)
        return explicit or self.default_provider(request, request.type, urn)

    def _aliases(self, aliases: Any, request: Any) -> list[str]:
        try:
            urns = [self._urns.alias(alias, request.parent, request.type, request.name) for alias in aliases]
        except InvalidUrnError as error:
            raise RefusedError(str(error), source_of(request)) from None
        return list(dict.fromkeys(urns))

    def _keep(self, registration: Registration) -> None:
        with self._lock:
            if registration.urn in self.registrations:
                message = f"Duplicate resource URN '{registration.urn}'; try giving it a unique name"
                raise RefusedError(message, registration.source)
            self.registrations[registration.urn] = registration


def source_of(request: Any) -> dict[str, Json] | None:
    """The file and line that make a request, where the SDK tells."""
    if "sourcePosition" not in request.DESCRIPTOR.fields_by_name or not request.HasField("sourcePosition"):
        return None
    file = unquote(request.sourcePosition.uri.removeprefix("file://"))
    return {"file": file, "line": request.sourcePosition.line}


def _shown(options: Any) -> dict[str, Json]:
    """Resource options under the names of Pulumi's state format."""
    return {
        "deleteBeforeReplace": options.delete_before_replace if options.HasField("delete_before_replace") else None,
        "ignoreChanges": list(options.ignore_changes),
        "replaceOnChanges": list(options.replace_on_changes),
        "replaceWith": list(options.replace_with),
        "importID": getattr(options, "import"),
        "customTimeouts": json_format.MessageToDict(options.custom_timeouts),
    }
