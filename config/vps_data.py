"""What a single server keeps itself: Redis, PostgreSQL, uploads; and the copies that are made of it elsewhere."""

from typing import Annotated, Literal

from pydantic import Field

from config.aws import Region
from config.aws_data import UploadsSettings
from config.settings import Settings
from config.values import Hostname, Matches, SecretName, Sha256, Whole
from config.vps_release import ArchiveUrl

BackupTime = Annotated[
    str,
    Matches(r"(?:[01]\d|2[0-3]):[0-5]\d", "a time of day in UTC is wanted, in quotes", 'write it as in "03:30"'),
]


class LocalRedisSettings(Settings):
    """Redis on the server itself, for `data.redis: {kind: local}`. It listens on loopback alone."""

    memory: Annotated[Whole, Field(ge=32, le=65536)] = 128
    """Memory in MiB that it may take."""
    full: Literal["noeviction", "allkeys-lru", "volatile-lru"] = "noeviction"
    """What it does when that is full: refuse what is written, or forget what was not asked for longest, of all keys or
    of those with an end. Sessions and queues need `noeviction`."""


class LocalPostgresSettings(Settings):
    """PostgreSQL on the server itself, for `data.postgres: {kind: local}`. It listens on loopback alone."""

    memory: Annotated[Whole, Field(ge=128, le=131072)] = 512
    """Memory in MiB that it is tuned to."""
    connections: Annotated[Whole, Field(ge=10, le=1000)] = 100
    """Connections that it takes at once."""


class S3Uploads(UploadsSettings):
    """A private bucket in Amazon S3 that CloudFront shows to browsers; a user of IAM writes it for the services."""

    kind: Literal["s3"]
    """Always `s3`."""
    region: Region
    """The bucket's AWS region."""


class DailySqlite(Settings):
    """The SQLite file is in the daily copy, and in nothing else."""

    kind: Literal["daily"]
    """Always `daily`."""


class ContinuousSqlite(Settings):
    """The SQLite file is in the daily copy, and litestream copies each change within seconds, encrypted by age."""

    kind: Literal["litestream"]
    """Always `litestream`."""
    url: ArchiveUrl
    """The https address of litestream's archive for the server's processor, of a version 0.3: later ones do not
    encrypt. Debian has no package of it."""
    sha256: Sha256
    """The archive's SHA-256 sum: the server runs nothing else."""
    identity: SecretName = "BACKUP_AGE_IDENTITY"  # a name
    """The name of the secret with the age identity that encrypts and decrypts. Who loses it has no such copy: keep one
    away from the server."""
    hours: Annotated[Whole, Field(ge=1, le=720)] = 72
    """The hours of which each moment can be had back."""
    region: (
        Annotated[
            str, Matches(r"[a-z0-9](?:[a-z0-9-]{0,40}[a-z0-9])?", "a region is wanted", "write it as in eu-central-1")
        ]
        | None
    ) = None
    """The region that requests are signed for. None: what the endpoint's name says, as s3.REGION.… or REGION.…."""


class BackupPlace(Settings):
    """Where copies of the data go: encrypted on the server, to a bucket that speaks S3, somewhere else."""

    kind: Literal["s3"]
    """Always `s3`."""
    endpoint: Hostname
    """The host that speaks S3, as in s3.eu-central-1.amazonaws.com or fra1.digitaloceanspaces.com."""
    bucket: Annotated[
        str,
        Matches(
            r"[a-z0-9](?:[a-z0-9.-]{1,61})[a-z0-9]", "the name of a bucket is wanted", "write it as in acme-backups"
        ),
    ]
    """The bucket. It is there already, and best in another account than the server."""
    access_key: SecretName = "BACKUP_ACCESS_KEY"  # a name
    """The name of the secret with the id of the key that may write the bucket."""
    secret_key: SecretName = "BACKUP_SECRET_KEY"  # noqa: S105  # a name
    """The name of the secret with that key."""
    passphrase: SecretName = "BACKUP_PASSPHRASE"  # noqa: S105  # a name
    """The name of the secret that encrypts. Who loses it has no backups: keep a copy away from the server."""
    at: BackupTime = "03:30"
    """When a copy is made each day, UTC."""
    days: Annotated[Whole, Field(ge=1, le=365)] = 14
    """Days that each daily copy is kept; beside these the last of each of 12 weeks."""

    sqlite: Annotated[DailySqlite | ContinuousSqlite, Field(discriminator="kind")] = DailySqlite(kind="daily")
    """How often the SQLite file is copied: with everything else each day, or beside that all the time."""

    def region(self) -> str:
        """What requests to the bucket are signed for."""
        if isinstance(self.sqlite, ContinuousSqlite) and self.sqlite.region is not None:
            return self.sqlite.region
        first, second, *_ = self.endpoint.split(".")
        if first != "s3":
            return first
        return "us-east-1" if second == "amazonaws" else second

    def replica(self, stack: str) -> str:
        """The folder of the bucket where litestream copies to: no stack has a point in its name."""
        return f"{stack}.sqlite"

    def repository(self, stack: str) -> str:
        """Where a stack's copies lie, by restic's word."""
        return f"s3:https://{self.endpoint}/{self.bucket}/{stack}"


class NoBackups(Settings):
    """Nobody copies the data, or somebody whom the stack does not know. Production does not take it."""

    kind: Literal["none"]
    """Always `none`."""


Backups = Annotated[BackupPlace | NoBackups, Field(discriminator="kind")]
