"""What checks see of the simulated cloud, and how a thing is left behind when another is deleted."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from slipway.simulated.cloud import Cloud
from slipway.simulated.inventory import inventory
from slipway.simulated.store import Object, Store
from tests.simulated.driving import Driven, RefusedError

if TYPE_CHECKING:
    from pathlib import Path

SUBNET = "aws:ec2/subnet:Subnet"


def subnet(name: str, **inputs: Any) -> Object:
    return Object(SUBNET, name, f"urn:pulumi:dev::shop::{SUBNET}::{name}", inputs, {})


@pytest.fixture
def driven(tmp_path: Path) -> Driven:
    return Driven("aws", tmp_path)


def test_objects_are_found_by_what_they_name_also_in_lists_and_parts(tmp_path: Path) -> None:
    cloud = Cloud(Store(tmp_path / "aws"))
    cloud.add(subnet("a", vpcId="vpc-1", tags=["x", "y"], rules=[{"group": "g"}, {"group": "h"}]))
    cloud.add(subnet("b", vpcId="vpc-2"))

    def found(path: str, value: str) -> list[str]:
        return [thing.id for thing in cloud.naming(SUBNET, path, value)]

    assert found("vpcId", "vpc-1") == ["a"]
    assert found("tags", "y") == ["a"]
    assert found("rules.group", "h") == ["a"]
    assert found("vpcId", "vpc-3") == []


def test_what_is_changed_or_removed_is_found_no_more_by_what_it_named(tmp_path: Path) -> None:
    cloud = Cloud(Store(tmp_path / "aws"))
    cloud.add(subnet("a", vpcId="vpc-1"))
    assert cloud.naming(SUBNET, "vpcId", "vpc-1")

    cloud.replace(subnet("a", vpcId="vpc-2"))
    assert not cloud.naming(SUBNET, "vpcId", "vpc-1")
    assert cloud.naming(SUBNET, "vpcId", "vpc-2")
    cloud.remove(subnet("a"))
    assert not cloud.naming(SUBNET, "vpcId", "vpc-2")
    assert cloud.of(SUBNET) == ()


def test_what_another_command_makes_or_removes_meanwhile_is_seen(tmp_path: Path) -> None:
    one, other = Cloud(Store(tmp_path / "aws")), Cloud(Store(tmp_path / "aws"))
    assert one.of(SUBNET) == ()

    other.add(subnet("a", vpcId="vpc-1"))
    assert [thing.id for thing in one.naming(SUBNET, "vpcId", "vpc-1")] == ["a"]
    other.remove(subnet("a"))
    assert one.naming(SUBNET, "vpcId", "vpc-1") == ()


def test_two_that_ask_at_once_do_not_both_get_what_only_one_can_have(tmp_path: Path) -> None:
    """Each of many programs makes the same subnet at the same time, on providers of their own."""
    first = Driven("aws", tmp_path)
    first.make("vpc", "aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"})
    network = first.made["vpc"].id
    made, refused = [], []

    def make(number: int) -> None:
        driven = Driven("aws", tmp_path)
        try:
            driven.make(f"subnet{number}", SUBNET, {"vpcId": network, "cidrBlock": "10.0.1.0/24"})
            made.append(number)
        except RefusedError as error:
            refused.append(error.says)

    threads = [threading.Thread(target=make, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 1
    assert all("InvalidSubnet.Conflict" in says for says in refused)
    assert len(refused) == 7


def test_what_only_a_stack_file_or_the_answers_tell_of_is_there(tmp_path: Path) -> None:
    inputs = {"vpcId": "vpc-0fedcba9876543210", "cidrBlock": "10.0.1.0/24"}

    with pytest.raises(RefusedError, match=r"InvalidVpcID.NotFound.*tell of it in the stack file or the answers"):
        Driven("aws", tmp_path / "unknown").make("subnet", SUBNET, inputs)
    Driven("aws", tmp_path / "answers", ["vpc-0fedcba9876543210"]).make("subnet", SUBNET, inputs)
    settings = tmp_path / "settings" / "shop"
    settings.mkdir(parents=True)
    (settings / "Pulumi.dev.yaml").write_text("config: {shop:network: vpc-0fedcba9876543210}\n")
    Driven("aws", tmp_path / "file", settings=settings.parent).make("subnet", SUBNET, inputs)
    part = Driven("aws", tmp_path / "part", settings=settings.parent)
    with pytest.raises(RefusedError, match="NotFound"):  # a part of a word is another word
        part.make("subnet", SUBNET, inputs | {"vpcId": "vpc-0fed"})


def test_a_deletion_waits_for_what_uses_its_object_as_long_as_something_goes_on(
    driven: Driven, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine deletes at once what does not depend on each other; providers then wait."""
    driven.make("vpc", "aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"})
    driven.make("gateway", "aws:ec2/internetGateway:InternetGateway", {"vpcId": "${vpc.id}"})
    driven.make("subnet", SUBNET, {"vpcId": "${vpc.id}", "cidrBlock": "10.0.1.0/24"})
    driven.make("address", "aws:ec2/eip:Eip", {"domain": "vpc"})
    nat = {"subnetId": "${subnet.id}", "allocationId": "${address.allocationId}"}
    driven.make("nat", "aws:ec2/natGateway:NatGateway", nat)
    driven.provider.patience = 60.0  # far more than it takes, so that nothing depends on how fast this machine is

    refused, cloud = threading.Event(), driven.provider._cloud
    wait = cloud.changed_since

    def seen(changes: int, seconds: float) -> bool:
        refused.set()
        return wait(changes, seconds)

    monkeypatch.setattr(cloud, "changed_since", seen)
    waiting = threading.Thread(target=driven.delete, args=("gateway",))
    waiting.start()
    assert refused.wait(60)
    driven.delete("nat")
    waiting.join()

    assert "gateway" not in driven.made


