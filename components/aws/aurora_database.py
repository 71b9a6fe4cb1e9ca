"""The managed database as a cluster: Aurora PostgreSQL Serverless v2, whose servers grow and shrink with the work."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from components.aws.connections import client_groups
from components.aws.postgres import AUTHORITY, LISTENER, PORT, log_groups, parameters
from components.aws.write_only import hidden_version, write_only
from components.deletion import forgotten, kept
from config.values import Deletion

_ENGINE = "aurora-postgresql"
_LOGS = ("postgresql",)


class AuroraDatabaseArgs(TypedDict):
    """What the database is made from."""

    vpc_id: pulumi.Input[str]
    """The id of its VPC."""
    subnet_ids: dict[str, pulumi.Input[str]]
    """The ids of its subnets by zone, two at least; they should have no route to the internet."""
    version: str
    """The major version of PostgreSQL, such as 17. Minor ones come by themselves. RDS refuses a new major one here
    until the cluster has been upgraded by hand.
    """
    min_capacity: float
    """The least capacity of a server in ACUs, 0 to 256 in steps of 0.5; 0 lets it pause when nobody connects."""
    max_capacity: float
    """The most capacity of a server in ACUs, 1 to 256 in steps of 0.5."""
    servers: int
    """The servers, 1 to 16. One takes writes; when it fails another one does, and until then all can be read from."""
    read: NotRequired[bool]
    """Whether clients get the address at which the others are read; with two servers or more."""
    backups: int
    """Days that it can be restored to any second of, 1 to 35."""
    name: str
    """The database's name. Another name means another database."""
    user: str
    """The user that clients connect as. Another one means another database."""
    password: pulumi.Input[str]
    """The user's password: 8 to 128 characters without / @ " and blanks."""
    max_connections: int
    """The most connections that a server takes, 20 to 5,000."""
    slow_query_ms: int
    """Milliseconds from which a query is logged."""
    deletion: Deletion
    """What becomes of the database when it leaves the program; a final snapshot remains in any case."""


