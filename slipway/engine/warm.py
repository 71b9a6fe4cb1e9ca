"""A process that has the project's SDKs imported, from which programs are forked: for many commands on one project.

Only the language host of ours knows it; the official one starts every program by itself.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from slipway.engine.locate import LANGUAGE_HOST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_START_SECONDS = 30
_LOOK_SECONDS = 0.02


@contextmanager
def warm_programs(python: Path, environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Serve programs of an interpreter; yields the environment variables that tell the language host, or none.

    None where the machine cannot do it, or the process does not start: programs are then started one by one.
    """
    if not hasattr(os, "pidfd_open"):
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="slipway-warm-") as folder:
        socket = Path(folder, "socket")
        runner, packages = LANGUAGE_HOST / "runner.py", Path(folder, "packages")
        command = [str(part) for part in (python, "-u", runner, "warm", socket, packages)]
        with subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as server:
            try:
                yield (
                    {"SLIPWAY_WARM_PROGRAMS": str(socket), "SLIPWAY_WARM_PYTHON": str(python)}
                    if _listens(server, socket)
                    else {}
                )
            finally:
                server.kill()


def _listens(server: subprocess.Popen[bytes], socket: Path) -> bool:
    deadline = time.monotonic() + _START_SECONDS
    while not socket.exists():
        if server.poll() is not None or time.monotonic() > deadline:
            return False
        time.sleep(_LOOK_SECONDS)
    return True
