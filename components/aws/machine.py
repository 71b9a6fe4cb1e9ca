"""What an EC2 machine is and runs: the facts that its user data is made from. All are known before deployment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.server.node import NodeService


@dataclass(frozen=True, slots=True)
class ArchiveRelease:
    """An archive in S3 that carries the runtime, the application with its packages, and PM2 and pg in `slipway/`."""

    bucket: str
    """The bucket, in the machine's region."""
    key: str
    """The archive's key."""
    sha256: str
    """Its SHA-256 sum in hexadecimal: nothing else is unpacked."""

    @property
    def id(self) -> str:
        """What tells this release from every other."""
        return self.sha256


@dataclass(frozen=True, slots=True)
class ImageRelease:
    """A container image."""

    image: str
    """The image with its digest, as in registry.example.com/orders@sha256:…"""

    @property
    def id(self) -> str:
        """What tells this release from every other."""
        return self.image.rpartition(":")[2]


@dataclass(frozen=True, slots=True)
class GitRelease:
    """A commit that each machine builds by itself."""

    repository: str
    """The https address of the repository."""
    revision: str
    """The commit: 40 digits in hexadecimal."""

    @property
    def id(self) -> str:
        """What tells this release from every other."""
        return self.revision


@dataclass(frozen=True, slots=True)
class Migration:
    """The change of the database that a release needs, made once however many machines start."""

    command: str
    """The command, as in npm run migrate."""
    service: str
    """The name of the service, on this machine, whose user and environment it has."""
    directory: str
    """The folder that it runs in, relative to the release: that of the service it belongs to, wherever that runs."""


@dataclass(frozen=True, slots=True)
class Sessions:
    """The table of a database in which a service keeps the sessions of those who are logged in."""

    table: str
    """The table's name."""
    service: str
    """The name of the service, on this machine, whose user and environment the program has that looks after it."""
    directory: str
    """The folder that it runs in, relative to the release: the service's own."""


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine of a group, each of which is like the others."""

    stack: str
    """The stack's name."""
    group: str
    """The group's name."""
    region: str
    """The AWS region."""
    architecture: Literal["amd64", "arm64"]
    """The processor's kind, by Debian's name."""
    services: tuple[NodeService, ...]
    """What runs on it. The boot log goes where the first one's log goes."""
    release: ArchiveRelease | ImageRelease | GitRelease
    """What its services are."""
    node: str
    """The exact version of Node.js."""
    pm2: str
    """The exact version of PM2."""
    pg: str
    """The exact version of pg."""
    agent_version: str
    """The CloudWatch agent's exact version with its build, as in 1.300072.0b1766."""
    migration: Migration | None
    """What is done to the database before the services start."""
    sessions: Sessions | None
    """The table that is made before the services start, and cleaned each hour by each machine that has it."""
    data_path: str | None
    """Where the data volume is mounted, whose id is the parameter DATA_VOLUME_ID of the first service. None: it has
    none."""
    metric_namespace: str
    """The namespace of its metrics."""
    max_secret_age_days: Mapping[str, int]
    """Days after which a service's secrets should have been changed, by the service's name."""
    database_ca: bool
    """Whether its services trust the authority that RDS certificates come from."""
