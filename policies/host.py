"""Pulumi's policy host as a source of plans: the rules run there exactly as they run offline.

The engine analyses each resource with its inputs as the provider checked them, and at the end the whole stack with
outputs. Rules read inputs, so a first policy keeps those of the single analyses for the policies of the whole stack.

The SDK reads the whole stack anew for each policy, which with a policy for each rule would take longer than all rules
together. So the stack is read once, when its analysis begins, and the SDK is handed an empty one.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import pulumi_policy.policy as sdk
from google.protobuf import json_format
from pulumi_policy import (
    EnforcementLevel,
    ResourceValidationPolicy,
    Severity,
    StackValidationPolicy,
)
from pulumi_policy.deserialize import SPECIAL_SECRET_SIG, SPECIAL_SIG_KEY, serialize_properties
from pulumi_policy.proxy import UnknownValueError, unknown_checking_proxy

from plan.graph import Graph
from plan.model import PROVIDER_PREFIX, STACK_TYPE, Plan, Resource, Secret, Unknown
from plan.urns import name_of, type_of
from policies.catalogue import RULES
from policies.exceptions import apart, in_force, today

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pulumi_policy import Policy, ResourceValidationArgs, StackValidationArgs

    from plan.model import Value
    from policies.finding import Finding
    from policies.rule import Rule

COLLECTOR = "slipway-inputs"
UNPROVEN = "-unproven"  # what the name of a rule's second policy ends with
EXCEPTIONS = "slipway-exceptions"
_LEVELS = {"mandatory": EnforcementLevel.MANDATORY, "advisory": EnforcementLevel.ADVISORY}
# The stack whose analysis the SDK has begun: a protobuf message, without types.
_ANALYSED: ContextVar[Any] = ContextVar("analysed")


def policies(rules: Sequence[Rule] = RULES) -> list[Policy]:
    """A stack-wide policy for each rule, one that keeps the inputs for them, and one that tells of exceptions.

    A mandatory rule that a preview hides documents from has a second, advisory one: for what is not proven.
    """
    stack = _Stack()

    def collect(args: ResourceValidationArgs, _report: Callable[..., None]) -> None:
        stack.inputs[args.urn] = args.props

    collector = ResourceValidationPolicy(
        name=COLLECTOR,
        description="Keeps the inputs of each resource for the rules; reports nothing.",
        validate=collect,
        enforcement_level=EnforcementLevel.ADVISORY,
    )
    return [collector, *(policy for rule in rules for policy in _policies(rule, stack)), _exceptions(rules, stack)]


class _Stack:
    """The stack under analysis, read when a policy first asks for it."""

    def __init__(self) -> None:
        self.inputs: dict[str, Mapping[str, Any]] = {}
        self._read: tuple[Any, Graph] | None = None

    def graph(self) -> Graph:
        request = _ANALYSED.get()
        if self._read is None or self._read[0] is not request:
            self._read = request, Graph(plan_of(request.resources, self.inputs))
        return self._read[1]


def keep_secrets() -> None:
    """Let secrets arrive as secrets, as they stand in a plan: the host would hand the rules their plain values.

    Raises `AttributeError` where the SDK has no such step any more: without it the two hosts would differ.
    """
    plain = sdk.deserialize_properties  # type: ignore[attr-defined]  # its own import

    def deserialize_properties(props: dict[str, Any], proxy_secrets: bool = False) -> Any:  # noqa: FBT001, FBT002 - the SDK's signature
        return plain(props if proxy_secrets else _without_secrets(props), proxy_secrets)

    sdk.deserialize_properties = deserialize_properties  # type: ignore[attr-defined]


def analyse_once() -> None:
    """Let the stack be read once for all policies, and let resources that the program only reads arrive, by name.

    The engine leaves the latter out of the stack's analysis. They are known from what depends on them, so one that
    nothing uses stays unseen. Raises `AttributeError` where the SDK has no such step any more.
    """
    plain: Any = sdk._PolicyAnalyzerServicer.AnalyzeStack  # noqa: SLF001 - no public way leads to the request

    def analyze_stack(servicer: Any, request: Any, context: Any) -> Any:  # Any: the SDK's own, without types
        known = {resource.urn for resource in request.resources}
        for urn in sorted({urn for resource in request.resources for urn in _dependencies(resource)} - known):
            request.resources.add(urn=urn, type=type_of(urn), name=name_of(urn))
        begun = _ANALYSED.set(request)
        try:
            return plain(servicer, type(request)(), context)
        finally:
            _ANALYSED.reset(begun)

    sdk._PolicyAnalyzerServicer.AnalyzeStack = analyze_stack  # type: ignore[method-assign]  # noqa: SLF001


def plan_of(resources: Sequence[Any], inputs: Mapping[str, Mapping[str, Any]]) -> Plan:
    """The plan that the resources of an analysis (protobuf messages) make, with the inputs collected before.

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


