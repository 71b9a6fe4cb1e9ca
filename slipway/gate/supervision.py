"""One command of the engine that is watched: it may be interrupted or take too long, and is given time to end well."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Literal, Self

from slipway.system_errors import explained

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import FrameType

Reason = Literal["", "signal", "time", "unnoted"]
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LAST_SECONDS = 20.0  # from the second interrupt until it is killed; the engine gives its plugins 5
_LOOK_SECONDS = 0.2
_HURRY = 2  # the step that interrupts for the second time
_WHY: Mapping[Reason, str] = {
    "signal": "this run was cancelled", "time": "the time is over", "unnoted": "nobody can note that it runs",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a command may take, and after the first interrupt how long it may take to end what is under way."""

    seconds: float
    grace: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended. `reason` is what ended it other than itself; `killed` is whether it had to be killed.

    `unnoted` says why its start could not be noted, where that was the reason.
    """

    exit_code: int
    stdout: str
    stderr: str
    reason: Reason = ""
    killed: bool = False
    unnoted: str = ""


def supervise(  # noqa: PLR0913 - a command, where and how it runs
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    limits: Limits,
    *,
    live: bool,
    started: Callable[[int], None] = lambda _: None,
) -> Ended:
    """Run a command without input; what it prints is kept, or with `live` goes straight to our standard output.

    SIGINT, SIGTERM and SIGHUP that reach us, and the end of `limits.seconds`, interrupt the engine *once*: it finishes
    what is under way and unlocks the stack. After `limits.grace`, or at the next signal, it is interrupted again: it
    leaves at once, and notes what was under way. Only after that it is killed. `started` is told its process id. Where
    the machine refuses what that does, the command is interrupted; after any other error of it too, which goes on once
    the command has ended.
    """
    unnoted = ""
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr, _Ladder(limits) as ladder:
        # Its own session: a ctrl-C reaches it through us alone, and so exactly once.
        with subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=None if live else stdout,
            stderr=stderr,
            start_new_session=True,
        ) as process:
            try:
                started(process.pid)
            except OSError as error:  # as where the disk is full: what nobody can note is not let go on
                unnoted = explained(error)
                ladder.interrupt("unnoted")
            except BaseException:
                ladder.interrupt("signal")
                ladder.wait(process)
                raise
            exit_code = ladder.wait(process)
        return Ended(
            exit_code=exit_code, stdout=_text(stdout), stderr=_text(stderr), reason=ladder.reason,
            killed=ladder.killed, unnoted=unnoted,
        )  # fmt: skip


class _Ladder:
    """The steps from asking a process to end to making it end: interrupt, interrupt, kill."""

    def __init__(self, limits: Limits) -> None:
        self.reason: Reason = ""
        self.killed = False
        self._process: subprocess.Popen[bytes] | None = None
        self._limits = limits
        self._step = 0
        self._next = 0.0

    def __enter__(self) -> Self:
        self._handlers = {number: signal.signal(number, self._signalled) for number in SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def wait(self, process: subprocess.Popen[bytes]) -> int:
        """The process's exit code, once it has ended by itself or by us."""
        self._process = process
        if self._step:  # a signal that came before there was a process
            process.send_signal(signal.SIGINT)
        else:
            self._next = time.monotonic() + self._limits.seconds
        while True:
            try:
                return process.wait(timeout=_LOOK_SECONDS)
            except subprocess.TimeoutExpired:
                if time.monotonic() >= self._next:
                    self._climb("time")

    def interrupt(self, reason: Reason) -> None:
        """Do what a signal does, for another reason."""
        self._climb(reason)

    def _signalled(self, _number: int, _frame: FrameType | None) -> None:
        self._climb("signal")

    def _climb(self, reason: Reason) -> None:
        self.reason = self.reason or reason
        self._step += 1
        self._next = time.monotonic() + (self._limits.grace if self._step == 1 else _LAST_SECONDS)
        if self._step == 1:
            _say(f"{_WHY[reason]}: the engine is asked to finish what is under way. One more signal hurries it.")
        elif self._step == _HURRY:
            _say("the engine is asked to leave at once; it notes what was under way.")
        if self._process is None:
            return
        self.killed = self._step > _HURRY
        self._process.send_signal(signal.SIGKILL if self.killed else signal.SIGINT)


@contextmanager
def signals_ignored() -> Iterator[None]:
    """For the few seconds in which a run puts things in order after it was cancelled."""
    handlers = {number: signal.signal(number, signal.SIG_IGN) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", errors="replace")


def _say(text: str) -> None:
    sys.stderr.write(f"gate: {text}\n")
    sys.stderr.flush()
