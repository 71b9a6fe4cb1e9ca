"""What the tests of nginx ask for: the program, and the chat behind it."""

from __future__ import annotations

import contextlib
import shutil
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT, without
from tests.machines.ports import free_port
from tests.machines.servers import Redis, node, release_tools, released
from tests.nginx.chat import Chat, Programs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["node", "release_tools"]
BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_filter_module.so")
MOST = 4  # processes that one slot may have here


@pytest.fixture(scope="session", autouse=True)
def _debian_has_nginx(require_program: Callable[[str], Path]) -> None:
    require_program(shutil.which("nginx", path="/usr/sbin") or "nginx")
    require_program("openssl")
    if not BROTLI.exists():
        without("needs Debian's package libnginx-mod-http-brotli-filter")


@pytest.fixture(scope="session")
def programs(
    node: Path, release_tools: Path, require_program: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Programs]:
    """What the chat needs, its Redis running."""
    release = released(ROOT / "examples" / "chat", require_program("npm"), tmp_path_factory.mktemp("release") / "chat")
    redis = Redis(require_program("redis-server"), free_port())
    redis.start()
    yield Programs(node, release_tools / "node_modules" / ".bin" / "pm2-runtime", release, redis)
    redis.stop()


@pytest.fixture(scope="session")
def slots(programs: Programs, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Chat, Chat]]:
    """The chat in both slots, with three processes and with two."""
    folder, first = tmp_path_factory.mktemp("slots"), free_ports(2 * MOST)
    made = (Chat(programs, folder / "blue", first, 3), Chat(programs, folder / "green", first + MOST, 2))
    try:
        for slot in made:
            slot.start()
        yield made
    finally:
        for slot in made:
            slot.stop()


def free_ports(count: int) -> int:
    """The first of so many ports in a row that nothing listens on."""
    while True:
        first = free_port()
        if first + count < 65_536 and _all_free(range(first, first + count)):
            return first


def _all_free(ports: range) -> bool:
    with contextlib.ExitStack() as stack:
        try:
            for port in ports:
                stack.enter_context(socket.create_server(("127.0.0.1", port)))
        except OSError:
            return False
    return True
