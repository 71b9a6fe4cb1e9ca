"""The managed Redis: one ElastiCache replication group with Valkey, shared by every instance of every service."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from components.aws.connections import Listener, client_groups
from components.aws.write_only import hidden_version, write_only
from components.deletion import forgotten, kept
from config.values import Deletion

PORT = 6379
_LISTENER = Listener("Redis over TLS", PORT, "cache")


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
    """Copies beside the primary, 0 to 5; with one or more, failover is automatic and over zones. With shards, beside
    each one's primary.
    """
    shards: NotRequired[int]
    """Over how many shards keys are spread, in cluster mode; 0, or left out, is without. To begin or end with them
    makes another cache.
    """
    snapshots: int
    """Days that daily snapshots are kept, 0 to 35; 0 means none."""
    auth_token: pulumi.Input[str]
    """The password that clients give: 16 to 128 letters, digits, or any of ! & # $ ^ < > and the hyphen."""
    deletion: Deletion
    """What becomes of the cache when it leaves the program."""


class Cache(pulumi.ComponentResource):
    """Guarantees one encrypted cache that only members of its clients' group reach: port 6379, TLS and a password."""

    client_security_group_id: pulumi.Output[str]
    """The security group whose members may connect. Beside it, a client needs the password."""
    host: pulumi.Output[str]
    """The name of the primary, which follows a failover; with shards the name at which clients ask for the nodes."""
    node_ids: dict[str, pulumi.Output[str]]
    """The ids of the nodes, as CloudWatch's CacheClusterId has them, by the role in which they were made: primary,
    replica-1 and so on; with shards, shard-1-primary and so on. After a failover another node is the primary, and the
    ids stay.
    """

    def __init__(self, name: str, args: CacheArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:Cache", name, {}, opts)
        child = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=self), forgotten(args["deletion"]))
        own, clients = client_groups(name, args["vpc_id"], _LISTENER, child)
        subnets = aws.elasticache.SubnetGroup(
            f"{name}-subnets",
            description=f"Where {name} lives: subnets without a way to the internet",
            subnet_ids=list(args["subnet_ids"].values()),
            tags={"Name": name},
            opts=child,
        )
        token = write_only(args["auth_token"])
        data = pulumi.ResourceOptions.merge(child, kept(args["deletion"]))
        # Windows for snapshots and maintenance are AWS's choice, in the night of the region: an hour that is written
        # here would be noon somewhere.
        shards = args.get("shards", 0)
        group = aws.elasticache.ReplicationGroup(
            # AWS makes no shards in a group without, and takes them out of none: it is another group.
            f"{name}-valkey-shards" if shards else f"{name}-valkey",
            description=f"{name}: the one cache that all instances share",
            engine="valkey",
            engine_version=args["version"],
            node_type=args["node_type"],
            port=PORT,
            num_cache_clusters=None if shards else 1 + args["replicas"],
            num_node_groups=shards or None,
            replicas_per_node_group=args["replicas"] if shards else None,
            parameter_group_name=f"default.valkey{args['version'].partition('.')[0]}.cluster.on" if shards else None,
            automatic_failover_enabled=bool(shards) or args["replicas"] > 0,  # AWS makes no shards without
            multi_az_enabled=args["replicas"] > 0,
            at_rest_encryption_enabled=True,
            transit_encryption_enabled=True,
            transit_encryption_mode="required",
            auth_token_wo=token.value,
            auth_token_wo_version=token.version,
            # A new token is taken beside the old one, so machines that still have the old one go on until they are
            # renewed. A group is made with its token, so this never means "or none".
            auth_token_update_strategy="ROTATE",  # noqa: S106  # a strategy, no token
            auto_minor_version_upgrade=True,
            snapshot_retention_limit=args["snapshots"],
            final_snapshot_identifier=_last_snapshot(name, args, subnets, child),
            subnet_group_name=subnets.id,
            security_group_ids=[own.id],
            tags={"Name": name},
            opts=pulumi.ResourceOptions.merge(data, hidden_version("authTokenWoVersion")),
        )
        self.client_security_group_id = clients.id
        self.host = group.configuration_endpoint_address if shards else group.primary_endpoint_address
        self.node_ids = {
            role: pulumi.Output.concat(group.id, end) for role, end in _nodes(args["replicas"], shards).items()
        }
        self.register_outputs(
            {"clientSecurityGroupId": self.client_security_group_id, "host": self.host, "nodeIds": self.node_ids}
        )


def _nodes(replicas: int, shards: int) -> dict[str, str]:
    """What AWS ends the ids of nodes with, by the role in which they are made."""
    roles = ["primary", *(f"replica-{number + 1}" for number in range(replicas))]
    ends = {role: f"-{node:03}" for node, role in enumerate(roles, 1)}
    if not shards:
        return ends
    return {
        f"shard-{shard}-{role}": f"-{shard:04}{end}" for shard in range(1, shards + 1) for role, end in ends.items()
    }


def _last_snapshot(
    name: str, args: CacheArgs, subnets: aws.elasticache.SubnetGroup, child: pulumi.ResourceOptions
) -> pulumi.Output[str] | None:
    """The name of the snapshot that a deliberate deletion leaves, or none where the data may go.

    It stays in the account under that name, so each cache that was ever here needs another one: also the one that takes
    this one's place, which other subnets and the step to shards or back alone bring about.
    """
    if args["deletion"] == Deletion.DESTROY:
        return None
    keepers: dict[str, pulumi.Input[str]] = {"subnets": subnets.id}
    if args.get("shards"):
        keepers["mode"] = "cluster"
    suffix = random.RandomId(f"{name}-final", byte_length=4, keepers=keepers, opts=child)
    return pulumi.Output.concat(f"{name}-final-", suffix.hex)
