"""Where a stack's data lives in AWS: secrets, cache, database, uploads, and the frontend's files."""

from __future__ import annotations

import pathlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.aws.aurora_database import AuroraDatabase
from components.aws.cache import PORT as CACHE_PORT
from components.aws.cache import Cache
from components.aws.data_volume import DataVolume
from components.aws.database import Database
from components.aws.database_proxy import DatabaseProxy, DatabaseProxyArgs
from components.aws.postgres import PORT as DATABASE_PORT
from components.aws.uploads import Uploads
from config.aws_data import Aurora
from config.aws_ec2 import AwsEc2
from config.data import ExternalPostgres, ExternalRedis, ManagedPostgres, ManagedRedis, Sqlite, UploadedFiles
from config.values import Deletion
from config.variables import CACHE_TOKEN, DATABASE_PASSWORD
from stacks.aws_frontend import frontend
from stacks.aws_secrets import secrets_of
from stacks.environment import Places, Postgres, Redis, outside_postgres, outside_redis

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from config.stack import StackSettings
    from stacks.aws_frontend import Frontend
    from stacks.aws_network import Networked


@dataclass(frozen=True, slots=True)
class Stored:
    """A stack's data, as the rest of the stack sees it."""

    places: Places
    """Where everything is."""
    secret_values: Mapping[str, pulumi.Output[str]]
    """The values of secrets by name, secret."""
    memberships: Mapping[str, pulumi.Input[str]]
    """The security groups that a machine joins to reach it, by what it is."""
    cache: Cache | None
    """The cache, where the stack makes one."""
    database: Database | AuroraDatabase | None
    """The database, where the stack makes one."""
    proxy: DatabaseProxy | None
    """What stands before it, where services connect to that."""
    uploads: Uploads | None
    """The bucket for uploads, where there is one."""
    site: Frontend | None
    """The frontend, where the stack has its files."""
    volume: DataVolume | None
    """The volume with the SQLite file, where there is one."""


def store(
    stack: StackSettings,
    secrets: Mapping[str, pulumi.Output[str]],
    network: Networked,
    placed: pulumi.ResourceOptions,
) -> Stored:
    """Everything that keeps data."""
    topology, data = stack.aws, stack.application.data
    kept = secrets_of(stack, secrets, placed)
    values = kept.values
    existing = topology.existing
    cache = database = proxy = None
    if isinstance(data.redis, ManagedRedis) and existing.cache is None:
        cache = _cache(stack, network, values[CACHE_TOKEN], placed)
    if isinstance(data.postgres, ManagedPostgres) and existing.database is None:
        database = _database(stack, data.postgres, network, values[DATABASE_PASSWORD], placed)
        if topology.database.proxy:
            proxy = _proxy(stack, data.postgres, network, database, values[DATABASE_PASSWORD], placed)
    uploads = _uploads(stack, placed) if isinstance(data.uploads, UploadedFiles) else None
    site = frontend(stack, uploads, kept.site_key, {**secrets, **values}, placed)
    return Stored(
        Places(
            _postgres(stack, database, proxy),
            _redis(stack, cache),
            uploads.bucket_name if uploads else None,
            uploads.url if uploads else None,
            kept.arns,
            site_url=site.url if site else None,
            site_previews=site.previews if site else None,
            site_key=kept.site_key,
        ),
        values,
        _memberships(stack, cache, database, proxy),
        cache,
        database,
        proxy,
        uploads,
        site,
        _volume(stack, placed),
    )


def data_path(stack: StackSettings) -> str | None:
    """Where the volume with the SQLite file is mounted."""
    sqlite = stack.application.data.sqlite
    return str(pathlib.PurePosixPath(sqlite.path).parent) if isinstance(sqlite, Sqlite) else None


def _cache(stack: StackSettings, network: Networked, token: pulumi.Input[str], placed: pulumi.ResourceOptions) -> Cache:
    settings = stack.aws.cache
    return Cache(
        f"{stack.app}-cache",
        {
            "vpc_id": network.vpc_id,
            "subnet_ids": {**network.data_subnet_ids},
            "node_type": settings.node_type,
            "version": settings.version,
            "replicas": settings.replicas,
            "shards": settings.shards or 0,
            "snapshots": settings.snapshots,
            "auth_token": token,
            "deletion": settings.deletion,
        },
        placed,
    )


def _database(
    stack: StackSettings,
    postgres: ManagedPostgres,
    network: Networked,
    password: pulumi.Input[str],
    placed: pulumi.ResourceOptions,
) -> Database | AuroraDatabase:
    settings = stack.aws.database
    if isinstance(settings.engine, Aurora):
        return _aurora(stack, settings.engine, postgres, network, password, placed)
    return Database(
        f"{stack.app}-database",
        {
            "vpc_id": network.vpc_id,
            "subnet_ids": {**network.data_subnet_ids},
            "version": settings.version,
            "instance_class": settings.instance_class,
            "storage": settings.storage,
            "max_storage": settings.max_storage,
            "multi_az": settings.multi_az,
            "backups": settings.backups,
            "name": postgres.name,
            "user": postgres.user,
            "password": password,
            "max_connections": settings.max_connections,
            "slow_query_ms": settings.slow_query,
            "replicas": settings.replicas,
            "deletion": settings.deletion,
        },
        placed,
    )


