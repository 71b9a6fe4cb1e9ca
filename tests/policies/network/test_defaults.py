from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plan.model import Unknown, Value
from policies.network.rules import NUMBERS, RULES
from tests.policies.network import said
from tests.policies.network.estate import GROUP, INSTANCE, LEGACY, SUBNET, as_the_engine_tells, estate
from tests.policies.plans import resource

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.policies.network.estate import Estate

    Change = Callable[[Estate], Estate]

DEFAULT = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
CLOSED = "default-security-group-closed"
MIXED = "security-group-rules-not-mixed"
DEFAULT_VPC = "no-default-vpc"
ACL = "network-acl-admin-ports-closed"


@pytest.mark.parametrize(("given", "status"), [(True, "violation"), ("true", "violation"), (Unknown(), "unproven")])
def test_no_subnet_gives_public_addresses(given: Value, status: str) -> None:
    assert estate().set("data-a", mapPublicIpOnLaunch=given).found("subnets-give-no-public-address") == {
        "data-a": status
    }


def test_a_subnet_that_says_nothing_gives_none_unless_it_is_a_default_one() -> None:
    made = estate().set("data-a", mapPublicIpOnLaunch=None)
    assert made.found("subnets-give-no-public-address") == {}
    made.add("aws:ec2/defaultSubnet:DefaultSubnet", "x", availabilityZone="us-east-1a")
    assert made.found("subnets-give-no-public-address") == {"x": "violation"}


RULE: dict[str, Value] = {"protocol": "tcp", "fromPort": 22, "toPort": 22, "cidrBlocks": ["10.0.0.0/8"]}
OPENED: dict[str, tuple[Change, dict[str, str]]] = {
    "left alone": (lambda made: made.drop("default"), {"vpc": "violation"}),
    "with a rule": (lambda made: made.set("default", ingress=[dict(RULE)]), {"default": "violation"}),
    "with a rule for itself": (
        lambda made: made.set("default", ingress=[{"protocol": "-1", "fromPort": 0, "toPort": 0, "self": True}]),
        {"default": "violation"},
    ),
    "with a way out": (lambda made: made.set("default", egress=[dict(RULE)]), {"default": "violation"}),
    "with rules that are not known": (lambda made: made.set("default", ingress=Unknown()), {"default": "unproven"}),
    "with a rule that stands alone": (
        lambda made: made.rule("x", "vpc.defaultSecurityGroupId", cidrIpv4="10.0.0.0/8", port=22),
        {"x": "violation"},
    ),
    "with a legacy rule": (
        lambda made: made.add(LEGACY, "x", securityGroupId="→ default", type="egress", **RULE),
        {"x": "violation"},
    ),
}


@pytest.mark.parametrize(("change", "found"), OPENED.values(), ids=OPENED.keys())
def test_the_default_group_is_held_without_rules(change: Change, found: dict[str, str]) -> None:
    assert change(estate()).found(CLOSED) == found
    assert as_the_engine_tells(change(estate())).found(CLOSED) == found


def test_empty_rules_of_a_default_group_are_none() -> None:
    assert estate().set("default", ingress=[], egress=[]).found(CLOSED) == {}


def test_a_network_that_is_only_read_is_not_judged_by_its_default_group() -> None:
    assert estate().drop("default").read("vpc").found(CLOSED) == {}


def test_an_adopted_group_of_who_knows_which_network_leaves_open_whose_default_it_is() -> None:
    made = estate().set("default", vpcId=Unknown())
    assert made.found(CLOSED) == {"vpc": "unproven"}
    assert told(made, CLOSED) == ["default may be the default security group of vpc, or of another network."]
    assert estate().set("default", vpcId="vpc-0123456789abcdef0").found(CLOSED) == {"vpc": "violation"}


def test_a_finding_on_a_default_group_says_what_it_lets_through_or_why_that_is_not_known() -> None:
    (rule,) = told(estate().set("default", ingress=[dict(RULE)]), CLOSED)
    assert rule == "default has a rule for ingress (tcp 22)."
    (hidden,) = told(estate().set("default", egress=Unknown()), CLOSED)
    assert hidden.startswith("default may have rules: ")


def test_a_subnet_that_is_only_read_may_give_public_addresses() -> None:
    rule, made = "subnets-give-no-public-address", estate().read("data-a")
    assert made.found(rule) == {"data-a": "unproven"}
    assert told(made, rule) == ["whether data-a gives public addresses is not in the plan."]


def test_a_finding_on_mixed_rules_names_both_owners_of_the_list() -> None:
    lost = "Each deployment takes away what the other made."
    (own,) = told(estate().set("app-sg", ingress=[], egress=[dict(RULE)]), MIXED)
    assert own == f"app-sg: it has ingress and egress, and app-https, app-in, cache-out stands alone. {lost}"
    (adopted,) = told(estate().rule("x", "default", cidrIpv4="10.0.0.0/8", port=22), MIXED)
    assert adopted == f"default: its adoption takes away every rule, and x stands alone. {lost}"


