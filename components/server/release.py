"""What a single server is told to deploy: the document that its program of releases reads from standard input.

Secrets are in it and nowhere else: neither in a command, nor in what the server is made from. It travels inside an SSH
connection and is never written down as a whole; docs/servers.md says what the server does with it.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from components.server.node import pm2_app
from components.server.texts import compact

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST_PORT = 20_000
PORTS = 100  # of a slot; the second slot of a service has the next ones


@dataclass(frozen=True, slots=True)
class Archive:
    """A .tar, .tar.gz or .tar.xz that carries the application with its packages; the server has Node.js and PM2."""

    url: str
    """Its https address. A part that signs it is never said."""
    sha256: str
    """Its SHA-256 sum in hexadecimal: nothing else is unpacked."""
    token: str | None = None
    """What is sent to the host of the address, and to no other, as `Authorization: Bearer`."""

    @property
    def id(self) -> str:
        """What tells this release from every other, and its folder's name on the server."""
        return self.sha256

    def document(self) -> dict[str, object]:
        """The part of the document that is no secret."""
        return {"kind": "archive", "url": self.url, "sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class Upload:
    """The same archive, uploaded to the server before: in production of those who keep no archives anywhere."""

    file: str
    """Its name in /var/lib/slipway/incoming, from where it is removed when it is unpacked."""
    sha256: str
    """Its SHA-256 sum in hexadecimal."""

    @property
    def token(self) -> None:
        """Nothing: it is here."""

    @property
    def id(self) -> str:
        """What tells this release from every other, and its folder's name on the server."""
        return self.sha256

    def document(self) -> dict[str, object]:
        """The part of the document that is no secret."""
        return {"kind": "file", "file": self.file, "sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit that the server builds by itself, as a user who may do nothing else."""

    repository: str
    """The https address of the repository, without a user or token."""
    revision: str
    """The commit: 40 digits in hexadecimal."""
    token: str | None = None
    """What a private repository is read with: a token, or USER:TOKEN where the host wants a user of its own."""

    @property
    def id(self) -> str:
        """What tells this release from every other, and its folder's name on the server."""
        return self.revision

    def document(self) -> dict[str, object]:
        """The part of the document that is no secret."""
        return {"kind": "git", "repository": self.repository, "revision": self.revision}


@dataclass(frozen=True, slots=True)
class Front:
    """Where the server's own nginx is asked for a service, once it leads to the new release."""

    host: str
    """The name that the service has on the internet."""
    path: str
    """The path, on that host, that answers 200."""
    port: int
    """nginx's port."""
    tls: bool
    """Whether that port speaks TLS."""


@dataclass(frozen=True, slots=True)
class ReleasedService:
    """One service of the application on the server."""

    name: str
    """Its name in the application."""
    directory: str
    """Its folder in the release; `.` is the release itself."""
    entry: str
    """The file that Node.js starts, relative to `directory`."""
    number: int
    """Its place among the application's services, from 0: its ports come of it."""
    processes: Literal["max"] | int
    """How many processes it has, each with a port of its own; `max` is one for each processor."""
    health_path: str | None
    """The path that answers 200 when a process is well. None: it is well when its port takes connections."""
    drain_seconds: int
    """The most seconds that requests under way and open sockets have: first to end by themselves while new ones go to
    the new release, then again when the old process is told to stop."""
    env: Mapping[str, str]
    """Its plain variables. PORT and HOST are added."""
    secrets: Mapping[str, str]
    """Its secret variables."""
    min_secret_lengths: Mapping[str, int]
    """The least number of characters of secrets, by variable."""
    process_memory: int | None = None
    """Memory in MiB above which PM2 starts a process anew. None: it may take what there is."""
    start_seconds: int = 120
    """Seconds within which each process must have begun to answer well."""
    overlap: bool = True
    """Whether the old and the new release may run at the same time. False: the old one stops first, and the service is
    away until the new one is well."""
    front: Front | None = None
    """How nginx is asked for it. None: only its processes are asked."""
    first_port: int | None = None
    """The first port of its first slot. None: by its number."""

    def document(self, app: str) -> dict[str, object]:
        """Its part of the document."""
        front = self.front
        return {
            "name": self.name,
            "unit": f"{app}-{self.name}",
            "directory": self.directory,
            "entry": self.entry,
            "port": self.first_port or FIRST_PORT + self.number * 2 * PORTS,
            "processes": self.processes,
            "health_path": self.health_path,
            "start_seconds": self.start_seconds,
            "drain_seconds": self.drain_seconds,
            "overlap": self.overlap,
            "front": {"host": front.host, "path": front.path, "port": front.port, "tls": front.tls} if front else None,
            "pm2": {**pm2_app(self.name, self.entry, self.drain_seconds), **self._limit()},
            "env": dict(self.env),
            "secrets": dict(self.secrets),
            "lengths": dict(self.min_secret_lengths),
        }

    def _limit(self) -> dict[str, object]:
        return {} if self.process_memory is None else {"max_memory_restart": f"{self.process_memory}M"}


@dataclass(frozen=True, slots=True)
class ReleaseMigration:
    """The change of the database that a release needs, made once, before anything of the release runs."""

    command: str
    """The command, as in npm run migrate."""
    service: str
    """The name of the service whose user and environment it has."""
    directory: str
    """The folder that it runs in, relative to the release."""
    postgres: bool
    """Whether the service's DATABASE_URL is a PostgreSQL, which then holds the lock and remembers what was done
    (docs/migrations.md). Otherwise the server does."""


@dataclass(frozen=True, slots=True)
class ReleaseSessions:
    """The table of sessions, which is made before the services start and cleaned by a timer."""

    service: str
    """The name of the service whose user and environment the program has."""
    directory: str
    """Its folder in the release."""


@dataclass(frozen=True, slots=True)
class Copier:
    """litestream, which copies the SQLite file all the time; its configuration is one of the credentials."""

    url: str
    """The https address of its archive."""
    sha256: str
    """The archive's SHA-256 sum in hexadecimal: nothing else is run."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """A release and all that it runs with."""

    app: str
    """The application's name on the server: the start of its units, its users and its folder in /opt."""
    release: Archive | Upload | Revision
    """What is deployed."""
    services: tuple[ReleasedService, ...]
    """What runs of it."""
    migration: ReleaseMigration | None = None
    """What is done to the database first."""
    sessions: ReleaseSessions | None = None
    """The sessions in PostgreSQL, if they are there."""
    made: Mapping[str, str] = field(default_factory=dict)
    """Secrets that the server made itself: by the name under which variables mean it, as in `${server:postgres}`, the
    file that holds it, below /etc/slipway."""
    credentials: Mapping[str, str] = field(default_factory=dict)
    """What the server itself shows others, secret: by the name of the file that holds it, below
    /etc/slipway/credentials."""
    shared_data: bool = False
    """Whether its services share a folder of data, such as that of a SQLite file: the group slipway-data."""
    copier: Copier | None = None
    """What copies the SQLite file all the time. None: nothing does."""
    keep: int = 5
    """How many releases stay on the server, those that serve and served among them."""

    def render(self) -> str:
        """The document, one line of JSON. It is as secret as what is in it."""
        migration, sessions = self.migration, self.sessions
        return compact(
            {
                "app": self.app,
                "release": self.release.document(),
                "token": self.release.token,
                "services": [each.document(self.app) for each in self.services],
                "migration": migration
                and {
                    "command": shlex.split(migration.command),
                    "unit": self._unit(migration.service),
                    "directory": migration.directory,
                    "postgres": migration.postgres,
                },
                "sessions": sessions and {"unit": self._unit(sessions.service), "directory": sessions.directory},
                "made": dict(self.made),
                "credentials": dict(self.credentials),
                "shared_data": self.shared_data,
                **({"copier": {"url": self.copier.url, "sha256": self.copier.sha256}} if self.copier else {}),
                "keep": self.keep,
            }
        )

    def _unit(self, service: str) -> str:
        if service not in {each.name for each in self.services}:
            raise ValueError(f"{service} is no service of this server")
        return f"{self.app}-{service}"
