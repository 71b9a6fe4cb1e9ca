"""NAT instances and single servers are recognised by what they are connected to, and nothing hides behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plan.model import Secret, Unknown
from policies.network.model import network_of
from tests.policies.network.estate import (
    EIP,
    GROUP,
    INSTANCE,
    ROUTE,
    SUBNET,
    TABLE,
    Estate,
    as_the_engine_tells,
    estate,
)
from tests.policies.plans import base64_of

if TYPE_CHECKING:
    from collections.abc import Callable

    Change = Callable[[Estate], Estate]

ADDRESS = "private-without-public-address"
FORWARDS = "nat-instance-forwards-only"
SINGLE = "single-server-closed"
ATTACHMENT = "aws:lb/targetGroupAttachment:TargetGroupAttachment"
INTERFACE = "aws:ec2/networkInterface:NetworkInterface"


def with_nat_instance() -> Estate:
    """The estate with one small machine where its NAT gateway was."""
    made = estate().drop("to-nat", "nat").add(GROUP, "nat-sg", vpcId="→ vpc", description="nat")
    for zone in "ab":
        made.rule(f"nat-in-{zone}", "nat-sg", cidrIpv4=f"10.0.{'23'['ab'.index(zone)]}.0/24", fromPort=0, toPort=65535)
    made.out("nat-out", "nat-sg", cidrIpv4="0.0.0.0/0", fromPort=0, toPort=65535)
    made.add(INSTANCE, "forwarder", subnetId="→ public-a", vpcSecurityGroupIds=["→ nat-sg"], sourceDestCheck=False)
    made.set("nat-address", instance="→ forwarder")
    return made.add(
        ROUTE,
        "to-nat",
        routeTableId="→ compute-table",
        destinationCidrBlock="0.0.0.0/0",
        networkInterfaceId="→ forwarder.primaryNetworkInterfaceId",
    )


def test_a_nat_instance_is_recognised_and_compute_may_leave_by_it() -> None:
    assert with_nat_instance().findings() == {}
    assert as_the_engine_tells(with_nat_instance()).findings() == {}


def test_it_is_recognised_by_its_interface_too() -> None:
    made = with_nat_instance()
    made.add(INTERFACE, "eni", subnetId="→ public-a", securityGroups=["→ nat-sg"], sourceDestCheck="false")
    made.set("forwarder", subnetId=None, vpcSecurityGroupIds=None, sourceDestCheck=None)
    made.set("forwarder", networkInterfaces=[{"deviceIndex": 0, "networkInterfaceId": "→ eni"}])
    made.set("nat-address", instance=None, networkInterface="→ eni").set("to-nat", networkInterfaceId="→ eni")
    assert made.findings() == {}


def test_names_and_tags_make_no_nat_instance() -> None:
    made = estate().add(
        INSTANCE,
        "nat-instance",
        subnetId="→ public-a",
        vpcSecurityGroupIds=["→ app-sg"],
        associatePublicIpAddress=True,
        tags={"Name": "nat-instance", "role": "nat"},
    )
    assert made.found(ADDRESS) == {"nat-instance": "violation"}
    assert made.found("compute-subnets-private") == {"nat-instance": "violation"}


DISGUISED: dict[str, Change] = {
    "a target of the load balancer": lambda made: made.add(
        ATTACHMENT, "x", targetGroupArn="→ targets.arn", targetId="→ forwarder", port=3000
    ),
    "a target by its address": lambda made: made.set("forwarder", privateIp="10.0.0.10").add(
        ATTACHMENT, "x", targetGroupArn="→ targets.arn", targetId="10.0.0.10"
    ),
    "a target of a classic load balancer": lambda made: made.add(
        "aws:elb/loadBalancer:LoadBalancer", "elb", subnets=["→ public-a"], instances=["→ forwarder"]
    ),
    "let in from the internet": lambda made: made.rule("x", "nat-sg", cidrIpv4="0.0.0.0/0", port=443),
    "let in from a part of the internet": lambda made: made.rule("x", "nat-sg", cidrIpv6="2000::/3", port=443),
    "let in from the load balancer": lambda made: made.rule("x", "nat-sg", referencedSecurityGroupId="→ lb-sg", port=1),
    "an application by its user data": lambda made: made.set("forwarder", userData="#!/bin/sh\npm2 start app.js\n"),
    "an application by its user data in base64": lambda made: made.set(
        "forwarder", userDataBase64=base64_of("#!/bin/sh\npm2 start app.js\n")
    ),
    "a target of a classic load balancer by an attachment": lambda made: made.add(
        "aws:elb/attachment:Attachment", "y", elb="x", instance="→ forwarder"
    ),
    "an application by its template": lambda made: made.add(
        "aws:ec2/launchTemplate:LaunchTemplate", "t", userData=base64_of("#!/bin/sh\nexec node server.js\n")
    ).set("forwarder", launchTemplate={"id": "→ t"}),
    "a client of the cache": lambda made: made.set("forwarder", vpcSecurityGroupIds=["→ nat-sg", "→ app-sg"]),
    "a client of the database": lambda made: made.rule("x", "db-sg", referencedSecurityGroupId="→ nat-sg", port=5432),
}


@pytest.mark.parametrize("change", DISGUISED.values(), ids=DISGUISED.keys())
def test_an_application_in_the_guise_of_a_nat_instance_is_found(change: Change) -> None:
    made = change(with_nat_instance())
    assert made.found(FORWARDS) == {"forwarder": "violation"}
    assert made.found(ADDRESS) == {"forwarder": "violation"}
    assert made.found("compute-subnets-private")["forwarder"] == "violation"


def test_what_forwards_for_nobody_else_is_no_nat_instance() -> None:
    made = with_nat_instance().drop("to-nat")
    assert made.found(ADDRESS) == {"forwarder": "violation"}
    own = made.add(
        ROUTE,
        "x",
        routeTableId="→ public-table",
        destinationCidrBlock="1.0.0.0/8",
        networkInterfaceId="→ forwarder.primaryNetworkInterfaceId",
    ).set("public-b-of", routeTableId="→ data-table")
    assert own.found(FORWARDS) == {"forwarder": "violation"}


def test_what_forwards_only_to_a_network_elsewhere_is_no_nat_instance() -> None:
    made = with_nat_instance().set("to-nat", destinationCidrBlock="192.168.0.0/16")
    assert network_of(made.graph()).forwarders == {}
    assert made.found(ADDRESS) == {"forwarder": "violation"}


def test_without_forwarding_it_is_no_nat_instance() -> None:
    for check in (True, None, "true", Unknown()):
        made = with_nat_instance().set("forwarder", sourceDestCheck=check)
        assert made.found(ADDRESS) == {"forwarder": "violation"}
        assert made.found("compute-subnets-private") == {"app": "unproven", "forwarder": "violation"}


def test_a_machine_outside_the_plan_that_forwards_is_unproven() -> None:
    made = with_nat_instance().set("to-nat", networkInterfaceId="eni-0123456789abcdef0")
    assert made.found("compute-subnets-private")["app"] == "unproven"


FORWARDING = """#!/bin/bash
until command -v nft; do apt-get update && apt-get install --yes nftables; done
yum install -y iptables-services amazon-cloudwatch-agent
sysctl -w net.ipv4.ip_forward=1
iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE
systemctl enable --now iptables
"""


def test_what_a_nat_instance_needs_is_no_application() -> None:
    assert with_nat_instance().set("forwarder", userData=FORWARDING).findings() == {}
    assert with_nat_instance().set("forwarder", userDataBase64=base64_of(FORWARDING)).findings() == {}


def test_user_data_of_a_forwarder_that_is_hidden_may_run_anything() -> None:
    for hidden in (Unknown(), Secret(), base64_of(bytes(range(256)))):
        made = with_nat_instance().set("forwarder", userData=hidden)
        assert made.found(FORWARDS) == {"forwarder": "unproven"}
        assert made.found(ADDRESS) == {"forwarder": "unproven"}


def test_what_is_not_known_of_a_forwarder_is_unproven() -> None:
    made = with_nat_instance().rule("x", "nat-sg", cidrIpv4=Unknown(), port=443)
    assert made.found(FORWARDS) == {"forwarder": "unproven"}
    assert made.found(ADDRESS) == {"forwarder": "unproven"}
    assert with_nat_instance().set("forwarder", vpcSecurityGroupIds=["sg-1"]).found(FORWARDS) == {
        "forwarder": "unproven"
    }


def server() -> Estate:
    """One machine that has everything on it and faces the internet."""
    made = Estate().add("aws:ec2/vpc:Vpc", "vpc", cidrBlock="10.0.0.0/16")
    made.add("aws:ec2/internetGateway:InternetGateway", "igw", vpcId="→ vpc")
    made.add("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "default", vpcId="→ vpc")
    made.add("aws:ec2/flowLog:FlowLog", "log", vpcId="→ vpc", trafficType="ALL")
    made.add(SUBNET, "only", vpcId="→ vpc", cidrBlock="10.0.0.0/24", mapPublicIpOnLaunch=False)
    made.add(TABLE, "table", vpcId="→ vpc", routes=[{"cidrBlock": "0.0.0.0/0", "gatewayId": "→ igw"}])
    made.add("aws:ec2/routeTableAssociation:RouteTableAssociation", "x", subnetId="→ only", routeTableId="→ table")
    made.add(GROUP, "sg", vpcId="→ vpc", description="web")
    for port in (80, 443):
        made.rule(f"in-{port}", "sg", cidrIpv4="0.0.0.0/0", port=port)
    made.out("out", "sg", cidrIpv4="0.0.0.0/0", port=443)
    made.add(INSTANCE, "server", subnetId="→ only", vpcSecurityGroupIds=["→ sg"])
    return made.add(EIP, "address", instance="→ server")


def test_a_single_server_faces_the_internet_and_breaks_no_rule() -> None:
    assert server().findings() == {}
    assert as_the_engine_tells(server()).findings() == {}


@pytest.mark.parametrize("port", [22, 5432, 6379, 8080])
def test_the_internet_reaches_nothing_else_of_a_single_server(port: int) -> None:
    made = server().rule("x", "sg", cidrIpv4="0.0.0.0/0", port=port)
    assert made.found(SINGLE) == {"server": "violation"}
    assert made.found("internet-reaches-load-balancers-only") == {"x": "violation"}
    assert made.set("x", cidrIpv4=Unknown()).found(SINGLE) == {"server": "unproven"}
    assert server().set("server", vpcSecurityGroupIds=["→ sg", "sg-1"]).found(SINGLE) == {"server": "unproven"}


@pytest.mark.parametrize(("key", "block"), [("cidrIpv4", "203.0.113.0/24"), ("cidrIpv6", "2001:db8:1::/48")])
def test_named_ranges_may_log_in_to_a_single_server(key: str, block: str) -> None:
    made = server().rule("x", "sg", port=22, **{key: block})
    assert made.findings() == {}
    assert as_the_engine_tells(made).findings() == {}


@pytest.mark.parametrize(
    ("key", "block", "port"),
    [
        ("cidrIpv4", "203.0.0.0/15", 22),
        ("cidrIpv6", "2001:d00::/31", 22),
        ("cidrIpv4", "203.0.113.0/24", 5432),
        ("cidrIpv4", "203.0.113.0/24", 3389),
    ],
)
def test_a_wide_range_may_not_log_in_and_a_named_one_gets_nothing_else(key: str, block: str, port: int) -> None:
    made = server().rule("x", "sg", port=port, **{key: block})
    assert made.found(SINGLE) == {"server": "violation"}
    assert made.found("internet-reaches-load-balancers-only") == {"x": "violation"}


def test_ranges_that_are_wide_together_may_not_log_in() -> None:
    made = server()
    for number in range(2):
        made.rule(f"x-{number}", "sg", cidrIpv4=f"203.{number}.0.0/16", port=22)
    assert made.found("admin-ports-closed-ipv4") == {"x-0": "violation", "x-1": "violation"}


def test_a_named_range_may_not_log_in_where_there_is_a_second_machine() -> None:
    made = server().rule("x", "sg", cidrIpv4="203.0.113.0/24", port=22)
    made.add(INSTANCE, "y", subnetId="→ only", vpcSecurityGroupIds=["→ sg"])
    assert made.found("internet-reaches-load-balancers-only")["x"] == "violation"


UNREAD = (
    *("aws:ec2/fleet:Fleet", "aws:ec2/spotFleetRequest:SpotFleetRequest", "aws:eks/cluster:Cluster"),
    *("aws:elasticbeanstalk/environment:Environment", "aws:lightsail/instance:Instance"),
)


def _with(kind: str) -> Change:
    return lambda made: made.add(kind, "y")


MORE: dict[str, Change] = {
    "a second machine": lambda made: made.add(INSTANCE, "y", subnetId="→ only", vpcSecurityGroupIds=["→ sg"]),
    "a load balancer": lambda made: made.add("aws:lb/loadBalancer:LoadBalancer", "y", subnets=["→ only"]),
    "a service": lambda made: made.add("aws:ecs/service:Service", "y", networkConfiguration={"subnets": ["→ only"]}),
    **{f"{kind}, which the model does not read": _with(kind) for kind in UNREAD},
}


@pytest.mark.parametrize("change", MORE.values(), ids=MORE.keys())
def test_beside_others_no_server_is_single(change: Change) -> None:
    made = change(server())
    assert made.found(ADDRESS)["server"] == "violation"
    assert made.found("compute-subnets-private")["server"] == "violation"


def test_a_fleet_of_one_is_no_single_server() -> None:
    made = server().drop("server", "address")
    interface = {"associatePublicIpAddress": "true", "securityGroups": ["→ sg"]}
    made.add("aws:ec2/launchTemplate:LaunchTemplate", "template", networkInterfaces=[dict(interface)])
    made.add(
        "aws:autoscaling/group:Group",
        "fleet",
        vpcZoneIdentifiers=["→ only"],
        launchTemplate={"id": "→ template"},
        maxSize=1,
    )
    assert made.found(ADDRESS) == {"fleet": "violation"}


def test_no_other_thing_is_taken_for_a_nat_gateway_s_machine() -> None:
    assert network_of(estate().graph()).forwarders == {}
