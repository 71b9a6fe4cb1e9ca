"""What may remain after a stack is taken down: final snapshots under the names that were given, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from slipway.rehearsal.teardown import _finals, _snapshot_names
from tests.rehearsal.worlds import thing

if TYPE_CHECKING:
    from slipway.simulated.store import Object

CACHE, DATABASE, DISK = (
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:rds/instance:Instance",
    "aws:ebs/volume:Volume",
)
BEFORE = (
    thing(CACHE, "cache", "cache-1", finalSnapshotIdentifier="cache-final"),
    thing(CACHE, "other", "cache-2"),
    thing(DATABASE, "data", "data-1", finalSnapshotIdentifier="data-final", skipFinalSnapshot=False),
    thing(DATABASE, "gone", "data-2", finalSnapshotIdentifier="never", skipFinalSnapshot=True),
    thing("aws:rds/cluster:Cluster", "cluster", "cluster-1", finalSnapshotIdentifier="cluster-final"),
    thing(DISK, "disk", "vol-1", finalSnapshot=True),
    thing(DISK, "scratch", "vol-2"),
)


def test_each_thing_that_names_its_final_snapshot_leaves_it() -> None:
    assert _snapshot_names(BEFORE) == {"cache-final", "cluster-final", "data-final"}


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (thing("aws:elasticache/snapshot:Snapshot", "", "cache-final"), True),
        (thing("aws:rds/snapshot:Snapshot", "", "data-final"), True),
        (thing("aws:rds/clusterSnapshot:ClusterSnapshot", "", "cluster-final"), True),
        (thing("aws:rds/cluster:Cluster", "", "cluster-final"), False),
        (thing("aws:ebs/snapshot:Snapshot", "", "snap-1", volumeId="vol-1"), True),
        (thing("aws:ebs/snapshot:Snapshot", "", "snap-2", volumeId="vol-2"), False),
        (thing("aws:rds/snapshot:Snapshot", "", "never"), False),
        (thing(CACHE, "cache", "cache-final"), False),
    ],
)
def test_only_those_are_final_snapshots(left: Object, *, expected: bool) -> None:
    assert bool(_finals([left], BEFORE)) is expected
