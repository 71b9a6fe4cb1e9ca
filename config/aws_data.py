"""How data is kept in AWS: sizes, copies, and what becomes of it when it leaves the program."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import InitErrorDetails

from config.aws import SecurityGroupId
from config.data import DatabaseName, DatabaseUser
from config.production import KEPT, unsafe_settings
from config.settings import Settings, refusal, refuse, refused_at
from config.values import Deletion, Flag, Hostname, Matches, Number, Port, SecretName, Whole

_MOST_OF_SMALL = 2000  # connections; "Working with Aurora Serverless v2" of its guide
_MOST_NODES = 90  # of a cluster, ElastiCache's quota for accounts that asked for no other


def _recoverable(given: Any) -> Any:  # Any: not yet validated
    if isinstance(given, bool) or not isinstance(given, int) or not (given == 0 or 7 <= given <= 30):  # noqa: PLR2004  # AWS's bounds
        raise refusal("0 or 7 to 30 days are wanted: Secrets Manager knows no others", "write one of these numbers")
    return given


CacheNodeType = Annotated[
    str,
    Matches(
        r"cache\.[a-z]+\d+[a-z]*\.[a-z0-9]+",
        "the name of an ElastiCache node type is wanted",
        "write it as in cache.t4g.micro",
    ),
]
DatabaseClass = Annotated[
    str,
    Matches(
        r"db\.[a-z]+\d+[a-z]*\.[a-z0-9]+", "the name of an RDS instance class is wanted", "write it as in db.t4g.small"
    ),
]


class CacheSettings(Settings):
    """The managed Redis (ElastiCache with Valkey): one for all instances."""

    node_type: CacheNodeType = "cache.t4g.small"
    """The ElastiCache node type."""
    version: Literal["7.2", "8.0", "8.1"] = "8.0"
    """The version of Valkey, in quotes."""
    replicas: Annotated[Whole, Field(ge=0, le=5)] = 1
    """Copies beside the primary, with automatic failover to them. Production needs 1; 0 by default in development."""
    shards: Annotated[Whole, Field(ge=1, le=90)] | None = None
    """With cluster mode: over how many shards keys are spread, each with `replicas` of its own; none means one primary
    without cluster mode. Clients must speak it, which data.redis.cluster says. To begin or end with it makes another
    cache; more or fewer do not."""
    snapshots: Annotated[Whole, Field(ge=0, le=35)] = 7
    """Days that daily snapshots are kept; 0 means none."""
    deletion: Deletion = Deletion.PROTECT
    """What becomes of the cache when it leaves the program: protect, retain or destroy."""

    @model_validator(mode="after")
    def _nodes(self) -> Self:
        nodes = (self.shards or 1) * (1 + self.replicas)
        if nodes > _MOST_NODES:
            rule = f"with their replicas these are {nodes} nodes, and ElastiCache takes {_MOST_NODES}"
            refuse("CacheSettings", [refused_at(("shards",), self.shards, rule, "take fewer shards or replicas")])
        return self

    def unsafe(self) -> list[InitErrorDetails]:
        """What is not good enough in production; paths are relative to these settings."""
        return unsafe_settings(
            (self.replicas < 1, "replicas", self.replicas, "a replica to fail over to", "set it to 1"),
            (self.snapshots < 1, "snapshots", self.snapshots, "daily snapshots", "set it to 7"),
            (self.deletion is Deletion.DESTROY, "deletion", "destroy", *KEPT),
        )


class OneServer(Settings):
    """RDS for PostgreSQL: one server of a fixed size, `instance_class`, with a disk that grows."""

    kind: Literal["instance"]
    """Always `instance`."""


class Aurora(Settings):
    """Aurora PostgreSQL Serverless v2: servers that grow and shrink with the work, over a disk in three zones."""

    kind: Literal["aurora"]
    """Always `aurora`."""
    min_capacity: Annotated[Number, Field(ge=0, le=256, multiple_of=0.5)] = 0.5
    """The least capacity of a server in ACUs, each some 2 GiB of memory; 0 lets it pause when nobody connects."""
    max_capacity: Annotated[Number, Field(ge=1, le=256, multiple_of=0.5)] = 4
    """The most capacity of a server in ACUs."""

    @model_validator(mode="after")
    def _range(self) -> Self:
        if self.max_capacity < self.min_capacity:
            rule = f"at least min_capacity is wanted, which is {self.min_capacity}"
            refuse("Aurora", [refused_at(("max_capacity",), self.max_capacity, rule, "raise it")])
        return self


DatabaseEngine = Annotated[OneServer | Aurora, Field(discriminator="kind")]


class DatabaseSettings(Settings):
    """The managed database (RDS for PostgreSQL, or Aurora)."""

    engine: DatabaseEngine = OneServer(kind="instance")
    """What runs it: instance or aurora. Another one means another database, without the data of the one before."""
    instance_class: DatabaseClass = "db.t4g.small"
    """The RDS instance class."""
    version: Literal["15", "16", "17"] = "17"
    """The major version of PostgreSQL, in quotes; minor ones follow by themselves."""
    storage: Annotated[Whole, Field(ge=20, le=16384)] = 20
    """Room for data in GiB."""
    max_storage: Annotated[Whole, Field(ge=20, le=65536)] = 100
    """How far the room may grow by itself, in GiB."""
    multi_az: Flag = True
    """Whether a copy in another zone takes over; production needs it, false by default in development."""
    backups: Annotated[Whole, Field(ge=1, le=35)] = 30
    """Days that it can be restored to any second of."""
    replicas: Annotated[Whole, Field(ge=0, le=15)] = 0
    """Copies to read from, each with an address of its own, for services that derive postgres.read_url."""
    proxy: Flag = False
    """Whether services connect to an RDS Proxy, which lends few connections of the database to many clients."""
    deletion: Deletion = Deletion.PROTECT
    """What becomes of the database when it leaves the program: protect, retain or destroy; a final snapshot remains."""
    max_connections: Annotated[Whole, Field(ge=20, le=5000)] = 100
    """The most connections that it takes; each costs it memory, some 10 MiB."""
    slow_query: Annotated[Whole, Field(ge=10, le=60_000)] = 1000
    """Milliseconds from which a query is logged as slow."""

    @model_validator(mode="after")
    def _sizes(self) -> Self:
        if not isinstance(self.engine, Aurora):
            return self
        rule = "servers and disk of Aurora have the size that the work needs"
        found = [
            refused_at((key,), getattr(self, key), rule, "take it out; engine.max_capacity bounds the servers")
            for key in ("instance_class", "storage", "max_storage")
            if key in self.model_fields_set
        ]
        if self.proxy and self._pauses():
            rule = "a proxy stays connected, so the database would never pause, and engine.min_capacity is 0"
            found.append(refused_at(("proxy",), given=True, rule=rule, remedy="write false, or raise that to 0.5"))
        if self.engine.min_capacity < 1 and self.max_connections > _MOST_OF_SMALL:
            rule = f"Aurora takes at most {_MOST_OF_SMALL} as long as engine.min_capacity is below 1"
            found.append(refused_at(("max_connections",), self.max_connections, rule, "lower it, or raise that"))
        refuse("DatabaseSettings", found)
        return self

    def _pauses(self) -> bool:
        return isinstance(self.engine, Aurora) and self.engine.min_capacity == 0

    def servers(self) -> int:
        """The servers of an Aurora cluster: beside the one that takes writes, those that are read or take over."""
        return 1 + max(self.replicas, int(self.multi_az))

    @model_validator(mode="after")
    def _room(self) -> Self:
        # RDS wants the limit at least a tenth above what is there, "Managing capacity automatically" of its guide.
        if self.max_storage * 10 < self.storage * 11:
            rule = f"at least a tenth more than storage is wanted, which is {self.storage}"
            refuse("DatabaseSettings", [refused_at(("max_storage",), self.max_storage, rule, "raise it")])
        return self

    def unsafe(self) -> list[InitErrorDetails]:
        """What is not good enough in production; paths are relative to these settings."""
        return unsafe_settings(
            (not self.multi_az, "multi_az", False, "a copy in another zone", "write true"),
            (self._pauses(), "engine", "aurora", "a database that does not pause", "set engine.min_capacity to 0.5"),
            (self.backups < 7, "backups", self.backups, "a week of backups", "set it to 7 or more"),  # noqa: PLR2004  # days
            (self.deletion is Deletion.DESTROY, "deletion", "destroy", *KEPT),
        )


class UploadsSettings(Settings):
    """The bucket for uploaded files, with a content delivery network before it."""

    deletion: Deletion = Deletion.PROTECT
    """What becomes of the files when they leave the program: protect, retain or destroy."""

    def unsafe(self) -> list[InitErrorDetails]:
        """What is not good enough in production; paths are relative to these settings."""
        return unsafe_settings((self.deletion is Deletion.DESTROY, "deletion", "destroy", *KEPT))


class VolumeSettings(Settings):
    """The volume of the machine that has a SQLite file: it outlives the machine and is attached to the next."""

    snapshots: Annotated[Whole, Field(ge=1, le=365)] = 7
    """Days that daily snapshots are kept."""
    deletion: Deletion = Deletion.PROTECT
    """What becomes of the volume when it leaves the program: protect, retain or destroy."""

    def unsafe(self) -> list[InitErrorDetails]:
        """What is not good enough in production; paths are relative to these settings."""
        return unsafe_settings((self.deletion is Deletion.DESTROY, "deletion", "destroy", *KEPT))


class SecretsSettings(Settings):
    """Where secrets lie (AWS Secrets Manager)."""

    deletion: Deletion = Deletion.PROTECT
    """What becomes of a secret, generated or not, when it leaves the program: protect, retain or destroy."""
    recovery: Annotated[Literal[0] | Annotated[Whole, Field(ge=7, le=30)], BeforeValidator(_recoverable)] = 30
    """Days in which a deleted secret can be had back, 7 to 30; 0 deletes at once and is the default in development."""

    def unsafe(self) -> list[InitErrorDetails]:
        """What is not good enough in production; paths are relative to these settings."""
        return unsafe_settings(
            (self.recovery == 0, "recovery", 0, "deleted secrets to be had back", "set it to 7 or more"),
            (self.deletion is Deletion.DESTROY, "deletion", "destroy", *KEPT),
        )


class ExistingCache(Settings):
    """A Redis in AWS that is there already and takes the place of the managed one. It must want TLS and a password."""

    host: Hostname
    """The name of its primary."""
    port: Port = 6379
    """Its TCP port."""
    client_security_group_id: SecurityGroupId
    """The security group whose members it lets in."""
    password: SecretName
    """The name of the secret that holds its AUTH token."""


class ExistingDatabase(Settings):
    """A PostgreSQL database in AWS that is there already and takes the place of the managed one."""

    host: Hostname
    """Its host name."""
    port: Port = 5432
    """Its TCP port."""
    name: DatabaseName
    """The database's name."""
    user: DatabaseUser
    """The user that services connect as."""
    client_security_group_id: SecurityGroupId
    """The security group whose members it lets in."""
    password: SecretName
    """The name of the secret that holds the user's password."""
