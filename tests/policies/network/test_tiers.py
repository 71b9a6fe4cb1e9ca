from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plan.model import Secret, Unknown, Value
from policies.network.model import network_of
from policies.network.reach import reach
from tests.policies.network.estate import GROUP, INSTANCE, as_it_is_deployed, as_the_engine_tells, estate
from tests.policies.network.openings import EVERY

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.policies.network.estate import Estate
    from tests.policies.network.openings import Opening

ATTACHMENT = "aws:lb/targetGroupAttachment:TargetGroupAttachment"
TARGET_GROUP = "aws:lb/targetGroup:TargetGroup"
SERVICE, CLASSIC = "aws:ecs/service:Service", "aws:elb/loadBalancer:LoadBalancer"

RULES = {"cache": "cache-reached-by-applications-only", "db": "database-reached-by-applications-only"}
BALANCER = "load-balancer-reaches-applications-only"


@pytest.mark.parametrize("store", RULES)
@pytest.mark.parametrize("opening", EVERY.values(), ids=EVERY.keys())
@pytest.mark.parametrize("block", ["0.0.0.0/0", "10.0.0.0/16", "10.0.0.0/24", "::/0", "192.168.0.0/16"])
def test_only_the_application_s_addresses_may_reach_a_store(store: str, opening: Opening, block: str) -> None:
    port = {"cache": 6379, "db": 5432}[store]
    assert opening(estate(), f"{store}-sg", block, (port, port)).found(RULES[store]) == {"x": "violation"}


@pytest.mark.parametrize("store", RULES)
@pytest.mark.parametrize(
    "given", [{"fromPort": 5000, "toPort": 7000}, {"port": 22}, {"ipProtocol": "-1"}, {"ipProtocol": "udp"}]
)
def test_only_the_store_s_port_is_open(store: str, given: dict[str, Value]) -> None:
    made = estate().rule("x", f"{store}-sg", referencedSecurityGroupId="→ app-sg", **given)
    assert made.found(RULES[store]) == {"x": "violation"}
    assert as_the_engine_tells(made).found(RULES[store]) == {"x": "violation"}


@pytest.mark.parametrize("block", ["10.0.2.0/24", "10.0.2.0/23", "10.0.3.128/25"])
def test_blocks_in_which_only_the_application_stands_are_the_application(block: str) -> None:
    made = estate().rule("x", "cache-sg", cidrIpv4=block, port=6379)
    assert made.found(RULES["cache"]) == {}
    made.add("aws:ecs/service:Service", "more", networkConfiguration={"subnets": ["→ compute-a", "→ compute-b"]})
    assert made.found(RULES["cache"]) == {}
    made.add("aws:lb/loadBalancer:LoadBalancer", "inner", subnets=["→ compute-a", "→ compute-b"], internal=True)
    assert made.found(RULES["cache"]) == {"x": "violation"}


def test_a_load_balancer_is_no_application() -> None:
    made = estate().rule("x", "cache-sg", referencedSecurityGroupId="→ lb-sg", port=6379)
    assert made.found(RULES["cache"]) == {"x": "violation"}
    shared = estate().set("lb", securityGroups=["→ lb-sg", "→ app-sg"])
    assert shared.found(RULES["cache"]) == {"cache-in": "violation"}


def test_nodes_of_one_cache_may_reach_each_other() -> None:
    assert estate().rule("x", "cache-sg", referencedSecurityGroupId="→ cache-sg", port=6379).found(RULES["cache"]) == {}


def test_a_group_of_clients_that_nobody_is_in_lets_nobody_in() -> None:
    made = estate().add(GROUP, "clients", vpcId="→ vpc", description="clients")
    assert made.rule("x", "cache-sg", referencedSecurityGroupId="→ clients", port=6379).found(RULES["cache"]) == {}