def _policies(rule: Rule, stack: _Stack) -> Iterator[StackValidationPolicy]:
    if rule.hidden_in_preview and rule.level == "mandatory":
        yield _policy(rule, stack, lambda finding: not _hidden(finding))
        doubts = _policy(rule, stack, _hidden)
        doubts.name, doubts.enforcement_level = f"{rule.id}{UNPROVEN}", EnforcementLevel.ADVISORY
        yield doubts
    else:
        yield _policy(rule, stack, lambda _: True)


def _hidden(finding: Finding) -> bool:
    """Whether a finding says that a resource is not proven. One about the whole stack says that the rule is broken."""
    return finding.status == "unproven" and STACK_TYPE not in finding.urn


def _policy(rule: Rule, stack: _Stack, told: Callable[[Finding], bool]) -> StackValidationPolicy:
    def validate(_args: StackValidationArgs, report: Callable[[str, str | None], None]) -> None:
        try:
            graph = stack.graph()
            found = apart(list(rule.findings(graph)), in_force(graph, today())).findings
        except Exception as error:  # noqa: BLE001 - what the host makes of any error is advisory: the preview would pass
            what = f"{type(error).__name__}: {error}"
            report(f"not proven: this stack could not be read ({what}). Report this: it is Slipway's mistake.", None)
            return
        for finding in filter(told, found):
            report(_told(finding), finding.urn)

    return StackValidationPolicy(
        name=rule.id,
        description=rule.title,
        validate=validate,
        enforcement_level=_LEVELS[rule.level],
        severity=Severity[rule.severity.upper()],
        remediation_steps=rule.remedy,
    )


def _exceptions(rules: Sequence[Rule], stack: _Stack) -> StackValidationPolicy:
    """Tells of each finding that an exception covers. It judges only the rules that are excepted from."""

    def validate(_args: StackValidationArgs, report: Callable[[str, str | None], None]) -> None:
        graph = stack.graph()
        accepted = in_force(graph, today())
        named = {each.rule for each in accepted}
        found = [finding for rule in rules if rule.id in named for finding in rule.findings(graph)]
        for each in apart(found, accepted).excepted:
            by = f"accepted until {each.exception.expires} by {each.exception.owner} ({each.exception.reason}): "
            report(f"{by}{each.finding.rule}: {_told(each.finding)}", each.finding.urn)

    return StackValidationPolicy(
        name=EXCEPTIONS,
        description="Tells of what is excepted from a rule, until when and by whom.",
        validate=validate,
        enforcement_level=EnforcementLevel.ADVISORY,
    )


def _told(finding: Finding) -> str:
    proven = "" if finding.status == "violation" else "not proven: "
    return f"{proven}{finding.message} To do: {finding.remedy}"


def _resource(resource: Any, inputs: Mapping[str, Mapping[str, Any]]) -> Resource:  # Any: a protobuf message
    waits = {name: tuple(each.urns) for name, each in resource.propertyDependencies.items()}
    collected = inputs.get(resource.urn)
    given = json_format.MessageToDict(resource.properties)
    only_read = collected is None and not given
    is_provider = resource.type.startswith(PROVIDER_PREFIX)
    shown = unknown_checking_proxy(sdk.deserialize_properties(given)) if collected is None else collected  # type: ignore[attr-defined]  # its own import
    return Resource(
        urn=resource.urn,
        type=resource.type,
        name=resource.name,
        custom=bool(resource.provider.urn) or is_provider or only_read,
        parent=resource.parent,
        inputs=_properties(shown, waits),
        provider=resource.provider.urn,
        external=only_read,
        protect=resource.options.protect,
        dependencies=tuple(resource.dependencies),
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
