"""Ports of the loopback for programs that are told theirs."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass

PORTS = range(21_000, 32_768)


@dataclass
class Ports:
    """The ports of the loopback that this process of a run gives away, in turn: no two tests get the same at a time.

    They lie below those that the system gives to connections that go out (Linux: from 32768 on), of which any may be
    taken between the moment that a test is told a port and the moment that a program listens on it.
    """

    own: range
    at: int = 0

    def free(self, count: int) -> int:
        """The first of so many in a row that nobody has."""
        while True:
            first = self.own[self.at % len(self.own)]
            self.at += count
            if first + count <= self.own.stop and all(unused(first + more) for more in range(count)):
                return first


def own_ports() -> Ports:
    """A share of the ports for each of the processes that pytest-xdist starts, begun anywhere: runs may be several."""
    count = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    share, number = len(PORTS) // count, int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return Ports(PORTS[number * share : (number + 1) * share], os.getpid() % share)


OWN = own_ports()


def free_port(count: int = 1) -> int:
    """A port of the loopback that nothing listens on, or the first of several in a row."""
    return OWN.free(count)


def unused(port: int) -> bool:
    """Whether a port of the loopback can be listened on."""
    with socket.socket() as found:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: who closed it is no matter
        try:
            found.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def listens(port: int) -> bool:
    """Whether a port of the loopback takes connections."""
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0
