"""Mutations of containers on a Docker engine."""

from __future__ import annotations

from plan.model import Unknown
from policies.docker.rules import CONTAINER, IMAGE
from tests.policies.mutants.changes import edited, hidden, put, removed, stating
from tests.policies.mutants.mutation import Operator

DIGESTS, LIMITS, MOUNTS = "docker-images-by-digest", "docker-limits", "docker-machine-not-mounted"
NO_MORE, LOOPBACK, DISK = "docker-no-new-privileges", "docker-ports-on-loopback", "docker-root-disk-read-only"
RIGHTS = "docker-unprivileged"
_SOCKET = "/var/run/docker.sock"
_PORT = stating("ports")

OPERATORS = (
    Operator(DIGESTS, "a tag", edited((IMAGE,), "name", lambda _g, _r, old: f"{str(old).partition('@')[0]}:latest")),
    Operator(DIGESTS, "a container by a tag", put((CONTAINER,), "image", "registry.example.com/shop:1.4.2")),
    Operator(DIGESTS, "a hidden name", hidden((IMAGE,), "name"), "unproven"),
    Operator(LIMITS, "no memory", removed((CONTAINER,), "memory")),
    Operator(LIMITS, "a log without an end", removed((CONTAINER,), "logOpts")),
    Operator(MOUNTS, "the engine's socket", put((CONTAINER,), "mounts", [{"type": "bind", "source": _SOCKET}])),
    Operator(MOUNTS, "settings", put((CONTAINER,), "volumes", [{"hostPath": "/etc", "containerPath": "/host"}])),
    Operator(NO_MORE, "nothing said", removed((CONTAINER,), "securityOpts")),
    Operator(LOOPBACK, "every address", removed((CONTAINER,), "ports.0.ip", _PORT)),
    Operator(LOOPBACK, "every port", put((CONTAINER,), "publishAllPorts", value=True)),
    Operator(LOOPBACK, "the machine's network", put((CONTAINER,), "networkMode", "host")),
    Operator(LOOPBACK, "a hidden address", put((CONTAINER,), "ports.0.ip", Unknown(), _PORT), "unproven"),
    Operator(DISK, "nothing said", removed((CONTAINER,), "readOnly")),
    Operator(RIGHTS, "privileged", put((CONTAINER,), "privileged", value=True)),
    Operator(RIGHTS, "a capability of the system", put((CONTAINER,), "capabilities.adds", ["SYS_ADMIN"])),
    Operator(RIGHTS, "the machine's processes", put((CONTAINER,), "pidMode", "host")),
)
