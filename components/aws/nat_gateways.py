"""The way out of private subnets by managed NAT gateways."""

import pulumi
import pulumi_aws as aws

from components.aws.subnets import ANYWHERE


def lead_out_by_gateways(
    name: str,
    standing: dict[str, aws.ec2.Subnet],
    tables: dict[str, aws.ec2.RouteTable],
    child: pulumi.ResourceOptions,
) -> dict[str, pulumi.Output[str]]:
    """A gateway in each zone of `standing`, and the route of each zone's table: to its own gateway, else to the first.

    Returns the gateways' public addresses by zone.
    """
    addresses = {
        zone: aws.ec2.Eip(f"{name}-nat-{zone}", domain="vpc", tags={"Name": f"{name}-nat-{zone}"}, opts=child)
        for zone in standing
    }
    gateways = {
        zone: aws.ec2.NatGateway(
            f"{name}-nat-{zone}",
            allocation_id=addresses[zone].allocation_id,
            subnet_id=subnet.id,
            tags={"Name": f"{name}-nat-{zone}"},
            opts=child,
        )
        for zone, subnet in standing.items()
    }
    first = next(iter(gateways.values()))
    for zone, table in tables.items():
        aws.ec2.Route(
            f"{name}-compute-{zone}-nat",
            route_table_id=table.id,
            destination_cidr_block=ANYWHERE,
            nat_gateway_id=gateways.get(zone, first).id,
            opts=child,
        )
    return {zone: address.public_ip for zone, address in addresses.items()}
