"""One command in bounded time that leaves no process behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from slipway.errors import ProgramError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_GRACE_SECONDS = 10  # between asking to end and killing: the engine gives its own plugins 5


class EngineTimeoutError(ProgramError):
    """A command of the engine's took longer than it may; it was ended."""


class EngineStoppedError(ProgramError):
    """A command of the engine's was not started, because everything is being ended."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that ended by itself. A negative exit code is the signal that ended it."""

    exit_code: int
    stdout: str
    stderr: str


class Running:
    """A command that was started without input in `folder`, in a process group of its own.

    The engine's plugins are in groups of their own again, and end themselves when it is gone.
    """

    _all: ClassVar[set[Running]] = set()
    _lock: ClassVar[threading.Lock] = threading.Lock()
    _stopping: ClassVar[bool] = False

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        self._name = " ".join(command[:2])
        with self._lock:  # so that nothing starts behind `stop_all`
            if self._stopping:
                raise EngineStoppedError(f"`{self._name}` was not started: everything is being ended.")
            self._process = subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
            )
            self._all.add(self)

    @property
    def ended(self) -> bool:
        """Whether it ended, by itself or not."""
        return self._process.poll() is not None

    def interrupt(self) -> None:
        """What ctrl-C does. The engine waits for what is under way; at the second time it no longer does."""
        self._send(signal.SIGINT)

    def kill(self) -> None:
        """End it at once; it can do nothing about it."""
        self._send(signal.SIGKILL)

    def finish(self, seconds: float) -> Finished:
        """Wait for its end. When it takes longer, or this process is interrupted, it is interrupted, then killed.

        Raises `EngineTimeoutError`, or what interrupted.
        """
        try:
            stdout, stderr = self._process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            stdout, stderr = self._end()
            message = f"`{self._name}` took longer than {seconds:g} s and was ended.\n{stdout}{stderr}"
            raise EngineTimeoutError(message.rstrip()) from None
        except BaseException:
            self._end()
            raise
        finally:
            self._all.discard(self)
        return Finished(self._process.returncode, stdout, stderr)

    @classmethod
    def stop_all(cls, *, kill: bool = False) -> None:
        """Interrupt, or kill, whatever runs in any thread. Nothing is started any more before `allow`."""
        with cls._lock:
            cls._stopping = True
            running = list(cls._all)
        for one in running:
            if kill:
                one.kill()
            else:
                one.interrupt()

    @classmethod
    def allow(cls) -> None:
        """Let commands be started again."""
        with cls._lock:
            cls._stopping = False

    def _send(self, number: int) -> None:
        if not self.ended:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)

    def _end(self) -> tuple[str, str]:
        """Interrupt, then kill; what it had said."""
        for number, seconds in ((signal.SIGINT, _GRACE_SECONDS), (signal.SIGKILL, None)):
            self._send(number)
            try:
                return self._process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                continue
        return "", ""


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: float) -> Finished:
    """Run a command without input in `folder` to its end. Raises `EngineTimeoutError`, or what interrupted."""
    return Running(command, folder, environment).finish(seconds)
