"""A server's own nginx before the proxy in a container: what a client asks gets through both as through one."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from components.docker.proxy import HEALTH_PORT, PORT, ProxiedService, proxy_configuration
from components.server.web import WebService, WebSite
from tests.machines.ports import free_port, listens
from tests.machines.servers import wait_for
from tests.nginx.backend import Backend
from tests.nginx.proxy import Nginx
from tests.nginx.test_clients import is_named, told
from tests.nginx.test_container_proxy import NGINX, here

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOST = "shop.example.com"
SERVICES = (
    ProxiedService(WebService(name="web", hosts=(HOST,)), 3000),
    ProxiedService(WebService(name="chat", hosts=(HOST,), paths=("/socket.io/*",), websockets=True), 3001),
)
SITE = WebSite(
    application="shop", hosts=(HOST,), services=(WebService(name="containers", websockets=True),), body_mib=1
)
WIDE = "x" * 12_000  # a header that nginx alone, with its defaults, takes neither way


@contextmanager
def both(folder: Path, *, behind: bool = True) -> Iterator[Nginx]:
    """The server's nginx, the proxy behind it, and two services behind that."""
    with Backend("web") as web, Backend("chat") as chat:
        ports = {HEALTH_PORT: free_port(), PORT: free_port()}
        text = proxy_configuration(SERVICES, 1, behind=behind)
        file = folder / "nginx.conf"
        own = here(text, folder, ports, {"web": web.port, "chat": chat.port})
        file.write_text(f"user root;\n{own}")  # the folder is the test's alone, and nginx would be somebody else
        command = [NGINX, "-e", str(folder / "error.log"), "-c", str(file), "-g", "daemon off;"]
        with subprocess.Popen(command) as process:
            try:
                assert wait_for(lambda: listens(ports[PORT]))
                with Nginx(SITE, first={"containers": [ports[PORT]]}) as nginx:
                    assert nginx.check().returncode == 0
                    yield nginx
            finally:
                process.terminate()


def test_a_service_behind_both_is_told_of_the_client_and_of_no_proxy(tmp_path: Path) -> None:
    with both(tmp_path) as nginx:
        answer = nginx.ask("/cards?page=2", X_Forwarded_For="192.0.2.1", X_Real_IP="192.0.2.2", Proxy="x")
    assert (answer.said["service"], answer.said["path"]) == ("web", "/cards?page=2")
    assert is_named(answer, "127.0.0.1")
    assert told(answer, "X-Forwarded-Proto") == ["https"]
    assert told(answer, "X-Forwarded-Host") == told(answer, "Host") == [HOST]
    assert told(answer, "Proxy") == []
    assert len(told(answer, "X-Request-ID")) == 1


def test_without_the_word_that_another_stands_before_it_the_proxy_names_its_neighbour(tmp_path: Path) -> None:
    with both(tmp_path, behind=False) as nginx:
        assert told(nginx.ask(), "X-Forwarded-For") == ["127.0.0.1, 127.0.0.1"]


def test_a_path_leads_to_its_service_and_a_connection_becomes_a_websocket(tmp_path: Path) -> None:
    with both(tmp_path) as nginx:
        answer = nginx.ask("/socket.io/?EIO=4", Upgrade="websocket", Connection="Upgrade")
        plain = nginx.ask("/socket.io/?EIO=4")
    assert answer.said["service"] == plain.said["service"] == "chat"
    assert (told(answer, "Upgrade"), told(answer, "Connection")) == (["websocket"], ["upgrade"])
    assert told(plain, "Upgrade") == []


def test_bodies_and_headers_have_the_servers_own_limits(tmp_path: Path) -> None:
    with both(tmp_path) as nginx:
        assert nginx.ask(method="POST", body=b"x" * 1_000_000).status == 200
        large = nginx.ask(method="POST", body=b"x" * 1_100_000)
        assert (large.status, "Too large" in large.text) == (413, True)
        assert told(nginx.ask(Cookie=WIDE), "Cookie") == [WIDE]
        assert nginx.ask(f"/?header=X-Wide:{WIDE}").headers["X-Wide"] == WIDE


def test_a_page_says_that_nothing_runs_where_the_proxy_is_away() -> None:
    with Nginx(SITE, first={"containers": [free_port()]}) as nginx:
        answer = nginx.ask()
    assert (answer.status, "Not available at the moment" in answer.text) == (502, True)