UNPROVEN: dict[str, dict[str, Value]] = {
    "a group outside the plan": {"referencedSecurityGroupId": "sg-0123456789abcdef0", "port": 6379},
    "a group that is not known": {"referencedSecurityGroupId": Unknown(), "port": 6379},
    "a list outside the plan": {"prefixListId": "pl-1", "port": 6379},
    "a block that is secret": {"cidrIpv4": Secret(), "port": 6379},
    "ports that are not known": {"referencedSecurityGroupId": "→ app-sg", "fromPort": Unknown(), "toPort": 6379},
    "a protocol that is not known": {"referencedSecurityGroupId": "→ app-sg", "ipProtocol": Unknown(), "port": 6379},
}


@pytest.mark.parametrize("given", UNPROVEN.values(), ids=UNPROVEN.keys())
def test_what_is_not_known_of_a_store_s_rule_is_unproven(given: dict[str, Value]) -> None:
    assert estate().rule("x", "cache-sg", **given).found(RULES["cache"]) == {"x": "unproven"}


def test_a_store_whose_group_or_port_is_not_known_is_unproven() -> None:
    assert estate().set("cache", securityGroupIds=["sg-1"]).found(RULES["cache"]) == {"cache": "unproven"}
    assert estate().set("cache", port=Unknown()).found(RULES["cache"]) == {"cache-in": "unproven"}
    assert estate().set("db", engine=Unknown()).found(RULES["db"]) == {"db-in": "unproven"}
    assert estate().read("app-sg").found(RULES["cache"]) == {"cache-in": "unproven"}


def test_the_port_is_the_one_that_the_store_listens_on() -> None:
    assert estate().set("cache", port=6380).found(RULES["cache"]) == {"cache-in": "violation"}
    assert estate().set("db", engine="mysql").found(RULES["db"]) == {"db-in": "violation"}
    assert estate().set("db", engine="mysql").set("db-in", fromPort=3306, toPort=3306).found(RULES["db"]) == {}


def test_in_the_default_group_everybody_reaches_a_store() -> None:
    made = estate().drop("default").set("cache", securityGroupIds=None)
    assert made.found(RULES["cache"]) == {"vpc": "violation"}


LEAVING: dict[str, dict[str, Value]] = {
    "to the world": {"cidrIpv4": "0.0.0.0/0", "port": 3000},
    "to the world over IPv6": {"cidrIpv6": "::/0", "port": 3000},
    "to everything": {"cidrIpv4": "0.0.0.0/0", "ipProtocol": "-1"},
    "to a part of the world": {"cidrIpv4": "203.0.113.0/24", "port": 3000},
    "on more ports": {"referencedSecurityGroupId": "→ app-sg", "fromPort": 3000, "toPort": 3001},
    "to the cache": {"referencedSecurityGroupId": "→ cache-sg", "port": 3000},
    "on the cache's port": {"cidrIpv4": "10.0.0.0/16", "port": 6379},
}


@pytest.mark.parametrize("given", LEAVING.values(), ids=LEAVING.keys())
def test_a_load_balancer_reaches_its_targets_and_nothing_else(given: dict[str, Value]) -> None:
    made = estate().out("x", "lb-sg", **given)
    assert made.found(BALANCER) == {"x": "violation"}
    assert as_the_engine_tells(made).found(BALANCER) == {"x": "violation"}


def test_a_load_balancer_that_lets_everything_out_in_a_rule_of_its_own_is_found() -> None:
    every: Value = [{"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"]}]
    assert estate().set("lb-sg", egress=every).found(BALANCER) == {"lb-sg": "violation"}


def test_the_port_of_a_health_check_and_of_a_registered_target_are_targets_ports() -> None:
    made = estate().out("x", "lb-sg", referencedSecurityGroupId="→ app-sg", port=9000)
    made.out("y", "lb-sg", cidrIpv4="10.0.2.0/23", port=9001)
    assert made.found(BALANCER) == {"x": "violation", "y": "violation"}
    made.set("targets", healthCheck={"port": "9000"})
    made.add(INSTANCE, "machine", subnetId="→ compute-a", vpcSecurityGroupIds=["→ app-sg"])
    made.add(
        "aws:lb/targetGroupAttachment:TargetGroupAttachment",
        "of-machine",
        targetGroupArn="→ targets.arn",
        targetId="→ machine",
        port=9001,
    )
    assert made.found(BALANCER) == {}


