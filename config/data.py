"""Where an application keeps its data: kinds of Redis, of database and of files."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from config.settings import Settings
from config.values import Flag, FolderName, Hostname, Matches, Port, SecretName, ServerFile, ServiceName

DatabaseName = Annotated[str, Matches(r"[A-Za-z_][A-Za-z0-9_-]{0,62}", "a database name is wanted", "respell it")]
DatabaseUser = Annotated[str, Matches(r"[A-Za-z_][A-Za-z0-9_.-]{0,62}", "a user name is wanted", "respell it")]

ManagedName = Annotated[  # what RDS takes, which takes less than PostgreSQL
    str,
    Matches(
        r"(?!(?:admin|rdsadmin|rds_superuser|public|postgres_fdw|template[01])$)[a-z][a-z0-9_]{0,62}",
        "small letters, digits and _ are allowed, a letter first, and no name that the service has for itself",
        "respell it",
    ),
]

TableName = Annotated[
    str,
    Matches(
        r"[a-z_][a-z0-9_]{0,49}",
        "the name of a table is wanted: at most 50 small letters, digits and _, no digit first",
        "respell it",
    ),
]

DatabaseFile = Annotated[  # a volume is mounted on its folder and hides what was there
    ServerFile,
    Matches(
        r"/(?:data"
        r"|(?:srv|mnt)/[A-Za-z0-9_][A-Za-z0-9._-]*"
        # Folders that Ubuntu and the machine's own programs keep there.
        r"|var/lib/(?!(?:amazon|apt|cloud|containerd|dbus|docker|dpkg|private|slipway|snapd|sudo|systemd)/)"
        r"[a-z0-9_][A-Za-z0-9._-]*"
        r")/[A-Za-z0-9._/-]*[A-Za-z0-9_-]",
        "a file in a folder of its own is wanted, because a volume is mounted on the folder:"
        " /data, or one below /var/lib, /srv or /mnt that is not the system's",
        "write it as in /var/lib/app/data.db",
    ),
]


class Pooling(StrEnum):
    """What stands between clients and an external database."""

    NONE = "none"
    """Nothing, or a pooler that gives each client a session of its own."""
    TRANSACTION = "transaction"
    """A pooler that gives a client a session for one transaction only: sessions' locks do not work through it."""


class ManagedRedis(Settings):
    """One Redis, shared by every instance, made and run by the topology."""

    kind: Literal["managed"]
    """Always `managed`."""
    cluster: Flag = False
    """Whether the services' clients speak cluster mode where `redis.cluster` says so; only then may it have shards."""


class ExternalRedis(Settings):
    """A Redis that lives elsewhere, such as Upstash or Redis Cloud. Only its password is secret."""

    kind: Literal["external"]
    """Always `external`."""
    host: Hostname
    """Its public host name."""
    port: Port = 6379
    """Its TCP port, 1 to 65535: services may connect to this port outside."""
    user: DatabaseUser = "default"
    """The user that services connect as."""
    password: SecretName
    """The name of the secret that holds the password."""
    tls: Flag = True
    """Whether connections are encrypted; without, everyone on the way reads them, and only development takes it."""


class LocalRedis(Settings):
    """A Redis on the one server itself, for topologies that are a server."""

    kind: Literal["local"]
    """Always `local`."""


class NoRedis(Settings):
    """The application needs no Redis."""

    kind: Literal["none"]
    """Always `none`."""


class ManagedPostgres(Settings):
    """A PostgreSQL database that the topology makes and runs. Its password is generated."""

    kind: Literal["managed"]
    """Always `managed`."""
    name: ManagedName = "app"
    """The database's name."""
    user: ManagedName = "app"
    """The user that services connect as."""


class ExternalPostgres(Settings):
    """A PostgreSQL database that lives elsewhere, such as Supabase or Neon. Only its password is secret."""

    kind: Literal["external"]
    """Always `external`."""
    host: Hostname
    """Its public host name."""
    port: Port = 5432
    """Its TCP port, 1 to 65535: services may connect to this port outside."""
    name: DatabaseName
    """The database's name on that host."""
    user: DatabaseUser
    """The user that services connect as."""
    password: SecretName
    """The name of the secret that holds the password."""
    tls: Flag = True
    """Whether connections are encrypted; without, everyone on the way reads them, and only development takes it."""
    ca_file: FolderName | None = None
    """A file of the release with the certificates of the database's own authority, seen from the service's folder;
    none means that a public authority vouches for it. Supabase has its own."""
    pooling: Pooling = Pooling.NONE
    """What stands between clients and the database: migrations need `none`."""


class LocalPostgres(Settings):
    """A PostgreSQL database on the one server itself, for topologies that are a server."""

    kind: Literal["local"]
    """Always `local`."""
    name: DatabaseName = "app"
    """The database's name."""
    user: DatabaseUser = "app"
    """The user that services connect as."""


class NoPostgres(Settings):
    """The application has no PostgreSQL database."""

    kind: Literal["none"]
    """Always `none`."""


class Sqlite(Settings):
    """A SQLite database: one file, which the services of one machine share."""

    kind: Literal["file"]
    """Always `file`."""
    path: DatabaseFile
    """The path of the file, in a folder of its own below /data, /var/lib, /srv or /mnt: the volume with the data is
    mounted on that folder."""
    size: Annotated[int, Field(ge=1, le=16384, strict=True)] = 10
    """How much room the volume has for it, in GiB."""


class NoSqlite(Settings):
    """The application has no SQLite database."""

    kind: Literal["none"]
    """Always `none`."""


class UploadedFiles(Settings):
    """Files that users upload. They lie in object storage, never on an instance's disk."""

    kind: Literal["bucket"]
    """Always `bucket`."""
    directory: FolderName = "uploads"
    """The folder in which the application kept them so far."""


class NoUploads(Settings):
    """Users upload nothing."""

    kind: Literal["none"]
    """Always `none`."""


class PostgresSessions(Settings):
    """Sessions of those who are logged in lie in a table of the application's PostgreSQL database (connect-pg-simple).

    The table is made before the first version that needs it takes traffic, and expired rows are deleted each hour.
    """

    kind: Literal["postgres"]
    """Always `postgres`."""
    service: ServiceName
    """The service that keeps its sessions there, whose `DATABASE_URL` is derived from postgres.url."""
    table: TableName = "session"
    """The table's name. One that is there already stays as it is: with other columns the deployment fails."""


class NoSessions(Settings):
    """Sessions lie nowhere that the stack looks after: in Redis, in tokens, or there are none."""

    kind: Literal["none"]
    """Always `none`."""


Redis = Annotated[ManagedRedis | ExternalRedis | LocalRedis | NoRedis, Field(discriminator="kind")]
Postgres = Annotated[ManagedPostgres | ExternalPostgres | LocalPostgres | NoPostgres, Field(discriminator="kind")]
Files = Annotated[Sqlite | NoSqlite, Field(discriminator="kind")]
Uploads = Annotated[UploadedFiles | NoUploads, Field(discriminator="kind")]
Sessions = Annotated[PostgresSessions | NoSessions, Field(discriminator="kind")]


class Data(Settings):
    """What the application keeps."""

    redis: Redis
    """Where its Redis is: managed (one, shared), external, local or none."""
    postgres: Postgres
    """Where its PostgreSQL database is: managed, external, local or none."""
    sqlite: Files = NoSqlite(kind="none")
    """Its SQLite file, if it has one."""
    uploads: Uploads = NoUploads(kind="none")
    """Where uploaded files lie."""
    sessions: Sessions = NoSessions(kind="none")
    """Where the sessions of those who are logged in lie, when a table of its database has them."""
