"""What the topology `docker`, an application and an environment say together and cannot mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.data import (
    LocalPostgres,
    LocalRedis,
    ManagedPostgres,
    ManagedRedis,
    PostgresSessions,
    Sqlite,
    UploadedFiles,
)
from config.image_checks import each_image, one_folder
from config.production import KEPT
from config.service_checks import unknown_services
from config.settings import refused_at
from config.values import Deletion, Environment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic_core import InitErrorDetails

    from config.application import Application
    from config.docker import Docker
    from config.settings import Settings

_UP = ("..", "application")  # leads from the topology to the application's part of the stack


def problems(topology: Docker, application: Application, environment: Environment) -> Iterator[InitErrorDetails]:
    """What does not go together. Paths are relative to the topology; what begins with `..` is the application's."""
    yield from each_image(topology.release, application)
    yield from one_folder(topology.release, application)
    yield from unknown_services(topology.services, application)
    yield from contained("redis", topology.redis, application)
    yield from contained("postgres", topology.postgres, application)
    yield from own_passwords(topology.made_passwords(application), application)
    for check in (_managed, _uploads, _nobody_does):
        yield from check(topology, application)
    if environment is Environment.PRODUCTION:
        yield from _unsafe_in_production(topology, application)


def _managed(_: Docker, application: Application) -> Iterator[InitErrorDetails]:
    """Nobody runs a database or a Redis for an engine of one's own."""
    for part, data in (("redis", application.data.redis), ("postgres", application.data.postgres)):
        if isinstance(data, ManagedRedis | ManagedPostgres):
            rule = "an engine of one's own has no managed one beside it"
            remedy = "write local for one in a container, or external for one that lives elsewhere"
            yield refused_at((*_UP, "data", part, "kind"), "managed", rule, remedy)


def contained(
    part: str, given: Settings | None, application: Application, path: tuple[str, ...] = ()
) -> Iterator[InitErrorDetails]:
    """What is local has its container, and no container is for nothing. `path` leads to where containers are said."""
    wanted = isinstance(getattr(application.data, part), LocalRedis | LocalPostgres)
    if wanted and given is None:
        rule = f"the application's {part} is local, and its image is not said"
        yield refused_at((*path, part), None, rule, f"write {part}: {{image: …@sha256:…}}")
    if not wanted and given is not None:
        rule = f"the application's {part} is not local, so nobody would use it"
        yield refused_at((*path, part), {}, rule, f"take it out, or set data.{part}: {{kind: local}}")


def own_passwords(made: Iterable[str], application: Application) -> Iterator[InitErrorDetails]:
    """Passwords of what runs in containers are made by the stack, under names that nothing else has."""
    used = application.used_secrets()
    for name in made:
        if name in used:
            rule = "the stack makes the password of what runs in a container itself, under this name"
            yield refused_at((*_UP, "secrets", name, "[key]"), name, rule, "take another name for this secret")


def _uploads(_: Docker, application: Application) -> Iterator[InitErrorDetails]:
    if isinstance(application.data.uploads, UploadedFiles):
        rule = "uploads lie in object storage, never on an instance's disk, and an engine has none"
        remedy = "write none, or take vps or a topology in AWS, which have a bucket"
        yield refused_at((*_UP, "data", "uploads", "kind"), "bucket", rule, remedy)


def _nobody_does(_: Docker, application: Application) -> Iterator[InitErrorDetails]:
    """What the application's file asks for and nobody would do here."""
    for name in application.schedules:
        rule = "nothing on an engine runs commands at times of their own"
        remedy = "take aws-ecs; or take it out here, and let the service run it itself"
        yield refused_at((*_UP, "schedules", name, "[key]"), name, rule, remedy)
    if isinstance(application.data.sessions, PostgresSessions):
        rule = "nothing on an engine would delete those that have expired"
        yield refused_at((*_UP, "data", "sessions", "kind"), "postgres", rule, "write none, or take aws-ecs or vps")
    if application.alerts:
        rule = "nothing here measures what these are about, and they would never go off"
        yield refused_at((*_UP, "alerts"), {}, rule, "write alerts: null")
    if application.rate_limit is not None:
        rule = "to the proxy all requests come from one address, so it cannot count them by who asks"
        yield refused_at((*_UP, "rate_limit"), application.rate_limit, rule, "write rate_limit: null")


def _unsafe_in_production(topology: Docker, application: Application) -> Iterator[InitErrorDetails]:
    """Data that is the only copy lies where somebody makes another one."""
    data = application.data
    for part, given in (("postgres", data.postgres), ("sqlite", data.sqlite)):
        if isinstance(given, LocalPostgres | Sqlite):
            rule = "production needs copies of its data somewhere else, and nothing here makes any"
            yield refused_at((*_UP, "data", part, "kind"), given.kind, rule, "take vps or a topology in AWS")
    if topology.redis is not None and topology.redis.deletion is Deletion.DESTROY:
        yield refused_at(("redis", "deletion"), "destroy", f"production needs {KEPT[0]}", KEPT[1])
