"""The tables of a database in D1, as migrations that the deployment applies."""

from typing import TypedDict

import pulumi
import pulumi_command as command


class EdgeMigrationArgs(TypedDict):
    """One migration."""

    name: str
    """The name of its file."""
    sha256: str
    """The SHA-256 sum of what is in it, hexadecimal."""


class EdgeMigrationsArgs(TypedDict):
    """Migrations, and the database that they are for."""

    account_id: pulumi.Input[str]
    """The account."""
    database_id: pulumi.Input[str]
    """The database's id."""
    database_name: str
    """What the database is called there."""
    directory: str
    """The folder with the files, as seen from who deploys."""
    files: list[EdgeMigrationArgs]
    """The files in the order in which they are applied: added to at its end, never changed."""
    program: str
    """The command that applies them, as seen from who deploys. It is told in variables which: D1_ACCOUNT_ID,
    D1_DATABASE_ID, D1_DATABASE_NAME, D1_MIGRATIONS (the folder) and D1_MIGRATIONS_SHA256 (the files as sha256sum lists
    them). Its credentials come from the environment of who deploys."""


class EdgeMigrations(pulumi.ComponentResource):
    """Guarantees that whatever is given the id of here waits until all migrations are applied.

    A file that is added runs the command anew; nothing runs in a preview. The command's inputs in the state
    tell what is applied; those of the component, what shall be.
    """

    database_id: pulumi.Output[str]
    """The database's id, once its tables are as the files say."""

    def __init__(self, name: str, args: EdgeMigrationsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        listed = [{"name": each["name"], "sha256": each["sha256"]} for each in args["files"]]
        recorded = {"directory": args["directory"], "files": listed}
        super().__init__("slipway:cloudflare:EdgeMigrations", name, recorded, opts)
        sums = "\n".join(f"{each['sha256']}  {each['name']}" for each in args["files"])
        applied = command.local.Command(
            f"{name}-command",
            create=args["program"],
            environment={
                "D1_ACCOUNT_ID": args["account_id"],
                "D1_DATABASE_ID": args["database_id"],
                "D1_DATABASE_NAME": args["database_name"],
                "D1_MIGRATIONS": args["directory"],
                "D1_MIGRATIONS_SHA256": sums,
            },
            triggers=[sums],
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.database_id = pulumi.Output.all(args["database_id"], applied.id).apply(_first)
        self.register_outputs({"databaseId": self.database_id})


def _first(both: list[str]) -> str:
    """The id: it is handed on only when the command has ended."""
    return both[0]
