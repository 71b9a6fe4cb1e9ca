"""However a rehearsal ends, nothing that it started goes on."""

from __future__ import annotations

import contextlib
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from slipway.engine.process import Running
from slipway.errors import SlipwayError
from slipway.exit_codes import CANCELLED
from slipway.recording import Child

if TYPE_CHECKING:
    from collections.abc import Iterator

_GONE_SECONDS = 20  # that children get to end in, before they are killed
_INTERRUPTED = "interrupted: everything that was started is ended."


class InterruptedRehearsalError(SlipwayError):
    """A person, or who runs us, ended the rehearsal."""

    exit_code = CANCELLED


@contextlib.contextmanager
def children(threads: int) -> Iterator[ThreadPoolExecutor]:
    """Threads that run the engine. When the block fails or is interrupted, what they started is ended first.

    Raises `InterruptedRehearsalError` for a ctrl-C.
    """
    pool = ThreadPoolExecutor(threads)
    try:
        yield pool
    except KeyboardInterrupt:
        _end_all(pool)
        raise InterruptedRehearsalError(_INTERRUPTED) from None
    except BaseException:
        _end_all(pool)
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _end_all(pool: ThreadPoolExecutor) -> None:
    """End every child: asked first, then killed after a while, or at once when asked again."""
    Running.stop_all()
    Child.stop_all()
    killer = threading.Timer(_GONE_SECONDS, Running.stop_all, kwargs={"kill": True})
    killer.daemon = True
    killer.start()
    try:
        pool.shutdown(cancel_futures=True)
    except KeyboardInterrupt:
        Running.stop_all(kill=True)
        pool.shutdown(cancel_futures=True)
    finally:
        killer.cancel()
        Running.allow()


@contextlib.contextmanager
def heard() -> Iterator[None]:
    """Let who ends us by signal be heard as ctrl-C is."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    old = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)
