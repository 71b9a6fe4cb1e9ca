"""One service as a container on one engine."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_docker as docker

from components.docker.fenced import Fenced, Health, asks_path, asks_port, fenced, image

_MIGRATED = "dev.slipway.migrated"  # the label that says which run changed the database for this container


class ContainerServiceArgs(TypedDict):
    """What the service is made from."""

    image: str
    """The image, by digest."""
    alias: str
    """The name by which others in its networks find it."""
    networks: dict[str, pulumi.Input[str]]
    """The names of the networks that it is in, by what they are for."""
    command: list[str]
    """What runs in the container; empty: what the image says."""
    port: int
    """The TCP port that it listens on, on all addresses of the container."""
    health_path: NotRequired[str]
    """The path that answers with success when it is well; without it, a port that takes connections does."""
    health_interval: int
    """Seconds between two questions."""
    health_timeout: int
    """Seconds to wait for an answer."""
    environment: dict[str, pulumi.Input[str]]
    """Plain environment variables by name. Nothing secret."""
    secrets: dict[str, pulumi.Input[str]]
    """Secret environment variables by name. Who may use the engine reads them."""
    labels: dict[str, str]
    """Labels of the container, which many may read."""
    memory: int
    """MiB that it may take."""
    read_only: bool
    """Whether its own files cannot be changed, but for /tmp and its volumes."""
    volumes: dict[str, pulumi.Input[str]]
    """The names of the volumes that it mounts, by the folder inside."""
    stop_seconds: int
    """How long it may go on after SIGTERM: as long as those who are connected need."""
    overlap: bool
    """Whether the old container runs until the new one is well; else it stops before the new one starts."""
    migration: NotRequired[list[str]]
    """The command that changes the database for a new version: one container runs it, with the service's image and
    environment, and only when it succeeded does the version start."""
    after: dict[str, pulumi.Input[str]]
    """What must have happened before a new version starts, by what it is: its outcome."""


class ContainerService(pulumi.ComponentResource):
    """Guarantees a container without rights over its machine that nobody outside its networks reaches.

    A new version starts beside the old one, which goes only when the new one is well, where `overlap` says so.
    """

    container_id: pulumi.Output[str]
    """The container's id, known once it is well."""
    migrated: dict[str, pulumi.Output[str]]
    """The outcome of the migration, for other services that must wait for it; empty where the service has none."""

    def __init__(self, name: str, args: ContainerServiceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:docker:ContainerService", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        pulled = image(f"{name}-image", args["image"], args["networks"], child)
        self.migrated = _migrated(name, args, pulled, child)
        container = fenced(
            f"{name}-container",
            _described(args, pulled, tuple(args["command"]), {**args["after"], **self.migrated}, _health(args)),
            pulumi.ResourceOptions.merge(
                child, pulumi.ResourceOptions(delete_before_replace=None if args["overlap"] else True)
            ),
        )
        self.container_id = container.id
        self.register_outputs({"containerId": self.container_id, "migrated": self.migrated})


def _migrated(
    name: str, args: ContainerServiceArgs, pulled: docker.RemoteImage, child: pulumi.ResourceOptions
) -> dict[str, pulumi.Output[str]]:
    if "migration" not in args:
        return {}
    run = fenced(f"{name}-migration", _described(args, pulled, tuple(args["migration"]), args["after"], None), child)
    return {"migration": pulumi.Output.all(run.id, run.exit_code).apply(lambda ran: _outcome(name, *ran))}


def _outcome(name: str, run: str, code: int) -> str:
    """The run that succeeded. The provider takes one that failed for done, so that has to end the program here.

    Raises `pulumi.RunError`, also in every later preview, until a container of another release ran, or this one again.
    """
    if code:
        raise pulumi.RunError(
            f"{name}: the migration ended with {code}, and nothing of this release starts: see `docker logs {run[:12]}`"
            ", mend the cause, and deploy another release, or run this one again: pulumi up --replace and its URN"
        )
    return run


def _described(
    args: ContainerServiceArgs,
    pulled: docker.RemoteImage,
    command: tuple[str, ...],
    after: dict[str, pulumi.Input[str]],
    health: Health | None,
) -> Fenced:
    """A container with the service's image and environment."""
    return Fenced(
        image_id=pulled.image_id,
        networks=args["networks"],
        alias=args["alias"] if health else "",
        memory=args["memory"],
        stop_seconds=args["stop_seconds"],
        command=command,
        environment=args["environment"],
        secrets=args["secrets"],
        labels={**args["labels"], **{f"{_MIGRATED}.{what}": outcome for what, outcome in after.items()}},
        volumes=args["volumes"],
        read_only=args["read_only"],
        health=health,
    )


def _health(args: ContainerServiceArgs) -> Health:
    interval, timeout = args["health_interval"], args["health_timeout"]
    if "health_path" in args:
        return asks_path(args["port"], args["health_path"], interval, timeout)
    return asks_port(args["port"], interval, timeout)
