"""The Dockerfile of an application whose services run in containers, and what its build does not see. Pure text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeGuard, TypeVar

from config.aws_ecs import AwsEcs
from config.data import ManagedPostgres
from config.docker import Docker
from config.release import BuildsRelease, ImagesRelease
from config.vps import Vps
from slipway.render.packages import migration_note, package_values
from slipway.render.scripts import script

if TYPE_CHECKING:
    from collections.abc import Iterable

    from config.stack import StackSettings, Topology

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Image:
    """What an image has of its own. What its services do not agree on is the task's to say."""

    stage: str
    """The stage that ends in it, named after its service; empty: one image for all services."""
    folder: str
    """The working folder, below the application's."""
    port: int | None
    """The port that a task's variables name too."""
    health: list[str] | None
    """The program that asks whether the service is well."""
    command: list[str] | None
    """What starts where nobody says anything else."""


def dockerfile(stack: StackSettings) -> str | None:
    """The Dockerfile, or None where the topology runs no containers.

    One for all services: they share the build, and the command is the task's. It ends in one image for all, or, where
    the release has an image for each service, in a stage for each that differs in folder, port and health path.
    """
    topology, application = stack.topology, stack.application
    if not _has_images(topology):
        return None
    sources = application.runtime.image
    return script(
        "Dockerfile.j2",
        {
            "app": stack.app,
            "architecture": _architecture(topology),
            "base": _base(stack),
            "digest": sources.node,
            "node": application.runtime.version,
            "ca": isinstance(application.data.postgres, ManagedPostgres),
            "ca_sha256": sources.database_ca,
            "images": _images(stack, topology),
            **package_values(application),
        },
    )


def dockerignore(stack: StackSettings) -> str | None:
    """What the build must not see, or None where there is no Dockerfile."""
    return script("dockerignore.j2", {}) if _has_images(stack.topology) else None


def _has_images(topology: Topology) -> TypeGuard[AwsEcs | Docker | Vps]:
    """Whether the services run in containers."""
    return isinstance(topology, AwsEcs | Docker) or (isinstance(topology, Vps) and topology.images is not None)


def _architecture(topology: AwsEcs | Docker | Vps) -> str | None:
    """What the image is built for. On an engine of one's own that is its machine's, on which it is built too: None."""
    if isinstance(topology, Vps):
        return topology.plan().architecture
    return topology.architecture if isinstance(topology, AwsEcs) else None


def dockerfile_notes(stack: StackSettings) -> list[str]:
    """What about the image its author should know: what is not pinned, and how to pin it."""
    application = stack.application
    if not _has_images(stack.topology):
        return []
    sources, file = application.runtime.image, f"config/apps/{stack.app}.yaml"
    notes = []
    if sources.node is None:
        notes.append(
            f"Dockerfile: its base image is not pinned by digest. Run docker buildx imagetools inspect {_base(stack)},"
            f' and write the digest into {file} as runtime: {{image: {{node: "sha256:…"}}}}.'
        )
    if sources.database_ca is None and isinstance(application.data.postgres, ManagedPostgres):
        notes.append(
            "Dockerfile: Amazon's certificates for the database are not pinned. Write the SHA-256 sum of their"
            f' global-bundle.pem into {file} as runtime: {{image: {{database_ca: "…"}}}}.'
        )
    return notes + migration_note(application, "no image has; npm is in the image")


def _base(stack: StackSettings) -> str:
    return f"node:{stack.application.runtime.version}-trixie-slim"


def _images(stack: StackSettings, topology: AwsEcs | Docker | Vps) -> list[_Image]:
    services = stack.application.services
    several = isinstance(topology.release, ImagesRelease | BuildsRelease)
    alike = [{name: service} for name, service in services.items()] if several else [dict(services)]
    images = []
    for each in alike:
        path = _shared(service.health_path for service in each.values())
        entry = _shared(service.entry for service in each.values())
        images.append(
            _Image(
                stage=next(iter(each)) if several else "",
                folder=next(iter(each.values())).directory,
                port=_shared(topology.port(service.port) for service in each.values()),
                health=_asking(path) if path else None,
                command=["node", "--enable-source-maps", entry] if entry else None,
            )
        )
    return images


def _shared(values: Iterable[_T]) -> _T | None:
    """What all have, None where they differ."""
    found = set(values)
    return found.pop() if len(found) == 1 else None


def _asking(path: str) -> list[str]:
    """Asks by Node.js, as tasks do: neither curl nor a shell need be in the image."""
    address = f'"http://127.0.0.1:" + process.env.PORT + {json.dumps(path)}'
    program = f"fetch({address}).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"
    return ["node", "-e", program]