def test_targets_whose_ports_are_not_known_are_unproven() -> None:
    assert estate().set("targets", port=Unknown()).found(BALANCER) == {"lb-out": "unproven"}
    assert estate().set("lb", securityGroups=["sg-1"]).found(BALANCER) == {"lb": "unproven"}
    assert estate().out("x", "lb-sg", prefixListId="pl-1", port=3000).found(BALANCER) == {"x": "unproven"}


def test_a_group_of_the_program_s_own_beside_another_is_unproven_once_it_is_deployed() -> None:
    rules: Value = [
        {"description": "x", "protocol": "tcp", "fromPort": 6379, "toPort": 6379, "securityGroups": [group]}
        for group in ("→ app-sg", "sg-0123456789abcdef0")
    ]
    made = estate().drop("cache-in").set("cache-sg", ingress=rules)
    assert made.found(RULES["cache"]) == {"cache-sg": "unproven"}
    assert as_it_is_deployed(made).found(RULES["cache"])["cache-sg"] == "unproven"


PLACED: dict[str, Value] = {"subnets": ["→ public-a"], "securityGroups": ["→ lb-sg"]}
TARGETS: dict[str, tuple[Callable[[Estate], Estate], int]] = {
    "a target group": (lambda made: made, 3000),
    "the check of a target group": (lambda made: made.set("targets", healthCheck={"port": "3002"}), 3002),
    "the check on the same port": (lambda made: made.set("targets", healthCheck={"port": "traffic-port"}), 3000),
    "a target": (lambda made: made.add(ATTACHMENT, "x", targetGroupArn="→ targets.arn", port=3001), 3001),
    "a service": (lambda made: made.add(SERVICE, "x", loadBalancers=[{"containerPort": 4000}]), 4000),
    "a classic load balancer": (
        lambda made: made.add(CLASSIC, "x", **PLACED, listeners=[{"instancePort": 8080}]),
        8080,
    ),
    "the check of a classic one": (
        lambda made: made.add(CLASSIC, "x", **PLACED, healthCheck={"target": "HTTP:8081/a"}),
        8081,
    ),
    "a function, which has none": (lambda made: made.add(TARGET_GROUP, "x", targetType="lambda"), 3000),
}


@pytest.mark.parametrize(("change", "port"), TARGETS.values(), ids=TARGETS.keys())
def test_a_load_balancer_may_reach_the_ports_on_which_its_targets_listen(
    change: Callable[[Estate], Estate], port: int
) -> None:
    made = change(estate()).set("lb-out", fromPort=port, toPort=port)
    assert made.found(BALANCER) == {}
    assert made.set("lb-out", toPort=port + 10).found(BALANCER) == {"lb-out": "violation"}


@pytest.mark.parametrize(
    ("protocol", "said"),
    [
        ("TCP", "tcp 53"), ("tls", "tcp 53"), ("UDP", "udp 53"), ("QUIC", "udp 53"),
        ("TCP_UDP", "tcp 53 and udp 53"), ("TCP_QUIC", "tcp 53 and udp 53"), (None, "tcp 53 and udp 53"),
    ],
)  # fmt: skip
def test_a_load_balancer_without_groups_lets_in_what_its_listeners_speak(protocol: Value, said: str) -> None:
    made = estate().add("aws:lb/loadBalancer:LoadBalancer", "nlb", loadBalancerType="network", subnets=["→ public-a"])
    made.add("aws:lb/listener:Listener", "dns", loadBalancerArn="→ nlb.arn", port="53", protocol=protocol)
    found = reach(network_of(made.graph())).connections
    to_it = [each for each in found if each.destination.name == "nlb" and each.source.kind == "internet"]
    assert [str(each.traffic) for each in to_it] == [said]
