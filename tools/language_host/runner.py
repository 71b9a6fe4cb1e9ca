"""What runs in the project's own interpreter: its program, a policy pack, a provider in Python, a dynamic provider.

    runner.py program                             the job as JSON on stdin (host.py's `_job`)
    runner.py warm SOCKET FILE                    programs, each forked from here; FILE lists what to import before
    runner.py policies FOLDER ENGINE-ADDRESS
    runner.py plugin FOLDER ARGUMENT...
    runner.py dynamic ENGINE-ADDRESS

One file without imports of ours: modules of ours would shadow the user's of the same name.
Exit codes of a program: 0 done, 32 failed and the engine was told, anything else is the program's own.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import inspect
import json
import logging
import os
import runpy
import select
import signal
import socket
import sys
import sysconfig
import threading
import time
import traceback
import types
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

COLLECT_EVERY = 200_000  # allocations; imports and registrations allocate much and free little
gc.set_threshold(COLLECT_EVERY)
signal.signal(signal.SIGINT, signal.SIG_DFL)  # the import takes long enough to be interrupted, and has nothing to say

try:
    import pulumi
    import pulumi.runtime
except ImportError:
    traceback.print_exc()
    sys.exit(
        "\nIt looks like the Pulumi SDK has not been installed. Have you run pip install?\nIf you are running in a "
        "virtualenv, you must run pip install -r requirements.txt from inside the virtualenv."
    )

ALREADY_REPORTED = 32
INTERRUPTED = 130
MOST_THREADS = 64  # `--parallel` may be two thousand million
PARENT_CHECK_SECONDS = 0.5


def run_program(job: dict[str, Any]) -> int:
    """Run a program against its engine; the exit code says how it ended."""
    entry = job["entry"]
    program = Path(entry).resolve()
    if program.is_dir():
        program /= "__main__.py"
        if not program.is_file():
            pulumi.log.error(f"unable to find main python program `__main__.py` in `{program.parent}`")
            return ALREADY_REPORTED
    sys.argv = [entry, *job["arguments"]]
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # a failed program leaves futures that nobody awaits
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.set_default_executor(ThreadPoolExecutor(min(max(job["settings"]["parallel"], 1), MOST_THREADS)))

    def run() -> None:
        runpy.run_path(entry, run_name="__main__")

    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(run))
    except pulumi.RunError as error:  # its text is for the user as it is
        pulumi.log.error(str(error))
        return ALREADY_REPORTED
    except Exception as error:  # noqa: BLE001 - any program's
        pulumi.log.error("Program failed with an unhandled exception:\n" + user_trace(error, str(program)))
        return ALREADY_REPORTED
    finally:
        loop.close()
    return 0


def serve_warm(address: str, listed: str) -> None:
    """Run programs that arrive on a socket until the process that started this one is gone.

    Each is a fork of this process, which runs nothing of the user's, but has imported the packages that an earlier
    program needed: `listed` names them, and the first program writes it.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for who watches over a program
    parent, imported = os.getppid(), False
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(address)
        server.listen()
        server.settimeout(PARENT_CHECK_SECONDS)
        while os.getppid() == parent:
            with contextlib.suppress(TimeoutError):
                connection, _ = server.accept()
                if not imported and Path(listed).is_file():
                    import_packages(Path(listed).read_text(encoding="utf-8").split())
                    imported = True
                if os.fork() == 0:
                    server.close()
                    watch_over(connection, listed)
                    os._exit(0)
                connection.close()


def import_packages(names: list[str]) -> None:
    """Import modules, in this order. One that cannot be imported is left to the program."""
    for name in names:
        with contextlib.suppress(Exception):
            # The SDKs import a service when it is first asked for something: before its parts, or they miss it.
            getattr(importlib.import_module(name), "anything", None)
    gc.freeze()  # the collector would copy what is shared with each fork


def installed_modules() -> list[str]:
    """The modules of installed packages that are imported, in the order of their import."""
    roots = tuple({sysconfig.get_path("purelib") + os.sep, sysconfig.get_path("platlib") + os.sep})
    # Of another class is what is imported when first touched; a look at its attributes would do that.
    plain = [(name, module) for name, module in sys.modules.items() if type(module) is types.ModuleType]
    return [name for name, module in plain if str(vars(module).get("__file__")).startswith(roots)]


