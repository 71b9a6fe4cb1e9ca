"""What is listed against what is recorded: an orphan is what nothing else explains."""

from __future__ import annotations

from typing import Any

import pytest

from slipway.orphans.account import Tagged
from slipway.orphans.compare import Comparison, compare
from slipway.orphans.records import Records, ids_by_urn, records

START = "us-east-1:123456789012"
VPC = f"arn:aws:ec2:{START}:vpc/vpc-0123456789abcdef0"
TOPIC = f"arn:aws:sns:{START}:orders"


def state(*resources: tuple[str, str, dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "deployment": {
            "resources": [
                {"urn": f"urn:pulumi:dev::shop::{kind}::{number}", "type": kind, "id": id_, "outputs": outputs, **more}
                for number, (kind, id_, outputs) in enumerate(resources)
            ]
        }
    }


def compared(recorded: Records, *arns: str, **tags: str) -> Comparison:
    return compare([Tagged(arn, tuple(tags.items())) for arn in arns], recorded)


def arns(found: tuple[Any, ...]) -> list[str]:
    return [each.arn for each in found]


NOTHING = records([])


def test_what_no_state_records_is_an_orphan() -> None:
    assert arns(compared(NOTHING, VPC, TOPIC).orphans) == [VPC, TOPIC]


@pytest.mark.parametrize(
    ("arn", "kind", "identifier", "outputs"),
    [
        (VPC, "aws:ec2/vpc:Vpc", "vpc-0123456789abcdef0", {}),
        (VPC, "aws:ec2/defaultVpc:DefaultVpc", "vpc-0123456789abcdef0", {}),
        (TOPIC, "aws:sns/topic:Topic", TOPIC, {}),
        (f"arn:aws:rds:{START}:db:orders", "aws:rds/instance:Instance", "db-ABC", {"identifier": "orders"}),
        (f"arn:aws:logs:{START}:log-group:a:*", "aws:cloudwatch/logGroup:LogGroup", "a", {}),
        (f"arn:aws:wafv2:{START}:regional/webacl/n/1-2", "aws:wafv2/webAcl:WebAcl", "1-2", {}),
        (f"arn:aws:quantum:{START}:cat/1", "aws:quantum/cat:Cat", "1", {"arn": f"arn:aws:quantum:{START}:cat/1"}),
    ],
)
def test_a_recorded_thing_is_known_by_arn_or_id(arn: str, kind: str, identifier: str, outputs: dict[str, str]) -> None:
    found = compared(records([state((kind, identifier, outputs))]), arn)

    assert (found.recorded, found.orphans) == (1, ())


def test_a_name_that_another_type_has_does_not_hide_an_orphan() -> None:
    alarm = f"arn:aws:cloudwatch:{START}:alarm:orders"
    recorded = records([state(("aws:cloudwatch/logGroup:LogGroup", "orders", {}))])

    assert arns(compared(recorded, alarm).orphans) == [alarm]


def test_what_any_of_several_states_records_is_no_orphan() -> None:
    other = state(("aws:ec2/vpc:Vpc", "vpc-0123456789abcdef0", {}))

    assert compared(records([state(), other]), VPC).orphans == ()


def test_what_waits_for_its_deletion_is_recorded_and_holds_no_place() -> None:
    old = state(("aws:ec2/vpc:Vpc", "vpc-0123456789abcdef0", {}), delete=True)

    assert compared(records([old]), VPC).orphans == ()
    assert ids_by_urn(old) == {}


def test_snapshots_are_kept_and_no_orphans() -> None:
    found = compared(NOTHING, f"arn:aws:rds:{START}:snapshot:orders-last")

    assert (found.orphans, [each.about for each in found.kept]) == ((), ["snapshot of a database"])


def test_machines_of_a_recorded_group_are_awss_own() -> None:
    recorded = records([state(("aws:autoscaling/group:Group", "orders-api", {}))])
    machine = f"arn:aws:ec2:{START}:instance/i-0123456789abcdef0"

    found = compare([Tagged(machine, (("aws:autoscaling:groupName", "orders-api"),))], recorded)

    assert found.orphans == ()
    assert arns(found.of_aws) == [machine]


def test_machines_of_a_group_that_no_state_records_give_it_away() -> None:
    tags = (("Name", "orders-api"), ("aws:autoscaling:groupName", "orders-api-1"))
    machines = [Tagged(f"arn:aws:ec2:{START}:instance/i-0123456789abcdef{digit}", tags) for digit in "01"]

    (group,) = compare(machines, NOTHING).orphans

    assert group.types()[0].type == "aws:autoscaling/group:Group"
    assert group.named.import_id(group.types()[0]) == "orders-api-1"
    assert "delete-auto-scaling-group --auto-scaling-group-name orders-api-1" in group.named.delete(group.types()[0])[0]


def test_nodes_of_a_cache_and_network_interfaces_are_awss_own() -> None:
    cache = f"arn:aws:elasticache:{START}:replicationgroup:orders"
    nodes = [f"arn:aws:elasticache:{START}:cluster:orders-001", f"arn:aws:ec2:{START}:network-interface/eni-0a"]
    stranger = f"arn:aws:elasticache:{START}:cluster:other-001"
    recorded = records([state(("aws:elasticache/replicationGroup:ReplicationGroup", "orders", {}))])

    found = compared(recorded, cache, *nodes, stranger)

    assert sorted(arns(found.of_aws)) == sorted(nodes)
    assert arns(found.orphans) == [stranger]
