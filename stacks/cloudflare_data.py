"""What an application at Cloudflare's edge keeps: a database with its tables, uploads, secrets that nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.cloudflare.edge_data import EdgeDatabase, EdgeSecrets, EdgeUploads
from config.data import Sqlite, UploadedFiles
from stacks.cloudflare_names import named

if TYPE_CHECKING:
    import pulumi

    from components.cloudflare.edge_data import EdgeDatabaseArgs, EdgeUploadsArgs
    from config.cloudflare import Cloudflare
    from config.stack import StackSettings


def database_of(stack: StackSettings, topology: Cloudflare, placed: pulumi.ResourceOptions) -> EdgeDatabase | None:
    """The database in D1; None where the application has no SQLite file."""
    if not isinstance(stack.application.data.sqlite, Sqlite):
        return None
    settings = topology.database
    args: EdgeDatabaseArgs = {
        "account_id": topology.account_id,
        "database_name": named(stack),
        "deletion": settings.deletion,
    }
    if settings.location is not None:
        args["location"] = settings.location
    return EdgeDatabase(f"{stack.app}-database", args, placed)


def migrated(
    stack: StackSettings, topology: Cloudflare, database: EdgeDatabase, placed: pulumi.ResourceOptions
) -> pulumi.Input[str]:
    """The database's id for the Worker, which waits for the migrations where there are some."""
    if topology.database.migrations is None:
        return database.database_id
    from stacks.cloudflare_migrations import migrations  # noqa: PLC0415 - other stacks need no SDK that runs commands

    return migrations(stack, topology, topology.database.migrations, database, placed).database_id


def uploads_of(stack: StackSettings, topology: Cloudflare, placed: pulumi.ResourceOptions) -> EdgeUploads | None:
    """The bucket in R2; None where nothing is uploaded."""
    if not isinstance(stack.application.data.uploads, UploadedFiles):
        return None
    settings = topology.uploads
    args: EdgeUploadsArgs = {
        "account_id": topology.account_id,
        "bucket_name": named(stack, "uploads"),
        "deletion": settings.deletion,
    }
    if settings.location is not None:
        args["location"] = settings.location
    return EdgeUploads(f"{stack.app}-uploads", args, placed)


def generated(stack: StackSettings, placed: pulumi.ResourceOptions) -> dict[str, pulumi.Output[str]]:
    """The secrets that the stack makes, by name."""
    names = [name for name, secret in stack.used_secrets().items() if secret.generate]
    return EdgeSecrets(f"{stack.app}-secrets", {"names": names}, placed).values if names else {}
