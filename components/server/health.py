"""What a single server is made with so that who asks from outside learns when it is unwell. Pure text.

The program that looks lies in `programs/health` and comes with a release: until then it says that nothing is deployed.
docs/servers.md says what is looked at.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from components.server.litestream import METRICS
from components.server.release_program import UNITS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ANSWER = "/.well-known/slipway/health"
"""The path that nginx answers with 200 while the server is well, and else with 503 and the words for what is not."""

_HERE = Path(__file__).parent / "templates" / "health"
_UNITS = ("slipway-health.service", "slipway-health.timer")
_STATE = "/var/lib/slipway"
_SHOWN = f"{_STATE}/well"


@dataclass(frozen=True, slots=True)
class HealthParts:
    """What a server is given for it; `SingleServer` has the same fields."""

    programs: Mapping[str, str]
    """Files by path."""
    first: Mapping[str, str]
    """Files that the program changes later, by path."""
    timers: tuple[str, ...]
    """Timers of systemd that shall run."""


def health_files(
    app: str, services: Sequence[str], *, volume: bool, backups: bool, copier: str | None = None
) -> HealthParts:
    """Everything but the program. `volume` and `backups` say whether the server has them.

    `copier` is the SQLite file that is copied all the time, if there is one.
    """
    told = {
        "app": app,
        "services": list(services),
        "disks": ["/", *(["/mnt/data"] if volume else [])],
        "memory": "/proc/meminfo",
        "certificate": "/etc/slipway/tls/fullchain.pem",
        "backup": f"{_SHOWN}/backup" if backups else None,
        **({"copier": {"metrics": f"http://{METRICS}/metrics", "file": copier}} if copier else {}),
        "made": f"{_STATE}/ready",
        "deployed": f"{_STATE}/state.json",
        "shown": _SHOWN,
        "home": f"{_STATE}/health",
    }
    return HealthParts(
        programs={
            "/etc/slipway/health.json": json.dumps(told) + "\n",
            "/etc/nginx/slipway/answers/health.conf": (_HERE / "nginx.conf").read_text(),
            **{f"{UNITS}/{name}": (_HERE / name).read_text() for name in _UNITS},
        },
        first={f"{_SHOWN}/ill": "not well: nothing is deployed\n"},
        timers=("slipway-health.timer",),
    )
