"""What settings of data in AWS and an application say together and cannot mean, in each topology with such data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.data import ManagedPostgres, ManagedRedis
from config.settings import refused_at
from config.variables import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import InitErrorDetails

    from config.application import Application
    from config.aws_data import CacheSettings, DatabaseSettings


def cache_problems(cache: CacheSettings, application: Application, *, replaced: bool) -> Iterator[InitErrorDetails]:
    """What does not go together; paths are relative to the topology.

    `replaced` says that a Redis that is there already takes the place of the one that would be made.
    """
    redis = application.data.redis
    if replaced or not isinstance(redis, ManagedRedis) or cache.shards is None:
        return
    path = ("cache", "shards")
    if not redis.cluster:
        rule = "a client without cluster mode fails at each key of another shard, and data.redis.cluster is false"
        remedy = "leave shards out, or set data.redis.cluster: true once all clients ask redis.cluster"
        yield refused_at(path, cache.shards, rule, remedy)
    elif not _derives(application, Source.REDIS_CLUSTER):
        rule = f"no service derives a variable from {Source.REDIS_CLUSTER}, so clients cannot tell shards from none"
        remedy = f"add REDIS_CLUSTER: {Source.REDIS_CLUSTER} to the `derived` of the services that use Redis"
        yield refused_at(path, cache.shards, rule, remedy)


def database_problems(
    database: DatabaseSettings, application: Application, *, replaced: bool
) -> Iterator[InitErrorDetails]:
    """What does not go together; paths are relative to the topology.

    `replaced` says that a database that is there already takes the place of the one that would be made.
    """
    made = isinstance(application.data.postgres, ManagedPostgres) and not replaced
    if database.proxy and not (made and _derives(application, Source.POSTGRES_URL, Source.POSTGRES_HOST)):
        lacks = "no service derives its address" if made else "the stack makes no database that it could stand before"
        rule = f"a proxy costs by the hour, and {lacks}"
        yield refused_at(("database", "proxy"), given=True, rule=rule, remedy="write false, or leave it out")
    if not made:
        return  # the other settings do nothing
    if database.replicas and not _derives(application, Source.POSTGRES_READ_URL):
        rule = f"no service derives a variable from {Source.POSTGRES_READ_URL}, so nobody would read from replicas"
        remedy = f"add DATABASE_READ_URL: {Source.POSTGRES_READ_URL} to the `derived` of the service that reads there"
        yield refused_at(("database", "replicas"), database.replicas, rule, f"{remedy}, or write 0")


def _derives(application: Application, *sources: Source) -> bool:
    """Whether any service has any of these."""
    return any(source in sources for service in application.services.values() for source in service.derived.values())
