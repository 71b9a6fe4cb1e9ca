"""The tables of the database in D1, applied by the deployment. Imported only where a stack has such migrations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pulumi
import pulumi_command as command

from components.cloudflare.edge_migrations import EdgeMigrations
from config.d1_migrations import migration_files

if TYPE_CHECKING:
    from config.cloudflare import EdgeMigrations as Settings
    from config.stack import StackSettings

_PROGRAM = "tools/apply-d1-migrations --remote"  # the project's own, which is where the program runs


def migrated(
    stack: StackSettings,
    settings: Settings,
    database: tuple[str, str, pulumi.Output[str]],
    placed: pulumi.ResourceOptions,
) -> pulumi.Output[str]:
    """The id of a database of this account, name and id, once all migrations are applied to it."""
    account, name, database_id = database
    runner = pulumi.ResourceOptions(providers=[command.Provider("command")])
    applied = EdgeMigrations(
        f"{stack.app}-migrations",
        {
            "account_id": account,
            "database_id": database_id,
            "database_name": name,
            "directory": settings.directory,
            # The program runs in the project's root, and so does the command.
            "files": [{"name": each.name, "sha256": each.sha256} for each in migration_files(Path(settings.directory))],
            "program": _PROGRAM,
        },
        pulumi.ResourceOptions.merge(placed, runner),
    )
    return applied.database_id
