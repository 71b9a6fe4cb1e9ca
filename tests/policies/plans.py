"""Plans for tests, built in a line or two."""

from __future__ import annotations

import re
from base64 import b64encode
from typing import TYPE_CHECKING, Any

from plan.model import Plan, Reference, Resource, Unknown
from policies.catalogue import RULES
from policies.judge import judge
from policies.redis.shared import RULE as SHARED_REDIS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plan.model import Value
    from policies.finding import Finding, Verdict
    from policies.rule import Rule

BY_ID: dict[str, Rule] = {rule.id: rule for rule in RULES}

STACK = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"

APPLICATION = "slipway:app:Application"
GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
CLUSTER = "aws:elasticache/cluster:Cluster"
GLOBAL_GROUP = "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup"
SERVERLESS = "aws:elasticache/serverlessCache:ServerlessCache"
MEMORYDB = "aws:memorydb/cluster:Cluster"
MULTI_REGION = "aws:memorydb/multiRegionCluster:MultiRegionCluster"
INSTANCE = "aws:ec2/instance:Instance"
LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
REPOSITORY = "aws:ecr/repository:Repository"
# A message in which something is missing.
_TORN = re.compile(r"\bNone\b|\s[.,;]\s|\s[.,;]$|: [.:]|XX")


def resource(  # noqa: PLR0913 - a registration has that many sides
    kind: str,
    name: str,
    inputs: dict[str, Value] | None = None,
    *,
    outputs: dict[str, Value] | None = None,
    waits: dict[str, tuple[str, ...]] | None = None,
    external: bool = False,
    parent: str = STACK,
) -> Resource:
    """A registration. `waits` are its property dependencies."""
    return Resource(
        urn=f"urn:pulumi:dev::shop::{kind}::{name}",
        type=kind,
        name=name,
        custom=kind != APPLICATION,
        parent=parent,
        inputs=inputs or {},
        outputs=outputs or {},
        external=external,
        property_dependencies=waits or {},
    )


def application(redis: Value = "managed") -> Resource:
    """The facts of an application."""
    return resource(APPLICATION, "shop", {"application": "shop", "environment": "development", "redis": redis})


def group(name: str = "cache", **inputs: Value) -> Resource:
    """A replication group."""
    return resource(GROUP, name, {"description": "shared", "numCacheClusters": 2, **inputs})


def instance(user_data: Value, name: str = "web") -> Resource:
    """A machine with user data."""
    return resource(INSTANCE, name, {"ami": "ami-1", "userData": user_data})


def base64_of(text: str | bytes) -> str:
    """Text as a launch template wants it."""
    return b64encode(text.encode() if isinstance(text, str) else text).decode()


def whole(target: Resource, name: str = "id") -> Unknown:
    """A leaf that is one output of another resource."""
    reference = Reference(target.urn, name)
    return Unknown((reference,), str(reference), (target.urn,))


def template(text: str, *references: Reference) -> Unknown:
    """A leaf whose text holds references at each `{}`."""
    shown = text.format(*references)
    return Unknown(references, shown, tuple(reference.urn for reference in references))


def opaque(*waits: Resource) -> Unknown:
    """A leaf of which only is known what it waits for."""
    return Unknown(dependencies=tuple(target.urn for target in waits))


def plan_of(resources: Sequence[Resource]) -> Plan:
    """The plan of one stack."""
    return Plan("shop", "dev", tuple(resources))


def must_be_told_well(found: Finding | Verdict) -> None:
    """Whatever a rule is asked about, people read whole sentences of it."""
    good = found.message and found.message[-1] in ".)" and not _TORN.search(found.message)
    if found.status not in ("violation", "unproven") or not good:
        message = f"nothing that people can read: {found}"
        raise ValueError(message)


def findings(*resources: Resource, rule: Rule = SHARED_REDIS) -> tuple[Finding, ...]:
    """What one rule finds."""
    found = judge(plan_of(resources), [rule])
    for each in found:
        must_be_told_well(each)
    return found


def verdicts(*resources: Resource, rule: Rule = SHARED_REDIS) -> dict[str, str]:
    """The status of each finding of one rule by the name of its resource. No resource has two findings here."""
    found = findings(*resources, rule=rule)
    told: dict[str, Any] = {finding.urn.rpartition("::")[2]: finding.status for finding in found}
    if len(told) != len(found):
        message = f"two findings on one resource: {found}"
        raise ValueError(message)
    return told
