"""What keeps connections to a database open and lends them to clients: RDS Proxy."""

import json
from collections.abc import Container
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from components.aws.connections import Listener, client_groups
from components.aws.iam import policy_document, trust
from components.aws.postgres import PORT
from components.aws.write_only import stored

_LISTENER = Listener("PostgreSQL over TLS", PORT, "proxy")
_LOG_DAYS = 90
_SHARE = 95  # per cent of the database's connections; the others are for people who look after it
_IDLE = 1800  # seconds after which a silent client is let go
_WAIT = 30  # seconds that a client waits for a connection to be free


class DatabaseProxyArgs(TypedDict):
    """What the proxy is made from."""

    vpc_id: pulumi.Input[str]
    """The id of its VPC."""
    subnet_ids: dict[str, pulumi.Input[str]]
    """The ids of its subnets by zone, two at least; they should have no route to the internet."""
    instance_identifier: NotRequired[pulumi.Input[str]]
    """The identifier of the database's instance; of a cluster, that of the cluster instead."""
    cluster_identifier: NotRequired[pulumi.Input[str]]
    """The identifier of the database's cluster, whose server that takes writes it leads to."""
    database_client_security_group_id: pulumi.Input[str]
    """The group whose members the database lets in: the proxy joins it."""
    user: str
    """The user that clients connect as, and the proxy itself."""
    password: pulumi.Input[str]
    """The user's password."""
    recovery_days: int
    """Days in which the proxy's own secret can be had back when it is deleted, 7 to 30; 0 deletes at once."""


class DatabaseProxy(pulumi.ComponentResource):
    """Guarantees a way to the database for its clients' group only, over TLS, with the database's user and password."""

    client_security_group_id: pulumi.Output[str]
    """The security group whose members may connect. Beside it, a client needs the password."""
    host: pulumi.Output[str]
    """The proxy's name, which follows a failover of the database and is known once the proxy leads there."""

    def __init__(self, name: str, args: DatabaseProxyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:DatabaseProxy", name, {}, opts)
        one_target(name, args)
        self._prefix, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        own, clients = client_groups(name, args["vpc_id"], _LISTENER, self._child)
        # The name is given, not Pulumi's: RDS names the log by it. Other subnets make another proxy, so another name.
        suffix = random.RandomId(
            f"{name}-id",
            byte_length=4,
            keepers={**args["subnet_ids"]},
            opts=self._child,
        )
        proxy = self._make_proxy(pulumi.Output.concat(f"{name}-", suffix.hex), own)
        lent = aws.rds.ProxyDefaultTargetGroup(
            f"{name}-connections",
            db_proxy_name=proxy.name,
            connection_pool_config=aws.rds.ProxyDefaultTargetGroupConnectionPoolConfigArgs(
                max_connections_percent=_SHARE, connection_borrow_timeout=_WAIT
            ),
            opts=self._child,
        )
        target = aws.rds.ProxyTarget(
            f"{name}-target",
            db_proxy_name=proxy.name,
            target_group_name=lent.name,
            db_instance_identifier=args.get("instance_identifier"),
            db_cluster_identifier=args.get("cluster_identifier"),
            opts=self._child,
        )
        self.client_security_group_id = clients.id
        self.host = pulumi.Output.all(proxy.endpoint, target.id).apply(_first)
        self.register_outputs({"clientSecurityGroupId": self.client_security_group_id, "host": self.host})

    def _make_proxy(self, physical: pulumi.Output[str], own: aws.ec2.SecurityGroup) -> aws.rds.Proxy:
        args, name = self._args, self._prefix
        login, version = self._make_login()
        role, policy = self._make_role(login)
        log = aws.cloudwatch.LogGroup(
            f"{name}-logs",
            name=pulumi.Output.concat("/aws/rds/proxy/", physical),
            retention_in_days=_LOG_DAYS,
            tags={"Name": f"{name}-logs"},
            opts=self._child,
        )
        # It asks for the secret as soon as it is there, and writes its log.
        first = pulumi.ResourceOptions(depends_on=[version, policy, log])
        return aws.rds.Proxy(
            f"{name}-proxy",
            name=physical,
            engine_family="POSTGRESQL",
            require_tls=True,
            role_arn=role.arn,
            auths=[
                aws.rds.ProxyAuthArgs(
                    auth_scheme="SECRETS",
                    client_password_auth_type="POSTGRES_SCRAM_SHA_256",  # noqa: S106  # a way, no password
                    iam_auth="DISABLED",
                    secret_arn=login.arn,
                )
            ],
            debug_logging=False,  # it would write down statements, and what stands in them
            idle_client_timeout=_IDLE,
            vpc_subnet_ids=list(args["subnet_ids"].values()),
            vpc_security_group_ids=[own.id, args["database_client_security_group_id"]],
            tags={"Name": name},
            opts=pulumi.ResourceOptions.merge(self._child, first),
        )

    def _make_login(self) -> tuple[aws.secretsmanager.Secret, aws.secretsmanager.SecretVersion]:
        """The user and the password in the form that a proxy reads. Nothing is lost with it: both stand elsewhere."""
        secret = aws.secretsmanager.Secret(
            f"{self._prefix}-login",
            description="What the proxy logs in to the database with; set by Slipway with the database's password",
            recovery_window_in_days=self._args["recovery_days"],
            tags={"Name": f"{self._prefix}-login"},
            opts=self._child,
        )
        user = self._args["user"]
        login = pulumi.Output.secret(self._args["password"]).apply(lambda password: _login(user, password))
        return secret, stored(f"{self._prefix}-login", secret.id, login, self._child)

    def _make_role(self, login: aws.secretsmanager.Secret) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
        role = aws.iam.Role(
            f"{self._prefix}-role",
            description=f"What {self._prefix} may do: read its one secret",
            assume_role_policy=trust("rds.amazonaws.com"),
            tags={"Name": self._prefix},
            opts=self._child,
        )
        policy = aws.iam.RolePolicy(
            f"{self._prefix}-login", role=role.id, policy=login.arn.apply(_may_read), opts=self._child
        )
        return role, policy


def one_target(name: str, given: Container[str]) -> None:
    """Raise `ValueError` where these names of arguments are of no database, or of two."""
    if ("instance_identifier" in given) == ("cluster_identifier" in given):
        raise ValueError(f"{name}: give it an instance or a cluster to lead to; one of the two, and not both")


def _first(both: list[str]) -> str:
    return both[0]


def _login(user: str, password: str) -> str:
    return json.dumps({"username": user, "password": password})


def _may_read(secret: str) -> str:
    return policy_document({"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": secret})