def test_a_finding_on_a_group_without_a_network_says_where_aws_makes_it() -> None:
    (found,) = told(estate().add(GROUP, "x", description="x"), DEFAULT_VPC)
    assert found == "x names no network, so AWS makes it in the default one."


def told(made: Estate, rule: str) -> list[str]:
    """What people read of a rule's findings."""
    return [each.message for each in said.found(made) if each.rule == rule]


IN_THE_DEFAULT: dict[str, tuple[Change, str]] = {
    "the network itself": (lambda made: made.add("aws:ec2/defaultVpc:DefaultVpc", "x"), "x"),
    "a subnet of it": (lambda made: made.add("aws:ec2/defaultSubnet:DefaultSubnet", "x"), "x"),
    "a security group": (lambda made: made.add(GROUP, "x", description="x"), "x"),
    "a security group of no network": (lambda made: made.add(GROUP, "x", description="x", vpcId=""), "x"),
    "a machine": (lambda made: made.add(INSTANCE, "x", ami="ami-1"), "x"),
    "a database": (lambda made: made.set("db", dbSubnetGroupName=None), "db"),
    "a database by its name": (lambda made: made.set("db", dbSubnetGroupName="default"), "db"),
    "a cache": (lambda made: made.set("cache", subnetGroupName=None), "cache"),
    "a fleet": (lambda made: made.set("app", vpcZoneIdentifiers=None, availabilityZones=["us-east-1a"]), "app"),
}


@pytest.mark.parametrize(("change", "name"), IN_THE_DEFAULT.values(), ids=IN_THE_DEFAULT.keys())
def test_nothing_stands_in_the_default_network(change: Change, name: str) -> None:
    assert change(estate()).found(DEFAULT_VPC) == {name: "violation"}
    assert as_the_engine_tells(change(estate())).found(DEFAULT_VPC) == {name: "violation"}


@pytest.mark.parametrize("key", ["ingress", "egress"])
@pytest.mark.parametrize("rules", [[], [RULE]])
def test_rules_of_a_group_s_own_and_rules_that_stand_alone_are_not_mixed(key: str, rules: list[Value]) -> None:
    assert estate().set("app-sg", **{key: rules}).found(MIXED) == {"app-sg": "violation"}


def test_nor_with_legacy_rules_or_with_an_adopted_default_group() -> None:
    made = estate().add(GROUP, "own", vpcId="→ vpc", description="own", ingress=[dict(RULE)])
    assert made.found(MIXED) == {}
    made.add(LEGACY, "x", securityGroupId="→ own", type="egress", **RULE)
    assert made.found(MIXED) == {"own": "violation"}
    adopted = estate().rule("x", "default", cidrIpv4="10.0.0.0/8", port=22)
    assert adopted.found(MIXED) == {"default": "violation"}
    stray = estate().set("app-sg", ingress=[]).drop("app-in", "app-https", "cache-out", "db-out")
    stray.rule("x", "lb-sg", cidrIpv4="10.0.0.0/8", port=22).set("x", securityGroupId=Unknown())
    assert stray.found(MIXED) == {"x": "unproven"}


OPEN_LIST: list[Value] = [
    {"ruleNo": 100, "action": "allow", "protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlock": "0.0.0.0/0"}
]
DENY: dict[str, Value] = {"ruleNo": 90, "action": "deny", "protocol": "tcp", "cidrBlock": "0.0.0.0/0"}


def test_a_list_that_lets_the_world_ask_for_a_shell_is_found() -> None:
    made = estate().add("aws:ec2/networkAcl:NetworkAcl", "acl", vpcId="→ vpc", ingress=OPEN_LIST)
    assert made.found(ACL) == {"acl": "violation"}
    shut: Value = [
        *OPEN_LIST,
        DENY | {"fromPort": 22, "toPort": 22},
        DENY | {"ruleNo": 91, "fromPort": 3389, "toPort": 3389},
    ]
    assert made.set("acl", ingress=shut).found(ACL) == {}
    late: Value = [*OPEN_LIST, DENY | {"ruleNo": 110, "fromPort": 22, "toPort": 3389}]
    assert made.set("acl", ingress=late).found(ACL) == {"acl": "violation"}
    halves: Value = [
        {"ruleNo": 1, "action": "allow", "protocol": 6, "fromPort": 20, "toPort": 25, "cidrBlock": "0.0.0.0/1"},
        {"ruleNo": 2, "action": "deny", "protocol": -1, "cidrBlock": "0.0.0.0/0"},
    ]
    assert made.set("acl", ingress=halves).found(ACL) == {"acl": "violation"}
    v6: Value = [
        {"ruleNo": 1, "action": "allow", "protocol": "tcp", "fromPort": 22, "toPort": 22, "ipv6CidrBlock": "::/0"}
    ]
    assert made.set("acl", ingress=v6).found(ACL) == {"acl": "violation"}
    assert made.set("acl", ingress=Unknown()).found(ACL) == {"acl": "unproven"}
    assert made.set("acl", ingress=[Unknown()]).found(ACL) == {"acl": "unproven"}


