"""Mutations of machines, and of what Redis runs where."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import replace
from typing import TYPE_CHECKING

from plan.graph import Graph
from plan.model import Secret
from tests.policies.mutants.changes import added, altogether, edited, having, hidden, named, new, put, removed, text_of
from tests.policies.mutants.mutation import NOT_IN_DEVELOPMENT, PRODUCTION, Operator
from tests.policies.mutants.operators.places import CACHE, INSTANCE, IS_NAT, MACHINES, SUBNET, TEMPLATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.model import Plan, Resource, Value
    from tests.policies.mutants.changes import Edit

APPLICATION = "slipway:app:Application"
CONFIGURATION = "aws:ec2/launchConfiguration:LaunchConfiguration"
VOLUME = "aws:ebs/volume:Volume"
CLUSTER, SERVERLESS = "aws:elasticache/cluster:Cluster", "aws:elasticache/serverlessCache:ServerlessCache"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
DEVICE = "blockDeviceMappings.0.ebs.encrypted"
TOKENS, HOPS, DISKS = "machine-metadata-v2", "machine-metadata-one-hop", "disk-encrypted"
ADDRESSES, ZONES = "machine-without-public-address", "machines-in-two-zones"
HEALTH, TEMPLATES = "group-asks-load-balancer", "group-uses-launch-template"
SECRETS, REDIS, ENCRYPTED = "user-data-without-secrets", "shared-redis", "external-redis-over-tls"


def saying(line: str) -> Edit:
    """The same script with one line more at its end."""

    def edit(_graph: Graph, _machine: Resource, old: Value) -> Value:
        script = b64decode(text_of(old)).decode()
        return b64encode(f"{script}\n{line}\n".encode()).decode()

    return edit


def first_only(_graph: Graph, _group: Resource, old: Value) -> Value:
    assert isinstance(old, list | tuple)
    return list(old[:1])


def _one_zone(plan: Plan) -> Iterator[Plan]:
    """All subnets of a group in the zone of its first one."""
    graph = Graph(plan)
    for group in graph.of_type(MACHINES):
        subnets = named(graph, group, "vpcZoneIdentifiers")
        if len(subnets) > 1:
            zone = subnets[0].inputs["availabilityZone"]
            moved = {each.urn: replace(each, inputs={**each.inputs, "availabilityZone": zone}) for each in subnets}
            yield replace(plan, resources=tuple(moved.get(each.urn, each) for each in plan.resources))


def configuration(_graph: Graph, group: Resource) -> Iterator[Resource]:
    yield new(group, CONFIGURATION, "old", associatePublicIpAddress=True)


def has_script(_graph: Graph, template: Resource) -> bool:
    return isinstance(template.inputs.get("userData"), str)


def second_cache(_graph: Graph, group: Resource) -> Iterator[Resource]:
    yield new(group, CACHE, "second", description="mine", numCacheClusters=1)


def lone_cluster(_graph: Graph, group: Resource) -> Iterator[Resource]:
    yield new(group, CLUSTER, "second", engine="redis", numCacheNodes=1)


def cache_by_request(_graph: Graph, group: Resource) -> Iterator[Resource]:
    yield new(group, SERVERLESS, "second", engine="valkey")


def sidecar(_graph: Graph, group: Resource) -> Iterator[Resource]:
    told = '[{"name": "app", "image": "app:1"}, {"name": "kept", "image": "registry.example.com/acme/redis:7"}]'
    yield new(group, TASK, "second", family="second", containerDefinitions=told)


MANAGED = having("redis", "managed")


def redis(name: str, line: str) -> Operator:
    return Operator(REDIS, name, edited(TEMPLATE, "userData", saying(line), has_script))


OPERATORS = (
    Operator(TOKENS, "tokens are optional", put(TEMPLATE, "metadataOptions.httpTokens", "optional")),
    Operator(TOKENS, "nothing said", removed(TEMPLATE, "metadataOptions")),
    Operator(TOKENS, "what, only deployment tells", hidden(TEMPLATE, "metadataOptions.httpTokens"), "unproven"),
    Operator(HOPS, "two hops", put(TEMPLATE, "metadataOptions.httpPutResponseHopLimit", 2)),
    Operator(DISKS, "the first disk unencrypted", put(TEMPLATE, DEVICE, "false")),
    Operator(DISKS, "nothing said of the first disk's encryption", removed(TEMPLATE, DEVICE)),
    Operator(DISKS, "nothing said of the disks", removed(TEMPLATE, "blockDeviceMappings")),
    Operator(DISKS, "a volume that says nothing", removed(VOLUME, "encrypted")),
    Operator(DISKS, "a key that only deployment tells", hidden(TEMPLATE, DEVICE), "unproven"),
    Operator(
        ADDRESSES, "asked for by the template", put(TEMPLATE, "networkInterfaces.0.associatePublicIpAddress", "true")
    ),
    Operator(
        ADDRESSES, "a NAT instance that does not forward", put(INSTANCE, "sourceDestCheck", value=True, where=IS_NAT)
    ),
    Operator(ADDRESSES, "a launch configuration", added(MACHINES, configuration)),
    Operator(ZONES, "one subnet", edited(MACHINES, "vpcZoneIdentifiers", first_only), environments=PRODUCTION),
    Operator(ZONES, "all subnets in one zone", _one_zone, environments=PRODUCTION),
    Operator(
        ZONES,
        "zones that only deployment tells",
        hidden(
            SUBNET,
            "availabilityZone",
            lambda graph, each: any(
                each in named(graph, group, "vpcZoneIdentifiers") for group in graph.of_type(MACHINES)
            ),
        ),
        "unproven",
        PRODUCTION,
    ),
    Operator(HEALTH, "the machine's own state only", put(MACHINES, "healthCheckType", "EC2")),
    Operator(HEALTH, "nothing said", removed(MACHINES, "healthCheckType")),
    Operator(TEMPLATES, "a launch configuration instead", put(MACHINES, "launchConfiguration", "old")),
    Operator(TEMPLATES, "a launch configuration beside", added(MACHINES, configuration)),
    Operator(
        SECRETS,
        "a password in a line",
        edited(TEMPLATE, "userData", saying("export DB_PASSWORD=hunter2-of-mine"), has_script),
    ),
    Operator(
        SECRETS,
        "a key of AWS in a line",
        edited(TEMPLATE, "userData", saying("aws configure set aws_access_key_id AKIAIOSFODNN7EXAMPLE"), has_script),
    ),
    Operator(SECRETS, "a script that only deployment tells", hidden(TEMPLATE, "userData"), "unproven"),
    Operator(SECRETS, "a secret script", put(TEMPLATE, "userData", Secret(), has_script), "unproven"),
    Operator(REDIS, "a second cache", added(CACHE, second_cache)),
    Operator(REDIS, "a node by itself", added(CACHE, lone_cluster)),
    Operator(REDIS, "a serverless cache beside", added(CACHE, cache_by_request)),
    Operator(REDIS, "a sidecar of a task", added(CACHE, sidecar)),
    Operator(REDIS, "declared as external, and yet managed", put(APPLICATION, "redis", "external", MANAGED)),
    Operator(REDIS, "a declaration that is hidden", hidden(APPLICATION, "redis"), "unproven"),
    redis("installed by apt-get", "DEBIAN_FRONTEND=noninteractive apt-get install -y redis-server"),
    redis("started by Docker", "docker run -d --restart always redis:7-alpine"),
    redis("compiled", "curl -fsSL https://download.redis.io/redis-stable.tar.gz | tar xz && make -C redis-stable"),
    redis("by PM2", "pm2 start redis-server --name kept"),
    redis("a service", "systemctl enable --now valkey"),
    Operator(REDIS, "a script that only deployment tells", hidden(TEMPLATE, "userData"), "unproven"),
    Operator(
        ENCRYPTED,
        "declared as in plain text",
        altogether(APPLICATION, {"redis": "external", "redisTls": False}, MANAGED),
        environments=NOT_IN_DEVELOPMENT,
    ),
    Operator(
        ENCRYPTED,
        "declared without a word on it",
        altogether(APPLICATION, {"redis": "external"}, MANAGED),
        "unproven",
        environments=NOT_IN_DEVELOPMENT,
    ),
    Operator(
        ENCRYPTED,
        "an address without TLS",
        edited(TEMPLATE, "userData", saying("export REDIS_URL=redis://cache.example.com:6379"), has_script),
        environments=NOT_IN_DEVELOPMENT,
    ),
)
