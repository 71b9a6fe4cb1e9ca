"""The one Redis of a stack, in a container."""

from typing import TypedDict

import pulumi
import pulumi_docker as docker

from components.deletion import kept
from components.docker.fenced import Fenced, Health, fenced, image
from config.values import Deletion

PORT = 6379
_FOLDER = "/data"
_STOP = 30  # seconds
# From standard input, for no command line holds the password, and no file is written into a disk that is read only.
_START = """exec redis-server - <<END
requirepass $REDIS_PASSWORD
dir /data
appendonly yes
maxmemory {memory}mb
maxmemory-policy noeviction
END"""
_ASKED = 'REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli ping | grep -q PONG'


class RedisContainerArgs(TypedDict):
    """What Redis is made from."""

    image: str
    """Redis' official image, by digest."""
    alias: str
    """The name by which services find it."""
    networks: dict[str, pulumi.Input[str]]
    """The names of the networks that it is in, by what they are for."""
    password: pulumi.Input[str]
    """The password that clients show."""
    memory: int
    """MiB for what it keeps. The container may take twice as much."""
    deletion: Deletion
    """What becomes of the volume when it leaves the program."""


class RedisContainer(pulumi.ComponentResource):
    """Guarantees one Redis that only clients with the password in its networks reach, and that keeps what it was told.

    No two of it ever run on one volume: the old container goes before the new one comes, so a change interrupts it for
    some seconds.
    """

    container_id: pulumi.Output[str]
    """The container's id, known once it is well."""

    def __init__(self, name: str, args: RedisContainerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:docker:RedisContainer", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        volume = docker.Volume(f"{name}-volume", opts=pulumi.ResourceOptions.merge(child, kept(args["deletion"])))
        first = pulumi.ResourceOptions(delete_before_replace=True)
        container = fenced(
            f"{name}-redis",
            Fenced(
                image_id=image(f"{name}-image", args["image"], args["networks"], child).image_id,
                networks=args["networks"],
                alias=args["alias"],
                memory=2 * args["memory"],
                stop_seconds=_STOP,
                user="redis",
                entrypoint=("/bin/sh", "-c"),
                command=(_START.format(memory=args["memory"]),),
                secrets={"REDIS_PASSWORD": args["password"]},
                volumes={_FOLDER: volume.name},
                health=Health(test=("CMD-SHELL", _ASKED)),
            ),
            pulumi.ResourceOptions.merge(child, first),
        )
        self.container_id = container.id
        self.register_outputs({"containerId": self.container_id})
