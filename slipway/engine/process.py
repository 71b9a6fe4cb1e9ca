"""One command in bounded time that leaves no process behind."""

from __future__ import annotations

import os
import signal
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slipway.errors import ProgramError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_GRACE_SECONDS = 10  # between asking to end and killing: the engine gives its own plugins 5


class EngineTimeoutError(ProgramError):
    """A command of the engine's took longer than it may; it was ended."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that ended by itself. A negative exit code is the signal that ended it."""

    exit_code: int
    stdout: str
    stderr: str


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: float) -> Finished:
    """Run a command without input in `folder`.

    When it takes longer than `seconds`, or this process is interrupted, its whole process group is interrupted, then
    killed; the engine's plugins are in groups of their own, and end themselves when it is gone. Raises
    `EngineTimeoutError`, or what interrupted.
    """
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            stdout, stderr = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            stdout, stderr = _end(process)
            message = f"`{' '.join(command[:2])}` took longer than {seconds:g} s and was ended.\n{stdout}{stderr}"
            raise EngineTimeoutError(message.rstrip()) from None
        except BaseException:
            _end(process)
            raise
    return Finished(process.returncode, stdout, stderr)


def _end(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Interrupt, then kill, the process's group; what it had said."""
    for number, seconds in ((signal.SIGINT, _GRACE_SECONDS), (signal.SIGKILL, None)):
        if process.poll() is None:
            os.killpg(process.pid, number)
        try:
            return process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            continue
    return "", ""
