"""Entry point: `python child.py RESULT_FD LIFELINE_FD`, the job on standard input, the record to RESULT_FD, as JSON.

The second pass runs at the same time in a forked copy of this process, so it costs a core and hardly any time.
"""

from __future__ import annotations

import contextlib
import gc
import sys

gc.disable()  # a short life that only allocates: collecting would cost a third of the time

import importlib.util  # noqa: E402 - after the collector is off
import json  # noqa: E402
import os  # noqa: E402
import select  # noqa: E402
import signal  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402
import traceback  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

_PRIVATE_NAME = "_slipway_record"
_HERE = Path(__file__).parent


def _load(name: str) -> Any:  # Any: a module, whose attributes mypy cannot know here
    """A module of this package under its private name: our folder never enters `sys.path`."""
    if _PRIVATE_NAME not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            _PRIVATE_NAME, _HERE / "__init__.py", submodule_search_locations=[str(_HERE)]
        )
        if spec is None or spec.loader is None:
            message = f"cannot load {_HERE}"
            raise ImportError(message)
        package = importlib.util.module_from_spec(spec)
        sys.modules[_PRIVATE_NAME] = package
        spec.loader.exec_module(package)
    return importlib.import_module(f"{_PRIVATE_NAME}.{name}")


def main() -> None:
    """Record both passes and write the result."""
    result = int(sys.argv[1])
    try:
        session = _load("session")  # imports pulumi while the command is still preparing the job
    except ImportError as error:
        _write(result, {"error": {"kind": "import", "message": str(error), "frames": []}})
        os._exit(0)
    text = sys.stdin.read()
    if not text:
        os._exit(0)  # started early and not needed after all
    job = _load("job").Job.from_json(text)
    reader, writer = os.pipe()
    second = os.fork()
    if second == 0:
        os.close(reader)
        os.close(result)
        _silence()
        _write(writer, session.second_pass(job))
        os._exit(0)
    os.close(writer)
    threading.Thread(target=_end_with, args=(int(sys.argv[2]),), daemon=True).start()
    started, own = time.monotonic(), os.getpid()
    record = session.first_pass(job)
    if os.getpid() != own:
        os._exit(0)  # a copy that the program forked: the first process answers
    explained = None
    if "error" not in record:
        patience = job.grace + (time.monotonic() - started)
        explained = _read(reader, time.monotonic() + patience)
    with contextlib.suppress(ProcessLookupError, ChildProcessError):  # a program that waits for any child took it
        os.kill(second, signal.SIGKILL)
        os.waitpid(second, 0)
    with contextlib.suppress(OSError, ValueError, AttributeError):  # the program may have closed or replaced them
        sys.stdout.flush()
        sys.stderr.flush()
    _write(result, session.join_passes(record, explained))
    os._exit(0)  # skip tearing down a large heap


def _end_with(lifeline: int) -> None:
    """Wait until the command is gone, however it went, and end with it: this process and all that it started."""
    os.read(lifeline, 1)
    os.killpg(0, signal.SIGKILL)


def _silence() -> None:
    """The second pass prints nothing: the first has printed it."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)


def _write(descriptor: int, value: Any) -> None:
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(value, stream)


def _read(descriptor: int, deadline: float) -> Any:
    """What the second pass wrote, or None when it died or is not done by the deadline."""
    chunks = []
    while (left := deadline - time.monotonic()) > 0:
        if not select.select([descriptor], [], [], left)[0]:
            return None
        chunk = os.read(descriptor, 1 << 20)
        if not chunk:
            break
        chunks.append(chunk)
    try:
        return json.loads(b"".join(chunks))
    except ValueError:
        return None


if __name__ == "__main__":
    try:
        main()
    except BaseException:  # noqa: BLE001 - a fault of ours: the command shows this as an internal error
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(70)
