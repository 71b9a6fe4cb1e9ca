"""The managed database: one PostgreSQL instance of RDS."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from components.aws.connections import client_groups
from components.aws.postgres import AUTHORITY, LISTENER, PORT, log_groups, parameters
from components.aws.write_only import hidden_version, write_only
from components.deletion import forgotten, kept
from config.values import Deletion

_LOGS = ("postgresql", "upgrade")


class DatabaseArgs(TypedDict):
    """What the database is made from."""

    vpc_id: pulumi.Input[str]
    """The id of its VPC."""
    subnet_ids: dict[str, pulumi.Input[str]]
    """The ids of its subnets by zone, two at least; they should have no route to the internet."""
    version: str
    """The major version of PostgreSQL, such as 17. Minor ones come by themselves. RDS refuses a new major one here
    until the instance has been upgraded by hand: no changed figure starts what cannot be taken back.
    """
    instance_class: str
    """The RDS instance class, such as db.t4g.small."""
    storage: int
    """Room for data in GiB, 20 at least."""
    max_storage: int
    """How far the room may grow by itself, in GiB; a tenth more than `storage` at least."""
    multi_az: bool
    """Whether a copy in another zone takes over."""
    backups: int
    """Days that it can be restored to any second of, 1 to 35."""
    name: str
    """The database's name. Another name means another database."""
    user: str
    """The user that clients connect as. Another one means another database."""
    password: pulumi.Input[str]
    """The user's password: 8 to 128 characters without / @ " and blanks."""
    max_connections: int
    """The most connections that it takes, 20 to 5,000."""
    slow_query_ms: int
    """Milliseconds from which a query is logged."""
    replicas: NotRequired[int]
    """Copies to read from, 0 to 15; none where it is left out. A copy has no data of its own, so nothing keeps it."""
    deletion: Deletion
    """What becomes of the database when it leaves the program; a final snapshot remains in any case."""


