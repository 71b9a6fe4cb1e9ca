"""What the database guarantees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plan.model import Secret, Unknown
from tests.components.planning import inside, part_of, target
from tests.components.planning import the_part as the_one

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource, Value

every_database = pytest.mark.parametrize(
    "database", ["database", "database-retained", "database-small", "database-read"]
)


def the_part(graph: Graph, database: str, kind: str) -> Resource:
    """The one child of that type, but for replicas."""
    if kind != "Instance":
        return the_one(graph, database, kind)
    (found,) = [each for each in part_of(graph, database, kind) if "replicateSourceDb" not in each.inputs]
    return found


def replicas(graph: Graph, database: str) -> dict[str, Resource]:
    """The replicas by name."""
    return {each.name: each for each in part_of(graph, database, "Instance") if "replicateSourceDb" in each.inputs}


def text(value: Value) -> str:
    assert isinstance(value, Unknown)
    return value.text


@every_database
def test_a_database_is_encrypted_and_has_no_public_address(parts: Graph, database: str) -> None:
    instance = the_part(parts, database, "Instance")
    assert instance.inputs["storageEncrypted"] is True
    assert instance.inputs["publiclyAccessible"] is False


@every_database
def test_a_database_takes_no_connection_without_tls_and_logs_slow_queries(parts: Graph, database: str) -> None:
    group = the_part(parts, database, "ParameterGroup")
    parameters = group.inputs["parameters"]
    assert isinstance(parameters, list)
    assert {found["name"]: found["value"] for found in parameters} == {
        "rds.force_ssl": "1",
        "log_min_duration_statement": "1000",
        "max_connections": "100",
    }
    instance = the_part(parts, database, "Instance")
    assert target(instance.inputs["parameterGroupName"]) == group.name
    assert instance.inputs["caCertIdentifier"] == "rds-ca-rsa2048-g1"


@every_database
def test_only_members_of_the_clients_group_reach_a_database_and_only_on_its_port(parts: Graph, database: str) -> None:
    (way_in,) = part_of(parts, database, "SecurityGroupIngressRule")
    assert target(way_in.inputs["securityGroupId"]) == f"{database}-sg"
    assert target(way_in.inputs["referencedSecurityGroupId"]) == f"{database}-clients-sg"
    assert (way_in.inputs["fromPort"], way_in.inputs["toPort"], way_in.inputs["ipProtocol"]) == (5432, 5432, "tcp")
    groups = the_part(parts, database, "Instance").inputs["vpcSecurityGroupIds"]
    assert isinstance(groups, list)
    assert [target(group) for group in groups] == [f"{database}-sg"]


@every_database
def test_membership_leads_to_the_database_and_nowhere_else(parts: Graph, database: str) -> None:
    (way_out,) = part_of(parts, database, "SecurityGroupEgressRule")
    assert target(way_out.inputs["securityGroupId"]) == f"{database}-clients-sg"
    assert target(way_out.inputs["referencedSecurityGroupId"]) == f"{database}-sg"
    assert (way_out.inputs["fromPort"], way_out.inputs["toPort"]) == (5432, 5432)


@every_database
def test_a_password_is_handed_over_write_only_and_is_ours_to_change(parts: Graph, database: str) -> None:
    instance = the_part(parts, database, "Instance")
    assert isinstance(instance.inputs["passwordWo"], Secret)
    assert isinstance(instance.inputs["passwordWoVersion"], Secret)
    assert "passwordWoVersion" in instance.options.additional_secret_outputs
    # What RDS manages it also changes, every seven days, under services that read it when they start.
    assert {"password", "manageMasterUserPassword"}.isdisjoint(instance.inputs)


def test_a_copy_in_another_zone_takes_over_where_it_is_asked_for(parts: Graph) -> None:
    assert the_part(parts, "database", "Instance").inputs["multiAz"] is True
    assert the_part(parts, "database-small", "Instance").inputs["multiAz"] is False
    assert the_part(parts, "database", "SubnetGroup").inputs["subnetIds"] == ["subnet-a", "subnet-b"]


def test_room_grows_by_itself_as_far_as_asked(parts: Graph) -> None:
    instance = the_part(parts, "database", "Instance")
    assert (instance.inputs["allocatedStorage"], instance.inputs["maxAllocatedStorage"]) == (20, 100)


def test_backups_are_kept_as_long_as_asked(parts: Graph) -> None:
    assert the_part(parts, "database", "Instance").inputs["backupRetentionPeriod"] == 30
    assert the_part(parts, "database-small", "Instance").inputs["backupRetentionPeriod"] == 1


@every_database
def test_minor_versions_come_by_themselves_and_are_not_taken_back(parts: Graph, database: str) -> None:
    instance = the_part(parts, database, "Instance")
    assert instance.inputs["autoMinorVersionUpgrade"] is True
    assert instance.inputs["engineVersion"] == "17"
    assert "allowMajorVersionUpgrade" not in instance.inputs


@every_database
def test_whatever_deletes_a_database_leaves_a_snapshot_with_a_name_that_no_other_has(
    parts: Graph, database: str
) -> None:
    instance = the_part(parts, database, "Instance")
    suffix = the_part(parts, database, "RandomId")
    assert instance.inputs["skipFinalSnapshot"] is False
    assert text(instance.inputs["finalSnapshotIdentifier"]) == f"{database}-${{{suffix.urn}#hex}}-final"


@every_database
def test_whatever_replaces_a_database_gives_it_another_name(parts: Graph, database: str) -> None:
    instance = the_part(parts, database, "Instance")
    suffix = the_part(parts, database, "RandomId")
    assert text(instance.inputs["identifier"]) == f"{database}-${{{suffix.urn}#hex}}"
    assert suffix.inputs["keepers"] == {"name": instance.inputs["dbName"], "user": instance.inputs["username"]}


@every_database
def test_logs_go_to_groups_that_forget_and_are_there_first(parts: Graph, database: str) -> None:
    instance = the_part(parts, database, "Instance")
    groups = part_of(parts, database, "LogGroup")
    exports = instance.inputs["enabledCloudwatchLogsExports"]
    assert isinstance(exports, list)
    name = text(instance.inputs["identifier"])
    own = [group for group in groups if text(group.inputs["name"]).startswith(f"/aws/rds/instance/{name}/")]
    assert {text(group.inputs["name"]) for group in own} == {f"/aws/rds/instance/{name}/{log}" for log in exports}
    assert {group.inputs["retentionInDays"] for group in groups} == {90}
    assert {group.urn for group in own} <= set(instance.dependencies)


def test_deletion_protects_the_data_keeps_it_or_lets_it_go(parts: Graph) -> None:
    def options(database: str, kind: str) -> tuple[bool, bool]:
        found = the_part(parts, database, kind)
        return found.protect, found.options.retain_on_delete

    for kind in ("Instance", "RandomId"):  # without its suffix an instance would be renamed
        assert options("database", kind) == (True, False)
        assert options("database-retained", kind) == (False, True)
        assert options("database-small", kind) == (False, False)


def test_aws_refuses_to_delete_a_protected_database_too(parts: Graph) -> None:
    assert the_part(parts, "database", "Instance").inputs["deletionProtection"] is True
    assert the_part(parts, "database-small", "Instance").inputs["deletionProtection"] is False


def test_backups_outlive_a_database_that_was_to_be_kept(parts: Graph) -> None:
    assert the_part(parts, "database", "Instance").inputs["deleteAutomatedBackups"] is False
    assert the_part(parts, "database-retained", "Instance").inputs["deleteAutomatedBackups"] is False
    assert the_part(parts, "database-small", "Instance").inputs["deleteAutomatedBackups"] is True


def test_what_retained_data_stands_on_is_retained_with_it(parts: Graph) -> None:
    (owner,) = [found for found in parts.of_type("slipway:aws:Database") if found.name == "database-retained"]
    assert [child.name for child in parts.children(owner.urn) if not child.options.retain_on_delete] == []


def test_alarms_and_clients_get_the_name_that_a_failover_does_not_change(parts: Graph) -> None:
    (owner,) = [found for found in parts.of_type("slipway:aws:Database") if found.name == "database"]
    instance = the_part(parts, "database", "Instance")
    assert text(owner.outputs["host"]) == f"${{{instance.urn}#address}}"
    assert text(owner.outputs["identifier"]) == text(instance.inputs["identifier"])
    assert text(inside(owner.outputs, "clientSecurityGroupId")).endswith("database-clients-sg#id}")


def test_there_are_as_many_replicas_as_asked_for(parts: Graph) -> None:
    assert set(replicas(parts, "database-read")) == {
        "database-read-replica-1-postgres",
        "database-read-replica-2-postgres",
    }
    assert replicas(parts, "database") == {}


def test_a_replica_is_one_of_the_database_and_is_made_anew_with_another_source(parts: Graph) -> None:
    source = the_part(parts, "database-read", "Instance")
    for found in replicas(parts, "database-read").values():
        assert text(found.inputs["replicateSourceDb"]) == text(source.inputs["identifier"])
        assert found.property_dependencies["replicateSourceDb"] == (source.urn,)
        assert found.options.replace_on_changes == ("replicateSourceDb",)
        # RDS refuses what comes with the source.
        assert {"engine", "engineVersion", "dbName", "username", "passwordWo", "allocatedStorage"}.isdisjoint(
            found.inputs
        )


def test_a_replica_is_as_closed_and_as_encrypted_as_the_database(parts: Graph) -> None:
    source = the_part(parts, "database-read", "Instance")
    for found in replicas(parts, "database-read").values():
        for key in (
            *("storageEncrypted", "publiclyAccessible", "vpcSecurityGroupIds", "parameterGroupName"),
            *("caCertIdentifier", "instanceClass", "maxAllocatedStorage", "port", "enabledCloudwatchLogsExports"),
        ):
            assert found.inputs[key] == source.inputs[key], key


def test_a_replica_s_logs_go_to_groups_of_its_own_that_are_there_first(parts: Graph) -> None:
    for name, found in replicas(parts, "database-read").items():
        path = f"/aws/rds/instance/{text(found.inputs['identifier'])}/"
        groups = part_of(parts, "database-read", "LogGroup")
        own = [group for group in groups if text(group.inputs["name"]).startswith(path)]
        assert {group.name for group in own} == {
            f"{name.removesuffix('-postgres')}-{log}-logs" for log in ("postgresql", "upgrade")
        }
        assert {group.urn for group in own} <= set(found.dependencies)


def test_a_replica_can_be_taken_out_for_its_data_is_the_database_s(parts: Graph) -> None:
    for found in replicas(parts, "database-read").values():
        assert not found.protect
        assert found.inputs["skipFinalSnapshot"] is True
        assert "deletionProtection" not in found.inputs


def test_clients_and_alarms_get_each_replica_s_name(parts: Graph) -> None:
    (owner,) = [found for found in parts.of_type("slipway:aws:Database") if found.name == "database-read"]
    for role in ("replica-1", "replica-2"):
        found = replicas(parts, "database-read")[f"database-read-{role}-postgres"]
        assert text(inside(owner.outputs, "readHosts", role)) == f"${{{found.urn}#address}}"
        assert text(inside(owner.outputs, "replicaIdentifiers", role)) == text(found.inputs["identifier"])