def test_what_a_database_and_a_cache_and_a_disk_leave_are_their_last_snapshots(driven: Driven, tmp_path: Path) -> None:
    database = {"engine": "postgres", "instanceClass": "db.t4g.micro", "allocatedStorage": 20, "username": "shop"}
    database |= {"password": "correct-horse", "finalSnapshotIdentifier": "database-last"}
    cache = {"description": "cache", "nodeType": "cache.m7g.large", "finalSnapshotIdentifier": "cache-last"}
    driven.make("database", "aws:rds/instance:Instance", database)
    driven.make("cache", "aws:elasticache/replicationGroup:ReplicationGroup", cache)
    disk = {"availabilityZone": "us-east-1a", "size": 10, "finalSnapshot": True}
    driven.make("disk", "aws:ebs/volume:Volume", disk)
    driven.make("other", "aws:ebs/volume:Volume", disk | {"finalSnapshot": False})

    for name in ("database", "cache", "disk", "other"):
        driven.delete(name)

    left = {thing.type: thing for thing in inventory(tmp_path)}
    kinds = {"aws:ebs/snapshot:Snapshot", "aws:elasticache/snapshot:Snapshot", "aws:rds/snapshot:Snapshot"}
    assert left.keys() == kinds
    assert left["aws:rds/snapshot:Snapshot"].id == "database-last"
    assert left["aws:elasticache/snapshot:Snapshot"].id == "cache-last"
    assert {thing.urn for thing in left.values()} == {""}


def test_a_secret_or_a_key_that_waits_for_its_deletion_is_no_object_any_more(driven: Driven, tmp_path: Path) -> None:
    driven.make("secret", "aws:secretsmanager/secret:Secret", {"name": "shop"})
    driven.make("key", "aws:kms/key:Key", {})
    driven.delete("secret")
    driven.delete("key")

    assert inventory(tmp_path) == ()


def test_a_setting_that_aws_only_puts_overwrites_what_is_there(driven: Driven, tmp_path: Path) -> None:
    driven.make("bucket", "aws:s3/bucket:Bucket", {"bucket": "acme-files"})
    kind = "aws:s3/bucketVersioning:BucketVersioning"
    for name, status in (("first", "Suspended"), ("second", "Enabled")):
        driven.make(name, kind, {"bucket": "${bucket.id}", "versioningConfiguration": {"status": status}})

    found = [thing for thing in inventory(tmp_path) if thing.type == kind]
    assert [thing.inputs["versioningConfiguration"]["status"] for thing in found] == ["Enabled"]