def watch_over(connection: socket.socket, listed: str) -> None:
    """Fork a program, tell its process id and at its end its exit code; kill it when nobody listens any more."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    connection.settimeout(None)
    size, outputs, _, _ = socket.recv_fds(connection, 8, 2)
    order = json.loads(connection.recv(int.from_bytes(size, "big"), socket.MSG_WAITALL))
    pid = os.fork()
    if pid == 0:
        connection.close()
        run_forked(order, outputs, listed)
    connection.sendall(pid.to_bytes(8, "big"))
    ended = os.pidfd_open(pid)
    ready, _, _ = select.select([ended, connection.fileno()], [], [])
    if ended not in ready:
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    with contextlib.suppress(OSError):
        connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())


def run_forked(order: dict[str, Any], outputs: list[int], listed: str) -> None:
    """Become the program's process: its outputs, folder and environment; never returns."""
    code = 1
    try:
        for number, output in enumerate([os.open(os.devnull, os.O_RDONLY), *outputs]):
            os.dup2(output, number)
        os.environ.clear()
        os.environ.update(order["variables"])
        os.chdir(order["folder"])
        signal.signal(signal.SIGINT, signal.default_int_handler)
        end_with_parent()
        configure(order["job"])
        code = run_program(order["job"])
        if not Path(listed).exists():
            unfinished = Path(f"{listed}.{os.getpid()}")
            unfinished.write_text("\n".join(installed_modules()), encoding="utf-8")
            unfinished.replace(listed)
    except KeyboardInterrupt:  # the engine cancels, and has said why
        code = INTERRUPTED
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1 if end.code else 0
        if isinstance(end.code, str):
            sys.stderr.write(f"{end.code}\n")
    except BaseException:  # noqa: BLE001 - as Python ends for any other program
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code & 0xFF)


def user_trace(error: BaseException, program: str) -> str:
    """The traceback from the program's first frame on; whole where the program has none."""
    frames = traceback.extract_tb(error.__traceback__)
    whole = len(frames) if isinstance(error, SyntaxError) else 0  # it carries file and line itself
    own = next((index for index, frame in enumerate(frames) if frame.filename == program), whole)
    return "".join(traceback.format_exception(error, limit=own - len(frames)))


def configure(job: dict[str, Any]) -> None:
    """Tell the SDK its engine, stack and configuration. An older SDK does not know every setting."""
    known = inspect.signature(pulumi.runtime.Settings).parameters
    settings = {key: value for key, value in job["settings"].items() if key in known}
    pulumi.runtime.set_all_config(job["config"], job["secret_keys"])
    pulumi.runtime.configure(pulumi.runtime.Settings(**settings))


def serve_policies(folder: str, engine: str) -> None:
    """Serve a policy pack that knows its stack.

    The SDK reads stack, project and configuration from the environment before each analysis, while the engine sends
    them in ConfigureStack; the official host stands between the two for this alone.
    """
    from pulumi_policy.policy import _PolicyAnalyzerServicer as servicer  # noqa: PLC0415 - packs only

    plain = servicer.ConfigureStack

    def configure_stack(self: Any, request: Any, context: Any) -> Any:
        os.environ.update(
            PULUMI_STACK=request.stack,
            PULUMI_PROJECT=request.project,
            PULUMI_ORGANIZATION=request.organization or "organization",
            PULUMI_DRY_RUN="true" if request.dry_run else "false",
            PULUMI_CONFIG=json.dumps(dict(request.config)),
        )
        return plain(self, request, context)

    servicer.ConfigureStack = configure_stack  # type: ignore[method-assign, assignment] # a patch
    sys.path.insert(0, folder)
    sys.argv = ["pulumi.policy", engine, folder]
    runpy.run_module("pulumi.policy", run_name="__main__")


def serve_plugin(folder: str, *arguments: str) -> None:
    """Run a provider that is a folder with a `__main__.py`."""
    sys.argv = [folder, *arguments]
    runpy.run_path(folder, run_name="__main__")


def serve_dynamic(*arguments: str) -> None:
    """Serve the dynamic providers of the project in the current folder; they may import its modules."""
    sys.path.insert(0, str(Path.cwd()))
    sys.argv = ["pulumi.dynamic", *arguments]
    runpy.run_module("pulumi.dynamic", run_name="__main__")


def end_with_parent() -> None:
    """End this process soon after the one that started it, which may have been killed."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_CHECK_SECONDS)
        os._exit(INTERRUPTED)

    threading.Thread(target=watch, daemon=True).start()


def main() -> None:
    """Do what the first argument says."""
    kind, *arguments = sys.argv[1:]
    match kind:
        case "policies":
            serve_policies(*arguments)
        case "plugin":
            serve_plugin(*arguments)
        case "dynamic":
            serve_dynamic(*arguments)
        case "warm":
            serve_warm(*arguments)
        case _:
            gc.freeze()
            job = json.loads(sys.stdin.buffer.read())
            configure(job)
            sys.exit(run_program(job))


if __name__ == "__main__":
    if sys.argv[1:2] != ["warm"]:  # which watches by itself: a process with threads had better not be forked
        end_with_parent()
    if Path(sys.path[0] or ".").resolve() == Path(__file__).resolve().parent:
        del sys.path[0]  # our folder, whose names would shadow the user's
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        main()
    except KeyboardInterrupt:  # the engine cancels, and has said why
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(INTERRUPTED)  # Python's own end would wait for busy threads
