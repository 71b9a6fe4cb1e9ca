"""In which zone and region things are: where their inputs or what they stand in say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.simulated.driving import Driven, RefusedError

if TYPE_CHECKING:
    from pathlib import Path

SUBNET = "aws:ec2/subnet:Subnet"
MACHINE = "aws:ec2/instance:Instance"
VOLUME = "aws:ebs/volume:Volume"
ATTACHMENT = "aws:ec2/volumeAttachment:VolumeAttachment"


@pytest.fixture
def driven(tmp_path: Path) -> Driven:
    made = Driven("aws", tmp_path)
    made.make("vpc", "aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"})
    return made


def subnet(number: int, **inputs: Any) -> dict[str, Any]:
    return {"vpcId": "${vpc.id}", "cidrBlock": f"10.0.{number}.0/24", **inputs}


@pytest.mark.parametrize(
    "where", [{"subnetId": "${b.id}"}, {"primaryNetworkInterface": {"networkInterfaceId": "${eni.id}"}}]
)
def test_a_machine_is_in_the_zone_of_its_subnet_and_so_is_a_disk_that_is_made_for_it(
    driven: Driven, where: dict[str, Any]
) -> None:
    driven.make("b", SUBNET, subnet(1, availabilityZone="us-east-1b"))
    driven.make("eni", "aws:ec2/networkInterface:NetworkInterface", {"subnetId": "${b.id}"})
    driven.make("machine", MACHINE, {"ami": "ami-0123456789abcdef0", "instanceType": "t3.micro", **where})
    driven.make("disk", VOLUME, {"availabilityZone": "${machine.availabilityZone}", "size": 1})
    driven.make("far", VOLUME, {"availabilityZone": "us-east-1a", "size": 1})
    attached = {"deviceName": "/dev/sdf", "instanceId": "${machine.id}"}
    driven.make("attachment", ATTACHMENT, {**attached, "volumeId": "${disk.id}"})

    assert driven.made["machine"].outputs["availabilityZone"] == "us-east-1b"
    with pytest.raises(RefusedError, match="ZoneMismatch"):
        driven.make("other", ATTACHMENT, {**attached, "volumeId": "${far.id}"})


def test_two_subnets_by_the_ids_of_their_zones_are_in_two_zones(driven: Driven) -> None:
    driven.make("one", SUBNET, subnet(1, availabilityZoneId="use1-az1"))
    driven.make("two", SUBNET, subnet(2, availabilityZoneId="use1-az2"))
    driven.make("far", SUBNET, subnet(3, availabilityZoneId="use1-bos1-az1"))
    driven.make("named", SUBNET, subnet(4, availabilityZone="us-east-1c"))
    driven.make("group", "aws:rds/subnetGroup:SubnetGroup", {"subnetIds": ["${one.id}", "${two.id}"]})

    zones = [driven.made[name].outputs["availabilityZone"] for name in ("one", "two", "far")]
    assert zones == ["us-east-1a", "us-east-1b", "us-east-1-bos-1a"]
    assert driven.made["named"].outputs["availabilityZoneId"] == "use1-az3"
    with pytest.raises(RefusedError, match="availabilityZoneId is invalid"):
        driven.make("wrong", SUBNET, subnet(5, availabilityZoneId="euw1-az1"))


def test_a_database_is_in_a_zone_of_its_subnets(driven: Driven) -> None:
    driven.make("one", SUBNET, subnet(1, availabilityZone="us-east-1c"))
    driven.make("two", SUBNET, subnet(2, availabilityZone="us-east-1d"))
    driven.make("group", "aws:rds/subnetGroup:SubnetGroup", {"subnetIds": ["${one.id}", "${two.id}"]})
    database = {"engine": "mysql", "instanceClass": "db.t4g.micro", "allocatedStorage": 20, "username": "shop"}
    inputs = {**database, "manageMasterUserPassword": True, "dbSubnetGroupName": "${group.name}"}
    driven.make("database", "aws:rds/instance:Instance", inputs)

    assert driven.made["database"].outputs["availabilityZone"] == "us-east-1c"


def test_a_region_of_its_own_is_the_one_in_which_a_thing_is(driven: Driven) -> None:
    region = {"region": "eu-west-1"}
    driven.make("net", "aws:ec2/vpc:Vpc", {"cidrBlock": "10.1.0.0/16", **region})
    there = {"vpcId": "${net.id}", "cidrBlock": "10.1.1.0/24", **region}
    driven.make("there", SUBNET, {**there, "availabilityZone": "eu-west-1b"})
    driven.make("disk", VOLUME, {"availabilityZone": "eu-west-1b", "size": 1, **region})

    assert driven.made["there"].outputs["availabilityZoneId"] == "euw1-az2"
    with pytest.raises(RefusedError, match="availabilityZone is invalid"):
        driven.make("wrong", SUBNET, {**there, "cidrBlock": "10.1.2.0/24", "availabilityZone": "us-east-1b"})