def test_what_belongs_to_a_thing_goes_with_it(driven: Driven, tmp_path: Path) -> None:
    driven.make("vpc", "aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"})
    driven.make("group", "aws:ec2/securityGroup:SecurityGroup", {"vpcId": "${vpc.id}"})
    rule = {"securityGroupId": "${group.id}", "cidrIpv4": "0.0.0.0/0", "ipProtocol": "-1"}
    driven.make("rule", "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", rule)
    driven.delete("group")

    assert [thing.type for thing in inventory(tmp_path)] == ["aws:ec2/vpc:Vpc"]


def test_the_default_group_is_the_one_that_came_with_the_network_and_stays_in_no_list(
    driven: Driven, tmp_path: Path
) -> None:
    driven.make("vpc", "aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"})
    driven.make("default", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", {"vpcId": "${vpc.id}"})
    group = driven.made["vpc"].outputs["defaultSecurityGroupId"]

    assert driven.made["default"].id == group
    rule = {"securityGroupId": group, "cidrIpv4": "192.0.2.0/24", "ipProtocol": "-1"}
    driven.make("rule", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", rule)
    for name in ("rule", "default", "vpc"):
        driven.delete(name)
    assert inventory(tmp_path) == ()


def test_outputs_follow_from_other_objects(driven: Driven) -> None:
    driven.make("zone", "aws:route53/zone:Zone", {"name": "shop.example.com"})
    record = {"zoneId": "${zone.zoneId}", "name": "www", "type": "A", "ttl": 60, "records": ["192.0.2.1"]}
    driven.make("record", "aws:route53/record:Record", record)
    driven.make("parameter", "aws:ssm/parameter:Parameter", {"name": "/shop/key", "type": "String", "value": "a"})
    database = {"engine": "mysql", "instanceClass": "db.t4g.micro", "allocatedStorage": 20, "username": "shop"}
    driven.make("database", "aws:rds/instance:Instance", database | {"manageMasterUserPassword": True})

    made = {name: thing.outputs for name, thing in driven.made.items()}
    assert made["record"]["fqdn"] == "www.shop.example.com"
    assert made["parameter"]["arn"] == "arn:aws:ssm:us-east-1:123456789012:parameter/shop/key"
    assert made["database"]["endpoint"] == f"{made['database']['address']}:3306"
    assert made["database"]["masterUserSecrets"][0]["secretArn"].startswith("arn:aws:secretsmanager:")


def test_deleting_what_is_gone_is_no_mistake(driven: Driven, tmp_path: Path) -> None:
    driven.make("vpc", "aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"})
    for file in (tmp_path / "aws").glob("*.json"):
        file.unlink()

    driven.delete("vpc")


def test_an_update_is_checked_against_the_other_objects_and_not_against_itself(driven: Driven) -> None:
    driven.make("vpc", "aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"})
    driven.make("subnet", SUBNET, {"vpcId": "${vpc.id}", "cidrBlock": "10.0.1.0/24"})
    driven.change("subnet", {"mapPublicIpOnLaunch": True})
    rule = {"ipProtocol": "tcp", "fromPort": 80, "toPort": 80, "cidrIpv4": "0.0.0.0/0"}
    driven.make("group", "aws:ec2/securityGroup:SecurityGroup", {"vpcId": "${vpc.id}", "name": "web"})
    driven.change("group", {"tags": {"a": "b"}})
    kind = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
    driven.make("rule", kind, rule | {"securityGroupId": "${group.id}"})
    driven.make("other", kind, rule | {"securityGroupId": "${group.id}", "fromPort": 443, "toPort": 443})
    driven.change("rule", {"description": "web"})

    with pytest.raises(RefusedError, match=r"InvalidPermission\.Duplicate"):
        driven.change("rule", {"fromPort": 443, "toPort": 443})


def test_a_secret_value_is_in_no_refusal(driven: Driven) -> None:
    secret = "correct@horse"  # noqa: S105 - one of a test's
    cache = {"description": "cache", "nodeType": "cache.t4g.micro", "authToken": secret}
    database = {"engine": "postgres", "instanceClass": "db.t4g.micro", "allocatedStorage": 20, "username": "shop"}

    for name, kind, inputs in (
        ("cache", "aws:elasticache/replicationGroup:ReplicationGroup", cache),
        ("database", "aws:rds/instance:Instance", database | {"password": secret, "skipFinalSnapshot": True}),
        ("form", "aws:rds/instance:Instance", database | {"password": [secret]}),
    ):
        with pytest.raises(RefusedError) as refused:
            driven.make(name, kind, inputs)
        assert secret not in refused.value.says
