from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plan.model import Secret, Unknown, Value
from tests.policies.network.estate import BY_ID, INSTANCE, as_the_engine_tells, estate
from tests.policies.network.openings import EVERY, apart, legacy

if TYPE_CHECKING:
    from tests.policies.network.openings import Opening

ONLY = "internet-reaches-load-balancers-only"
WORLD = ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "::/0", "2000::/3", "203.0.113.0/24"]


@pytest.mark.parametrize("opening", EVERY.values(), ids=EVERY.keys())
@pytest.mark.parametrize("block", WORLD)
@pytest.mark.parametrize("ports", [(6379, 6379), (5000, 6000), (443, 443), (0, 65535)])
def test_the_internet_may_not_reach_the_cache_however_that_is_written(
    opening: Opening, block: str, ports: tuple[int, int]
) -> None:
    assert opening(estate(), "cache-sg", block, ports).found(ONLY) == {"x": "violation"}


@pytest.mark.parametrize("opening", EVERY.values(), ids=EVERY.keys())
@pytest.mark.parametrize("group", ["app-sg", "db-sg", "lb-sg"])
def test_nor_anything_else_on_a_port_that_is_not_the_web_s(opening: Opening, group: str) -> None:
    made = opening(estate(), group, "0.0.0.0/0", (8080, 8080))
    assert made.found(ONLY) == {"x": "violation"}
    assert as_the_engine_tells(made).found(ONLY) == {"x": "violation"}


