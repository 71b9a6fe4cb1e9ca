"""The provider: Pulumi's protocol over the simulated cloud.

In a preview it tells only what a program gave: everything that a real cloud would make is unknown. Physical names are
the exception, as with real providers, which make them up in Check, before anything exists; `autoname` is off for a
comparison with a recording, which cannot know the digits.
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from slipway.simulated.checks import before_create, before_update, given_by_cloud, refusals
from slipway.simulated.checks.asked import Asked
from slipway.simulated.checks.shape import in_kind
from slipway.simulated.cloud import Cloud
from slipway.simulated.differences import Change, changes
from slipway.simulated.facts import facts_of
from slipway.simulated.inputs import inputs_of
from slipway.simulated.lookups import note_lookup, simulated_result
from slipway.simulated.making import delete, make, refusing
from slipway.simulated.sdk import Declared, Sdk, declared
from slipway.simulated.store import Object, Store
from slipway.simulated.structs import UNKNOWN, has_unknown, to_python, to_struct
from slipway.simulated.told import Told
from slipway.simulated.urns import name_of, type_of
from slipway.simulated.values import Values

if TYPE_CHECKING:
    from collections.abc import Sized
    from pathlib import Path

DEFAULT_REGION = "us-east-1"
PATIENCE_SECONDS = 3.0  # for which a deletion waits, without any other change, that what uses its object may go
MADE_NAMES = "__defaults"  # the inputs that a provider made up itself, in the words of Terraform's bridge
_SUFFIX_DIGITS = 7  # of the names that Pulumi makes


class SimulatedProvider(provider_pb2_grpc.ResourceProviderServicer):
    """Any package, by name. Requests, answers and contexts are generated messages, hence `Any`.

    It does not accept secrets: the engine then takes them off on the way in and marks outputs of the same name secret
    on the way out, so that no code here has to.
    """

    def __init__(
        self, sdk: Sdk, state: Path, answers: dict[str, Any], *, autoname: bool, settings: Path | None = None
    ) -> None:
        """`sdk` is of the package to serve, `state` the cloud's folder, `answers` what an answers file holds.

        `settings` is a folder of stack files: what they name is there, though it is not in this cloud.
        """
        self._sdk = sdk
        self._folder = state
        self._store = Store(state / sdk.name)
        self._cloud = Cloud(self._store, Told(answers, settings))
        self._answers = answers
        self._autoname = autoname
        self._config: dict[str, Any] = {}
        self.patience = PATIENCE_SECONDS

    def Handshake(self, _request: Any, _context: Any) -> Any:
        """Plain values only."""
        return provider_pb2.ProviderHandshakeResponse(
            accept_secrets=False, accept_resources=False, accept_outputs=False
        )

    def GetPluginInfo(self, _request: Any, _context: Any) -> Any:
        """The version of the SDK that is served."""
        return plugin_pb2.PluginInfo(version=self._sdk.version)

    def GetSchema(self, _request: Any, _context: Any) -> Any:
        """No more than who this is."""
        schema = {"name": self._sdk.name, "version": self._sdk.version, "description": "Simulated; touches no account."}
        return provider_pb2.GetSchemaResponse(schema=json.dumps(schema))

    def CheckConfig(self, request: Any, _context: Any) -> Any:
        """Every configuration is taken."""
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, _context: Any) -> Any:
        """Another region is another provider."""
        old, new = to_python(request.old_inputs), to_python(request.news)
        changed = [key for key in sorted({*old, *new} - {"version"}) if old.get(key) != new.get(key)]
        return provider_pb2.DiffResponse(
            changes=_some(changed), diffs=changed, replaces=[key for key in changed if key == "region"]
        )

    def Configure(self, request: Any, _context: Any) -> Any:
        """Learn the region."""
        self._config = to_python(request.args)
        return provider_pb2.ConfigureResponse(acceptSecrets=False, supportsPreview=True, acceptResources=False)

    def Cancel(self, _request: Any, _context: Any) -> Any:
        """Nothing here takes long enough to be cancelled."""
        return empty_pb2.Empty()

    def Check(self, request: Any, _context: Any) -> Any:
        """The inputs, each in the kind that the SDK declares, with a physical name where a real provider makes one."""
        token, old = type_of(request.urn), to_python(request.olds)
        inputs = in_kind(to_python(request.news), self._sdk.folder, token)
        inputs.pop(MADE_NAMES, None)
        facts = facts_of(token)
        named = (inputs_of(self._sdk.folder, token) or {}).get(facts.autoname)
        wanted = self._autoname and named is not None and not named.required and facts.autoname not in inputs
        if wanted and f"{facts.autoname}Prefix" not in inputs:
            # A resource keeps its name; the engine's seed is new for a replacement, which exists beside it for a while.
            digits = hashlib.sha256(request.randomSeed or request.urn.encode()).hexdigest()[:_SUFFIX_DIGITS]
            ending = "".join(each for flag, each in facts.endings.items() if inputs.get(flag) is True)
            start = name_of(request.urn)[: facts.longest - _SUFFIX_DIGITS - 1 - len(ending)]
            # Of what was imported, the real providers keep no name that is not listed as one that they made.
            own = facts.autoname in old.get(MADE_NAMES, [facts.autoname])
            inputs[facts.autoname] = (old.get(facts.autoname) if own else None) or f"{start}-{digits}{ending}"
        refused = refusals(self._asked(request.urn, inputs, old), self._sdk.folder)
        failures = [provider_pb2.CheckFailure(reason=reason) for reason in refused]
        return provider_pb2.CheckResponse(inputs=to_struct(inputs), failures=failures)

    def Diff(self, request: Any, _context: Any) -> Any:
        """What changed, input by input."""
        token = type_of(request.urn)
        old, new = (
            in_kind(to_python(inputs), self._sdk.folder, token) for inputs in (request.old_inputs, request.news)
        )
        found = changes(old, new, facts_of(token), request.ignoreChanges)
        return provider_pb2.DiffResponse(
            changes=_some(found),
            diffs=[change.name for change in found],
            replaces=[change.name for change in found if change.replaces],
            detailedDiff={change.name: _property_diff(change) for change in found},
            hasDetailedDiff=True,
        )

    def Create(self, request: Any, context: Any) -> Any:
        """A new object; in a preview, what is known of it."""
        token, inputs = type_of(request.urn), to_python(request.properties)
        if request.preview:
            known_later = dict.fromkeys(self._declared(token).left_open(inputs), UNKNOWN)
            # Providers fill defaults in in Check, like names.
            known = facts_of(token).defaults if self._autoname else {}
            return provider_pb2.CreateResponse(id="", properties=to_struct({**known_later, **known, **inputs}))
        if has_unknown(inputs):
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"simulated {token}: created with an unknown input")
        asked = self._asked(request.urn, inputs)
        with refusing(context), self._cloud.changing():
            before_create(asked, self._cloud)
            given = given_by_cloud(asked, self._cloud)
            values = self._values(asked, given, request.urn.encode() + os.urandom(16))
            computed = self._computed(token, inputs, values) | given
            made = Object(token, computed.pop("id", None) or values.text("id"), request.urn, inputs, computed)
            make(made, values, self._cloud)
        return provider_pb2.CreateResponse(id=made.id, properties=to_struct(made.properties))

    def Read(self, request: Any, _context: Any) -> Any:
        """An object of ours, or one that the answers tell of; without an id where there is none."""
        token = type_of(request.urn)
        told: dict[str, Any] = {}
        found = self._store.get(token, request.id)
        if found is None:
            properties = self._answered(token, request.id)
            if properties is None:
                return provider_pb2.ReadResponse(id="")
            given = {key: value for key, value in properties.items() if key in self._declared(token).inputs}
            found = Object(token, request.id, request.urn, given, properties)
        else:
            # A refresh says what the state has. An import says nothing, and its list is empty.
            asked = to_python(request.inputs)
            imported = not asked and not request.properties.fields
            told = {MADE_NAMES: asked.get(MADE_NAMES, [])} if MADE_NAMES in asked or imported else {}
        return provider_pb2.ReadResponse(
            id=request.id, inputs=to_struct(found.inputs | told), properties=to_struct(found.properties)
        )

    def Update(self, request: Any, context: Any) -> Any:
        """An object with other inputs. What it computed stays, known in a preview too, but for what is made anew."""
        token, inputs = type_of(request.urn), to_python(request.news)
        held = self._store.get(token, request.id)
        if held is None:
            return context.abort(grpc.StatusCode.NOT_FOUND, f"simulated {token}: {request.id} does not exist")
        facts = facts_of(token)
        grows, renews = facts.grows, facts.renews
        if request.preview:
            known = {key: value for key, value in held.computed.items() if key not in (grows, *renews, "tagsAll")}
            computed = {key: known.get(key, UNKNOWN) for key in self._declared(token).left_open(inputs)}
        else:
            asked = self._asked(request.urn, inputs, held.inputs, request.id)
            with refusing(context), self._cloud.changing():
                before_update(asked, self._cloud)
                given = given_by_cloud(asked, self._cloud)
                seed = request.id.encode() + (os.urandom(16) if renews else b"")
                fresh = self._computed(token, inputs, self._values(asked, given, seed))
                others = fresh.keys() - {"tagsAll", *renews}
                kept = {key: value for key, value in held.computed.items() if key in others}
                computed = fresh | kept | given
                computed.pop("id", None)
                if grows in computed:
                    computed[grows] += 1
                self._cloud.replace(Object(token, request.id, request.urn, inputs, computed))
        return provider_pb2.UpdateResponse(properties=to_struct(inputs | computed))

    def Delete(self, request: Any, context: Any) -> Any:
        """The object is gone, whether or not it was there, unless the cloud refuses."""
        with refusing(context):
            delete(type_of(request.urn), request.id, self._cloud, self._sdk.folder, self.patience)
        return empty_pb2.Empty()

    def Invoke(self, request: Any, _context: Any) -> Any:
        """A function's answer: the user's, else a simulated one; where there is none, an error that names it."""
        given = to_python(request.args)
        for answer in self._answers.get("invokes", ()):
            wanted = answer.get("args") or {}
            if answer["token"] == request.tok and all(given.get(key) == value for key, value in wanted.items()):
                return provider_pb2.InvokeResponse(**{"return": to_struct(answer["result"])})
        region = self._config.get("region") or DEFAULT_REGION
        try:
            simulated = simulated_result(self._sdk.folder, request.tok, given, region)
        except LookupError as error:
            return _failed(f"{request.tok}: {error} (simulated)")
        if simulated is not None:
            note_lookup(self._folder, request.tok)
            return provider_pb2.InvokeResponse(**{"return": to_struct(simulated)})
        example = json.dumps({"invokes": [{"token": request.tok, "args": given, "result": {}}]})
        reason = f"{request.tok} has no answer in this simulation. Give one in the answers file, as in: {example}"
        return _failed(reason)

    def _asked(
        self, urn: str, inputs: dict[str, Any], old: dict[str, Any] | None = None, identifier: str = ""
    ) -> Asked:
        return Asked(
            token=type_of(urn),
            name=name_of(urn),
            inputs=in_kind(inputs, self._sdk.folder, type_of(urn)),
            region=_own_region(type_of(urn), inputs) or self._config.get("region") or DEFAULT_REGION,
            old=in_kind(old or {}, self._sdk.folder, type_of(urn)),
            id=identifier,
            default_tags=self._default_tags(),
        )

    def _declared(self, token: str) -> Declared:
        return declared(self._sdk.folder, token)

    def _answered(self, token: str, identifier: str) -> dict[str, Any] | None:
        answers = self._answers.get("resources", ())
        return next((each["properties"] for each in answers if (each["type"], each["id"]) == (token, identifier)), None)

    def _values(self, asked: Asked, given: dict[str, Any], seed: bytes) -> Values:
        facts = facts_of(asked.token)
        name = asked.inputs.get(facts.autoname) or asked.name
        known = {"region": asked.region, **facts.defaults, **asked.inputs, "name": name, **given}
        return Values(asked.token, facts.computed, known, seed)

    def _computed(self, token: str, inputs: dict[str, Any], values: Values) -> dict[str, Any]:
        """What the object makes itself."""
        open_ones = self._declared(token).left_open(inputs)
        defaults = {name: value for name, value in facts_of(token).defaults.items() if name not in inputs}
        computed = {name: values.of(name, annotation) for name, annotation in open_ones.items()} | defaults
        if "tagsAll" in computed:
            computed["tagsAll"] = self._default_tags() | (inputs.get("tags") or {})
        return computed

    def _default_tags(self) -> dict[str, Any]:
        tags: dict[str, Any] = json.loads(self._config.get("defaultTags") or "{}").get("tags") or {}
        return tags


def _own_region(token: str, inputs: dict[str, Any]) -> str:
    """The region that a resource of AWS names itself; empty where it leaves that to its provider."""
    region = inputs.get("region") if token.startswith("aws:") else None
    return region if isinstance(region, str) and region != UNKNOWN else ""


def _failed(reason: str) -> Any:
    return provider_pb2.InvokeResponse(failures=[provider_pb2.CheckFailure(reason=reason)])


def _some(found: Sized) -> Any:
    response = provider_pb2.DiffResponse
    return response.DIFF_SOME if found else response.DIFF_NONE


def _property_diff(change: Change) -> Any:
    name = change.kind.upper() + ("_REPLACE" if change.replaces else "")
    return provider_pb2.PropertyDiff(kind=provider_pb2.PropertyDiff.Kind.Value(name), inputDiff=True)
