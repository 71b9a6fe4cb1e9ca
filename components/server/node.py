"""How a Node.js service is installed and kept running on a Debian or Ubuntu machine. Pure text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_ARCHITECTURES = {"amd64": "x64", "arm64": "arm64"}  # Debian's names, Node.js's names


@dataclass(frozen=True, slots=True)
class NodeService:
    """One service of one application on a machine."""

    unit: str
    """The name of its systemd unit, user and folders: small letters, digits, hyphens."""
    node: str
    """The exact version of Node.js, such as 26.10.0."""
    architecture: str
    """amd64 or arm64."""
    entry: str
    """The file that Node.js starts, relative to the release."""
    env: Mapping[str, str]
    """Its environment, nothing secret: every user of the machine may read it."""


def install_node(version: str, architecture: str) -> str:
    """Shell lines that put this version of Node.js into /opt/node, checked against its publisher's sums."""
    archive = f"node-v{version}-linux-{_ARCHITECTURES[architecture]}.tar.xz"
    return f"""\
cd "$(mktemp -d)"
fetch https://nodejs.org/dist/v{version}/{archive}
fetch https://nodejs.org/dist/v{version}/SHASUMS256.txt
grep ' {archive}$' SHASUMS256.txt | sha256sum --check --status
mkdir -p /opt/node
tar --extract --file {archive} --directory /opt/node --strip-components 1
"""


def environment_file(env: Mapping[str, str]) -> str:
    """The environment as systemd reads it from a file, one variable a line."""
    quoted = {name: value.replace("\\", "\\\\").replace('"', '\\"') for name, value in env.items()}
    return "".join(f'{name}="{quoted[name]}"\n' for name in sorted(quoted))


def systemd_unit(service: NodeService, *, before: str) -> str:
    """The unit that keeps the service running, as its own user and without rights over the machine.

    `before` is a program that runs as root before each start and writes /run/<unit>/settings.env.
    """
    return f"""\
[Unit]
Description={service.unit}
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
User={service.unit}
WorkingDirectory=/opt/{service.unit}/current
RuntimeDirectory={service.unit}
RuntimeDirectoryMode=0700
ExecStartPre=+{before}
EnvironmentFile=/etc/{service.unit}.env
EnvironmentFile=-/run/{service.unit}/settings.env
ExecStart=/opt/node/bin/node {service.entry}
Restart=always
RestartSec=5
NoNewPrivileges=yes
PrivateTmp=yes
ProtectHome=yes
ProtectSystem=strict

[Install]
WantedBy=multi-user.target
"""
