"""The managed Redis: one ElastiCache replication group with Valkey, shared by every instance of every service."""

from typing import TypedDict

import pulumi
import pulumi_aws as aws

from components.aws.deletion import forgotten, kept
from config.values import Deletion

PORT = 6379


class CacheArgs(TypedDict):
    """What the cache is made from."""

    vpc_id: pulumi.Input[str]
    """The id of its VPC."""
    subnet_ids: dict[str, pulumi.Input[str]]
    """The ids of its subnets by zone; they should have no route to the internet."""
    node_type: str
    """The ElastiCache node type, such as cache.t4g.micro."""
    version: str
    """The version of Valkey, such as 8.0."""
    replicas: int
    """Copies beside the primary, 0 to 5; with one or more, failover is automatic and over zones."""
    snapshots: int
    """Days that daily snapshots are kept, 0 to 35; 0 means none."""
    deletion: Deletion
    """What becomes of the cache when it leaves the program."""


class Cache(pulumi.ComponentResource):
    """Guarantees one encrypted cache that only members of its clients' security group reach, over TLS, on port 6379."""

    client_security_group_id: pulumi.Output[str]
    """The security group whose members may connect. Being in it is all that a client needs."""
    host: pulumi.Output[str]
    """The name of the primary, which follows a failover."""
    url: pulumi.Output[str]
    """The address for clients: rediss://, so with TLS."""

    def __init__(self, name: str, args: CacheArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:Cache", name, {}, opts)
        child = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=self), forgotten(args["deletion"]))
        own, clients = _security_groups(name, args["vpc_id"], child)
        subnets = aws.elasticache.SubnetGroup(
            f"{name}-subnets",
            description=f"Where {name} lives: subnets without a way to the internet",
            subnet_ids=list(args["subnet_ids"].values()),
            tags={"Name": name},
            opts=child,
        )
        group = aws.elasticache.ReplicationGroup(
            f"{name}-valkey",
            description=f"{name}: the one cache that all instances share",
            engine="valkey",
            engine_version=args["version"],
            node_type=args["node_type"],
            port=PORT,
            num_cache_clusters=1 + args["replicas"],
            automatic_failover_enabled=args["replicas"] > 0,
            multi_az_enabled=args["replicas"] > 0,
            at_rest_encryption_enabled=True,
            transit_encryption_enabled=True,
            transit_encryption_mode="required",
            auto_minor_version_upgrade=True,
            snapshot_retention_limit=args["snapshots"],
            subnet_group_name=subnets.id,
            security_group_ids=[own.id],
            tags={"Name": name},
            opts=pulumi.ResourceOptions.merge(child, kept(args["deletion"])),
        )
        self.client_security_group_id = clients.id
        self.host = group.primary_endpoint_address
        self.url = pulumi.Output.concat("rediss://", self.host, f":{PORT}")
        self.register_outputs(
            {"clientSecurityGroupId": self.client_security_group_id, "host": self.host, "url": self.url}
        )


def _security_groups(
    name: str, vpc_id: pulumi.Input[str], child: pulumi.ResourceOptions
) -> tuple[aws.ec2.SecurityGroup, aws.ec2.SecurityGroup]:
    """The cache's group and its clients', and the one way between them.

    Clients join a group instead of being listed, so the cache stays as it is whoever its clients are.
    """
    own = aws.ec2.SecurityGroup(
        f"{name}-sg",
        vpc_id=vpc_id,
        description=f"{name}: reached by its clients only",
        tags={"Name": name},
        opts=child,
    )
    clients = aws.ec2.SecurityGroup(
        f"{name}-clients-sg",
        vpc_id=vpc_id,
        description=f"Members may connect to {name}",
        tags={"Name": f"{name}-clients"},
        opts=child,
    )
    aws.vpc.SecurityGroupIngressRule(
        f"{name}-from-clients",
        security_group_id=own.id,
        referenced_security_group_id=clients.id,
        description="Redis over TLS from clients",
        ip_protocol="tcp",
        from_port=PORT,
        to_port=PORT,
        tags={"Name": f"{name}-from-clients"},
        opts=child,
    )
    aws.vpc.SecurityGroupEgressRule(
        f"{name}-to-cache",
        security_group_id=clients.id,
        referenced_security_group_id=own.id,
        description=f"Redis over TLS to {name}",
        ip_protocol="tcp",
        from_port=PORT,
        to_port=PORT,
        tags={"Name": f"{name}-to-cache"},
        opts=child,
    )
    return own, clients
