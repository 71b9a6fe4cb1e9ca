"""Who reaches whom inside.

Longer than 300 lines because it is one list: each way to open a tier, and what is said of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plan.model import Secret, Unknown, Value
from policies.network.model import network_of
from policies.network.reach import reach
from tests.policies.network.estate import BY_ID, GROUP, INSTANCE, as_it_is_deployed, as_the_engine_tells, estate
from tests.policies.network.openings import EVERY

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.policies.network.estate import Estate
    from tests.policies.network.openings import Opening

ATTACHMENT = "aws:lb/targetGroupAttachment:TargetGroupAttachment"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
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


SAID: dict[str, tuple[Callable[[Estate], Estate], str, list[tuple[str, str, str]]]] = {
    "the internet": (
        lambda made: made.rule("x", "cache-sg", cidrIpv4="0.0.0.0/0", port=6379),
        RULES["cache"],
        [
            ("violation", "x", "cache: x lets the internet in (0.0.0.0/0)."),
            ("violation", "x", "cache: x lets in 0.0.0.0/0, where more than the application may stand."),
        ],
    ),
    "more ports": (
        lambda made: made.rule("x", "cache-sg", referencedSecurityGroupId="→ app-sg", fromPort=6379, toPort=6400),
        RULES["cache"],
        [("violation", "x", "cache: x opens tcp 6380-6400 besides port 6379.")],
    ),
    "ports that are not known": (
        lambda made: made.rule("x", "cache-sg", referencedSecurityGroupId="→ app-sg", fromPort=Unknown(), toPort=6379),
        RULES["cache"],
        [("unproven", "x", "cache: x may open more than port 6379: its ports are not known.")],
    ),
    "a port of the store that is not known": (
        lambda made: made.set("cache", port=Unknown()),
        RULES["cache"],
        [("unproven", "cache-in", "cache: cache-in opens tcp 6379, and the port of the cache is not known.")],
    ),
    "a store in a group of others": (
        lambda made: made.set("cache", securityGroupIds=["sg-1"]),
        RULES["cache"],
        [("unproven", "cache", "cache: the security group sg-1 is not in the plan. Who reaches it is not known.")],
    ),
    "a group that is only read": (
        lambda made: made.read("cache-sg"),
        RULES["cache"],
        [("unproven", "cache", "cache: the security group cache-sg was there before. Who it lets in is not known.")],
    ),
    "a peer that is only read": (
        lambda made: made.read("app-sg"),
        RULES["cache"],
        [
            (
                "unproven",
                "cache-in",
                (
                    "cache: cache-in lets in app-sg: the security group app-sg was there before, and what else is in"
                    " it is not known."
                ),
            )
        ],
    ),
    "the load balancer": (
        lambda made: made.rule("x", "cache-sg", referencedSecurityGroupId="→ lb-sg", port=6379),
        RULES["cache"],
        [("violation", "x", "cache: x lets in lb by lb-sg, which is a load balancer and no application.")],
    ),
    "the addresses of a service": (
        lambda made: made.add(ENDPOINT, "files", vpcId="→ vpc", serviceName="s3").rule(
            "x", "cache-sg", prefixListId="→ files.prefixListId", port=6379
        ),
        RULES["cache"],
        [("violation", "x", "cache: x lets in the addresses of files, which are no application's.")],
    ),
    "a list outside the plan": (
        lambda made: made.rule("x", "cache-sg", prefixListId="pl-1", port=6379),
        RULES["cache"],
        [("unproven", "x", "cache: x lets in who is not known: the prefix list pl-1 is not in the plan.")],
    ),
    "a subnet of several": (
        lambda made: made.rule("x", "cache-sg", cidrIpv4="10.0.0.0/24", port=6379),
        RULES["cache"],
        [("violation", "x", "cache: x lets in 10.0.0.0/24, where more than the application may stand.")],
    ),
    "the port for reads of a cache with servers": (
        lambda made: made.rule("x", "cache-sg", referencedSecurityGroupId="→ app-sg", port=6380),
        RULES["cache"],
        [("violation", "x", "cache: x opens tcp 6380 besides port 6379.")],
    ),
    "the port for reads of a cache without": (
        lambda made: made.add(
            "aws:elasticache/serverlessCache:ServerlessCache",
            "reads",
            engine="valkey",
            subnetIds=["→ data-a"],
            securityGroupIds=["→ reads-sg"],
        ).rule("x", "reads-sg", referencedSecurityGroupId="→ app-sg", port=6380),
        RULES["cache"],
        [],
    ),
    "a load balancer to the internet": (
        lambda made: made.out("x", "lb-sg", cidrIpv4="0.0.0.0/0", port=3000),
        BALANCER,
        [("violation", "x", "lb: x lets it reach the internet (0.0.0.0/0).")],
    ),
    "a load balancer to more ports": (
        lambda made: made.out("x", "lb-sg", referencedSecurityGroupId="→ app-sg", port=3001),
        BALANCER,
        [("violation", "x", "lb: x lets it reach tcp 3001, and its targets listen on 3000.")],
    ),
    "a load balancer without targets": (
        lambda made: made.drop("targets"),
        BALANCER,
        [("violation", "lb-out", "lb: lb-out lets it reach tcp 3000, and its targets listen on none.")],
    ),
    "a load balancer to targets that are not known": (
        lambda made: made.set("targets", port=Unknown()),
        BALANCER,
        [
            (
                "unproven",
                "lb-out",
                "lb: lb-out may let it reach more than its targets' ports: the ports of some targets.",
            )
        ],
    ),
    "a load balancer to ports that are not known": (
        lambda made: made.out("x", "lb-sg", referencedSecurityGroupId="→ app-sg", fromPort=Unknown(), toPort=3000),
        BALANCER,
        [("unproven", "x", "lb: x may let it reach more than its targets' ports: its ports are not known.")],
    ),
    "a load balancer to a list outside the plan": (
        lambda made: made.out("x", "lb-sg", prefixListId="pl-1", port=3000),
        BALANCER,
        [("unproven", "x", "lb: x lets it reach who is not known: the prefix list pl-1 is not in the plan.")],
    ),
    "a load balancer to the cache": (
        lambda made: made.out("x", "lb-sg", referencedSecurityGroupId="→ cache-sg", port=3000),
        BALANCER,
        [("violation", "x", "lb: x lets it reach cache by cache-sg, which is a cache.")],
    ),
    "a load balancer to the database": (
        lambda made: made.out("x", "lb-sg", referencedSecurityGroupId="→ db-sg", port=3000),
        BALANCER,
        [("violation", "x", "lb: x lets it reach db by db-sg, which is a database.")],
    ),
    "a load balancer in a group of others": (
        lambda made: made.set("lb", securityGroups=["sg-1"]),
        BALANCER,
        [("unproven", "lb", "lb: the security group sg-1 is not in the plan. Whom it reaches is not known.")],
    ),
}


@pytest.mark.parametrize(("change", "rule", "expected"), SAID.values(), ids=SAID.keys())
def test_each_verdict_says_which_rule_opens_what(
    change: Callable[[Estate], Estate], rule: str, expected: list[tuple[str, str, str]]
) -> None:
    found = BY_ID[rule].judge(change(estate().add(GROUP, "reads-sg", vpcId="→ vpc", description="reads")).graph())
    assert [(each.status, each.urn.rpartition("::")[2], each.message) for each in found] == expected
