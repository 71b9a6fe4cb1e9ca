"""What may remain after a stack is taken down: final snapshots under the names that were given, what is retained, what
something else took along, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from slipway.rehearsal.teardown import _finals, _gone_along, _snapshot_names
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


SERVER, VOLUME = "hcloud:index/server:Server", "docker:index/volume:Volume"
HOST, ON_IT, ON_THAT = thing(SERVER, "server", "1"), thing(VOLUME, "redis", "redis"), thing(VOLUME, "copy", "copy")


def recorded(one: Object, owner: str = "", **more: object) -> dict[str, Any]:  # Any: JSON
    """What a state has of it."""
    return {"urn": one.urn, "type": one.type, "id": one.id, "deletedWith": owner, **more}


def taken_along(*state: dict[str, Any], before: tuple[Object, ...], left: tuple[Object, ...]) -> set[str]:
    return {identifier for _, identifier in _gone_along(state, before, left)}


def test_what_lies_on_something_that_is_gone_went_along_and_what_lies_on_that_too() -> None:
    state = (recorded(HOST), recorded(ON_IT, HOST.urn), recorded(ON_THAT, ON_IT.urn))
    everything = (HOST, ON_IT, ON_THAT)
    assert taken_along(*state, before=everything, left=(ON_IT, ON_THAT)) == {"redis", "copy"}


@pytest.mark.parametrize(
    ("owner", "left"),
    [
        (recorded(HOST, retainOnDelete=True), (HOST, ON_IT)),
        ({"urn": HOST.urn, "type": "slipway:hetzner:HetznerServer"}, (ON_IT,)),
        (recorded(thing(SERVER, "another", "1")), (ON_IT,)),
        (recorded(thing(SERVER, "server", "2")), (ON_IT,)),
        (recorded(HOST, delete=True), (ON_IT,)),
    ],
    ids=["one that stays", "a component", "nothing in the state", "one that was never there", "the one before"],
)
def test_nothing_goes_along_with(owner: dict[str, Any], left: tuple[Object, ...]) -> None:
    assert taken_along(owner, recorded(ON_IT, HOST.urn), before=(HOST, ON_IT), left=left) == set()


def test_what_names_nothing_that_it_goes_with_did_not_go_along() -> None:
    assert taken_along(recorded(HOST), recorded(ON_IT), before=(HOST, ON_IT), left=(ON_IT,)) == set()
