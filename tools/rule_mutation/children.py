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
    from collections.abc import Callable, Generator, Iterable, Iterator
    from typing import IO

Job = TypeVar("Job")

_MEMORY: Final = 4 << 30
# A child that waits for what never comes uses no time of the processor. It gets so many real seconds for each of the
# processor's, and some more: what runs beside it may keep the machine busy.
_REAL: Final = 10
_AT_LEAST: Final = 60.0
_LATE: Final = frozenset({signal.SIGPROF, signal.SIGALRM})
_OURS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class Done(Generic[Job]):
    """What a child has told of a job, and the processor's `seconds` that it took.

    `late`: it was stopped because it used more time than it was given.
    """

    job: Job
    told: bytes
    late: bool
    seconds: float


def each(jobs: Iterable[Job], work: Callable[[Job], bytes], at_once: int) -> Generator[Done[Job], None, None]:
    """Let a child do the work for each job; the answers come in the order in which they are ready.

    A child that dies without an answer ends everything: nothing may pass as measured that was not. Who stops before
    the last answer, or is interrupted, closes this, which ends the children.
    """
    gc.collect()
    gc.freeze()  # or each child would copy what it only reads
    running: dict[int, tuple[Job, IO[bytes]]] = {}
    waiting = iter(jobs)
    try:
        while True:
            while len(running) < at_once and (job := next(waiting, None)) is not None:
                answer: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the child has ended
                with _undisturbed():
                    running[_start(work, job, answer)] = job, answer
            if not running:
                return
            pid, status, used = os.wait4(-1, 0)
            job, answer = running.pop(pid)
            with answer:
                answer.seek(0)
                told = answer.read()
            late = os.WIFSIGNALED(status) and os.WTERMSIG(status) in _LATE
            if not late and status != 0:
                raise SystemExit(f"error: a child died of {job} with status {status}: {told.decode()}")
            yield Done(job, told, late, used.ru_utime + used.ru_stime)
    finally:
        gc.unfreeze()
        for pid in running:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):  # it may just have ended
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


def give(seconds: float) -> None:
    """Let this process end when it has used that much more time of the processor, or waits many times as long."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, max(_AT_LEAST, _REAL * seconds))


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """No signal comes between the start of a child and the note of it, or nobody would end it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _OURS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start(work: Callable[[Job], bytes], job: Job, answer: IO[bytes]) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        for number in (*_LATE, *_OURS):  # our own handlers would let a test fail, and the mutant pass as killed
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _OURS)
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
