"""`drops-growth` becomes `drops-large` on the real engine in the steps of docs/containers.md, and loses nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from slipway.engine.workspace import Workspace
from slipway.simulated.inventory import inventory
from tests.rehearsal.projects import copied, shipped, write_stack

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

STACK = "drops-growth"
DATABASE, CLUSTER = "aws:rds/instance:Instance", "aws:rds/cluster:Cluster"
GUARDED = (DATABASE, "aws:elasticache/replicationGroup:ReplicationGroup", "aws:secretsmanager/secret:Secret")


def with_database(content: Mapping[str, Any], **database: Any) -> dict[str, Any]:  # Any: any YAML
    """A stack's settings with others of its database."""
    return {**content, "slipway:topology": {**content["slipway:topology"], "database": database}}


def objects(workspace: Workspace) -> dict[str, str]:
    """The id of each object that the state records and that holds data, by URN."""
    resources = workspace.export(STACK)["deployment"]["resources"]
    return {each["urn"]: each["id"] for each in resources if each["type"] in GUARDED}


@pytest.mark.slow  # four deployments
def test_growth_becomes_large_in_the_steps_of_the_guide_and_no_data_goes(tmp_path: Path, pulumi_cli: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    copied(folder)
    large = shipped("drops-large")
    former, cluster = (shipped(stack)["slipway:topology"]["database"] for stack in (STACK, "drops-large"))
    steps = [
        with_database(large, **former),
        with_database(large, **former, deletion="retain"),
        with_database(large, **cluster, deletion="retain"),
        large,
    ]

    with Workspace(folder, folder=tmp_path / "engine", pulumi=pulumi_cli) as workspace:
        assert workspace.gate("up", STACK).ok
        before = objects(workspace)
        for settings in steps:
            write_stack(folder, STACK, settings)
            gated = workspace.gate("up", STACK)
            assert gated.ok, gated.stdout
            after = objects(workspace)
            assert {urn for urn, made in before.items() if after.get(urn, made) != made} == set(), "one was replaced"
        gone = {urn.rpartition("::")[2] for urn in before if urn not in after}
        left = {each.urn.rpartition("::")[2] for each in inventory(workspace.cloud)}

    assert gone == {"drops-database-postgres", "drops-database-replica-1-postgres"}
    assert gone <= left, "they stay in the account"
