"""What a task is made of: the container of the service, and the one that prepares its disk."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

USER = "1000:1000"  # the user `node` of the official images; by number, so that an image need not know it
_PREPARING = "prepare"
_TMP = "tmp"
# Where the agent of ECS Exec writes, which cannot start on a disk that is read only.
_AGENT = {"agent-state": "/var/lib/amazon", "agent-log": "/var/log/amazon"}
# Seconds. What is more often would ask a task as often as the load balancer does; what is more, ECS does not take.
INTERVAL, MOST_INTERVAL = 30, 300
TIMEOUT, MOST_TIMEOUT = 5, 60
_START, _RETRIES = 10, 3  # seconds, and questions without an answer until it is given up

Container = dict[str, object]


@dataclass(frozen=True, slots=True)
class Contained:
    """A service, as its container has it."""

    name: str
    """The container's name."""
    image: pulumi.Input[str]
    """The image with its digest."""
    command: list[str]
    """What runs in it; empty: what the image says."""
    port: int
    """The TCP port that it listens on."""
    health_path: str
    """The path that answers 200 when it is well; empty: nobody asks."""
    health_interval: int
    """Seconds between two questions; 30 to 300 are kept to."""
    health_timeout: int
    """Seconds to wait for an answer; 5 to 60 are kept to."""
    environment: Mapping[str, pulumi.Input[str]]
    """Plain environment variables by name."""
    secrets: Mapping[str, pulumi.Input[str]]
    """The ARNs of the secrets whose values it finds as environment variables, by the variable's name."""
    log_group: pulumi.Input[str]
    """The name of the log group."""
    region: str
    """The AWS region."""
    stop_seconds: int
    """How long it may take to end after SIGTERM, 120 at most."""
    shell: bool
    """Whether people may open a shell in it."""


def containers(service: Contained) -> list[Container]:
    """The containers of one task, as ECS takes them.

    The disk is read only but for /tmp. A volume of Fargate belongs to root, so a first container opens it for the
    service's user, and ends.
    """
    mounts = {_TMP: "/tmp", **(_AGENT if service.shell else {})}  # noqa: S108  # the container's own
    opening = {
        **_fenced(service),
        "name": _PREPARING,
        "essential": False,
        "user": "0",
        "entryPoint": ["node"],
        "command": ["-e", "fs.chmodSync('/tmp', 0o1777)"],
        "mountPoints": [_mount(_TMP, "/tmp")],  # noqa: S108  # as above
    }
    running: Container = {
        **_fenced(service),
        "name": service.name,
        "essential": True,
        "user": USER,
        **({"command": service.command} if service.command else {}),
        "dependsOn": [{"containerName": _PREPARING, "condition": "SUCCESS"}],
        "portMappings": [{"containerPort": service.port, "hostPort": service.port, "protocol": "tcp"}],
        "environment": [{"name": name, "value": value} for name, value in sorted(service.environment.items())],
        "secrets": [{"name": name, "valueFrom": arn} for name, arn in sorted(service.secrets.items())],
        "mountPoints": [_mount(volume, path) for volume, path in mounts.items()],
        "stopTimeout": service.stop_seconds,
        **({"healthCheck": _health_check(service)} if service.health_path else {}),
    }
    return [opening, running]


def volumes(*, shell: bool) -> list[str]:
    """The names of the volumes that the containers of a task mount. They are empty, and gone with the task."""
    return [_TMP, *(_AGENT if shell else ())]


def _fenced(service: Contained) -> Container:
    """What both containers have: their image, no right over the machine, a disk that is read only, a log."""
    return {
        "image": service.image,
        "readonlyRootFilesystem": True,
        "linuxParameters": {"initProcessEnabled": True, "capabilities": {"drop": ["ALL"]}},
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": service.log_group,
                "awslogs-region": service.region,
                "awslogs-stream-prefix": service.name,
                # A log that does not come away holds up no request; what does not fit is lost.
                "mode": "non-blocking",
                "max-buffer-size": "16m",
            },
        },
    }


def _mount(volume: str, path: str) -> Container:
    return {"sourceVolume": volume, "containerPath": path, "readOnly": False}


def _health_check(service: Contained) -> Container:
    """Asks by the image's own Node.js: neither curl nor a shell need be in it."""
    address = json.dumps(f"http://127.0.0.1:{service.port}{service.health_path}")
    program = f"fetch({address}).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"
    return {
        "command": ["CMD", "node", "-e", program],
        "interval": min(max(service.health_interval, INTERVAL), MOST_INTERVAL),
        "timeout": min(max(service.health_timeout, TIMEOUT), MOST_TIMEOUT),
        "startPeriod": _START,
        "retries": _RETRIES,
    }