class AuroraDatabase(pulumi.ComponentResource):
    """Guarantees one encrypted Aurora cluster that only its clients' group reaches: port 5432, TLS and a password."""

    client_security_group_id: pulumi.Output[str]
    """The security group whose members may connect. Beside it, a client needs the password."""
    host: pulumi.Output[str]
    """The name of the server that takes writes, which follows a failover; known once there is a server."""
    cluster_identifier: pulumi.Output[str]
    """The cluster's identifier."""
    identifier: pulumi.Output[str]
    """The first server's identifier, as CloudWatch's DBInstanceIdentifier has it."""
    read_hosts: dict[str, pulumi.Output[str]]
    """The name of all servers that are read, by the role reader; none where nobody asked for it."""
    replica_identifiers: dict[str, pulumi.Output[str]]
    """The other servers' identifiers by role: server-2 and so on. Which one takes writes changes with each failover."""

    def __init__(self, name: str, args: AuroraDatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:AuroraDatabase", name, {}, opts)
        self._prefix, self._args = name, args
        self._child = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=self), forgotten(args["deletion"]))
        self._data = pulumi.ResourceOptions.merge(self._child, kept(args["deletion"]))
        own, clients = client_groups(name, args["vpc_id"], LISTENER, self._child)
        # As the name of an instance: RDS names the log by it, and no two final snapshots may meet.
        suffix = random.RandomId(
            f"{name}-id",
            byte_length=4,
            keepers={"name": args["name"], "user": args["user"]},
            opts=self._data,
        )
        identifier = pulumi.Output.concat(f"{name}-", suffix.hex)
        cluster = self._make_cluster(identifier, own)
        servers = {
            role: self._make_server(role, identifier, cluster)
            for role in (f"server-{number + 1}" for number in range(args["servers"]))
        }
        first = servers["server-1"]
        self.client_security_group_id = clients.id
        self.host = pulumi.Output.all(cluster.endpoint, first.id).apply(_first)
        self.cluster_identifier = pulumi.Output.all(cluster.cluster_identifier, first.id).apply(_first)
        self.identifier = first.identifier
        self.read_hosts = {"reader": cluster.reader_endpoint} if args.get("read") else {}
        self.replica_identifiers = {role: server.identifier for role, server in servers.items() if server is not first}
        self.register_outputs(
            {
                "clientSecurityGroupId": self.client_security_group_id,
                "host": self.host,
                "clusterIdentifier": self.cluster_identifier,
                "identifier": self.identifier,
                "readHosts": self.read_hosts,
                "replicaIdentifiers": self.replica_identifiers,
            }
        )

    def _make_cluster(self, identifier: pulumi.Output[str], own: aws.ec2.SecurityGroup) -> aws.rds.Cluster:
        args, name = self._args, self._prefix
        subnets = aws.rds.SubnetGroup(
            f"{name}-subnets",
            description=f"Where {name} lives: subnets without a way to the internet",
            subnet_ids=list(args["subnet_ids"].values()),
            tags={"Name": name},
            opts=self._child,
        )
        logs = log_groups(name, pulumi.Output.concat("cluster/", identifier), _LOGS, self._child)
        password = write_only(args["password"])
        options = pulumi.ResourceOptions.merge(self._data, hidden_version("masterPasswordWoVersion"))
        return aws.rds.Cluster(
            f"{name}-aurora",
            cluster_identifier=identifier,
            engine=_ENGINE,
            engine_mode="provisioned",  # which Serverless v2 is, other than the first version
            engine_version=args["version"],  # a minor one here would be taken back to after each upgrade
            apply_immediately=False,
            serverlessv2_scaling_configuration=aws.rds.ClusterServerlessv2ScalingConfigurationArgs(
                min_capacity=args["min_capacity"], max_capacity=args["max_capacity"]
            ),
            storage_encrypted=True,
            database_name=args["name"],
            master_username=args["user"],
            master_password_wo=password.value,
            master_password_wo_version=password.version,
            iam_database_authentication_enabled=False,
            port=PORT,
            db_subnet_group_name=subnets.name,
            vpc_security_group_ids=[own.id],
            db_cluster_parameter_group_name=self._make_parameters().name,
            backup_retention_period=args["backups"],
            copy_tags_to_snapshot=True,
            delete_automated_backups=args["deletion"] == Deletion.DESTROY,
            skip_final_snapshot=False,
            final_snapshot_identifier=pulumi.Output.concat(identifier, "-final"),
            deletion_protection=args["deletion"] == Deletion.PROTECT,
            enabled_cloudwatch_logs_exports=list(_LOGS),
            database_insights_mode="standard",
            tags={"Name": name},
            opts=pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=logs)),
        )

    def _make_server(
        self, role: str, identifier: pulumi.Output[str], cluster: aws.rds.Cluster
    ) -> aws.rds.ClusterInstance:
        """A server. The data is the cluster's, so nothing keeps it."""
        name = f"{self._prefix}-{role}"
        return aws.rds.ClusterInstance(
            name,
            identifier=pulumi.Output.concat(identifier, f"-{role}"),
            cluster_identifier=cluster.id,
            engine=aws.rds.EngineType.AURORA_POSTGRESQL,
            instance_class="db.serverless",
            auto_minor_version_upgrade=True,
            apply_immediately=False,
            publicly_accessible=False,
            ca_cert_identifier=AUTHORITY,
            copy_tags_to_snapshot=True,
            promotion_tier=0,  # whoever takes over at once is kept as large as who takes writes
            performance_insights_enabled=True,
            performance_insights_retention_period=7,
            tags={"Name": name},
            opts=self._child,
        )

    def _make_parameters(self) -> aws.rds.ClusterParameterGroup:
        settings = parameters(self._args["max_connections"], self._args["slow_query_ms"])
        return aws.rds.ClusterParameterGroup(
            f"{self._prefix}-parameters",
            description=f"{self._prefix}: TLS only, slow queries are logged",
            family=f"{_ENGINE}{self._args['version']}",
            parameters=[
                aws.rds.ClusterParameterGroupParameterArgs(name=setting, value=value, apply_method=method)
                for setting, (value, method) in settings.items()
            ],
            tags={"Name": self._prefix},
            opts=self._child,
        )


def _first(both: list[str]) -> str:
    return both[0]
