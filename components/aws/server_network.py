"""The network of a single server: one public subnet in one zone, and the group that is its firewall."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.aws.flow_logs import log_flows
from components.server.args import ServerArgs
from components.server.openings import EVERYBODY, Exit, exits, openings

_BLOCK = "10.90.0.0/24"  # private and the server's alone: no other network of ours has a way here


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the server stands."""

    subnet_id: pulumi.Output[str]
    """The subnet's id."""
    group_id: pulumi.Output[str]
    """The security group's id."""
    ways: list[pulumi.Resource]
    """What has to be there before the server first calls anybody."""


def server_network(name: str, args: ServerArgs, child: pulumi.ResourceOptions) -> Placed:
    """A network of its own with one public subnet, for IPv4 and IPv6, and every connection logged."""
    vpc = aws.ec2.Vpc(
        f"{name}-vpc",
        cidr_block=_BLOCK,
        assign_generated_ipv6_cidr_block=True,
        enable_dns_support=True,
        enable_dns_hostnames=True,
        tags={"Name": name},
        opts=child,
    )
    aws.ec2.DefaultSecurityGroup(  # without rules: whatever lands in it by mistake is cut off
        f"{name}-default", vpc_id=vpc.id, tags={"Name": f"{name}-default-closed"}, opts=child
    )
    gateway = aws.ec2.InternetGateway(f"{name}-internet", vpc_id=vpc.id, tags={"Name": name}, opts=child)
    subnet = aws.ec2.Subnet(
        f"{name}-subnet",
        vpc_id=vpc.id,
        availability_zone=args["location"],
        cidr_block=_BLOCK,
        ipv6_cidr_block=vpc.ipv6_cidr_block.apply(_first_subnet),
        map_public_ip_on_launch=False,
        tags={"Name": name},
        opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=[gateway])),
    )
    table = aws.ec2.RouteTable(f"{name}-routes", vpc_id=vpc.id, tags={"Name": name}, opts=child)
    joined = aws.ec2.RouteTableAssociation(f"{name}-routes", route_table_id=table.id, subnet_id=subnet.id, opts=child)
    ipv4, ipv6 = EVERYBODY
    routes = [
        aws.ec2.Route(
            f"{name}-internet-ipv4",
            route_table_id=table.id,
            destination_cidr_block=ipv4,
            gateway_id=gateway.id,
            opts=child,
        ),
        aws.ec2.Route(
            f"{name}-internet-ipv6",
            route_table_id=table.id,
            destination_ipv6_cidr_block=ipv6,
            gateway_id=gateway.id,
            opts=child,
        ),
    ]
    log_flows(name, vpc.id, child)
    group, rules = _firewall(name, args, vpc.id, child)
    return Placed(subnet.id, group.id, [joined, *routes, *rules])


def _firewall(
    name: str, args: ServerArgs, vpc_id: pulumi.Input[str], child: pulumi.ResourceOptions
) -> tuple[aws.ec2.SecurityGroup, list[pulumi.Resource]]:
    """The web for whom it is meant, SSH from the named ranges, and the way out. Nobody is answered a ping."""
    group = aws.ec2.SecurityGroup(
        f"{name}-wall", vpc_id=vpc_id, description=f"{name}: the firewall", tags={"Name": name}, opts=child
    )
    for each in openings(args):
        for source in each.sources:
            role = f"{name}-from-{_spelt(source)}-{each.role}"
            aws.vpc.SecurityGroupIngressRule(
                role,
                security_group_id=group.id,
                cidr_ipv4=source if ":" not in source else None,
                cidr_ipv6=source if ":" in source else None,
                description=f"{each.role} from {source}",
                ip_protocol="tcp",
                from_port=each.port,
                to_port=each.port,
                tags={"Name": role},
                opts=child,
            )
    return group, [rule for each in exits(args) for rule in _way_out(name, each, group.id, child)]


def _way_out(name: str, way: Exit, group_id: pulumi.Input[str], child: pulumi.ResourceOptions) -> list[pulumi.Resource]:
    first, _, last = way.ports.partition("-")
    made: list[pulumi.Resource] = []
    for version, everybody in zip(("ipv4", "ipv6"), EVERYBODY, strict=True):
        role = f"{name}-to-{way.role}-{version}"
        made.append(
            aws.vpc.SecurityGroupEgressRule(
                role,
                security_group_id=group_id,
                cidr_ipv4=everybody if version == "ipv4" else None,
                cidr_ipv6=everybody if version == "ipv6" else None,
                description=f"{name} to the internet: {way.role}",
                ip_protocol=way.protocol,
                from_port=int(first),
                to_port=int(last or first),
                tags={"Name": role},
                opts=child,
            )
        )
    return made


def _spelt(source: str) -> str:
    """A range as part of a name, unlike any other's: 203.0.113.0/24 as 203.0.113.0-24."""
    return {EVERYBODY[0]: "anywhere-ipv4", EVERYBODY[1]: "anywhere-ipv6"}.get(source) or source.replace(
        "/", "-"
    ).replace(":", "_")


def _first_subnet(block: str) -> str:
    """The first /64 of the /56 that AWS gives a network."""
    return block.replace("/56", "/64")
