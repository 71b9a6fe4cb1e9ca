"""Small good plans, written by hand, of what no program here makes: one server, other hosts, tasks in a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.policies.cases.building import a
from tests.policies.cases.server import GOOD
from tests.policies.mutants.operators.edge import DROPLET, HETZNER, HETZNER_WALL, LINODE_WALL, WALL
from tests.policies.mutants.operators.places import (
    ASSOCIATION,
    DEFAULT_GROUP,
    ENDPOINT,
    FLOW_LOG,
    GATEWAY,
    GROUP,
    IN,
    INSTANCE,
    OUT,
    ROUTE,
    SUBNET,
    TABLE,
    VPC,
    WORLD,
)
from tests.policies.plans import plan_of, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.model import Plan, Resource

LINODE = "linode:index/instance:Instance"
SERVICE = "aws:ecs/service:Service"


def _network(*routes: Any) -> list[Resource]:  # Any: whatever an input may be
    vpc = a(VPC, "vpc", cidrBlock="10.0.0.0/16")
    subnet = a(SUBNET, "subnet", vpcId=whole(vpc), cidrBlock="10.0.1.0/24", availabilityZone="eu-west-1a")
    table = a(TABLE, "table", vpcId=whole(vpc))
    gateway = a(GATEWAY, "gateway", vpcId=whole(vpc))
    return [
        vpc,
        subnet,
        table,
        gateway,
        a(ASSOCIATION, "association", subnetId=whole(subnet), routeTableId=whole(table)),
        a(DEFAULT_GROUP, "default", vpcId=whole(vpc)),
        a(FLOW_LOG, "flows", vpcId=whole(vpc), trafficType="ALL"),
        *(
            a(ROUTE, "out", routeTableId=whole(table), destinationCidrBlock=route, gatewayId=whole(gateway))
            for route in routes
        ),
    ]


def one_server() -> Plan:
    """One machine that the internet reaches on 80 and 443, and nothing else."""
    made = _network(WORLD)
    vpc, subnet = made[0], made[1]
    group = a(GROUP, "web", vpcId=whole(vpc), description="The server")
    wall: list[Resource] = [
        a(
            IN, f"web-{port}", securityGroupId=whole(group), ipProtocol="tcp", fromPort=port, toPort=port,
            cidrIpv4=WORLD, description="The web",
        )
        for port in (80, 443)
    ]  # fmt: skip
    out = a(
        OUT, "out", securityGroupId=whole(group), ipProtocol="tcp", fromPort=443, toPort=443, cidrIpv4=WORLD,
        description="Updates",
    )  # fmt: skip
    server = a(
        INSTANCE,
        "web",
        ami="ami-0123456789abcdef0",
        subnetId=whole(subnet),
        associatePublicIpAddress=True,
        vpcSecurityGroupIds=[whole(group)],
        metadataOptions={"httpTokens": "required"},
        rootBlockDevice={"encrypted": True},
        userData=GOOD,
    )
    return plan_of([*made, group, *wall, out, server])


def other_hosts() -> Plan:
    """A server of each of three hosts behind a firewall."""
    return plan_of([*_other_hosts()])


def _other_hosts() -> Iterator[Resource]:
    droplet = a(DROPLET, "droplet", userData=GOOD)
    web = {"protocol": "tcp", "portRange": "443", "sourceAddresses": [WORLD, "::/0"]}
    yield droplet
    yield a(WALL, "droplet-wall", dropletIds=[whole(droplet)], inboundRules=[web])
    rule = {"direction": "in", "protocol": "tcp", "port": "443", "sourceIps": [WORLD, "::/0"]}
    wall = a(HETZNER_WALL, "hetzner-wall", rules=[rule])
    yield wall
    yield a(HETZNER, "hetzner", userData=GOOD, firewallIds=[whole(wall)])
    linode = a(LINODE, "linode", metadatas=[{"userData": GOOD}])
    yield linode
    accept = {"label": "web", "action": "ACCEPT", "protocol": "TCP", "ports": "443", "ipv4s": [WORLD]}
    yield a(LINODE_WALL, "linode-wall", linodes=[whole(linode)], inbounds=[accept], inboundPolicy="DROP")


def tasks() -> Plan:
    """Tasks in private subnets that fetch their images through endpoints of the registry."""
    made = _network()
    vpc, subnet = made[0], made[1]
    group = a(GROUP, "tasks", vpcId=whole(vpc), description="The tasks")
    endpoints: list[Resource] = [
        a(
            ENDPOINT, name, vpcId=whole(vpc), serviceName=f"com.amazonaws.eu-west-1.ecr.{name}",
            vpcEndpointType="Interface", subnetIds=[whole(subnet)], securityGroupIds=[whole(group)],
            privateDnsEnabled=True,
        )
        for name in ("api", "dkr")
    ]  # fmt: skip
    placed = {"subnets": [whole(subnet)], "securityGroups": [whole(group)], "assignPublicIp": False}
    return plan_of([*made, group, *endpoints, a(SERVICE, "tasks", networkConfiguration=placed)])
