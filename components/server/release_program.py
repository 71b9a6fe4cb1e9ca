"""What brings releases to a single server: what it is made with, and what it is told. Pure text."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from components.server.migration import migration_runner
from components.server.texts import bare_python, packed, render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.server.release import Deployment, ReleaseSessions

_HERE = Path(__file__).parent
_TEMPLATES, _PROGRAMS = _HERE / "templates", _HERE / "programs"
PLACE = "/usr/local/lib/slipway"
UNITS = "/etc/systemd/system"
_FOLDERS = ("releasing", "backup", "health")


def release_program() -> dict[str, str]:
    """What a server is made with, by path: a small executable file, which takes the program and no other."""
    source = (_PROGRAMS / "release.py").read_text()
    first, _, rest = source.replace('SUM = ""', f'SUM = "{hashlib.sha256(_packed().encode()).hexdigest()}"').partition(
        "\n"
    )
    return {f"{PLACE}/release.py": f"{first}\n{bare_python(rest)}"}


def standard_input(deployment: Deployment) -> str:
    """What `release.py deploy` reads: the program in one line, then the document, which holds secrets."""
    return f"{_packed()}\n{deployment.render()}\n"


@functools.cache
def _packed() -> str:
    """The program, the same for the same files; and those that migrate, back up and look: they do nothing before it."""
    parts = sorted(file for folder in _FOLDERS for file in _PROGRAMS.glob(f"{folder}/*.py"))
    programs = {file.relative_to(_PROGRAMS).as_posix(): bare_python(file.read_text()) for file in parts}
    return packed({**programs, "migrate.mjs": migration_runner()})


def release_units(
    app: str, drains: Mapping[str, int], *, sessions: ReleaseSessions | None = None, data_path: str | None = None
) -> dict[str, str]:
    """The units by path: one with two instances for each service, whose drain seconds are given.

    slipway-resume.service is enabled; the others are started by the program. Services that write to `data_path` are
    in the group slipway-data.
    """
    units = {
        f"{UNITS}/{app}-{name}@.service": render(
            _TEMPLATES, "slot.service.j2", {"name": name, "drain": drain, "data_path": data_path}
        )
        for name, drain in drains.items()
    }
    units[f"{UNITS}/slipway-resume.service"] = render(_TEMPLATES, "resume.service.j2", {"data_path": data_path})
    if sessions:
        service = sessions.service
        values = {"app": app, "name": service, "unit": f"{app}-{service}", "directory": sessions.directory}
        units[f"{UNITS}/slipway-sessions.service"] = render(_TEMPLATES, "slot-sessions.service.j2", values)
        units[f"{UNITS}/slipway-sessions.timer"] = (_TEMPLATES / "slipway-sessions.timer").read_text()
    return units
