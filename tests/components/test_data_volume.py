"""What the disk that outlives machines guarantees."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from components.aws.snapshots import snapshots_of
from tests.components.planning import inside, part_of, target, the_part

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Value

VOLUMES = ["volume", "volume-retained", "volume-alone"]
each_volume = pytest.mark.parametrize("volume", VOLUMES)
ARN = "arn:aws:ec2:us-east-1:123456789012:volume/vol-1"
SNAPSHOTS = "arn:aws:ec2:us-east-1::snapshot/*"


@each_volume
def test_a_volume_is_encrypted_and_in_the_zone_of_its_machine(parts: Graph, volume: str) -> None:
    found = the_part(parts, volume, "Volume").inputs
    assert found["encrypted"] is True
    assert found["type"] == "gp3"
    assert (found["availabilityZone"], found["size"]) == ("us-east-1a", 20)


def test_deletion_protects_the_data_keeps_it_or_lets_it_go(parts: Graph) -> None:
    def options(volume: str) -> tuple[bool, bool, Value]:
        found = the_part(parts, volume, "Volume")
        return found.protect, found.options.retain_on_delete, found.inputs["finalSnapshot"]

    assert options("volume") == (True, False, True)
    assert options("volume-retained") == (False, True, True)
    assert options("volume-alone") == (False, False, False)


def testsnapshots_of_a_retained_volume_go_on(parts: Graph) -> None:
    (owner,) = [found for found in parts.of_type("slipway:aws:DataVolume") if found.name == "volume-retained"]
    children = parts.children(owner.urn)
    assert len(children) == 4
    assert [child.name for child in children if not child.options.retain_on_delete] == []


def test_a_snapshot_is_taken_every_day_and_kept_as_long_as_asked(parts: Graph) -> None:
    policy = the_part(parts, "volume", "LifecyclePolicy")
    assert policy.inputs["state"] == "ENABLED"
    schedules = inside(policy.inputs, "policyDetails", "schedules")
    assert isinstance(schedules, list | tuple)
    (schedule,) = schedules
    assert (inside(schedule, "createRule", "interval"), inside(schedule, "createRule", "intervalUnit")) == (24, "HOURS")
    assert (inside(schedule, "retainRule", "interval"), inside(schedule, "retainRule", "intervalUnit")) == (7, "DAYS")
    assert inside(schedule, "copyTags") is True  # the role may delete only what carries the volume's tag


def test_the_policy_finds_its_volume_by_a_tag_that_no_other_volume_has(parts: Graph) -> None:
    details = the_part(parts, "volume", "LifecyclePolicy").inputs["policyDetails"]
    assert inside(details, "resourceTypes") == ["VOLUME"]
    sought = inside(details, "targetTags")
    assert isinstance(sought, dict)
    assert list(sought) == ["snapshots-by"]  # one tag: with several, any of them would do
    # AWS names the role, so its name is the account's only one; the component gives it no name that another could have.
    assert target(sought["snapshots-by"]) == "volume-snapshots"
    assert "name" not in the_part(parts, "volume", "Role").inputs
    assert target(inside(the_part(parts, "volume", "Volume").inputs, "tags", "snapshots-by")) == "volume-snapshots"


def test_without_snapshots_nothing_may_take_any(parts: Graph) -> None:
    assert part_of(parts, "volume-alone", "LifecyclePolicy") == []
    assert part_of(parts, "volume-alone", "Role") == []
    assert inside(the_part(parts, "volume-alone", "Volume").inputs, "tags") == {
        "application": "shop",
        "Name": "volume-alone",
    }


def test_the_role_is_for_the_service_that_takes_snapshots_and_ready_before_it_starts(parts: Graph) -> None:
    role = the_part(parts, "volume", "Role")
    (trust,) = json.loads(str(role.inputs["assumeRolePolicy"]))["Statement"]
    assert trust["Principal"] == {"Service": "dlm.amazonaws.com"}
    policy = the_part(parts, "volume", "LifecyclePolicy")
    assert target(policy.inputs["executionRoleArn"]) == "volume-snapshots"
    assert the_part(parts, "volume", "RolePolicy").urn in policy.dependencies


def test_snapshots_are_taken_of_that_volume_only_and_only_they_are_deleted() -> None:
    statements = json.loads(snapshots_of(ARN, "volume-snapshots-1", "us-east-1"))["Statement"]
    allowed = {
        action: (each["Resource"], each.get("Condition"))
        for each in statements
        for action in ([each["Action"]] if isinstance(each["Action"], str) else each["Action"])
    }
    assert {action: right for action, right in allowed.items() if right[0] != "*"} == {
        "ec2:CreateSnapshot": ([ARN, SNAPSHOTS], None),
        "ec2:CreateTags": (SNAPSHOTS, None),
        "ec2:DeleteSnapshot": (
            SNAPSHOTS,
            {"StringEquals": {"aws:ResourceTag/snapshots-by": "volume-snapshots-1"}},
        ),
    }
    rest = {action for action, right in allowed.items() if right[0] == "*"}
    assert rest == {"ec2:DescribeInstances", "ec2:DescribeSnapshots", "ec2:DescribeVolumes"}
