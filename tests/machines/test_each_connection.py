"""A port of this machine whose connections are a program's: what a database in a container is reached through."""

from __future__ import annotations

import contextlib
import socket
import subprocess
from typing import TYPE_CHECKING

import pytest

from slipway.move.postgres import CONNECT
from tests.conftest import ROOT
from tests.machines.ports import free_port, listens
from tests.machines.servers import PATIENCE, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def connected(port: int, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A shell in which each connection to the port is that command's, until the shell ends."""
    words = [str(ROOT / "tools" / "each-connection"), str(port), *command]
    start = ["/bin/bash", "-c", '"$@" && echo listens && read -r _', "-", *words]
    with subprocess.Popen(start, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as shell:
        assert shell.stdout is not None
        assert shell.stdout.readline() == b"listens\n"
        yield shell
        shell.communicate(b"\n")


def called(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([ROOT / "tools" / "each-connection", *words], capture_output=True, check=False, text=True)


@pytest.mark.parametrize("first", ["client", "server"])
def test_whichever_end_of_a_connection_closes_first_ends_the_other(first: str) -> None:
    port, goal = free_port(), free_port()
    command = ("env", "HOSTNAME=127.0.0.1", "bash", "-c", CONNECT.replace("/5432", f"/{goal}"))
    with socket.create_server(("127.0.0.1", goal)) as listener, connected(port, *command):
        listener.settimeout(PATIENCE)
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as client, listener.accept()[0] as server:
            server.settimeout(PATIENCE)
            client.sendall(b"asked")
            assert server.recv(9) == b"asked"
            server.sendall(b"told")
            assert client.recv(9) == b"told"
            closing, other = (client, server) if first == "client" else (server, client)
            closing.close()
            assert other.recv(9) == b""


def test_a_port_is_there_as_long_as_the_shell_that_opened_it() -> None:
    port = free_port()
    with connected(port, "cat"):
        assert listens(port)
    assert wait_for(lambda: not listens(port))


def test_a_port_that_is_taken_is_named() -> None:
    port = free_port()
    with connected(port, "cat"):
        done = called(str(port), "cat")
    assert done.returncode == 1
    assert f"port {port}" in done.stderr


@pytest.mark.parametrize("words", [(), ("http", "cat"), ("15431",)])
def test_bad_usage_of_a_port_is_said(words: tuple[str, ...]) -> None:
    done = called(*words)
    assert done.returncode == 2
    assert "usage" in done.stderr
