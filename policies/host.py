"""Pulumi's policy host as a source of plans: the rules run there exactly as they run offline.

The engine analyses each resource with its inputs as the provider checked them, and at the end the whole stack with
outputs. Rules read inputs, so a first policy keeps those of the single analyses for the policies of the whole stack.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi_policy.policy as sdk
from pulumi_policy import (
    EnforcementLevel,
    ResourceValidationPolicy,
    Severity,
    StackValidationPolicy,
)
from pulumi_policy.deserialize import SPECIAL_SECRET_SIG, SPECIAL_SIG_KEY, serialize_properties
from pulumi_policy.proxy import UnknownValueError

from plan.graph import Graph
from plan.model import PROVIDER_PREFIX, Plan, Resource, Secret, Unknown
from policies.catalogue import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pulumi_policy import Policy, PolicyResource, ResourceValidationArgs, StackValidationArgs

    from plan.model import Value
    from policies.rule import Rule

COLLECTOR = "slipway-inputs"
_LEVELS = {"mandatory": EnforcementLevel.MANDATORY, "advisory": EnforcementLevel.ADVISORY}


def policies(rules: Sequence[Rule] = RULES) -> list[Policy]:
    """One stack-wide policy for each rule, and the one that keeps the inputs for them."""
    inputs: dict[str, Mapping[str, Any]] = {}

    def collect(args: ResourceValidationArgs, _report: Callable[..., None]) -> None:
        inputs[args.urn] = args.props

    collector = ResourceValidationPolicy(
        name=COLLECTOR,
        description="Keeps the inputs of each resource for the rules; reports nothing.",
        validate=collect,
        enforcement_level=EnforcementLevel.ADVISORY,
    )
    return [collector, *(_policy(rule, inputs) for rule in rules)]


def keep_secrets() -> None:
    """Let secrets arrive as secrets, as they stand in a plan: the host would hand the rules their plain values.

    Raises `AttributeError` where the SDK has no such step any more: without it the two hosts would differ.
    """
    plain = sdk.deserialize_properties  # type: ignore[attr-defined]  # its own import

    def deserialize_properties(props: dict[str, Any], proxy_secrets: bool = False) -> Any:  # noqa: FBT001, FBT002 - the SDK's signature
        return plain(props if proxy_secrets else _without_secrets(props), proxy_secrets)

    sdk.deserialize_properties = deserialize_properties  # type: ignore[attr-defined]


def keep_what_is_only_read() -> None:
    """Let resources that the program only reads arrive, by name: the engine leaves them out of the stack's analysis.

    They are known from what depends on them, so one that nothing uses stays unseen. Raises `AttributeError` where the
    SDK has no such step any more.
    """
    plain: Any = sdk._PolicyAnalyzerServicer.AnalyzeStack  # noqa: SLF001 - no public way leads to the request

    def analyze_stack(servicer: Any, request: Any, context: Any) -> Any:  # Any: the SDK's own, without types
        known = {resource.urn for resource in request.resources}
        for urn in sorted({urn for resource in request.resources for urn in _dependencies(resource)} - known):
            kind, name = urn.split("::", 3)[2:]
            request.resources.add(urn=urn, type=kind.rpartition("$")[2], name=name)
        return plain(servicer, request, context)

    sdk._PolicyAnalyzerServicer.AnalyzeStack = analyze_stack  # type: ignore[method-assign]  # noqa: SLF001


def plan_of(resources: Sequence[PolicyResource], inputs: Mapping[str, Mapping[str, Any]]) -> Plan:
    """The plan that the host's resources make, with the inputs collected before.

    A resource without collected inputs was not a target of this run: what it is stands in for them. One of which
    nothing else is known either was only read.
    Unknown leaves say what they wait for and no more: the engine does not tell which output they are.
    """
    first = resources[0].urn.split("::") if resources else ["urn:pulumi:", ""]
    return Plan(
        project=first[1],
        stack=first[0].removeprefix("urn:pulumi:"),
        resources=tuple(sorted((_resource(each, inputs) for each in resources), key=lambda each: each.urn)),
    )


def _policy(rule: Rule, inputs: Mapping[str, Mapping[str, Any]]) -> StackValidationPolicy:
    def validate(args: StackValidationArgs, report: Callable[[str, str | None], None]) -> None:
        try:
            found = list(rule.findings(Graph(plan_of(args.resources, inputs))))
        except Exception as error:  # noqa: BLE001 - what the host makes of any error is advisory: the preview would pass
            what = f"{type(error).__name__}: {error}"
            report(f"not proven: this stack could not be read ({what}). Report this: it is Slipway's mistake.", None)
            return
        for finding in found:
            proven = "" if finding.status == "violation" else "not proven: "
            report(f"{proven}{finding.message} To do: {finding.remedy}", finding.urn)

    return StackValidationPolicy(
        name=rule.id,
        description=rule.title,
        validate=validate,
        enforcement_level=_LEVELS[rule.level],
        severity=Severity[rule.severity.upper()],
        remediation_steps=rule.remedy,
    )


def _resource(resource: PolicyResource, inputs: Mapping[str, Mapping[str, Any]]) -> Resource:
    waits = {name: tuple(each.urn for each in on) for name, on in resource.property_dependencies.items()}
    collected = inputs.get(resource.urn)
    only_read = collected is None and not resource.props
    is_provider = resource.resource_type.startswith(PROVIDER_PREFIX)
    return Resource(
        urn=resource.urn,
        type=resource.resource_type,
        name=resource.name,
        custom=resource.provider is not None or is_provider or only_read,
        parent=resource.parent.urn if resource.parent else "",
        inputs=_properties(resource.props if collected is None else collected, waits),
        provider=resource.provider.urn if resource.provider else "",
        external=only_read,
        protect=bool(resource.opts.protect),
        dependencies=tuple(each.urn for each in resource.dependencies),
        property_dependencies=waits,
    )


def _properties(props: Mapping[str, Any], waits: Mapping[str, tuple[str, ...]]) -> dict[str, Value]:
    return {name: _item(props, name, waits.get(name, ())) for name in props}


def _item(container: Any, key: Any, waits: tuple[str, ...]) -> Value:  # Any: the SDK's own proxies
    """One leaf or subtree. The proxies raise where a leaf is unknown, so each is taken out by itself."""
    try:
        value = container[key]
    except UnknownValueError:
        return Unknown(dependencies=waits)
    if hasattr(value, "keys"):
        return {name: _item(value, name, waits) for name in value}
    if hasattr(value, "__getitem__") and not isinstance(value, str):
        return [_item(value, index, waits) for index in range(len(value))]
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, str | bool | int | Secret | None):
        return value
    asset: Value = serialize_properties({"asset": value})["asset"]
    return asset


def _dependencies(resource: Any) -> set[str]:  # Any: a protobuf message, without types
    return {*resource.dependencies, *(urn for waits in resource.propertyDependencies.values() for urn in waits.urns)}


def _without_secrets(value: Any) -> Any:  # Any: JSON of a property map
    if isinstance(value, list):
        return [_without_secrets(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get(SPECIAL_SIG_KEY) == SPECIAL_SECRET_SIG:
        return Secret()
    return {name: _without_secrets(item) for name, item in value.items()}
