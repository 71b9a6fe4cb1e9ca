"""The ways from a network to AWS services that do not lead over the internet."""

import pulumi
import pulumi_aws as aws

from components.aws.connections import Connection, End, connect

_HTTPS = 443


def s3_endpoint(
    name: str,
    region: str,
    vpc_id: pulumi.Input[str],
    tables: dict[str, aws.ec2.RouteTable],
    child: pulumi.ResourceOptions,
) -> aws.ec2.VpcEndpoint:
    """The way to S3 from the subnets of these tables. It costs nothing; by way of NAT every gigabyte does."""
    return aws.ec2.VpcEndpoint(
        f"{name}-s3",
        vpc_id=vpc_id,
        vpc_endpoint_type="Gateway",
        service_name=f"com.amazonaws.{region}.s3",
        route_table_ids=[table.id for table in tables.values()],
        tags={"Name": f"{name}-s3"},
        opts=child,
    )


def interface_endpoints(
    name: str,
    services: dict[str, str],
    vpc_id: pulumi.Input[str],
    subnets: dict[str, aws.ec2.Subnet],
    child: pulumi.ResourceOptions,
) -> aws.ec2.SecurityGroup:
    """A way to each of these services, by its full name, that members of one security group may take: this is returned.

    The services keep their public names: inside the network these lead to the endpoints.
    """
    own = aws.ec2.SecurityGroup(
        f"{name}-endpoints-sg",
        vpc_id=vpc_id,
        description=f"{name}: the endpoints, reached by their clients only",
        tags={"Name": f"{name}-endpoints"},
        opts=child,
    )
    clients = aws.ec2.SecurityGroup(
        f"{name}-endpoint-clients-sg",
        vpc_id=vpc_id,
        description=f"Members may connect to the endpoints of {name}",
        tags={"Name": f"{name}-endpoint-clients"},
        opts=child,
    )
    connect(
        name,
        Connection(
            carries="HTTPS",
            port=_HTTPS,
            source=End(clients.id, "endpoint-clients", "clients"),
            target=End(own.id, "endpoints", f"the endpoints of {name}"),
        ),
        child,
    )
    for service, full in services.items():
        aws.ec2.VpcEndpoint(
            f"{name}-endpoint-{service}",
            vpc_id=vpc_id,
            vpc_endpoint_type="Interface",
            service_name=full,
            subnet_ids=[subnet.id for subnet in subnets.values()],
            security_group_ids=[own.id],
            private_dns_enabled=True,
            tags={"Name": f"{name}-endpoint-{service}"},
            opts=child,
        )
    return clients


def let_out_to_s3(
    name: str, clients: aws.ec2.SecurityGroup, s3: aws.ec2.VpcEndpoint, child: pulumi.ResourceOptions
) -> None:
    """The rule by which members of a security group may take the way to S3.

    S3 is reached at its public addresses, which only AWS knows: hence the list that the endpoint names.
    """
    aws.vpc.SecurityGroupEgressRule(
        f"{name}-to-s3",
        security_group_id=clients.id,
        prefix_list_id=s3.prefix_list_id,
        description="HTTPS to S3",
        ip_protocol="tcp",
        from_port=_HTTPS,
        to_port=_HTTPS,
        tags={"Name": f"{name}-to-s3"},
        opts=child,
    )
