"""The shipped stacks in containers have what their teams' documents ask of hosting of that size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from config.aws_ecs import AwsEcs
from slipway.project import Project
from tests.components.planning import inside, target
from tests.stacks.paths import connections, values
from tests.stacks.project import (
    AT_THE_EDGE,
    IN_CONTAINERS,
    IN_SERVERS_CONTAINERS,
    ON_AN_ENGINE,
    ON_MACHINES,
    ON_SERVERS,
    ROOT,
    SHIPPED,
    graph,
    settings,
)

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource, Value

CLUSTER, SERVER = "aws:rds/cluster:Cluster", "aws:rds/clusterInstance:ClusterInstance"
INSTANCE = "aws:rds/instance:Instance"
CACHE = "aws:elasticache/replicationGroup:ReplicationGroup"
DEFINITION, SERVICE = "aws:ecs/taskDefinition:TaskDefinition", "aws:ecs/service:Service"
RECORD = "cloudflare:index/dnsRecord:DnsRecord"
# The least and the most tasks, and how many users each of the most has at the busiest.
TASKS = {
    "orders-containers": (2, 5, 100),
    "videochat-containers": (2, 3, 100),
    "drops-growth": (4, 10, 500),
    "drops-large": (6, 40, 500),
}
# What a month of the least and of the most tasks may cost on demand (730 hours of Fargate on ARM in us-east-1): what
# the document has for servers of this size, for `drops-large` for all that computes; none for video chat in AWS.
PROCESSOR, GIB = 23.64, 2.60
PLANNED = {"orders-containers": (0, 80), "drops-growth": (100, 300), "drops-large": (0, 2000)}


def only(found: Graph, kind: str) -> Resource:
    (one,) = found.of_type(kind)
    return one


def hosts(found: Graph) -> dict[str, tuple[Value, str]]:
    """Of each host with a record, whether it is proxied and where it leads; not of what proves certificates."""
    return {
        str(each.inputs["name"]): (each.inputs["proxied"], target(each.inputs["content"]))
        for each in found.of_type(RECORD)
        if isinstance(each.inputs["name"], str)
    }


def test_every_stack_file_belongs_to_one_of_the_kinds_of_hosting() -> None:
    assert sorted(SHIPPED) == Project.find(ROOT).stacks()
    kinds = {
        "aws-ec2": ON_MACHINES,
        "aws-ecs": IN_CONTAINERS,
        "cloudflare": AT_THE_EDGE,
        "docker": ON_AN_ENGINE,
        "vps": (*ON_SERVERS, *IN_SERVERS_CONTAINERS),
    }
    for stack in SHIPPED:
        assert stack in kinds[settings(stack).topology.kind]


@pytest.mark.parametrize("stack", IN_CONTAINERS)
def test_production_runs_in_two_zones_at_least_with_a_way_out_of_each(stack: str) -> None:
    found, own = graph(stack), settings(stack)
    assert own.environment == "production"
    zones = set(own.aws.zones)
    assert len(zones) >= 2
    (service,) = found.of_type(SERVICE)
    subnets = {target(each) for each in values(inside(service.inputs["networkConfiguration"], "subnets"))}
    assert {zone for zone in zones if any(subnet.endswith(zone) for subnet in subnets)} == zones
    assert len(found.of_type("aws:ec2/natGateway:NatGateway")) == len(zones)


@pytest.mark.parametrize("stack", IN_CONTAINERS)
def test_the_number_of_tasks_is_what_the_users_of_the_document_need(stack: str) -> None:
    scaled = only(graph(stack), "aws:appautoscaling/target:Target")
    least, most, each = TASKS[stack]
    assert (scaled.inputs["minCapacity"], scaled.inputs["maxCapacity"]) == (least, most)
    usage = settings(stack).application.usage.concurrent_users
    assert usage is not None
    assert most * each >= usage.high


@pytest.mark.parametrize("stack", PLANNED)
def test_a_month_of_its_tasks_costs_what_the_document_has_for_servers(stack: str) -> None:
    definition = only(graph(stack), DEFINITION)
    month = int(str(definition.inputs["cpu"])) / 1024 * PROCESSOR + int(str(definition.inputs["memory"])) / 1024 * GIB
    least, most, _ = TASKS[stack]
    low, high = PLANNED[stack]
    assert low <= least * month
    assert most * month <= high


@pytest.mark.parametrize("stack", IN_CONTAINERS)
def test_tasks_above_the_least_run_on_spare_capacity_except_those_that_hold_calls(stack: str) -> None:
    least, _, _ = TASKS[stack]
    strategies = values(only(graph(stack), SERVICE).inputs["capacityProviderStrategies"])
    found = {str(inside(each, "capacityProvider")): each for each in strategies}
    assert inside(found["FARGATE"], "base") == least
    assert ("FARGATE_SPOT" in found) == (stack != "videochat-containers")
    assert [
        each for name, each in found.items() if name != "FARGATE" and isinstance(each, dict) and "base" in each
    ] == []


def test_growth_reads_from_a_replica_and_fails_over_to_a_copy_in_another_zone() -> None:
    found = graph("drops-growth")
    (database,) = [each for each in found.of_type(INSTANCE) if "replicateSourceDb" not in each.inputs]
    replicas = [each for each in found.of_type(INSTANCE) if each is not database]
    assert database.inputs["multiAz"] is True
    assert [each.property_dependencies["replicateSourceDb"] for each in replicas] == [(database.urn,)]
    assert {each.inputs["instanceClass"] for each in (database, *replicas)} == {"db.t4g.medium"}


@pytest.mark.parametrize(("stack", "shards", "replicas"), [("drops-growth", 2, 1), ("drops-large", 3, 2)])
def test_drops_has_a_redis_in_cluster_mode_with_a_replica_of_each_shard(stack: str, shards: int, replicas: int) -> None:
    cache = only(graph(stack), CACHE)
    assert (cache.inputs["numNodeGroups"], cache.inputs["replicasPerNodeGroup"]) == (shards, replicas)
    assert cache.inputs["automaticFailoverEnabled"] is True
    assert str(cache.inputs["parameterGroupName"]).endswith(".cluster.on")


def test_large_has_aurora_with_a_server_for_each_zone_behind_a_proxy() -> None:
    found = graph("drops-large")
    database = only(found, CLUSTER)
    assert database.inputs["engine"] == "aurora-postgresql"
    assert database.inputs["serverlessv2ScalingConfiguration"] == {"minCapacity": 1, "maxCapacity": 8}
    servers = found.of_type(SERVER)
    assert {each.inputs["instanceClass"] for each in servers} == {"db.serverless"}
    assert len(servers) == len(settings("drops-large").aws.zones) == 3
    assert list(found.of_type(INSTANCE)) == []
    proxied = only(found, "aws:rds/proxyTarget:ProxyTarget")
    assert database.urn in proxied.property_dependencies["dbClusterIdentifier"]
    assert {edge[0] for edge in connections(found) if edge[1] == "drops-database-proxy-sg"} == {
        "drops-database-proxy-clients-sg"
    }


def test_all_of_growth_s_names_go_through_cloudflare() -> None:
    assert hosts(graph("drops-growth")) == {"www.drops.example.com": (True, "drops-lb-alb")}
    assert hosts(graph("videochat-containers")) == {"api.paircam.live": (True, "videochat-lb-alb")}


def test_large_serves_its_pages_from_cloudfront_and_lets_the_firewall_see_the_rest() -> None:
    found = graph("drops-large")
    assert hosts(found) == {
        "drops.example.com": (False, "drops-site-cdn"),
        "api.drops.example.com": (False, "drops-lb-alb"),
        "www.drops.example.com": (False, "drops-lb-alb"),
    }
    distribution = only(found, "aws:cloudfront/distribution:Distribution")
    assert distribution.inputs["aliases"] == ["drops.example.com"]
    assert distribution.inputs["priceClass"] == "PriceClass_All"
    assert target(only(found, "aws:wafv2/webAclAssociation:WebAclAssociation").inputs["resourceArn"]) == "drops-lb-alb"


def test_drops_grows_on_processors_memory_and_requests_before_its_team_is_warned() -> None:
    for stack in ("drops-growth", "drops-large"):
        alerts = settings(stack).application.alerts
        tasks = settings(stack).topology
        assert isinstance(tasks, AwsEcs)
        assert tasks.tasks("app").cpu < alerts["processors-busy"].above
        assert tasks.tasks("app").memory < alerts["memory-high"].above
        assert tasks.tasks("app").requests
    signal = settings("videochat-containers")
    assert isinstance(signal.topology, AwsEcs)
    assert signal.topology.tasks("signal").cpu < signal.application.alerts["processors-busy"].above


def test_video_chat_lives_beside_its_database_and_counts_requests_before_they_reach_it() -> None:
    own = settings("videochat-containers")
    assert own.aws.region in own.application.data.postgres.model_dump()["host"]
    assert own.application.rate_limit == 5
    guarded = only(graph("videochat-containers"), "aws:wafv2/webAclAssociation:WebAclAssociation")
    assert target(guarded.inputs["resourceArn"]) == "videochat-lb-alb"


def test_growing_keeps_every_service_host_and_every_data_part_but_the_database() -> None:
    """What moves in place when the settings of the one become the other's, and what does not (docs/containers.md)."""
    before, after = graph("drops-growth"), graph("drops-large")
    kept = {each.urn.partition("::")[2] for each in before.plan.resources if each.protect} & {
        each.urn.partition("::")[2] for each in after.plan.resources if each.protect
    }
    lost = {each.name for each in before.plan.resources if each.protect and each.urn.partition("::")[2] not in kept}
    assert lost == {"drops-database-postgres", "drops-database-id"}
    assert set(hosts(before)) <= set(hosts(after))
