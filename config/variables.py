"""Where the value of an environment variable comes from: each has exactly one source."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from config.settings import Settings
from config.values import Flag, Whole

# Two names that a managed Redis and a managed database bring along; nobody has to declare them.
CACHE_TOKEN = "REDIS_AUTH_TOKEN"  # noqa: S105  # a name
DATABASE_PASSWORD = "DATABASE_PASSWORD"  # noqa: S105  # a name


class Source(StrEnum):
    """What a derived variable is derived from."""

    PORT = "port"
    """The port that the service must listen on."""
    MODE = "mode"
    """`development` in a development stack, else `production`: what NODE_ENV means."""
    NODE_VERSION = "runtime.version"
    """The version of Node.js."""
    POSTGRES_URL = "postgres.url"
    """The database's address with user and password."""
    POSTGRES_READ_URL = "postgres.read_url"
    """The address to read from, with user and password: a read replica's, and of several replicas each one's, with
    commas between them. A replica is some moments behind. Without replicas it is the database's own address, so that
    the same service runs in stacks with and without.
    """
    POSTGRES_HOST = "postgres.host"
    """The database's host."""
    POSTGRES_PASSWORD = "postgres.password"  # noqa: S105  # a source, not a value
    """The database's password."""
    REDIS_URL = "redis.url"
    """The address of the one shared Redis: rediss://, with its password."""
    REDIS_CLUSTER = "redis.cluster"
    """`true` where that Redis has shards, so that a client must speak cluster mode; else `false`."""
    SQLITE_FILE = "sqlite.file"
    """The path of the SQLite file."""
    FRONTEND_URL = "frontend.url"
    """The address of the frontend."""
    FRONTEND_ORIGINS = "frontend.origins"
    """Every origin that browsers may call from, with commas between them."""
    FRONTEND_PREVIEWS = "frontend.previews"
    """What the hosts of previews that may call the services end with, as in `.orders-staging.pages.dev`: such an origin
    is `https://`, one label, and this. Empty where there are none."""
    UPLOADS_BUCKET = "uploads.bucket"
    """The bucket for uploads."""
    UPLOADS_URL = "uploads.url"
    """The address under which uploads are read."""
    STATIC_URL = "static.url"
    """What stands before the path of a static folder that a content delivery network shows: https:// and a host."""
    TURNSTILE_SITE_KEY = "turnstile.site_key"
    """The key of Cloudflare's Turnstile that pages show."""
    TURNSTILE_SECRET_KEY = "turnstile.secret_key"  # noqa: S105  # a source, not a value
    """The key by which a service asks Turnstile whether a visitor's proof holds."""


# The sources whose values are addresses with a password in them.
ADDRESSES = frozenset({Source.POSTGRES_URL, Source.POSTGRES_READ_URL, Source.REDIS_URL})
# Those whose values nobody else may see.
HIDDEN = ADDRESSES | {Source.POSTGRES_PASSWORD, Source.TURNSTILE_SECRET_KEY}


class Secret(Settings):
    """One secret of the application. Its value never stands in a file."""

    generate: Flag = False
    """Whether 48 random bytes are made once, written in hexadecimal; else the value is set with `pulumi config set`."""
    optional: Flag = False
    """Whether services also start without it."""
    min_length: Annotated[Whole, Field(ge=1, le=96)] = 16
    """The least number of characters; a shorter value is refused before anything starts."""
    max_age: Annotated[Whole, Field(ge=1, le=365)] = 90
    """Days after which its age raises an alarm, because it should be changed."""
