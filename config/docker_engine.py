"""The Docker engine that a stack runs on, the registry that it pulls from, and the images that it always has."""

import ipaddress
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from config.release import ImageDigest
from config.settings import Settings, refusal
from config.values import Deletion, Flag, Matches, SecretName, Whole

PROXY_MEMORY = 128
"""Memory in MiB that the proxy before the services may take."""
_LOCAL_NAMES = ("localhost",)


def _safe_host(given: str) -> str:
    """Who speaks with an engine is root on its machine, so nobody else may listen or speak."""
    address = urlsplit(given)
    if address.scheme == "tcp" and not _is_loopback(address.hostname or ""):
        raise refusal(
            "whoever reaches an engine by tcp is root on its machine, so tcp leads to the machine itself only",
            "write ssh://USER@HOST, which asks for a key",
        )
    return given


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in _LOCAL_NAMES


EngineHost = Annotated[
    str,
    Matches(
        r"unix:///[A-Za-z0-9._/-]{1,200}"
        r"|ssh://[a-z_][a-z0-9_-]{0,31}@[A-Za-z0-9.-]{1,253}(?::\d{1,5})?"
        r"|tcp://(?:[A-Za-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\]):\d{1,5}",
        "the address of a Docker engine is wanted: unix:///PATH, ssh://USER@HOST, or tcp://127.0.0.1:PORT",
        "write it as in unix:///var/run/docker.sock",
    ),
    AfterValidator(_safe_host),
]


class Engine(Settings):
    """The engine that the containers run on: the user's own, which is there already."""

    host: EngineHost = "unix:///var/run/docker.sock"
    """Where the engine listens: a socket of the machine that deploys, or `ssh://USER@HOST`. By SSH the program `ssh`
    of that machine is run: the key comes from its agent, the host's key from its `known_hosts`."""


class RegistryLogin(Settings):
    """Who pulls images from a registry that does not show them to everybody."""

    address: Annotated[
        str,
        Matches(
            r"[a-z0-9][a-z0-9.-]{0,252}(?::\d{1,5})?", "the host of a registry is wanted", "write it as in ghcr.io"
        ),
    ]
    """The registry, as images begin with it."""
    user: Annotated[str, Matches(r"[A-Za-z0-9._@+-]{1,100}", "the name of a user is wanted", "respell it")]
    """The user that the registry knows."""
    password: SecretName
    """The name of the secret with that user's password or token, which may read images and nothing else."""


class ServiceContainer(Settings):
    """How one service runs in its container."""

    memory: Annotated[Whole, Field(ge=64, le=65536)] = 512
    """Memory in MiB that it may take; one that takes more is stopped and started anew."""
    overlap: Flag = True
    """Whether the old release and the new one may run at the same time, for no request to be lost. False where two must
    never run: the old one stops first, and the service is away until the new one is well."""
    read_only: Flag = True
    """Whether its own files cannot be changed, but for /tmp. False for a program that writes beside itself."""


class RedisContainer(Settings):
    """The one Redis that all services share, in a container, for `data.redis: {kind: local}`."""

    image: ImageDigest
    """The official image of Redis or Valkey's, by digest."""
    memory: Annotated[Whole, Field(ge=32, le=65536)] = 128
    """Memory in MiB for what it keeps. The container may take twice as much, for a copy while it is written down."""
    deletion: Deletion = Deletion.PROTECT
    """What becomes of its volume when it leaves the program."""


class PostgresContainer(Settings):
    """PostgreSQL in a container, for `data.postgres: {kind: local}`."""

    image: ImageDigest
    """PostgreSQL's official image, by digest. Another major version does not read the files of this one."""
    memory: Annotated[Whole, Field(ge=128, le=131072)] = 512
    """Memory in MiB that it may take, and that it is set to."""
    connections: Annotated[Whole, Field(ge=10, le=1000)] = 100
    """Connections that it takes at once."""
    deletion: Deletion = Deletion.PROTECT
    """What becomes of its volume when it leaves the program."""
