"""What the cache guarantees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plan.model import Secret, Unknown
from tests.components.planning import inside, part_of, target, the_part

if TYPE_CHECKING:
    from plan.graph import Graph

every_cache = pytest.mark.parametrize("cache", ["cache", "cache-retained", "cache-alone", "cache-shards"])


@every_cache
def test_a_cache_is_encrypted_on_disk_and_takes_no_connection_without_tls(parts: Graph, cache: str) -> None:
    group = the_part(parts, cache, "ReplicationGroup")
    assert group.inputs["atRestEncryptionEnabled"] is True
    assert group.inputs["transitEncryptionEnabled"] is True
    assert group.inputs["transitEncryptionMode"] == "required"


@every_cache
def test_only_members_of_the_clients_group_reach_a_cache_and_only_on_its_port(parts: Graph, cache: str) -> None:
    (way_in,) = part_of(parts, cache, "SecurityGroupIngressRule")
    assert target(way_in.inputs["securityGroupId"]) == f"{cache}-sg"
    assert target(way_in.inputs["referencedSecurityGroupId"]) == f"{cache}-clients-sg"
    assert (way_in.inputs["fromPort"], way_in.inputs["toPort"], way_in.inputs["ipProtocol"]) == (6379, 6379, "tcp")
    assert target(inside(the_part(parts, cache, "ReplicationGroup").inputs, "securityGroupIds", 0)) == f"{cache}-sg"


@every_cache
def test_membership_leads_to_the_cache_and_nowhere_else(parts: Graph, cache: str) -> None:
    (way_out,) = part_of(parts, cache, "SecurityGroupEgressRule")
    assert target(way_out.inputs["securityGroupId"]) == f"{cache}-clients-sg"
    assert target(way_out.inputs["referencedSecurityGroupId"]) == f"{cache}-sg"
    assert (way_out.inputs["fromPort"], way_out.inputs["toPort"]) == (6379, 6379)


@every_cache
def test_a_cache_wants_a_password_which_is_handed_over_write_only(parts: Graph, cache: str) -> None:
    group = the_part(parts, cache, "ReplicationGroup")
    assert isinstance(group.inputs["authTokenWo"], Secret)
    assert isinstance(group.inputs["authTokenWoVersion"], Secret)
    assert "authTokenWoVersion" in group.options.additional_secret_outputs
    assert "authToken" not in group.inputs


@every_cache
def test_a_new_password_does_not_shut_out_machines_that_have_the_old_one(parts: Graph, cache: str) -> None:
    assert the_part(parts, cache, "ReplicationGroup").inputs["authTokenUpdateStrategy"] == "ROTATE"


def test_a_cache_with_a_replica_fails_over_to_another_zone_by_itself(parts: Graph) -> None:
    group = the_part(parts, "cache", "ReplicationGroup")
    assert group.inputs["numCacheClusters"] == 2
    assert group.inputs["automaticFailoverEnabled"] is True
    assert group.inputs["multiAzEnabled"] is True


def test_a_cache_without_a_replica_asks_for_no_failover(parts: Graph) -> None:
    # AWS refuses failover without a second node.
    group = the_part(parts, "cache-alone", "ReplicationGroup")
    assert group.inputs["numCacheClusters"] == 1
    assert group.inputs["automaticFailoverEnabled"] is False
    assert group.inputs["multiAzEnabled"] is False


def test_shards_are_spread_over_by_the_parameters_of_cluster_mode_and_always_fail_over(parts: Graph) -> None:
    group = the_part(parts, "cache-shards", "ReplicationGroup")
    assert (group.inputs["numNodeGroups"], group.inputs["replicasPerNodeGroup"]) == (2, 1)
    assert group.inputs["parameterGroupName"] == "default.valkey8.cluster.on"
    assert (group.inputs["automaticFailoverEnabled"], group.inputs["multiAzEnabled"]) == (True, True)
    assert "numCacheClusters" not in group.inputs
    alone = the_part(parts, "cache-shards-alone", "ReplicationGroup")
    assert (alone.inputs["numNodeGroups"], alone.inputs["replicasPerNodeGroup"]) == (1, 0)
    assert alone.inputs["parameterGroupName"] == "default.valkey7.cluster.on"
    assert (alone.inputs["automaticFailoverEnabled"], alone.inputs["multiAzEnabled"]) == (True, False)


def test_shards_are_another_cache_with_another_last_snapshot_and_other_settings_are_not(parts: Graph) -> None:
    plain, sharded = (the_part(parts, name, "ReplicationGroup") for name in ("cache", "cache-shards"))
    assert plain.name.removeprefix("cache-") != sharded.name.removeprefix("cache-shards-")
    former, keepers = (the_part(parts, name, "RandomId").inputs["keepers"] for name in ("cache", "cache-shards"))
    assert isinstance(former, dict)
    assert isinstance(keepers, dict)
    assert {key for key in keepers if key not in former} == {"mode"}


def test_clients_of_shards_are_sent_to_the_name_that_knows_all_nodes(parts: Graph) -> None:
    for cache, output in (("cache", "primaryEndpointAddress"), ("cache-shards", "configurationEndpointAddress")):
        (owner,) = [found for found in parts.of_type("slipway:aws:Cache") if found.name == cache]
        host = owner.outputs["host"]
        assert isinstance(host, Unknown)
        assert [reference.property for reference in host.references] == [output]


def test_deletion_protects_the_data_keeps_it_or_lets_it_go(parts: Graph) -> None:
    def options(cache: str) -> tuple[bool, bool]:
        group = the_part(parts, cache, "ReplicationGroup")
        return group.protect, group.options.retain_on_delete

    assert options("cache") == (True, False)
    assert options("cache-retained") == (False, True)
    assert options("cache-alone") == (False, False)


def test_what_retained_data_stands_on_is_retained_with_it(parts: Graph) -> None:
    (owner,) = [found for found in parts.of_type("slipway:aws:Cache") if found.name == "cache-retained"]
    assert [child.name for child in parts.children(owner.urn) if not child.options.retain_on_delete] == []


def test_snapshots_are_kept_as_long_as_asked(parts: Graph) -> None:
    assert the_part(parts, "cache", "ReplicationGroup").inputs["snapshotRetentionLimit"] == 7


@pytest.mark.parametrize("cache", ["cache", "cache-retained"])
def test_a_kept_cache_leaves_a_last_snapshot_with_a_name_that_no_other_cache_has(parts: Graph, cache: str) -> None:
    group = the_part(parts, cache, "ReplicationGroup")
    suffix = the_part(parts, cache, "RandomId")
    last = group.inputs["finalSnapshotIdentifier"]
    assert isinstance(last, Unknown)
    assert last.text == f"{cache}-final-${{{suffix.urn}#hex}}"
    # What alone replaces a group gives its successor another name.
    assert inside(suffix.inputs, "keepers", "subnets") == group.inputs["subnetGroupName"]


def test_a_cache_whose_data_may_go_leaves_nothing(parts: Graph) -> None:
    assert "finalSnapshotIdentifier" not in the_part(parts, "cache-alone", "ReplicationGroup").inputs
    assert part_of(parts, "cache-alone", "RandomId") == []


def test_every_node_has_the_id_under_which_cloudwatch_counts(parts: Graph) -> None:
    def nodes(cache: str) -> dict[str, str]:
        (owner,) = [found for found in parts.of_type("slipway:aws:Cache") if found.name == cache]
        ids = owner.outputs["nodeIds"]
        assert isinstance(ids, dict)
        assert all(isinstance(node, Unknown) for node in ids.values())
        group = the_part(parts, cache, "ReplicationGroup")
        return {role: node.text.removeprefix(f"${{{group.urn}#id}}") for role, node in ids.items()}

    assert nodes("cache") == {"primary": "-001", "replica-1": "-002"}
    assert nodes("cache-alone") == {"primary": "-001"}
    assert nodes("cache-shards") == {
        "shard-1-primary": "-0001-001",
        "shard-1-replica-1": "-0001-002",
        "shard-2-primary": "-0002-001",
        "shard-2-replica-1": "-0002-002",
    }
