"""Plans that say the same in other words: other names, another order, something unrelated beside."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from plan.model import STACK_TYPE, Reference, Unknown
from policies.facts import required_tags
from policies.judge import judge

if TYPE_CHECKING:
    from collections.abc import Callable

    from plan.graph import Graph
    from plan.model import Plan, Resource, Value

Verdicts = set[tuple[str, str, str]]
# Lists whose order says nothing: sets of AWS, and rules that are told apart by what they say.
_SETS = frozenset(
    """
    subnets subnetIds securityGroups securityGroupIds vpcSecurityGroupIds vpcZoneIdentifiers cidrBlocks ipv6CidrBlocks
    ingress egress routes tagSpecifications blockDeviceMappings targetGroupArns alarmActions okActions allowedMethods
    cachedMethods enabledCloudwatchLogsExports routeTableIds records enabledMetrics origins parameters settings tags
    inboundRules sourceAddresses dropletIds requiresCompatibilities Statement Action Resource exceptions
    """.split()  # noqa: SIM905 - a list would be as long as the module
)


def verdicts(plan: Plan, of: Callable[[str], str] = lambda urn: urn) -> Verdicts:
    """What is found where, under the names that `of` gives the places."""
    return {(each.rule, each.status, of(each.urn)) for each in judge(plan)}


def renamed(plan: Plan, seed: int) -> tuple[Plan, dict[str, str]]:
    """The plan with another name for each resource and each tag `Name`, and the former URN of each."""
    drawn = random.Random(seed)  # noqa: S311 - no secret
    numbers = list(range(len(plan.resources)))
    drawn.shuffle(numbers)
    news = {
        each.urn: each.urn if each.type == STACK_TYPE else f"{each.urn.rpartition('::')[0]}::thing-{number}"
        for each, number in zip(plan.resources, numbers, strict=True)
    }
    former = {new: old for old, new in news.items()}
    longest_first = sorted(news, key=len, reverse=True)
    known = re.compile("|".join(f"{re.escape(urn)}(?=[#:}}]|$)" for urn in longest_first))

    def urn(text: str) -> str:
        return known.sub(lambda match: news[match[0]], text)

    def leaf(value: Value) -> Value:
        if isinstance(value, Unknown):
            references = tuple(Reference(urn(each.urn), each.property) for each in value.references)
            return Unknown(references, urn(value.text), tuple(map(urn, value.dependencies)))
        return value

    def one(resource: Resource) -> Resource:
        given = _mapped(resource.inputs, leaf)
        if isinstance(given.get("tags"), Mapping) and "Name" in given["tags"]:
            given["tags"] = {**given["tags"], "Name": f"tag-{drawn.random()}"}
        return replace(
            resource,
            urn=urn(resource.urn),
            name=urn(resource.urn).rpartition("::")[2],
            parent=urn(resource.parent),
            provider=urn(resource.provider),
            inputs=given,
            outputs=_mapped(resource.outputs, leaf),
            dependencies=tuple(map(urn, resource.dependencies)),
            property_dependencies={
                name: tuple(map(urn, each)) for name, each in resource.property_dependencies.items()
            },
        )

    made = sorted(map(one, plan.resources), key=lambda each: each.urn)
    return replace(plan, resources=tuple(made), outputs=_mapped(plan.outputs, leaf)), former


def reordered(plan: Plan, seed: int) -> Plan:
    """The plan with its resources, its maps and those lists in another order whose order says nothing."""
    drawn = random.Random(seed)  # noqa: S311 - no secret

    def shuffled(value: Any, key: str = "") -> Any:  # Any: any value
        if isinstance(value, Mapping):
            names = list(value)
            drawn.shuffle(names)
            return {name: shuffled(value[name], name) for name in names}
        if isinstance(value, list | tuple):
            items = [shuffled(each) for each in value]
            if key in _SETS:
                drawn.shuffle(items)
            return items
        if isinstance(value, str) and value.startswith("{") and '"Statement"' in value:
            return json.dumps(shuffled(json.loads(value)))
        return value

    resources = [replace(each, inputs=shuffled(each.inputs)) for each in plan.resources]
    drawn.shuffle(resources)
    return replace(plan, resources=tuple(resources))


def extended(plan: Plan, graph: Graph, more: list[Resource]) -> Plan:
    """The plan with unrelated resources, which have the tags that its application demands."""
    tags = {name: field.value for each in required_tags(graph) for name, field in each.entries()}
    tagged = [replace(each, inputs={**each.inputs, "tags": tags}) if tags else each for each in more]
    return replace(plan, resources=(*plan.resources, *tagged))


def _mapped(value: Any, change: Callable[[Value], Value]) -> Any:  # Any: any value
    if isinstance(value, Mapping):
        return {key: _mapped(each, change) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_mapped(each, change) for each in value]
    return change(value)
