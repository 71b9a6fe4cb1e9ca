"""What a plan does not know, and what it says about it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.record.conftest import Recorder

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
VPC = "urn:pulumi:dev::shop::aws:ec2/vpc:Vpc::vpc"


def test_an_id_that_no_cloud_has_given_yet_is_unknown_and_names_its_resource(recorded: Recorder) -> None:
    plan = recorded("""
        vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
        aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block=vpc.cidr_block)
    """)

    subnet = plan["by_name"]["subnet"]
    assert subnet["inputs"] == {"vpcId": UNKNOWN, "cidrBlock": "10.0.0.0/16"}
    assert subnet["unknowns"] == {"vpcId": {"references": [{"urn": VPC, "property": "id"}], "text": f"${{{VPC}#id}}"}}


def test_a_text_made_of_outputs_names_each_of_them(recorded: Recorder) -> None:
    plan = recorded("""
        vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
        both = pulumi.Output.concat(vpc.id, "/", vpc.arn)
        aws.s3.Bucket("bucket", tags={"both": both, "json": pulumi.Output.json_dumps([vpc.id])})
    """)

    unknowns = plan["by_name"]["bucket"]["unknowns"]
    assert unknowns["tags.both"]["text"] == f"${{{VPC}#id}}/${{{VPC}#arn}}"
    assert unknowns["tags.json"]["references"] == [{"urn": VPC, "property": "id"}]


def test_a_list_made_in_one_go_names_what_it_is_made_of(recorded: Recorder) -> None:
    plan = recorded("""
        a, b = (aws.ec2.Subnet(name, vpc_id="vpc-1", cidr_block="10.0.0.0/24") for name in "ab")
        aws.autoscaling.Group("group", min_size=1, max_size=1, vpc_zone_identifiers=pulumi.Output.all(a.id, b.id))
    """)

    told = plan["by_name"]["group"]["unknowns"]["vpcZoneIdentifiers"]
    assert [reference["urn"].rpartition("::")[2] for reference in told["references"]] == ["a", "b"]


def test_a_guess_about_an_unknown_value_is_never_shown_as_a_fact(recorded: Recorder) -> None:
    plan = recorded("""
        import ipaddress
        vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
        aws.s3.Bucket("split", bucket=vpc.arn.apply(lambda arn: f"logs-{arn.split(':')[4]}"))
        aws.s3.Bucket("compared", tags={"stage": vpc.owner_id.apply(lambda owner: "prod" if owner == "1" else "dev")})
        short, length = vpc.id.apply(lambda text: text[:5]), vpc.id.apply(lambda text: str(len(text)))
        aws.s3.Bucket("sliced", tags={"a": short, "n": length})
        range_of = vpc.ipv6_cidr_block.apply(lambda block: str(ipaddress.ip_network(block)))
        aws.ec2.Subnet("parsed", vpc_id=vpc.id, ipv6_cidr_block=range_of)
    """)

    assert plan["by_name"]["split"]["inputs"]["bucket"] == UNKNOWN
    assert plan["by_name"]["split"]["unknowns"] == {"bucket": {}}
    assert plan["by_name"]["compared"]["inputs"]["tags"]["stage"] == UNKNOWN
    assert plan["by_name"]["compared"]["unknowns"] == {"tags.stage": {}}
    assert plan["by_name"]["sliced"]["unknowns"] == {"tags.a": {}, "tags.n": {}}
    assert plan["by_name"]["parsed"]["unknowns"]["ipv6CidrBlock"] == {}
    assert plan["by_name"]["parsed"]["unknowns"]["vpcId"]["references"] == [{"urn": VPC, "property": "id"}]
    assert plan["by_name"]["parsed"]["propertyDependencies"]["ipv6CidrBlock"] == [VPC]


def test_a_resource_made_in_an_apply_on_an_unknown_value_is_not_in_the_plan(recorded: Recorder) -> None:
    plan = recorded("""
        vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
        vpc.id.apply(lambda i: aws.ec2.Subnet("late", vpc_id=i, cidr_block="10.0.0.0/24"))
        vpc.cidr_block.apply(lambda c: aws.ec2.Subnet("early", vpc_id=vpc.id, cidr_block=c))
    """)

    assert "late" not in plan["by_name"]
    assert "early" in plan["by_name"]


def test_an_apply_that_only_fails_on_made_up_values_costs_no_other_leaf_its_explanation(recorded: Recorder) -> None:
    plan = recorded("""
        vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
        aws.s3.Bucket("first", bucket=vpc.arn.apply(lambda arn: {}[arn]))
        for number in range(5):
            aws.ec2.Subnet(f"subnet-{number}", vpc_id=vpc.id, cidr_block=f"10.0.{number}.0/24")
    """)

    for number in range(5):
        assert plan["by_name"][f"subnet-{number}"]["unknowns"]["vpcId"]["references"] == [
            {"urn": VPC, "property": "id"}
        ]


def test_a_second_pass_that_never_ends_costs_only_the_explanations(recorded: Recorder) -> None:
    plan = recorded("""
        import time
        vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
        aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="10.0.0.0/24")
        vpc.id.apply(lambda _: time.sleep(600))
    """)

    assert plan["by_name"]["subnet"]["inputs"]["vpcId"] == UNKNOWN
    assert plan["by_name"]["subnet"]["unknowns"] == {"vpcId": {}}


def test_no_symbol_of_the_second_pass_is_in_a_plan(recorded: Recorder) -> None:
    plan = recorded("""
        vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
        group = aws.ec2.SecurityGroup("group", vpc_id=vpc.id, description=pulumi.Output.concat("for ", vpc.id))
        aws.s3.Bucket("bucket", tags=vpc.id.apply(lambda i: {i: i}))
        pulumi.export("id", vpc.id)
        pulumi.export("many", {"list": [vpc.arn, group.id], "text": pulumi.Output.concat(vpc.arn, "!")})
    """)

    assert "${Of@" not in json.dumps(plan)
    assert plan["outputs"] == {"id": UNKNOWN, "many": {"list": [UNKNOWN, UNKNOWN], "text": UNKNOWN}}


def test_an_output_of_the_stack_that_is_unknown_names_its_resource(recorded: Recorder) -> None:
    plan = recorded("""
        vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
        pulumi.export("vpc", vpc.id)
    """)

    stack = plan["by_name"]["shop-dev"]
    assert stack["outputUnknowns"]["vpc"]["references"] == [{"urn": VPC, "property": "id"}]


def test_the_sentinel_written_by_a_program_itself_is_not_explained(recorded: Recorder) -> None:
    plan = recorded("""
        aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", tags={"secret": "[secret]", "symbol": "${Of@0#id}"})
    """)

    vpc = plan["by_name"]["vpc"]
    assert vpc["secrets"] == []
    assert vpc["unknowns"] == {}
    assert vpc["inputs"]["tags"] == {"secret": "[secret]", "symbol": "${Of@0#id}"}


def test_a_value_that_a_program_changes_is_not_taken_for_the_output_that_it_was(recorded: Recorder) -> None:
    plan = recorded("""
        vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
        for name, change in {"lower": str.lower, "upper": str.upper, "cut": lambda text: text[:9]}.items():
            aws.s3.Bucket(name, bucket=vpc.arn.apply(change))
    """)

    assert {name: plan["by_name"][name]["unknowns"] for name in ("lower", "upper", "cut")} == {
        "lower": {"bucket": {}},
        "upper": {"bucket": {}},
        "cut": {"bucket": {}},
    }
