"""Runs a program once, against a monitor, in this process."""

from __future__ import annotations

import asyncio
import logging
import os
import runpy
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.runtime import settings, stack
from pulumi.runtime._callbacks import _CallbackServicer

from .lookups import mark_plain_form
from .traces import forgiving, keep, keep_callers, keeping, wrap_applies

if TYPE_CHECKING:
    from collections.abc import Callable

    from .engine import Engine
    from .job import Job
    from .monitor import Monitor

_PARALLEL = 16
_ROOT = Path(__file__).resolve().parents[2]  # the editable install has put it on `sys.path`


@dataclass(frozen=True, slots=True)
class Failure:
    """How a program ended other than well. `error` is what it raised; `code` what it passed to `sys.exit`."""

    error: BaseException | None = None
    code: int = 0


class _Executor(ThreadPoolExecutor):
    """Runs the SDK's calls to the monitor at once, in the loop's own thread: far quicker.

    Not once the program serves callbacks (transforms, hooks): a call that waits for one must leave the loop free.
    """

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if _CallbackServicer._servicers:  # noqa: SLF001 - as Pulumi's own MockMonitor asks
            return super().submit(fn, *args, **kwargs)
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - handed to whoever awaits the future
            future.set_exception(error)
        return future


def run(job: Job, monitor: Monitor, engine: Engine, *, second: bool = False) -> Failure | None:
    """Run the job's program to its end; None when it ended well.

    The second pass carries on where made-up values make the program fail: it wants every annotation that it can get.
    """
    pulumi.runtime.set_all_config(job.config, job.secret_keys)
    settings.configure(
        settings.Settings(
            project=job.project,
            stack=job.stack,
            organization=job.organization,
            root_directory=job.directory,
            monitor=monitor,
            engine=engine,
            parallel=_PARALLEL,
            dry_run=True,
        )
    )
    keep_callers(settings.SETTINGS.rpc_manager)
    for name in ("invoke", "invoke_single", "invoke_async"):
        if hasattr(pulumi.runtime, name):
            setattr(pulumi.runtime, name, mark_plain_form(getattr(pulumi.runtime, name)))
    # The SDK reports each of its own steps to the engine, which shows none of them: a tenth of the time.
    setattr(pulumi.log, "debug", _drop)  # noqa: B010 - mypy forbids assigning to a module's function
    setattr(stack, "wait_for_rpcs", _wait_for_all)  # noqa: B010 - mypy forbids assigning to a module's function
    wrap_applies(forgiving if second else keeping)
    _enter(job)
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # a failed program leaves futures that nobody awaits
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.set_default_executor(_Executor(_PARALLEL))
    try:
        loop.run_until_complete(stack.run_in_stack(lambda: _program(job)))
    except SystemExit as end:
        return _ended(end)
    except BaseException as error:  # noqa: BLE001 - whatever a program raises is reported, not ours to handle
        if second:
            _carry_on(loop)
        return Failure(error)
    finally:
        monitor.registrar.transforms.close()
    return None


def _enter(job: Job) -> None:
    """Make this process look to the program as under Pulumi: folder, arguments, and its own modules first."""
    program = Path(job.program)
    folder = program if program.is_dir() else program.parent
    os.chdir(folder)
    if Path(job.directory) != _ROOT:  # our own rooms would win over a program's folder `config` without `__init__.py`
        sys.path[:] = [entry for entry in sys.path if Path(entry) != _ROOT]
    sys.path[0] = str(folder)
    sys.argv = [job.program]


def _program(job: Job) -> None:
    try:
        runpy.run_path(job.program, run_name="__main__")
    except BaseException as error:
        keep(error)
        raise


def _ended(end: SystemExit) -> Failure | None:
    """`sys.exit()` and `sys.exit(0)` end a program well; a text is printed and means 1, as in Python itself."""
    if end.code is None or end.code == 0:
        return None
    if isinstance(end.code, int):
        return Failure(code=end.code)
    sys.stderr.write(f"{end.code}\n")
    return Failure(code=1)


def _drop(*_: object, **__: object) -> None:
    """Log nothing."""


async def _wait_for_all() -> None:
    """What the SDK's `wait_for_rpcs` guarantees, in linear time: its own looks at all outputs each time one is done."""
    manager = settings.SETTINGS.rpc_manager
    while True:
        while manager.rpcs:
            await asyncio.sleep(0)
            await manager.rpcs.pop()
        if manager.unhandled_exception is not None:
            raise manager.unhandled_exception.with_traceback(manager.exception_traceback)
        with settings.SETTINGS.lock:
            outputs = list(settings.SETTINGS.outputs)
            settings.SETTINGS.outputs.clear()
        if not outputs and not manager.rpcs:
            return
        if outputs:
            done, waiting = await asyncio.wait(outputs, return_when=asyncio.FIRST_EXCEPTION)
            with settings.SETTINGS.lock:
                settings.SETTINGS.outputs.update(waiting)
            for task in done:
                await task


def _carry_on(loop: asyncio.AbstractEventLoop) -> None:
    """Await what is still registering, one by one: a failed registration must not cost the others theirs."""
    pending = settings.SETTINGS.rpc_manager.rpcs

    async def drain() -> None:
        while pending:
            await asyncio.wait([asyncio.ensure_future(pending.pop())])

    loop.run_until_complete(drain())