class Database(pulumi.ComponentResource):
    """Guarantees one encrypted PostgreSQL that only its clients' group reaches: port 5432, TLS and a password.

    So do its replicas, which are as large.
    """

    client_security_group_id: pulumi.Output[str]
    """The security group whose members may connect. Beside it, a client needs the password."""
    host: pulumi.Output[str]
    """The name of the instance, which follows a failover."""
    identifier: pulumi.Output[str]
    """The instance's identifier, as CloudWatch's DBInstanceIdentifier has it."""
    read_hosts: dict[str, pulumi.Output[str]]
    """The names of the replicas by role: replica-1 and so on."""
    replica_identifiers: dict[str, pulumi.Output[str]]
    """The replicas' identifiers by role, as CloudWatch has them."""

    def __init__(self, name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:Database", name, {}, opts)
        self._prefix, self._args = name, args
        self._child = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=self), forgotten(args["deletion"]))
        self._data = pulumi.ResourceOptions.merge(self._child, kept(args["deletion"]))
        own, clients = client_groups(name, args["vpc_id"], LISTENER, self._child)
        # The instance's name is given, not Pulumi's: RDS names its logs by it, and what RDS makes itself keeps lines
        # for ever. Whatever makes another database makes another name, so no two meet, nor do their final snapshots.
        # It is protected with the data: another name alone would rename the instance, and move its address.
        suffix = random.RandomId(
            f"{name}-id",
            byte_length=4,
            keepers={"name": args["name"], "user": args["user"]},
            opts=self._data,
        )
        identifier = pulumi.Output.concat(f"{name}-", suffix.hex)
        parameters = self._make_parameters()
        instance = self._make_instance(identifier, own, parameters, self._make_logs(identifier))
        replicas = {
            role: self._make_replica(role, instance, own, parameters)
            for role in (f"replica-{number + 1}" for number in range(args.get("replicas", 0)))
        }
        self.client_security_group_id = clients.id
        self.host = instance.address
        self.identifier = instance.identifier
        self.read_hosts = {role: replica.address for role, replica in replicas.items()}
        self.replica_identifiers = {role: replica.identifier for role, replica in replicas.items()}
        self.register_outputs(
            {
                "clientSecurityGroupId": self.client_security_group_id,
                "host": self.host,
                "identifier": self.identifier,
                "readHosts": self.read_hosts,
                "replicaIdentifiers": self.replica_identifiers,
            }
        )

    def _make_logs(self, identifier: pulumi.Output[str], role: str = "") -> list[aws.cloudwatch.LogGroup]:
        """The groups of the database's own logs, or of those of the replica of this role."""
        name = f"{self._prefix}-{role}" if role else self._prefix
        return log_groups(name, pulumi.Output.concat("instance/", identifier), _LOGS, self._child)

    def _make_parameters(self) -> aws.rds.ParameterGroup:
        settings = parameters(self._args["max_connections"], self._args["slow_query_ms"])
        return aws.rds.ParameterGroup(
            f"{self._prefix}-parameters",
            description=f"{self._prefix}: TLS only, slow queries are logged",
            family=f"postgres{self._args['version']}",
            parameters=[
                aws.rds.ParameterGroupParameterArgs(name=setting, value=value, apply_method=method)
                for setting, (value, method) in settings.items()
            ],
            tags={"Name": self._prefix},
            opts=self._child,
        )

    def _make_instance(
        self,
        identifier: pulumi.Output[str],
        own: aws.ec2.SecurityGroup,
        parameters: aws.rds.ParameterGroup,
        logs: list[aws.cloudwatch.LogGroup],
    ) -> aws.rds.Instance:
        args, name = self._args, self._prefix
        subnets = aws.rds.SubnetGroup(
            f"{name}-subnets",
            description=f"Where {name} lives: subnets without a way to the internet",
            subnet_ids=list(args["subnet_ids"].values()),
            tags={"Name": name},
            opts=self._child,
        )
        password = write_only(args["password"])
        options = pulumi.ResourceOptions.merge(self._data, hidden_version("passwordWoVersion"))
        # The hours of backups and maintenance are AWS's choice, in the night of the region.
        return aws.rds.Instance(
            f"{name}-postgres",
            identifier=identifier,
            engine="postgres",
            engine_version=args["version"],  # a minor one here would be taken back to after each upgrade
            auto_minor_version_upgrade=True,
            # What restarts or slows the database waits for the hours of maintenance. A password never waits.
            apply_immediately=False,
            instance_class=args["instance_class"],
            storage_type="gp3",
            storage_encrypted=True,
            allocated_storage=args["storage"],  # RDS makes it grow; a grown one is no difference to the provider
            max_allocated_storage=args["max_storage"],
            multi_az=args["multi_az"],
            db_name=args["name"],
            username=args["user"],
            password_wo=password.value,
            password_wo_version=password.version,
            iam_database_authentication_enabled=False,
            port=PORT,
            db_subnet_group_name=subnets.name,
            vpc_security_group_ids=[own.id],
            publicly_accessible=False,
            ca_cert_identifier=AUTHORITY,
            parameter_group_name=parameters.name,
            backup_retention_period=args["backups"],
            copy_tags_to_snapshot=True,
            delete_automated_backups=args["deletion"] == Deletion.DESTROY,
            skip_final_snapshot=False,
            final_snapshot_identifier=pulumi.Output.concat(identifier, "-final"),
            deletion_protection=args["deletion"] == Deletion.PROTECT,
            enabled_cloudwatch_logs_exports=list(_LOGS),
            database_insights_mode="standard",
            performance_insights_enabled=True,  # what Database Insights reads; seven days of it cost nothing
            performance_insights_retention_period=7,
            tags={"Name": name},
            opts=pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=logs)),
        )

    def _make_replica(
        self, role: str, source: aws.rds.Instance, own: aws.ec2.SecurityGroup, parameters: aws.rds.ParameterGroup
    ) -> aws.rds.Instance:
        """A copy to read from. Database, user, password, subnets and room are the source's, now and later."""
        args, name = self._args, f"{self._prefix}-{role}"
        identifier = pulumi.Output.concat(source.identifier, f"-{role}")
        # A copy does not change to another source: where the source is another one, it is made anew.
        options = pulumi.ResourceOptions(
            depends_on=self._make_logs(identifier, role), replace_on_changes=["replicateSourceDb"]
        )
        return aws.rds.Instance(
            f"{name}-postgres",
            identifier=identifier,
            replicate_source_db=source.identifier,
            auto_minor_version_upgrade=True,
            apply_immediately=False,
            instance_class=args["instance_class"],
            storage_type="gp3",
            storage_encrypted=True,
            max_allocated_storage=args["max_storage"],  # a copy grows by itself as well, or it stops copying
            multi_az=False,
            iam_database_authentication_enabled=False,
            port=PORT,
            vpc_security_group_ids=[own.id],
            publicly_accessible=False,
            ca_cert_identifier=AUTHORITY,
            parameter_group_name=parameters.name,
            copy_tags_to_snapshot=True,
            skip_final_snapshot=True,  # RDS takes none of a copy
            enabled_cloudwatch_logs_exports=list(_LOGS),
            database_insights_mode="standard",
            performance_insights_enabled=True,
            performance_insights_retention_period=7,
            tags={"Name": name},
            opts=pulumi.ResourceOptions.merge(self._child, options),
        )
