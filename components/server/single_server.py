"""What a single server is: the facts that its cloud-init is made from. All are known before deployment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Redis:
    """Redis on the server, on loopback."""

    memory: int
    """MiB that it may take."""
    full: str
    """What it does when that is full, by its own word."""


@dataclass(frozen=True, slots=True)
class Postgres:
    """PostgreSQL on the server, on loopback."""

    name: str
    """The database."""
    user: str
    """The role that owns it."""
    memory: int
    """MiB that it is tuned to."""
    connections: int
    """Connections that it takes at once."""
    cores: int
    """Processors of the server."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The certificate that the server gets from Let's Encrypt and renews."""

    hosts: tuple[str, ...]
    """The names that it is for."""
    email: str
    """Whom the authority knows the account by."""
    proof: Literal["file", "cloudflare"]
    """What shows that the names are ours: a file that nginx serves, or a record at Cloudflare. For that the release
    program leaves the token in /etc/slipway/credentials/cloudflare.ini."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the server installs from."""

    debian: str | None
    """A mirror of Debian; None is what the image names."""
    node: str
    """Where Node.js's archives and their sums are."""
    npm: str | None
    """The registry of packages; None is npm's own."""


@dataclass(frozen=True, slots=True)
class SingleServer:
    """One server with everything on it."""

    stack: str
    """The stack's name."""
    app: str
    """The application's name."""
    services: tuple[str, ...]
    """The names of its services; each has a user of its own."""
    architecture: Literal["amd64", "arm64"]
    """The processor's kind, by Debian's name."""
    node: str
    """The exact version of Node.js."""
    pm2: str
    """The exact version of PM2."""
    pg: str
    """The exact version of pg."""
    keys: tuple[str, ...]
    """The public keys that may log in as `deploy`."""
    ssh_networks: tuple[str, ...]
    """The networks from which they may."""
    web_networks: tuple[str, ...]
    """The networks that may ask nginx; empty means everybody."""
    volume: bool
    """Whether data lies on a volume of its own: the one disk beside the system's."""
    sqlite: str | None
    """The SQLite file, whose folder has nothing else; None where there is none."""
    swap: int
    """Room for memory that is not in use, in GiB."""
    redis: Redis | None
    """Redis, where it is on the server."""
    postgres: Postgres | None
    """PostgreSQL, where it is on the server."""
    certificate: Certificate
    """The certificate."""
    sources: Sources
    """Where it installs from."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Plain files of other parts, by path: of nginx, of systemd."""
    programs: Mapping[str, str] = field(default_factory=dict)
    """Files that are the same on every server, by path; they are packed."""
    first: Mapping[str, str] = field(default_factory=dict)
    """Files that programs change later, by path: written where they are not there."""
    packages: tuple[str, ...] = ()
    """Packages of Debian's that other parts need."""
    timers: tuple[str, ...] = ()
    """Timers of systemd, among the files, that shall run."""
    copier: bool = False
    """Whether a program with a user of its own copies the SQLite file all the time."""
    operators: tuple[str, ...] = ()
    """The public keys that may log in as `operator`, who may become root. Empty: there is no such user."""
    containers: bool = False
    """Whether services run in containers of the server's own Docker engine, and none on the server itself."""
