"""What a single server that runs images, and its application, cannot mean together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.data import LocalPostgres, LocalRedis, PostgresSessions, Sqlite
from config.docker_checks import contained, own_passwords
from config.image_checks import each_image, one_folder
from config.production import KEPT
from config.release import ImageRelease, ImagesRelease
from config.service_checks import unknown_services
from config.settings import refused_at
from config.values import Deletion
from config.variables import CACHE_TOKEN
from config.vps_certificate import RecordProof

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import InitErrorDetails

    from config.application import Application
    from config.vps import Vps
    from config.vps_containers import Containers

_UP = ("..", "application")  # leads from the topology to the application's part of the stack
_ARCHIVE = "or take a release of kind archive"
# Of the topology, what is about programs that run on the server itself, and what to write for containers.
_OF_PROGRAMS = {
    "services": "write it in containers.services",
    "redis": "write it in containers.redis",
    "postgres": "take it out",
    "process_memory": "write memory in containers.services",
}


def containers(topology: Vps, application: Application) -> Iterator[InitErrorDetails]:
    """Images run in containers, and nothing else does. Paths are relative to the topology, `..` is the application."""
    release, settings = topology.release, topology.containers
    if not isinstance(release, ImageRelease | ImagesRelease):
        if settings is not None:
            rule = "the release is no image, so nothing would run in a container"
            yield refused_at(
                ("containers",), {}, rule, "take it out, or write release: {kind: image, image: …@sha256:…}"
            )
        return
    yield from each_image(release, application)
    yield from one_folder(release, application)
    if settings is None:
        rule = "the release is an image, and the proxy before its containers has none"
        yield refused_at(("containers",), None, rule, "write containers: {proxy: …@sha256:…}")
    else:
        yield from _in_containers(settings, application)
    for check in (_data, _release_brings, _unread):
        yield from check(topology, application)


def unsafe_containers(topology: Vps) -> Iterator[InitErrorDetails]:
    """What production does not take."""
    redis = topology.containers.redis if topology.containers else None
    if redis is not None and redis.deletion is Deletion.DESTROY:
        yield refused_at(("containers", "redis", "deletion"), "destroy", f"production needs {KEPT[0]}", KEPT[1])


def _in_containers(settings: Containers, application: Application) -> Iterator[InitErrorDetails]:
    """Only what is there has a container, and what is there has one."""
    yield from unknown_services(settings.services, application, ("containers", "services"))
    yield from contained("redis", settings.redis, application, ("containers",))
    made = (CACHE_TOKEN,) if isinstance(application.data.redis, LocalRedis) else ()
    yield from own_passwords(made, application)


def _data(_: Vps, application: Application) -> Iterator[InitErrorDetails]:
    """What is the only copy lies where somebody makes another one."""
    data = application.data
    for part, given in (("postgres", data.postgres), ("sqlite", data.sqlite)):
        if isinstance(given, LocalPostgres | Sqlite):
            rule = "the release is an image, and nothing copies what containers keep in their volumes"
            yield refused_at((*_UP, "data", part, "kind"), given.kind, rule, f"take an external database, {_ARCHIVE}")


def _release_brings(topology: Vps, application: Application) -> Iterator[InitErrorDetails]:
    """What only a release as an archive brings to the server: secrets of its own, files, and programs."""
    if topology.backups is not None:
        rule = "the release is an image, and nothing brings the bucket's keys to the server"
        yield refused_at(("backups",), {}, rule, f"take it out, {_ARCHIVE}")
    if isinstance(topology.certificate, RecordProof):
        rule = "the release is an image, and nothing brings the token to the server"
        yield refused_at(("certificate", "kind"), "record", rule, f"write kind: file, {_ARCHIVE}")
    if topology.frontend.kind == "release":
        rule = "the release is an image, and its files lie in containers, where the server does not see them"
        yield refused_at(("frontend", "kind"), "release", rule, f"let a service serve them (kind: none), {_ARCHIVE}")
    if topology.static is not None:
        rule = "the release is an image, and the server has no static folders to show"
        yield refused_at(("static",), {}, rule, f"take it out, {_ARCHIVE}")
    if isinstance(application.data.sessions, PostgresSessions):
        rule = "the release is an image, and nothing on the server would delete those that have expired"
        yield refused_at((*_UP, "data", "sessions", "kind"), "postgres", rule, f"write none, {_ARCHIVE}")


def _unread(topology: Vps, _: Application) -> Iterator[InitErrorDetails]:
    """What nobody would read."""
    for key, remedy in _OF_PROGRAMS.items():
        if key in topology.model_fields_set:
            rule = "the release is an image, and this is about programs beside which there is no container"
            yield refused_at((key,), {}, rule, remedy)
    if "private_key" in topology.ssh.model_fields_set:
        rule = "the release is an image, and a deployment logs in by the program ssh, which has keys of its own"
        yield refused_at(("ssh", "private_key"), topology.ssh.private_key, rule, "take it out, and run: ssh-add")
