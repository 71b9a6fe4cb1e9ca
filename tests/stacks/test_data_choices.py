"""How data is kept: what each choice of the topology makes, and how services and alarms find it."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from config.aws_data import DatabaseSettings
from plan.graph import Graph
from tests.components.planning import target
from tests.stacks.forms import form
from tests.stacks.machines import PARAMETER, parameters, template
from tests.stacks.paths import connections, memberships, values
from tests.stacks.project import answered, write

ALARM, INSTANCE = "aws:cloudwatch/metricAlarm:MetricAlarm", "aws:rds/instance:Instance"
READS = {"derived": {"DATABASE_READ_URL": "postgres.read_url"}}


def content(overrides: dict[str, Any] | None = None, **topology: Any) -> dict[str, Any]:  # Any: any YAML
    """The stack of drops in production with these parts of its topology, and these of its application."""
    made = form("drops", "production", **topology)
    service = {**made["slipway:overrides"]["services"]["app"], **READS}
    made["slipway:overrides"] = {"services": {"app": service}, **(overrides or {})}
    return made


@cache
def replicated() -> Graph:
    planned = answered(write("drops-read", content(database={"replicas": 2})))
    assert [each for each in planned.findings if each.level == "mandatory"] == []
    return Graph(planned.plan)


def alarms(graph: Graph) -> dict[str, tuple[object, object]]:
    """Threshold and severity of each alarm by name, without the component's."""
    found: dict[str, tuple[object, object]] = {}
    for alarm in graph.of_type(ALARM):
        tags = alarm.inputs["tags"]
        assert isinstance(tags, dict)
        found[alarm.name.removeprefix("drops-alarms-")] = (alarm.inputs.get("threshold"), tags.get("Severity"))
    return found


def addresses(graph: Graph, variable: str) -> str:
    return template(parameters(graph, "app")[variable])


def test_a_service_gets_the_addresses_of_all_replicas_to_read_from() -> None:
    found = replicated()
    url = "postgresql://drops:${secret:DATABASE_PASSWORD}@drops-database-%s.address:5432/drops?sslmode=verify-full"
    assert addresses(found, "DATABASE_URL") == url % "postgres"
    assert addresses(found, "DATABASE_READ_URL") == ",".join(
        url % f"{role}-postgres" for role in ("replica-1", "replica-2")
    )


def test_without_replicas_a_service_reads_from_the_database_itself() -> None:
    found = Graph(answered(write("drops-unread", content())).plan)
    assert addresses(found, "DATABASE_READ_URL") == addresses(found, "DATABASE_URL")


def test_replicas_are_reached_by_the_database_s_clients_and_by_nobody_else() -> None:
    found = replicated()
    for instance in found.of_type(INSTANCE):
        groups = instance.inputs["vpcSecurityGroupIds"]
        assert isinstance(groups, list)
        assert [target(group) for group in groups] == ["drops-database-sg"]
    assert "drops-database-clients-sg" in memberships(found)["drops-app"]
    assert {edge for edge in connections(found) if edge[1] == "drops-database-sg"} == {
        ("drops-database-clients-sg", "drops-database-sg", 5432)
    }


def test_a_database_is_watched_at_80_and_90_per_cent_of_its_connections_unless_its_team_says_otherwise() -> None:
    unsaid = content(
        {"alerts": {"database-full": None, "database-busy": None}}, database={"max_connections": 200, "replicas": 1}
    )
    found = alarms(Graph(answered(write("drops-unsaid", unsaid)).plan))
    for role in ("database", "database-replica-1"):
        assert found[f"database-busy-{role}"] == (160, "warning")
        assert found[f"database-full-{role}"] == (180, "critical")
    said = content({"alerts": {"database-full": None, "database-busy": {"above": 50}}})
    found = alarms(Graph(answered(write("drops-said", said)).plan))
    assert {name: alarm for name, alarm in found.items() if name.startswith("database-")} == {
        "database-busy-database": (50, "warning")
    }


def test_a_replica_that_falls_behind_is_told_of_unless_the_team_says_by_how_much() -> None:
    assert alarms(replicated())["replicas-behind-database-replica-2"] == (600, "warning")
    late = {"alerts": {"late": {"metric": "replica-lag", "above": 30, "severity": "critical"}}}
    found = alarms(Graph(answered(write("drops-late", content(late, database={"replicas": 1}))).plan))
    behind = {name: alarm for name, alarm in found.items() if "behind" in name or "late" in name}
    assert behind == {"late-database-replica-1": (30, "critical")}


def test_an_alarm_on_replicas_is_passed_over_where_there_are_none_and_that_is_said() -> None:
    late = {"alerts": {"late": {"metric": "replica-lag", "above": 30, "severity": "critical"}}}
    planned = answered(write("drops-single", content(late)))
    assert [name for name in alarms(Graph(planned.plan)) if "late" in name] == []
    assert "alerts.late: this stack has no read replicas" in " ".join(log.message for log in planned.plan.logs)


