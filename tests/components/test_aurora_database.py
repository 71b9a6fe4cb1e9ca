"""What the database as an Aurora cluster guarantees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plan.model import Secret, Unknown
from tests.components.planning import inside, part_of, target, the_part

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource, Value

every_database = pytest.mark.parametrize("database", ["aurora", "aurora-retained", "aurora-small"])


def text(value: Value) -> str:
    assert isinstance(value, Unknown)
    return value.text


def servers(graph: Graph, database: str) -> dict[str, Resource]:
    found = part_of(graph, database, "ClusterInstance")
    return {each.name.removeprefix(f"{database}-"): each for each in found}


@every_database
def test_a_cluster_is_encrypted_and_no_server_has_a_public_address(parts: Graph, database: str) -> None:
    assert the_part(parts, database, "Cluster").inputs["storageEncrypted"] is True
    assert {each.inputs["publiclyAccessible"] for each in servers(parts, database).values()} == {False}


@every_database
def test_a_cluster_takes_no_connection_without_tls_and_logs_slow_queries(parts: Graph, database: str) -> None:
    group = the_part(parts, database, "ClusterParameterGroup")
    parameters = group.inputs["parameters"]
    assert isinstance(parameters, list)
    assert {found["name"]: found["value"] for found in parameters} == {
        "rds.force_ssl": "1",
        "log_min_duration_statement": "1000",
        "max_connections": "200",
    }
    cluster = the_part(parts, database, "Cluster")
    assert target(cluster.inputs["dbClusterParameterGroupName"]) == group.name
    assert group.inputs["family"] == f"{cluster.inputs['engine']}{cluster.inputs['engineVersion']}"


@every_database
def test_only_members_of_the_clients_group_reach_a_cluster_and_only_on_its_port(parts: Graph, database: str) -> None:
    (way_in,) = part_of(parts, database, "SecurityGroupIngressRule")
    assert target(way_in.inputs["securityGroupId"]) == f"{database}-sg"
    assert target(way_in.inputs["referencedSecurityGroupId"]) == f"{database}-clients-sg"
    assert (way_in.inputs["fromPort"], way_in.inputs["toPort"], way_in.inputs["ipProtocol"]) == (5432, 5432, "tcp")
    groups = the_part(parts, database, "Cluster").inputs["vpcSecurityGroupIds"]
    assert isinstance(groups, list)
    assert [target(group) for group in groups] == [f"{database}-sg"]


@every_database
def test_a_password_is_handed_over_write_only_and_is_ours_to_change(parts: Graph, database: str) -> None:
    cluster = the_part(parts, database, "Cluster")
    assert isinstance(cluster.inputs["masterPasswordWo"], Secret)
    assert isinstance(cluster.inputs["masterPasswordWoVersion"], Secret)
    assert "masterPasswordWoVersion" in cluster.options.additional_secret_outputs
    assert {"masterPassword", "manageMasterUserPassword"}.isdisjoint(cluster.inputs)


def test_servers_grow_and_shrink_as_far_as_asked(parts: Graph) -> None:
    cluster = the_part(parts, "aurora", "Cluster")
    assert cluster.inputs["serverlessv2ScalingConfiguration"] == {"minCapacity": 0.5, "maxCapacity": 4}
    assert {each.inputs["instanceClass"] for each in servers(parts, "aurora").values()} == {"db.serverless"}


def test_there_are_as_many_servers_as_asked_for_each_of_which_can_take_over_at_once(parts: Graph) -> None:
    assert set(servers(parts, "aurora")) == {"server-1", "server-2"}
    assert set(servers(parts, "aurora-small")) == {"server-1"}
    assert {each.inputs["promotionTier"] for each in servers(parts, "aurora").values()} == {0}


@every_database
def test_minor_versions_come_by_themselves_and_are_not_taken_back(parts: Graph, database: str) -> None:
    cluster = the_part(parts, database, "Cluster")
    assert cluster.inputs["engineVersion"] == "17"
    assert "allowMajorVersionUpgrade" not in cluster.inputs
    for server in servers(parts, database).values():
        assert server.inputs["autoMinorVersionUpgrade"] is True
        assert "engineVersion" not in server.inputs


@every_database
def test_whatever_deletes_a_cluster_leaves_a_snapshot_with_a_name_that_no_other_has(
    parts: Graph, database: str
) -> None:
    cluster, suffix = the_part(parts, database, "Cluster"), the_part(parts, database, "RandomId")
    assert cluster.inputs["skipFinalSnapshot"] is False
    assert text(cluster.inputs["finalSnapshotIdentifier"]) == f"{database}-${{{suffix.urn}#hex}}-final"
    assert text(cluster.inputs["clusterIdentifier"]) == f"{database}-${{{suffix.urn}#hex}}"
    assert suffix.inputs["keepers"] == {
        "name": cluster.inputs["databaseName"],
        "user": cluster.inputs["masterUsername"],
    }


@every_database
def test_logs_go_to_a_group_that_forgets_and_is_there_first(parts: Graph, database: str) -> None:
    cluster, group = the_part(parts, database, "Cluster"), the_part(parts, database, "LogGroup")
    assert cluster.inputs["enabledCloudwatchLogsExports"] == ["postgresql"]
    assert text(group.inputs["name"]) == f"/aws/rds/cluster/{text(cluster.inputs['clusterIdentifier'])}/postgresql"
    assert group.inputs["retentionInDays"] == 90
    assert group.urn in cluster.dependencies


def test_deletion_protects_the_data_keeps_it_or_lets_it_go(parts: Graph) -> None:
    def options(database: str, kind: str) -> tuple[bool, bool]:
        found = the_part(parts, database, kind)
        return found.protect, found.options.retain_on_delete

    for kind in ("Cluster", "RandomId"):
        assert options("aurora", kind) == (True, False)
        assert options("aurora-retained", kind) == (False, True)
        assert options("aurora-small", kind) == (False, False)
    protected = {
        name: the_part(parts, name, "Cluster").inputs["deletionProtection"] for name in ("aurora", "aurora-small")
    }
    assert protected == {"aurora": True, "aurora-small": False}


def test_backups_are_kept_as_long_as_asked_and_outlive_a_cluster_that_was_to_be_kept(parts: Graph) -> None:
    assert the_part(parts, "aurora", "Cluster").inputs["backupRetentionPeriod"] == 30
    assert the_part(parts, "aurora", "Cluster").inputs["deleteAutomatedBackups"] is False
    assert the_part(parts, "aurora-retained", "Cluster").inputs["deleteAutomatedBackups"] is False
    assert the_part(parts, "aurora-small", "Cluster").inputs["deleteAutomatedBackups"] is True


def test_what_retained_data_stands_on_is_retained_with_it(parts: Graph) -> None:
    (owner,) = [found for found in parts.of_type("slipway:aws:AuroraDatabase") if found.name == "aurora-retained"]
    assert [child.name for child in parts.children(owner.urn) if not child.options.retain_on_delete] == []


def test_a_server_can_be_taken_out_for_its_data_is_the_cluster_s(parts: Graph) -> None:
    assert [each.name for each in servers(parts, "aurora").values() if each.protect] == []


def test_clients_and_alarms_get_names_that_a_failover_does_not_change(parts: Graph) -> None:
    (owner,) = [found for found in parts.of_type("slipway:aws:AuroraDatabase") if found.name == "aurora"]
    cluster, found = the_part(parts, "aurora", "Cluster"), servers(parts, "aurora")
    assert text(owner.outputs["host"]) == f"${{{cluster.urn}#endpoint}}"
    assert text(inside(owner.outputs, "readHosts", "reader")) == f"${{{cluster.urn}#readerEndpoint}}"
    assert text(owner.outputs["identifier"]) == text(found["server-1"].inputs["identifier"])
    assert text(inside(owner.outputs, "replicaIdentifiers", "server-2")) == text(found["server-2"].inputs["identifier"])
    (small,) = [found for found in parts.of_type("slipway:aws:AuroraDatabase") if found.name == "aurora-small"]
    assert (small.outputs["readHosts"], small.outputs["replicaIdentifiers"]) == ({}, {})