def test_a_rule_of_a_list_that_is_not_known_allows_what_it_may_and_denies_nothing() -> None:
    made = estate().add("aws:ec2/networkAcl:NetworkAcl", "acl", vpcId="→ vpc")
    shut: Value = [{**DENY, "cidrBlock": Unknown(), "fromPort": 0, "toPort": 65535}, *OPEN_LIST]
    assert made.set("acl", ingress=shut).found(ACL) == {"acl": "unproven"}
    opened: Value = [{**DENY, "action": "allow", "cidrBlock": Unknown(), "fromPort": 22, "toPort": 22}]
    assert made.set("acl", ingress=opened).found(ACL) == {"acl": "unproven"}
    told: dict[str, Value] = {"ruleNumber": 100, "ruleAction": "allow", "protocol": "-1", "cidrBlock": "0.0.0.0/0"}
    made.set("acl", ingress=None).add(
        "aws:ec2/networkAclRule:NetworkAclRule", "x", networkAclId="→ acl", egress=Unknown(), **told
    )
    assert made.found(ACL) == {"acl": "violation"}


def test_rules_of_a_list_that_stand_alone_count() -> None:
    made = estate().add("aws:ec2/networkAcl:NetworkAcl", "acl", vpcId="→ vpc")
    told: dict[str, Value] = {"ruleNumber": 100, "ruleAction": "allow", "protocol": "-1", "cidrBlock": "0.0.0.0/0"}
    made.add("aws:ec2/networkAclRule:NetworkAclRule", "x", networkAclId="→ acl", egress=True, **told)
    assert made.found(ACL) == {}
    assert made.set("x", egress=None).found(ACL) == {"acl": "violation"}


def test_each_network_keeps_a_log_of_what_it_refuses() -> None:
    rule = "flow-logs-kept"
    assert estate().drop("log").found(rule) == {"vpc": "violation"}
    assert estate().set("log", trafficType="ACCEPT").found(rule) == {"vpc": "violation"}
    assert estate().set("log", trafficType="reject").found(rule) == {}
    assert estate().set("log", vpcId=Unknown()).found(rule) == {"vpc": "unproven"}
    assert estate().set("log", trafficType=Unknown()).found(rule) == {"vpc": "unproven"}
    facts = resource("slipway:app:Application", "shop", {"environment": "development"})
    made = estate().drop("log")
    made.resources["shop"] = facts
    assert made.found(rule) == {}
    assert made.set("shop", environment="production").found(rule) == {"vpc": "violation"}


@pytest.mark.parametrize("description", [None, "", "Managed by Pulumi"])
def test_groups_and_rules_say_what_they_are_for(description: Value) -> None:
    rule = "security-groups-described"
    assert estate().set("app-sg", description=description).found(rule) == {"app-sg": "violation"}
    assert estate().set("app-in", description=description).found(rule) == {"app-in": "violation"}
    inline: Value = [{**RULE, "description": description}]
    assert estate().set("app-sg", ingress=inline).found(rule) == {"app-sg": "violation"}


def test_tasks_fetch_their_images_through_endpoints() -> None:
    rule = "registry-reached-privately"
    made = estate().add("aws:ecs/service:Service", "x", networkConfiguration={"subnets": ["→ compute-a"]})
    assert made.found(rule) == {"vpc": "violation"}
    for part in ("api", "dkr"):
        made.add(
            "aws:ec2/vpcEndpoint:VpcEndpoint",
            f"ecr-{part}",
            vpcId="→ vpc",
            vpcEndpointType="Interface",
            serviceName=f"com.amazonaws.us-east-1.ecr.{part}",
            subnetIds=["→ compute-a"],
            securityGroupIds=["→ app-sg"],
        )
    assert made.found(rule) == {}
    assert made.set("ecr-api", serviceName=Unknown()).found(rule) == {"vpc": "unproven"}


def test_a_subnet_may_stand_in_a_network_by_the_output_of_another_resource() -> None:
    made = estate().add(SUBNET, "x", vpcId="→ data-a.vpcId", cidrBlock="10.0.9.0/24", mapPublicIpOnLaunch=False)
    assert made.set("cache-subnets", subnetIds=["→ x"]).found("cache-subnets-private") == {}


def test_each_number_of_the_list_has_a_rule_and_each_rule_says_where_it_is_from() -> None:
    assert sorted(NUMBERS) == list(range(1, 20))
    assert {rule for rules in NUMBERS.values() for rule in rules} <= {rule.id for rule in RULES}
    assert [rule.id for rule in RULES if not all(len(each) > 3 for each in rule.references or [""])] == []
