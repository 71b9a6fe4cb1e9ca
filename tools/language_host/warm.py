"""Programs that are forked from a process which has the SDKs imported already: seconds less for each run.

`runner.py warm` is that process. Who runs many commands on one project starts it (`slipway/engine/warm.py`) and says in
the environment where it is. Without it, or when it is gone, a program is started as ever.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ADDRESS = "SLIPWAY_WARM_PROGRAMS"  # the socket, in the environment
_INTERPRETER = "SLIPWAY_WARM_PYTHON"  # whose programs these are


class WarmProgram:
    """A forked program, with those methods of `subprocess.Popen` that `Children` calls."""

    def __init__(self, connection: socket.socket, pid: int) -> None:
        """The other end of `connection` sends the exit code when the program has ended."""
        self._pid = pid
        self._code: int | None = None
        self._ended = threading.Event()
        threading.Thread(target=self._listen, args=(connection,), daemon=True).start()

    def poll(self) -> int | None:
        """The exit code, None while the program runs."""
        return self._code

    def wait(self, timeout: float | None = None) -> int:
        """The exit code. Raises `subprocess.TimeoutExpired`."""
        if not self._ended.wait(timeout):
            raise subprocess.TimeoutExpired(f"warm program {self._pid}", timeout or 0)
        assert self._code is not None  # noqa: S101 - set before the event
        return self._code

    def send_signal(self, number: int) -> None:
        """Send a signal, if the program still runs."""
        if self._code is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, number)

    def kill(self) -> None:
        """End the program now."""
        self.send_signal(signal.SIGKILL)

    def _listen(self, connection: socket.socket) -> None:
        with connection, connection.makefile("r") as answers:
            said = answers.readline()
        self._code = int(said) if said.strip() else -signal.SIGKILL
        self._ended.set()


def start(python: str, folder: str, variables: Mapping[str, str], job: bytes) -> WarmProgram | None:
    """A program that runs `job` in `folder`, its output our own; None where no such process serves this interpreter."""
    address = os.environ.get(ADDRESS)
    if not address or os.environ.get(_INTERPRETER) != python:
        return None
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(address)
        order = json.dumps({"folder": folder, "variables": dict(variables), "job": json.loads(job)}).encode()
        socket.send_fds(connection, [len(order).to_bytes(8, "big")], [1, 2])
        connection.sendall(order)
        pid = int.from_bytes(connection.recv(8, socket.MSG_WAITALL), "big")
    except OSError:
        connection.close()
        return None
    return WarmProgram(connection, pid) if pid else None
