"""What each plugin process of ours needs: Pulumi's protocol without its SDK, a server that ends with its engine.

A plugin needs `pulumi.runtime.proto` only, and importing the SDK for it would double its start. The language host is
started twice for one command, so this counts.
"""

from __future__ import annotations

import importlib.util
import os
import signal
import sys
import time
import types
from concurrent import futures
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST_MESSAGE = 400 << 20  # bytes; the engine's own limit
THREADS = 64  # made when needed; each running program and each policy pack holds one
PARENT_CHECK_SECONDS = 0.5


def use_protocol_without_sdk() -> None:
    """Let `pulumi.runtime.proto` be imported without the SDK. Never call it where a Pulumi program runs."""
    if "pulumi" in sys.modules:
        return
    found = importlib.util.find_spec("pulumi")  # finds, does not execute
    if found is None or found.origin is None:
        message = f"{sys.executable} has no pulumi package: run tools/bootstrap"
        raise ModuleNotFoundError(message)
    root = Path(found.origin).parent
    for name, folder in (("pulumi", root), ("pulumi.runtime", root / "runtime")):
        package = types.ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package
    sys.modules["pulumi"].__dict__["runtime"] = sys.modules["pulumi.runtime"]


def serve(register: Callable[[Any], None], leave: Callable[[], None] = lambda: None) -> NoReturn:
    """Serve gRPC on loopback until the engine ends this process or is gone itself.

    `register` gets the `grpc.Server` (untyped: grpc ships no types). The engine ends a plugin with SIGINT and waits
    5 seconds for one that does not heed it; an engine that was killed says nothing, so the parent is watched.
    `leave` runs before the end, which skips Python's own: a pool thread that is still busy would block it.
    """
    import grpc  # noqa: PLC0415 - after the stand-ins above

    limits = [("grpc.max_receive_message_length", LARGEST_MESSAGE), ("grpc.max_send_message_length", LARGEST_MESSAGE)]
    server = grpc.server(futures.ThreadPoolExecutor(THREADS), options=limits)
    register(server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()

    def end(*_: object) -> NoReturn:
        leave()
        os._exit(0)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    parent = os.getppid()
    print(port, flush=True)  # noqa: T201 - the engine reads the port from the first line
    while os.getppid() == parent:
        time.sleep(PARENT_CHECK_SECONDS)
    end()
