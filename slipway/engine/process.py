"""One command in bounded time that leaves no process behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, ClassVar

from slipway.errors import ProgramError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_LINES = 12  # of what a command had said before it was ended, in a message
_SECRETS = "--show-secrets"  # what a command with this prints belongs into no message
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

    The engine's plugins are in groups of their own again, and end themselves when it is gone. What it says goes into
    files, so that it never waits for somebody to read.
    """

    _all: ClassVar[set[Running]] = set()
    _lock: ClassVar[threading.Lock] = threading.Lock()
    _stopping: ClassVar[bool] = False

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        self._name = " ".join(command[:2])
        self._tells_secrets = _SECRETS in command
        self._stdout, self._stderr = TemporaryFile(), TemporaryFile()  # noqa: SIM115 - closed in `finish`
        with self._lock:  # so that nothing starts behind `stop_all`
            if self._stopping:
                raise EngineStoppedError(f"`{self._name}` was not started: everything is being ended.")
            self._process = subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=self._stdout,
                stderr=self._stderr,
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
            exit_code = self._process.wait(timeout=seconds)
            return Finished(exit_code, _text(self._stdout), _text(self._stderr))
        except subprocess.TimeoutExpired:
            self._end()
            said = [] if self._tells_secrets else _last_lines(_text(self._stdout))
            said += _last_lines(_text(self._stderr))
            message = f"`{self._name}` took longer than {seconds:g} s and was ended."
            raise EngineTimeoutError("\n".join([message, *said])) from None
        except BaseException:
            self._end()
            raise
        finally:
            self._all.discard(self)
            self._stdout.close()
            self._stderr.close()

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
    def is_stopping(cls) -> bool:
        """Whether everything is being ended, so that what fails now fails for that."""
        return cls._stopping

    @classmethod
    def allow(cls) -> None:
        """Let commands be started again."""
        with cls._lock:
            cls._stopping = False

    def _send(self, number: int) -> None:
        if not self.ended:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)

    def _end(self) -> None:
        """Interrupt, then kill."""
        for number, seconds in ((signal.SIGINT, _GRACE_SECONDS), (signal.SIGKILL, None)):
            self._send(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=seconds)
                return


def _text(file: IO[bytes]) -> str:
    """All of a file. Whoever writes to it shares our place in it, which therefore does not move."""
    return os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0).decode("utf-8", errors="replace")


def _last_lines(text: str) -> list[str]:
    return text.rstrip().splitlines()[-_LINES:]


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: float) -> Finished:
    """Run a command without input in `folder` to its end. Raises `EngineTimeoutError`, or what interrupted."""
    return Running(command, folder, environment).finish(seconds)
