"""What an application at Cloudflare's edge keeps: a database in D1, files in R2, and secrets that nobody knows."""

from typing import NotRequired, TypedDict

import pulumi

from components.cloudflare.sdk import cloudflare
from components.deletion import kept, kept_under_its_name
from components.random_secret import random_secret
from config.values import Deletion


class EdgeDatabaseArgs(TypedDict):
    """A database."""

    account_id: pulumi.Input[str]
    """The account."""
    database_name: str
    """What it is called there: unique in the account."""
    location: NotRequired[str]
    """Near where it is written: wnam, enam, weur, eeur, apac or oc. Without it, near who makes it."""
    deletion: Deletion
    """What becomes of it when it leaves the program."""


class EdgeDatabase(pulumi.ComponentResource):
    """Guarantees a SQLite database in D1 that a change of the program does not delete unless it was told to."""

    database_id: pulumi.Output[str]
    """Its id, for the Worker that is bound to it."""

    def __init__(self, name: str, args: EdgeDatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:cloudflare:EdgeDatabase", name, {}, opts)
        data = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=self), kept_under_its_name(args["deletion"]))
        made = cloudflare.D1Database(
            f"{name}-d1",
            account_id=args["account_id"],
            name=args["database_name"],
            primary_location_hint=args.get("location"),
            opts=data,
        )
        self.database_id = made.id
        self.register_outputs({"databaseId": self.database_id})


class EdgeUploadsArgs(TypedDict):
    """Files that users upload."""

    account_id: pulumi.Input[str]
    """The account."""
    bucket_name: str
    """What the bucket is called there: unique in the account."""
    location: NotRequired[str]
    """Near where it is written: wnam, enam, weur, eeur, apac or oc."""
    deletion: Deletion
    """What becomes of it when it leaves the program. Cloudflare deletes an empty bucket only."""


class EdgeUploads(pulumi.ComponentResource):
    """Guarantees a private bucket in R2: only what is bound to it reads and writes it."""

    bucket_name: pulumi.Output[str]
    """Its name, for the Worker that is bound to it."""

    def __init__(self, name: str, args: EdgeUploadsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:cloudflare:EdgeUploads", name, {}, opts)
        data = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=self), kept_under_its_name(args["deletion"]))
        made = cloudflare.R2Bucket(
            f"{name}-r2",
            account_id=args["account_id"],
            name=args["bucket_name"],
            location=args.get("location"),
            opts=data,
        )
        self.bucket_name = made.name
        self.register_outputs({"bucketName": self.bucket_name})


class EdgeSecretsArgs(TypedDict):
    """Secrets that are made here."""

    names: list[str]
    """Their names, such as SESSION_SECRET."""


class EdgeSecrets(pulumi.ComponentResource):
    """Guarantees that each value is made once and stays: Cloudflare gives no value back that a Worker is bound to."""

    values: dict[str, pulumi.Output[str]]
    """The values by name, secret."""

    def __init__(self, name: str, args: EdgeSecretsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:cloudflare:EdgeSecrets", name, {}, opts)
        data = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=self), kept(Deletion.PROTECT))
        self.values = {
            secret: pulumi.Output.secret(random_secret(f"{name}-{secret}-value", data)) for secret in args["names"]
        }
        self.register_outputs({"values": self.values})