@pytest.mark.parametrize("block", ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.1.0/24", "fd00::/8"])
def test_private_addresses_are_not_the_internet(block: str) -> None:
    assert apart(estate(), "app-sg", block, (8080, 8080)).found(ONLY) == {}


def test_addresses_of_the_plan_s_own_network_are_not_the_internet_either() -> None:
    made = estate().set("vpc", cidrBlock="203.0.113.0/24")
    assert apart(made, "app-sg", "203.0.113.0/26", (8080, 8080)).found(ONLY) == {}


def test_the_way_that_the_internet_takes_stands_in_the_message() -> None:
    made = apart(estate(), "app-sg", "0.0.0.0/0", (22, 22))
    made.add(
        INSTANCE, "machine", subnetId="→ public-a", vpcSecurityGroupIds=["→ app-sg"], associatePublicIpAddress=True
    )
    (verdict,) = BY_ID[ONLY].judge(made.graph())
    assert verdict.message == (
        "app-sg: x lets 0.0.0.0/0 in on tcp 22. Path: internet → igw → route 0.0.0.0/0 to igw of public-table for the"
        " answer → the default network ACL of vpc → rule x → machine."
    )


UNPROVEN: dict[str, dict[str, Value]] = {
    "a block that is not known": {"cidrIpv4": Unknown(), "port": 8080},
    "a block that is secret": {"cidrIpv4": Secret(), "port": 8080},
    "a list that is not in the plan": {"prefixListId": "pl-0123456789abcdef0", "port": 8080},
    "a group that is not in the plan": {"referencedSecurityGroupId": "sg-0123456789abcdef0", "port": 8080},
    "a protocol that is not known": {"cidrIpv4": "0.0.0.0/0", "ipProtocol": Unknown()},
    "ports that are not known": {"cidrIpv4": "0.0.0.0/0", "fromPort": Unknown(), "toPort": Unknown()},
}


@pytest.mark.parametrize("given", UNPROVEN.values(), ids=UNPROVEN.keys())
def test_what_is_not_known_of_a_rule_is_unproven(given: dict[str, Value]) -> None:
    told = {key: value for key, value in given.items() if key != "ipProtocol"}
    made = estate().rule("x", "app-sg", **told)
    if "ipProtocol" in given:
        made.set("x", ipProtocol=given["ipProtocol"])
    assert made.found(ONLY) == {"x": "unproven"}


def test_rules_that_are_not_known_are_unproven() -> None:
    assert estate().set("app-sg", ingress=Unknown()).found(ONLY) == {"app-sg": "unproven"}
    assert estate().set("app-sg", ingress=[Secret()]).found(ONLY) == {"app-sg": "unproven"}


def test_a_rule_of_a_group_outside_the_plan_is_unproven() -> None:
    for group in ("sg-0123456789abcdef0", Unknown()):
        made = apart(estate(), "lb-sg", "0.0.0.0/0", (443, 443)).set("x", securityGroupId=group)
        assert made.found(ONLY) == {"x": "unproven"}


def test_a_group_outside_the_plan_is_unproven() -> None:
    assert estate().set("db", vpcSecurityGroupIds=["→ db-sg", "sg-1"]).found(ONLY) == {"db": "unproven"}


def test_a_group_that_nothing_is_in_is_unproven_on_the_web_s_ports_and_wrong_on_others() -> None:
    made = estate().add("aws:ec2/securityGroup:SecurityGroup", "idle", vpcId="→ vpc", description="idle")
    assert apart(made, "idle", "0.0.0.0/0", (443, 443)).found(ONLY) == {"x": "unproven"}
    assert made.set("x", toPort=444).found(ONLY) == {"x": "violation"}


def test_a_load_balancer_without_groups_is_judged_by_its_listeners() -> None:
    made = estate().add(
        "aws:lb/loadBalancer:LoadBalancer", "nlb", loadBalancerType="network", subnets=["→ public-a", "→ public-b"]
    )
    made.add("aws:lb/listener:Listener", "tls", loadBalancerArn="→ nlb.arn", port=443, protocol="TLS")
    assert made.found(ONLY) == {}
    made.add("aws:lb/listener:Listener", "raw", loadBalancerArn="→ nlb.arn", port="6379", protocol="TCP")
    assert made.found(ONLY) == {"nlb": "violation"}
    assert made.set("nlb", internal=True).found(ONLY) == {}


@pytest.mark.parametrize("opening", EVERY.values(), ids=EVERY.keys())
@pytest.mark.parametrize("ports", [(22, 22), (3389, 3389), (20, 30), (0, 65535)])
@pytest.mark.parametrize(("block", "version"), [("0.0.0.0/0", 4), ("0.0.0.0/1", 4), ("8.0.0.0/7", 4), ("::/0", 6)])
def test_nobody_in_the_world_may_ask_for_a_shell(
    opening: Opening, ports: tuple[int, int], block: str, version: int
) -> None:
    made = opening(estate(), "app-sg", block, ports)
    other = {4: 6, 6: 4}[version]
    assert made.found(f"admin-ports-closed-ipv{version}") == {"x": "violation"}
    assert made.found(f"admin-ports-closed-ipv{other}") == {}


def test_a_world_in_pieces_is_the_world() -> None:
    made = estate()
    for number in range(64):
        made.rule(f"x{number}", "app-sg", cidrIpv4=f"{30 + number}.0.0.0/18", port=22)
    assert len(made.found("admin-ports-closed-ipv4")) == 64
    few = estate().rule("x", "app-sg", cidrIpv4="203.0.113.0/24", port=22)
    assert few.found("admin-ports-closed-ipv4") == {}


def test_what_may_let_the_world_ask_for_a_shell_is_unproven() -> None:
    made = estate().rule("x", "app-sg", cidrIpv4=Unknown(), port=22)
    assert made.found("admin-ports-closed-ipv4") == {"x": "unproven"}
    assert made.set("x", fromPort=8080, toPort=8080).found("admin-ports-closed-ipv4") == {}
    stray = apart(estate(), "app-sg", "0.0.0.0/0", (22, 22)).set("x", securityGroupId="sg-1")
    assert stray.found("admin-ports-closed-ipv4") == {"x": "violation"}


@pytest.mark.parametrize("opening", [EVERY["every_protocol"], EVERY["every_protocol_by_name"]])
@pytest.mark.parametrize("block", ["0.0.0.0/0", "10.0.0.0/16", "::/0"])
def test_every_protocol_is_let_in_from_nobody(opening: Opening, block: str) -> None:
    assert opening(estate(), "app-sg", block, (0, 0)).found("no-all-protocol-ingress") == {"x": "violation"}


def test_a_rule_that_lets_every_protocol_in_is_one_whosever_group_it_is_of() -> None:
    made = estate().rule("x", "app-sg", cidrIpv4="0.0.0.0/0", ipProtocol="-1").set("x", securityGroupId="sg-1")
    assert made.found("no-all-protocol-ingress") == {"x": "violation"}
    assert made.set("x", ipProtocol=Unknown()).found("no-all-protocol-ingress") == {"x": "unproven"}
    assert made.set("x", ipProtocol="tcp", fromPort=443, toPort=443).found("no-all-protocol-ingress") == {}


def test_members_of_a_group_may_speak_freely_to_each_other() -> None:
    itself = estate().rule("x", "app-sg", referencedSecurityGroupId="→ app-sg", ipProtocol="-1")
    assert itself.found("no-all-protocol-ingress") == {}
    other = estate().rule("x", "app-sg", referencedSecurityGroupId="→ lb-sg", ipProtocol="-1")
    assert other.found("no-all-protocol-ingress") == {"x": "violation"}
    unknown = estate().rule("x", "app-sg", cidrIpv4="10.0.0.0/16", ipProtocol=Unknown())
    assert unknown.found("no-all-protocol-ingress") == {"x": "unproven"}


@pytest.mark.parametrize(
    "given", [{"ipProtocol": "-1"}, {"fromPort": 0, "toPort": 65535}, {"fromPort": -1, "toPort": -1}]
)
@pytest.mark.parametrize("block", ["0.0.0.0/0", "128.0.0.0/1"])
def test_nothing_but_nat_goes_out_to_the_world_on_every_port(given: dict[str, Value], block: str) -> None:
    made = estate().out("x", "app-sg", cidrIpv4=block, **given)
    assert made.found("egress-limited") == {"x": "violation"}
    assert made.set("x", cidrIpv4="10.0.0.0/16").found("egress-limited") == {}
    assert made.set("x", cidrIpv4=Unknown()).found("egress-limited") == {"x": "unproven"}


def test_inline_egress_counts_too() -> None:
    every: Value = [{"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"]}]
    assert estate().set("app-sg", egress=every).found("egress-limited") == {"app-sg": "violation"}


def test_a_legacy_rule_without_a_direction_counts_in_both() -> None:
    made = legacy(estate(), "app-sg", "0.0.0.0/0", (0, 65535)).set("x", type=Unknown())
    assert made.found(ONLY) == {"x": "violation"}
    assert made.found("egress-limited") == {"x": "violation"}