def test_services_are_told_of_shards_and_each_node_of_each_is_watched() -> None:
    overrides = {
        "data": {"redis": {"cluster": True}},
        "alerts": {"redis-full": {"metric": "redis-memory", "above": 80, "severity": "critical"}},
    }
    derived = {"derived": {"REDIS_CLUSTER": "redis.cluster"}}
    made = content(overrides, cache={"shards": 2})
    made["slipway:overrides"]["services"]["app"] |= derived
    planned = answered(write("drops-shards", made))
    assert [each for each in planned.findings if each.level == "mandatory"] == []
    found = Graph(planned.plan)
    assert addresses(found, "REDIS_CLUSTER") == "true"
    assert addresses(found, "REDIS_URL").endswith("@drops-cache-valkey-shards.configurationEndpointAddress:6379")
    assert {name for name in alarms(found) if name.startswith("redis-full-")} == {
        f"redis-full-redis-shard-{shard}-{role}" for shard in (1, 2) for role in ("primary", "replica-1")
    }
    whole = content()
    whole["slipway:overrides"]["services"]["app"] |= derived
    assert addresses(Graph(answered(write("drops-whole", whole)).plan), "REDIS_CLUSTER") == "false"


def test_services_connect_to_the_proxy_and_the_proxy_alone_to_the_database() -> None:
    planned = answered(write("drops-proxy", content(database={"proxy": True})))
    assert [each for each in planned.findings if each.level == "mandatory"] == []
    found = Graph(planned.plan)
    for variable in ("DATABASE_URL", "DATABASE_READ_URL"):
        assert "@drops-database-proxy-proxy.endpoint:5432/drops?sslmode=verify-full" in addresses(found, variable)
    groups = memberships(found)["drops-app"]
    assert "drops-database-proxy-clients-sg" in groups
    assert "drops-database-clients-sg" not in groups
    (proxy,) = found.of_type("aws:rds/proxy:Proxy")
    assert [target(each) for each in values(proxy.inputs["vpcSecurityGroupIds"])] == [
        "drops-database-proxy-sg",
        "drops-database-clients-sg",
    ]
    (target_,) = found.of_type("aws:rds/proxyTarget:ProxyTarget")
    (database,) = found.of_type(INSTANCE)
    assert target_.property_dependencies["dbInstanceIdentifier"] == (database.urn,)
    # An address that leads nowhere yet is told to nobody.
    (told,) = [each for each in found.of_type(PARAMETER) if str(each.inputs["name"]).endswith("/DATABASE_URL")]
    assert target_.urn in told.dependencies


def test_replicas_are_read_beside_a_proxy_which_leads_to_none() -> None:
    found = Graph(answered(write("drops-both", content(database={"proxy": True, "replicas": 1}))).plan)
    assert "@drops-database-replica-1-postgres.address:5432/" in addresses(found, "DATABASE_READ_URL")
    assert {"drops-database-proxy-clients-sg", "drops-database-clients-sg"} <= set(memberships(found)["drops-app"])


def test_an_aurora_cluster_takes_the_place_of_the_instance_under_the_same_name_and_is_another_database() -> None:
    choice = {"engine": {"kind": "aurora", "max_capacity": 8}, "replicas": 1, "proxy": True}
    planned = answered(write("drops-aurora", content(database=choice)))
    assert [each for each in planned.findings if each.level == "mandatory"] == []
    found = Graph(planned.plan)
    assert not found.of_type(INSTANCE)
    (owner,) = found.of_type("slipway:aws:AuroraDatabase")
    assert (owner.name, owner.parent) == ("drops-database", found.stack_urn)
    (cluster,) = found.of_type("aws:rds/cluster:Cluster")
    assert cluster.inputs["serverlessv2ScalingConfiguration"] == {"minCapacity": 0.5, "maxCapacity": 8}
    assert len(found.of_type("aws:rds/clusterInstance:ClusterInstance")) == 2
    assert "@drops-database-aurora.readerEndpoint:5432/drops" in addresses(found, "DATABASE_READ_URL")
    assert "@drops-database-proxy-proxy.endpoint:5432/drops" in addresses(found, "DATABASE_URL")
    (led,) = found.of_type("aws:rds/proxyTarget:ProxyTarget")
    assert cluster.urn in led.property_dependencies["dbClusterIdentifier"]
    assert alarms(found)["replicas-behind-database-server-2"] == (10, "warning")


@pytest.mark.parametrize(
    ("choice", "servers"),
    [({"multi_az": False}, 1), ({}, 2), ({"replicas": 1}, 2), ({"replicas": 3, "multi_az": False}, 4)],
)
def test_a_server_of_an_aurora_cluster_both_is_read_and_takes_over(choice: dict[str, Any], servers: int) -> None:
    assert DatabaseSettings.model_validate({"engine": {"kind": "aurora"}, **choice}).servers() == servers
