"""PostgreSQL in a container."""

from typing import TypedDict

import pulumi
import pulumi_docker as docker

from components.deletion import kept
from components.docker.fenced import Fenced, Health, fenced, image
from components.server.postgres import shares
from config.values import Deletion

PORT = 5432
# Later images declare this folder, and those up to version 17 one below it: both are fine with it.
_FOLDER = "/var/lib/postgresql"
_STOP = 60  # seconds: it writes down what is only in memory
_SOCKETS = "/var/run/postgresql"


class PostgresContainerArgs(TypedDict):
    """What PostgreSQL is made from."""

    image: str
    """PostgreSQL's official image, by digest."""
    alias: str
    """The name by which services find it."""
    networks: dict[str, pulumi.Input[str]]
    """The names of the networks that it is in, by what they are for."""
    database: str
    """The database's name. Another one later makes none: it is made with the empty volume."""
    user: str
    """The user that services connect as, made with the empty volume too."""
    password: pulumi.Input[str]
    """That user's password, set when the volume is empty; later ones change nothing."""
    memory: int
    """MiB that it may take, and that it is set to."""
    connections: int
    """Connections that it takes at once."""
    deletion: Deletion
    """What becomes of the volume when it leaves the program."""


class PostgresContainer(pulumi.ComponentResource):
    """Guarantees one PostgreSQL that only clients with the password in its networks reach.

    No two of it ever run on one volume: the old container goes before the new one comes, so a change interrupts it for
    some seconds.
    """

    container_id: pulumi.Output[str]
    """The container's id, known once it is well."""

    def __init__(self, name: str, args: PostgresContainerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:docker:PostgresContainer", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        volume = docker.Volume(f"{name}-volume", opts=pulumi.ResourceOptions.merge(child, kept(args["deletion"])))
        first = pulumi.ResourceOptions(delete_before_replace=True)
        container = fenced(
            f"{name}-postgres",
            Fenced(
                image_id=image(f"{name}-image", args["image"], args["networks"], child).image_id,
                networks=args["networks"],
                alias=args["alias"],
                memory=args["memory"],
                stop_seconds=_STOP,
                user="postgres",
                command=_command(args["memory"], args["connections"]),
                environment={
                    "PGDATA": f"{_FOLDER}/pgdata",
                    "POSTGRES_DB": args["database"],
                    "POSTGRES_USER": args["user"],
                },
                secrets={"POSTGRES_PASSWORD": args["password"]},
                volumes={_FOLDER: volume.name},
                memory_disks={_SOCKETS: 1},
                health=Health(test=("CMD", "pg_isready", "-h", "127.0.0.1", "-U", args["user"])),
            ),
            pulumi.ResourceOptions.merge(child, first),
        )
        self.container_id = container.id
        self.register_outputs({"containerId": self.container_id})


def _command(memory: int, connections: int) -> tuple[str, ...]:
    """What runs: PostgreSQL, set to its memory.

    Workers of one query share memory in /dev/shm, of which Docker gives 64 MiB: they do without.
    """
    settings = {
        **shares(memory, connections),
        "max_connections": str(connections),
        "max_parallel_workers_per_gather": "0",
    }
    return ("postgres", *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")))
