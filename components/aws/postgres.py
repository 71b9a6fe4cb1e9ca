"""What each PostgreSQL in RDS has, an instance as a cluster: port, authority, logs and settings."""

import pulumi
import pulumi_aws as aws

from components.aws.connections import Listener

PORT = 5432
LISTENER = Listener("PostgreSQL over TLS", PORT, "database")
AUTHORITY = "rds-ca-rsa2048-g1"  # who signs its certificate
_LOG_DAYS = 90


def log_groups(
    name: str, place: pulumi.Input[str], logs: tuple[str, ...], child: pulumi.ResourceOptions
) -> list[aws.cloudwatch.LogGroup]:
    """The groups that RDS writes these logs to. `place` is `instance/` or `cluster/` and the identifier."""
    return [
        aws.cloudwatch.LogGroup(
            f"{name}-{log}-logs",
            name=pulumi.Output.concat("/aws/rds/", place, f"/{log}"),
            retention_in_days=_LOG_DAYS,
            tags={"Name": f"{name}-{log}-logs"},
            opts=child,
        )
        for log in logs
    ]


def parameters(max_connections: int, slow_query_ms: int) -> dict[str, tuple[str, str]]:
    """The settings of the server by name, each with its value and when RDS applies it.

    DDL is not logged: `create role … password '…'` is DDL, and would stand there with the password.
    """
    return {
        "rds.force_ssl": ("1", "immediate"),
        "log_min_duration_statement": (str(slow_query_ms), "immediate"),
        # Said, not left to RDS, which reckons it from memory or capacity: an alarm's per cent are of this number.
        "max_connections": (str(max_connections), "pending-reboot"),
    }
