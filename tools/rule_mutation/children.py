"""Children of this process, as many at a time as asked for: each works on one thing and tells a few bytes."""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import signal
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import IO

Job = TypeVar("Job")

_MEMORY: Final = 4 << 30


@dataclass(frozen=True, slots=True)
class Done(Generic[Job]):
    """What a child has told of a job. `late`: it was stopped because it used more time than it was given."""

    job: Job
    told: bytes
    late: bool


def each(jobs: Iterable[Job], work: Callable[[Job], bytes], at_once: int) -> Iterator[Done[Job]]:
    """Let a child do the work for each job; the answers come in the order in which they are ready.

    A child that dies without an answer ends everything: nothing may pass as measured that was not.
    """
    gc.collect()
    gc.freeze()  # or each child would copy what it only reads
    running: dict[int, tuple[Job, IO[bytes]]] = {}
    waiting = iter(jobs)
    try:
        while True:
            while len(running) < at_once and (job := next(waiting, None)) is not None:
                answer: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the child has ended
                running[_start(work, job, answer)] = job, answer
            if not running:
                return
            pid, status = os.wait()
            job, answer = running.pop(pid)
            with answer:
                answer.seek(0)
                told = answer.read()
            late = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGPROF
            if not late and status != 0:
                raise SystemExit(f"error: a child died of {job} with status {status}: {told.decode()}")
            yield Done(job, told, late)
    finally:
        gc.unfreeze()
        for pid in running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def give(seconds: float) -> None:
    """Let this process end when it has used that much more time of the processor."""
    signal.setitimer(signal.ITIMER_PROF, seconds)


def _start(work: Callable[[Job], bytes], job: Job, answer: IO[bytes]) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        quiet = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(quiet, stream)
        answer.write(work(job))
        code = 0
    except BaseException as error:  # noqa: BLE001 - the parent tells of it
        answer.write(repr(error).encode())
    finally:
        answer.flush()
        os._exit(code)
