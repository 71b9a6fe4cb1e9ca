"""What a move has to know of one side: where data lies, what runs, who keeps the names. Facts, and not topologies.

They come from the settings where these say it, and else from the resources of the plan: so a topology that is made of
known parts needs nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from slipway.move.claims import leads

if TYPE_CHECKING:
    from collections.abc import Mapping

Claims: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]
"""The hosts and the path patterns that lead to a service; none of either means any."""


@dataclass(frozen=True, slots=True)
class Made:
    """A resource that the stack makes: its type and name, by which the state is asked for the output `key`."""

    type: str
    name: str
    key: str = "id"

    @property
    def end(self) -> str:
        """The end of its URN."""
        return f"{self.type}::{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Postgres:
    """A PostgreSQL.

    `kind` is external, existing (in the cloud's network), managed, local (on the server itself) or container (which
    `made` names). `host` is empty where only deployment tells it; then `made` does. `secret` names its password. `gib`
    is the room that it has, 0 where nobody knows. `authority` is the file of the release with its own authority's
    certificates.
    """

    kind: str
    host: str = ""
    port: int = 5432
    name: str
    user: str
    secret: str = ""
    version: int = 0
    gib: int = 0
    pooled: bool = False
    tls: bool = True
    authority: str = ""
    made: Made | None = None

    def same(self, other: Postgres, *, in_place: bool) -> bool:
        """Whether both are one database. Poolers tell databases apart by the user, so that counts too."""
        if self.kind != other.kind:
            return False
        if self.kind in ("external", "existing"):
            return (self.host, self.port, self.name, self.user) == (other.host, other.port, other.name, other.user)
        return in_place and self.made == other.made

    def __str__(self) -> str:
        """As a person would say it."""
        version = f" {self.version}" if self.version else ""
        places = {"external": self.host, "existing": self.host, "local": "on the server", "container": "in a container"}
        where = places.get(self.kind, "managed")
        return f"PostgreSQL{version}, {where}, database `{self.name}`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sqlite:
    """A SQLite database: a `file` at `path`, or Cloudflare's, `d1`, whose name is `path`.

    Of kind `volume` it is a file too, and `path` is where containers have it.
    """

    kind: str
    path: str
    gib: int = 0
    made: Made | None = None

    def __str__(self) -> str:
        """As a person would say it."""
        where = ", in a volume" if self.kind == "volume" else ""
        return f"D1, database `{self.path}`" if self.kind == "d1" else f"SQLite file `{self.path}`{where}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Redis:
    """A Redis. `kind` is as of PostgreSQL. `guarded` are URNs of what keeps its data, which ends with it in one stack."""

    kind: str
    host: str = ""
    port: int = 6379
    user: str = ""
    secret: str = ""
    tls: bool = True
    cluster: bool = False
    made: Made | None = None
    guarded: tuple[str, ...] = ()

    def same(self, other: Redis, *, in_place: bool) -> bool:
        """Whether both are one Redis."""
        if self.kind != other.kind:
            return False
        if self.kind in ("external", "existing"):
            return (self.host, self.port, self.user) == (other.host, other.port, other.user)
        return in_place and self.made == other.made

    def __str__(self) -> str:
        """As a person would say it."""
        where = {"local": "on the server", "container": "in a container"}.get(self.kind, self.host or "managed")
        return f"Redis, {where}" + (", in shards" if self.cluster else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploads:
    """Uploaded files: a bucket in S3 (`s3`) or R2 (`r2`), or a `folder` of the server."""

    kind: str
    made: Made | None = None
    folder: str = ""
    account: str = ""

    def __str__(self) -> str:
        """As a person would say it."""
        return {"s3": "a bucket in S3", "r2": "a bucket in R2"}.get(self.kind, f"the folder `{self.folder}`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A host under which people come. `keeper` is route53, cloudflare, or elsewhere.

    `ttl` are the seconds that others keep an answer, 0 where nobody can set or know them. `form` is alias (which follows
    its target), proxied (Cloudflare answers), worker (a custom domain of a Worker) or plain. `part` is what answers:
    services, the frontend's files, or a redirect to another host.
    """

    host: str
    part: str
    keeper: str
    zone: str = ""
    ttl: int = 0
    form: str = "plain"
    record: str = "CNAME"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service, or one Worker in the place of all. `made` is what runs it. `seconds` are what a container has to end."""

    name: str
    unit: str
    count: int = 0
    least: int = 0
    made: Made | None = None
    scaling: Made | None = None
    door: Made | None = None
    seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something that runs at times of its own."""

    name: str
    made: Made | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two stacks. `word` is FROM or TO: what variables and functions of the runbook begin with.

    `engine` is the address of a Docker engine of one's own; where a single server's engine runs the containers, it is
    empty. `proxy` is the container before theirs, which listens inside on `proxy_port`. `health` has the path of each
    public service; without `claims` one service answers for all of them.
    """

    word: str
    stack: str
    app: str
    environment: str
    topology: str
    region: str = ""
    account: str = ""
    cloud: str
    runs: str
    services: tuple[Service, ...]
    drain: int = 0
    scheme: str = "https"
    front: Made | None = None
    hosts: tuple[str, ...] = ()
    names: tuple[Name, ...] = ()
    health: Mapping[str, str]
    edge_zone: str = ""
    site: Made | None = None
    frontend: bool = False
    release: str = ""
    postgres: Postgres | None = None
    sqlite: Sqlite | None = None
    redis: Redis | None = None
    uploads: Uploads | None = None
    sessions: bool = False
    given: tuple[str, ...] = ()
    optional: frozenset[str] = frozenset()
    generated: tuple[str, ...] = ()
    jobs: tuple[Job, ...] = ()
    webhooks: tuple[str, ...] = ()
    mail: str = ""
    mail_records: bool = False
    entries: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    alarms: bool = False
    alerts: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    groups: tuple[Made, ...] = ()
    users: str = ""
    operators: bool = False
    engine: str = ""
    proxy: Made | None = None
    proxy_port: int = 0
    claims: Mapping[str, Claims] = field(default_factory=dict)

    def asked(self, host: str) -> tuple[str, ...]:
        """The paths that say under a host whether services are well: those that lead there to the service itself."""
        paths = [
            path
            for service, path in self.health.items()
            if not self.claims or leads(self.claims, host, path) == service
        ]
        return tuple(dict.fromkeys(paths))

    @property
    def contained(self) -> bool:
        """Whether services run in containers on a Docker engine."""
        return self.runs == "containers"

    @property
    def low(self) -> str:
        """The word in small letters, as functions of the shell begin with it."""
        return self.word.lower()