def _aurora(  # noqa: PLR0913, PLR0917  # what an instance is made from, and its engine's settings
    stack: StackSettings,
    engine: Aurora,
    postgres: ManagedPostgres,
    network: Networked,
    password: pulumi.Input[str],
    placed: pulumi.ResourceOptions,
) -> AuroraDatabase:
    settings = stack.aws.database
    return AuroraDatabase(
        f"{stack.app}-database",
        {
            "vpc_id": network.vpc_id,
            "subnet_ids": {**network.data_subnet_ids},
            "version": settings.version,
            "min_capacity": float(engine.min_capacity),
            "max_capacity": float(engine.max_capacity),
            "servers": settings.servers(),
            "read": settings.replicas > 0,
            "backups": settings.backups,
            "name": postgres.name,
            "user": postgres.user,
            "password": password,
            "max_connections": settings.max_connections,
            "slow_query_ms": settings.slow_query,
            "deletion": settings.deletion,
        },
        placed,
    )


def _proxy(  # noqa: PLR0913, PLR0917  # what it stands between, and with what
    stack: StackSettings,
    postgres: ManagedPostgres,
    network: Networked,
    database: Database | AuroraDatabase,
    password: pulumi.Input[str],
    placed: pulumi.ResourceOptions,
) -> DatabaseProxy:
    args: DatabaseProxyArgs = {
        "vpc_id": network.vpc_id,
        "subnet_ids": {**network.data_subnet_ids},
        "database_client_security_group_id": database.client_security_group_id,
        "user": postgres.user,
        "password": password,
        "recovery_days": stack.aws.secrets.recovery,
    }
    if isinstance(database, AuroraDatabase):
        args["cluster_identifier"] = database.cluster_identifier
    else:
        args["instance_identifier"] = database.identifier
    return DatabaseProxy(f"{stack.app}-database-proxy", args, placed)


def _uploads(stack: StackSettings, placed: pulumi.ResourceOptions) -> Uploads:
    deletion = stack.aws.uploads.deletion
    return Uploads(
        f"{stack.app}-uploads",
        {
            "origins": list(stack.application.origins()),
            "deletion": deletion,
            "destroy_objects": deletion is Deletion.DESTROY,
        },
        placed,
    )


def _volume(stack: StackSettings, placed: pulumi.ResourceOptions) -> DataVolume | None:
    topology, sqlite = stack.aws, stack.application.data.sqlite
    if not (isinstance(topology, AwsEc2) and isinstance(sqlite, Sqlite)):
        return None
    return DataVolume(
        f"{stack.app}-data",
        {
            "zone": topology.zones[0],
            "size": sqlite.size,
            "snapshots": topology.volume.snapshots,
            "deletion": topology.volume.deletion,
            "tags": stack.required_tags(),
        },
        placed,
    )


def _postgres(
    stack: StackSettings, own: Database | AuroraDatabase | None, proxy: DatabaseProxy | None
) -> Postgres | None:
    postgres, existing = stack.application.data.postgres, stack.aws.existing.database
    if isinstance(postgres, ExternalPostgres):
        return outside_postgres(postgres)
    if existing is not None:
        return Postgres(existing.host, existing.port, existing.name, existing.user, existing.password, tls=True)
    if own is not None and isinstance(postgres, ManagedPostgres):
        host = proxy.host if proxy else own.host
        own_place = (host, DATABASE_PORT, postgres.name, postgres.user, DATABASE_PASSWORD)
        return Postgres(*own_place, tls=True, read_hosts=tuple(own.read_hosts.values()))
    return None


def _redis(stack: StackSettings, own: Cache | None) -> Redis | None:
    redis, existing = stack.application.data.redis, stack.aws.existing.cache
    if isinstance(redis, ExternalRedis):
        return outside_redis(redis)
    if existing is not None:
        return Redis(existing.host, existing.port, existing.password, tls=True)
    if own is None:
        return None
    return Redis(own.host, CACHE_PORT, CACHE_TOKEN, tls=True, cluster=stack.aws.cache.shards is not None)


def _memberships(
    stack: StackSettings, cache: Cache | None, database: Database | AuroraDatabase | None, proxy: DatabaseProxy | None
) -> dict[str, pulumi.Input[str]]:
    existing = stack.aws.existing
    found: dict[str, pulumi.Input[str]] = {}
    for what, held in (("cache", cache or existing.cache), ("database", proxy or database or existing.database)):
        if held is not None:
            found[what] = held.client_security_group_id
    if proxy is not None and database is not None and database.read_hosts:
        found["replicas"] = database.client_security_group_id  # no proxy leads to them
    return found
