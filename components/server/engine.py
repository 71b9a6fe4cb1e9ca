"""What a single server is made with so that it runs containers: Docker's engine, and who may use it. Pure text.

docs/servers.md says what is decided here, and why.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.server.release_program import UNITS

if TYPE_CHECKING:
    from collections.abc import Mapping

_VOLUMES = "/var/lib/docker/volumes"  # where the engine keeps them: what lies there may outlive the server
# Without the kernel's profile for containers, which the package only recommends, they would run without one.
_PACKAGES = ("apparmor", "docker.io")
_SETTINGS = {
    "log-driver": "json-file",
    "log-opts": {"max-size": "10m", "max-file": "5"},
    # Containers go on while the engine itself is upgraded.
    "live-restore": True,
    "no-new-privileges": True,
    # A port that is published and says no address is the server's own.
    "ip": "127.0.0.1",
}
# An operator who restarts the firewall takes away its own table, and not the engine's, without which no container
# reaches anything. Debian's unit would take away all.
_FIREWALL = "[Service]\nExecStop=\nExecStop=-/usr/sbin/nft delete table inet slipway\n"
_MOUNTED = f"[Unit]\nRequiresMountsFor={_VOLUMES}\n"  # without its volume it would begin anew, with nothing
_PRUNE = """\
[Unit]
Description=Deletes images that no container has and that were made more than two weeks ago

[Service]
Type=oneshot
ExecStart=/usr/bin/docker image prune --all --force --filter until=336h
"""
_DAILY = """\
[Unit]
Description=Deletes old images each day

[Timer]
OnCalendar=daily
RandomizedDelaySec=1h
Persistent=true

[Install]
WantedBy=timers.target
"""


@dataclass(frozen=True, slots=True)
class EngineParts:
    """What a server is given for it; `SingleServer` has the same fields."""

    programs: Mapping[str, str]
    """Files by path."""
    packages: tuple[str, ...]
    """Packages of Debian's."""
    timers: tuple[str, ...]
    """Timers of systemd that shall run."""


def engine_files(*, volume: bool) -> EngineParts:
    """Everything that is written; what is done with it, the server's set-up knows. `volume` says whether there is one.

    The engine listens at its socket alone: no port leads to it. Its helper for ports of the loopback stays on: without
    it the kernel would route the loopback, and other machines in the same network could reach it.
    """
    return EngineParts(
        programs={
            "/etc/docker/daemon.json": json.dumps(_SETTINGS, indent=2) + "\n",
            f"{UNITS}/nftables.service.d/slipway.conf": _FIREWALL,
            **({f"{UNITS}/docker.service.d/slipway.conf": _MOUNTED} if volume else {}),
            f"{UNITS}/slipway-images.service": _PRUNE,
            f"{UNITS}/slipway-images.timer": _DAILY,
        },
        packages=_PACKAGES,
        timers=("slipway-images.timer",),
    )
