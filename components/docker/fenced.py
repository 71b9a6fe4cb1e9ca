"""A container without rights over its machine, which every container of a stack is. And the asking whether it is well.

What is asked is run in the container, by what its image brings.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulumi
import pulumi_docker as docker

if TYPE_CHECKING:
    from collections.abc import Mapping

TMP = "/tmp"  # noqa: S108  # the container's own
_TMP_MIB = 64
_LOG = {"max-size": "10m", "max-file": "5"}  # 50 MB for each container
_RETRIES = 3  # questions without an answer until it is given up
_START = 30  # seconds that do not count
_WAIT = 180  # seconds until a deployment gives a container up that is not well


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The question whether a container is well."""

    test: tuple[str, ...]
    """The command, as Docker takes it: `CMD` and words, or `CMD-SHELL` and a line for the image's shell."""
    interval: int = 15
    """Seconds between two questions."""
    timeout: int = 5
    """Seconds to wait for an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fenced:
    """One container. Environment and labels are by name."""

    image_id: pulumi.Input[str]
    """The id that the engine gives the image."""
    networks: Mapping[str, pulumi.Input[str]]
    """The names of the networks that it is in, by what they are for."""
    memory: int
    """MiB that it may take."""
    stop_seconds: int
    """How long it may take to end after SIGTERM."""
    alias: str = ""
    """The name by which others in its networks find it; empty: none."""
    user: str = ""
    """The user inside; empty: the image's own."""
    entrypoint: tuple[str, ...] = ()
    """What replaces the image's entry point; empty: nothing does."""
    command: tuple[str, ...] = ()
    """What runs; empty: what the image says."""
    environment: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Plain variables."""
    secrets: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Secret variables."""
    labels: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Labels, which many may read."""
    volumes: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """The names of the volumes that it mounts, by the folder inside."""
    memory_disks: Mapping[str, int] = field(default_factory=dict)
    """Folders beside /tmp that lie in memory, with the MiB of each."""
    read_only: bool = True
    """Whether its own files cannot be changed."""
    health: Health | None = None
    """How it is asked whether it is well; None for one that ends by itself."""
    published: tuple[int, int] | None = None
    """A port of the machine, on 127.0.0.1 alone, and the port inside that it leads to."""


def fenced(logical: str, what: Fenced, opts: pulumi.ResourceOptions) -> docker.Container:
    """Make the container.

    It has no capability and can get none, changes nothing but /tmp and its volumes, and its log does not fill the disk.
    With `health` the deployment waits until it is well, and it starts again whenever it ends. Without, it runs once:
    the deployment waits for its end, and its `exit_code` says how that was. Secret variables stay secret in the state;
    who may use the engine reads them.
    """
    secrets = [pulumi.Output.secret(_assigned(name, value)) for name, value in sorted(what.secrets.items())]
    lasts = what.health is not None
    disks = {TMP: _TMP_MIB, **what.memory_disks}
    hidden = pulumi.ResourceOptions(additional_secret_outputs=["envs"]) if secrets else None
    return docker.Container(
        logical,
        image=what.image_id,
        user=what.user or None,
        entrypoints=list(what.entrypoint) or None,
        command=list(what.command) or None,
        envs=[*[_assigned(name, value) for name, value in sorted(what.environment.items())], *secrets],
        labels=[docker.ContainerLabelArgs(label=name, value=value) for name, value in sorted(what.labels.items())],
        networks_advanced=[
            docker.ContainerNetworksAdvancedArgs(name=network, aliases=[what.alias] if what.alias else None)
            for _, network in sorted(what.networks.items())
        ],
        ports=_ports(what.published),
        volumes=[
            docker.ContainerVolumeArgs(container_path=folder, volume_name=name)
            for folder, name in sorted(what.volumes.items())
        ],
        tmpfs={folder: f"size={size}m,mode=1777" for folder, size in disks.items()},
        read_only=what.read_only,
        capabilities=docker.ContainerCapabilitiesArgs(drops=["ALL"]),
        security_opts=["no-new-privileges:true"],
        memory=what.memory,
        memory_swap=what.memory,  # the same number: no memory of it lies on a disk
        init=True,
        log_driver="json-file",
        log_opts=_LOG,
        destroy_grace_seconds=what.stop_seconds,
        restart="unless-stopped" if lasts else "no",
        healthcheck=_asking(what.health),
        wait=lasts,
        wait_timeout=_WAIT if lasts else None,
        must_run=lasts,
        attach=not lasts,
        opts=pulumi.ResourceOptions.merge(opts, hidden),
    )


def image(
    logical: str, name: str, networks: Mapping[str, pulumi.Input[str]], opts: pulumi.ResourceOptions
) -> docker.RemoteImage:
    """An image by its digest, pulled where the engine has it not. It stays there: who goes back need not pull it.

    Where the networks of its container are others, the engine may be another one, and it is pulled again.
    """
    return docker.RemoteImage(logical, name=name, keep_locally=True, triggers=dict(networks), opts=opts)


def asks_path(port: int, path: str, interval: int, timeout: int) -> Health:
    """Whether a path answers with success. The image's own Node.js asks: neither curl nor a shell need be in it."""
    address = json.dumps(f"http://127.0.0.1:{port}{path}")
    return _asked(
        f"fetch({address}).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))", interval, timeout
    )


def asks_port(port: int, interval: int, timeout: int) -> Health:
    """Whether a port takes connections, asked by the image's own Node.js."""
    program = f"net.connect({port}, '127.0.0.1', () => process.exit(0)).on('error', () => process.exit(1))"
    return _asked(program, interval, timeout)


def _asked(program: str, interval: int, timeout: int) -> Health:
    return Health(test=("CMD", "node", "-e", program), interval=interval, timeout=timeout)


def _assigned(name: str, value: pulumi.Input[str]) -> pulumi.Input[str]:
    return f"{name}={value}" if isinstance(value, str) else pulumi.Output.concat(f"{name}=", value)


def _ports(published: tuple[int, int] | None) -> list[docker.ContainerPortArgs] | None:
    if published is None:
        return None
    outside, inside = published
    return [docker.ContainerPortArgs(internal=inside, external=outside, ip="127.0.0.1")]


def _asking(health: Health | None) -> docker.ContainerHealthcheckArgs | None:
    if health is None:
        return None
    return docker.ContainerHealthcheckArgs(
        tests=list(health.test),
        interval=f"{health.interval}s",
        timeout=f"{health.timeout}s",
        start_period=f"{_START}s",
        retries=_RETRIES,
    )
