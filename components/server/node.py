"""How a Node.js service is kept running on a Linux machine: by PM2, one process for each processor. Pure text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from components.server.texts import compact

if TYPE_CHECKING:
    from collections.abc import Mapping

_ARCHITECTURES = {"amd64": "x64", "arm64": "arm64"}  # Debian's names, Node.js's names


@dataclass(frozen=True, slots=True)
class NodeService:
    """One service of one application on a machine."""

    name: str
    """The service's name in the application."""
    unit: str
    """The name of its systemd unit, user and folders: small letters, digits, hyphens."""
    directory: str
    """Its folder in the release; `.` is the release itself."""
    entry: str
    """The file that Node.js starts, relative to `directory`; in an image relative to the image's own folder. Empty in
    an image: what the image starts by itself."""
    port: int
    """The TCP port that it listens on, which it reads from `PORT`."""
    health_path: str | None
    """The path that answers 200 when it is well. None: it is well when its port answers at all."""
    processes: Literal["max"] | int
    """How many processes share the port; `max` is one for each processor."""
    env: Mapping[str, str]
    """What is known of its environment, nothing secret: every user of the machine may read it."""
    parameter_path: str
    """The path in Parameter Store below which each parameter is a variable of its environment."""
    log_group: str
    """Where its log goes."""
    drain_seconds: int
    """Seconds that requests under way and open connections have to end."""
    min_secret_lengths: Mapping[str, int]
    """The least number of characters of secrets, by variable."""


def node_archive(version: str, architecture: str) -> str:
    """The name of the archive in which Node.js is published."""
    return f"node-v{version}-linux-{_ARCHITECTURES[architecture]}.tar.xz"


def pm2_app(name: str, entry: str, drain_seconds: int) -> dict[str, object]:
    """What PM2 is told of a service wherever it runs; its folder and number of processes are to be added."""
    return {
        "name": name,
        "script": entry,
        "exec_mode": "cluster",
        "node_args": "--enable-source-maps",
        "exp_backoff_restart_delay": 100,
        "kill_timeout": drain_seconds * 1000,
        # systemd keeps the log, once.
        "out_file": "/dev/null",
        "error_file": "/dev/null",
        "pmx": False,
        "vizion": False,
    }


def ecosystem(service: NodeService, folder: str) -> str:
    """PM2's file for one service, whose release's folder is `folder`: JavaScript with JSON inside."""
    known = pm2_app(service.name, service.entry, service.drain_seconds)
    app = {
        "name": known.pop("name"),
        "cwd": f"{folder}/{service.directory}" if service.directory != "." else folder,
        "script": known.pop("script"),
        "exec_mode": known.pop("exec_mode"),
        "instances": service.processes,
        **known,
    }
    return f"module.exports = {compact({'apps': [app]})};\n"
