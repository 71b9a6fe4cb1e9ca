"""The tables of the database in D1, applied by the deployment. Imported only where a stack has such migrations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pulumi
import pulumi_command as command

from components.cloudflare.edge_migrations import EdgeMigrations
from config.d1_migrations import migration_files
from stacks.cloudflare_names import named

if TYPE_CHECKING:
    from components.cloudflare.edge_data import EdgeDatabase
    from config.cloudflare import Cloudflare
    from config.cloudflare import EdgeMigrations as Settings
    from config.stack import StackSettings

_PROGRAM = "tools/apply-d1-migrations --remote"  # the project's own, which is where the program runs


def migrations(
    stack: StackSettings,
    topology: Cloudflare,
    settings: Settings,
    database: EdgeDatabase,
    placed: pulumi.ResourceOptions,
) -> EdgeMigrations:
    """The migrations of the folder in `settings`, applied to the stack's database."""
    runner = pulumi.ResourceOptions(providers=[command.Provider("command")])
    return EdgeMigrations(
        f"{stack.app}-migrations",
        {
            "account_id": topology.account_id,
            "database_id": database.database_id,
            "database_name": named(stack),
            "directory": settings.directory,
            # The program runs in the project's root, and so does the command.
            "files": [{"name": each.name, "sha256": each.sha256} for each in migration_files(Path(settings.directory))],
            "program": _PROGRAM,
        },
        pulumi.ResourceOptions.merge(placed, runner),
    )
