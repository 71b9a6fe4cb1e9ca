"""Two connections that are one: what comes from either goes to the other."""

from __future__ import annotations

import contextlib
import socket
import threading

_AT_ONCE = 1 << 16


def piped(one: socket.socket, port: int) -> None:
    """Lead a connection to a port of this machine's loopback, until either side has ended it."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)) as other:
        back = threading.Thread(target=_lead, args=(other, one), daemon=True)
        back.start()
        _lead(one, other)
        back.join()


def _lead(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while held := source.recv(_AT_ONCE):
            target.sendall(held)
    for each in (source, target):  # HTTP's sides wait for each other: the end of one is the end of both
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
