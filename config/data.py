"""Where an application keeps its data: kinds of Redis and of database."""

from typing import Annotated, Literal

from pydantic import Field

from config.settings import Settings
from config.values import Hostname, Matches, Port, SecretName, VariableName


class ManagedRedis(Settings):
    """One Redis, shared by every instance, made and run by the topology."""

    kind: Literal["managed"]
    """Always `managed`."""
    url_variable: VariableName = "REDIS_URL"
    """The environment variable in which services find its address."""


class ExternalRedis(Settings):
    """A Redis that lives elsewhere, such as Upstash."""

    kind: Literal["external"]
    """Always `external`."""
    url: SecretName
    """The name of the secret that holds its whole address, password included."""
    port: Port = 6379
    """The TCP port that services must be able to reach."""


class NoRedis(Settings):
    """The application needs no Redis."""

    kind: Literal["none"]
    """Always `none`."""


class ExternalPostgres(Settings):
    """A PostgreSQL database that lives elsewhere, such as Supabase or Neon. Only its password is secret."""

    kind: Literal["external"]
    """Always `external`."""
    host: Hostname
    """Its public host name."""
    port: Port = 5432
    """Its TCP port, 1 to 65535: services may connect to this port outside."""
    name: Annotated[str, Matches(r"[A-Za-z_][A-Za-z0-9_-]{0,62}", "a database name is wanted", "respell it")]
    """The database's name on that host."""
    user: Annotated[str, Matches(r"[A-Za-z_][A-Za-z0-9_.-]{0,62}", "a user name is wanted", "respell it")]
    """The user that services connect as."""
    password: SecretName
    """The name of the secret that holds the password."""


class NoDatabase(Settings):
    """The application has no database of its own."""

    kind: Literal["none"]
    """Always `none`."""


Redis = Annotated[ManagedRedis | ExternalRedis | NoRedis, Field(discriminator="kind")]
Database = Annotated[ExternalPostgres | NoDatabase, Field(discriminator="kind")]
