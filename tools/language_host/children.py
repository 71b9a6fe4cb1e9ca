"""The processes that the language host starts, each of them gone when its call or the host ends."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tools.language_host.warm import WarmProgram

    Child = subprocess.Popen[bytes] | WarmProgram
    Started = TypeVar("Started", bound=Child)

_STOP_SECONDS = 4  # for a program's own cleaning up: the engine kills the host after 5
_CHUNK = 1 << 16


class Children:
    """The running child processes of one host."""

    def __init__(self) -> None:
        """Begin with none."""
        self._running: set[Child] = set()
        self._lock = threading.Lock()

    def start(
        self,
        command: Sequence[str],
        folder: str,
        variables: Mapping[str, str],
        job: bytes = b"",
        *,
        piped: bool = False,
    ) -> subprocess.Popen[bytes]:
        """Start a process in `folder` with `job` as its whole input. Its output is the host's own, unless `piped`."""
        output = subprocess.PIPE if piped else None
        child = subprocess.Popen(
            command, cwd=folder, env=variables, stdin=subprocess.PIPE, stdout=output, stderr=output
        )
        self.add(child)
        assert child.stdin is not None  # noqa: S101 - asked for above
        with contextlib.suppress(BrokenPipeError), child.stdin:  # it ended at once: its exit code says so
            child.stdin.write(job)
        return child

    def add(self, child: Started) -> Started:
        """Answer for a process that runs."""
        with self._lock:
            self._running.add(child)
        return child

    def wait(self, child: Child) -> int:
        """The exit code of a child, which is then no longer known here."""
        code = child.wait()
        with self._lock:
            self._running.discard(child)
        return code

    def interrupt(self) -> None:
        """Ask every child to end, and see to it."""
        with self._lock:
            running = list(self._running)
        for child in running:
            threading.Thread(target=stop, args=(child,), daemon=True).start()

    def kill(self) -> None:
        """End every child now. Takes no lock: it runs in a signal handler, which may have interrupted its holder."""
        for child in tuple(self._running):
            child.kill()


def stop(child: Child) -> None:
    """Interrupt a child as ctrl-C would, then kill it when it has not ended in time."""
    if child.poll() is None:
        child.send_signal(signal.SIGINT)
        try:
            child.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()


def outputs(child: subprocess.Popen[bytes]) -> Iterator[tuple[str, bytes]]:
    """What a piped child says, as `("stdout" | "stderr", bytes)`, until it has closed both."""
    said: queue.SimpleQueue[tuple[str, bytes]] = queue.SimpleQueue()

    def read(name: str, source: int) -> None:
        while data := os.read(source, _CHUNK):
            said.put((name, data))
        said.put((name, b""))

    assert child.stdout is not None  # noqa: S101 - `piped`
    assert child.stderr is not None  # noqa: S101
    pipes = (("stdout", child.stdout.fileno()), ("stderr", child.stderr.fileno()))
    for pipe in pipes:
        threading.Thread(target=read, args=pipe, daemon=True).start()
    open_pipes = len(pipes)
    while open_pipes:
        name, data = said.get()
        if data:
            yield name, data
        else:
            open_pipes -= 1
