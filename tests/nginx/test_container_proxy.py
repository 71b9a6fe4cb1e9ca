"""The proxy before containers: nginx takes its text, and leads where hosts and paths say."""

from __future__ import annotations

import http.client
import http.server
import re
import shutil
import subprocess
import threading
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from components.docker.proxy import HEALTH_PORT, PORT, ProxiedService, proxy_configuration
from components.server.web import WebService
from tests.machines.ports import free_port, listens
from tests.machines.servers import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NGINX = shutil.which("nginx", path="/usr/sbin") or "nginx"
SERVICES = (
    ProxiedService(WebService(name="web"), 3000),
    ProxiedService(WebService(name="chat", paths=("/socket.io/*",), websockets=True), 3001),
    ProxiedService(WebService(name="api", hosts=("api.example.com",)), 3002),
)


class Echo(http.server.BaseHTTPRequestHandler):
    """Answers with what it was asked for."""

    def do_GET(self) -> None:
        """Say the path, and who is said to ask by which scheme."""
        told = [self.headers.get(name, "") for name in ("Host", "X-Forwarded-Proto", "Upgrade", "Connection")]
        own: Any = self.server.server_address  # a pair, as it is for TCP
        body = "\n".join([str(own[1]), self.path, *told]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served() -> Iterator[int]:
    """A service on a port of its own."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def here(text: str, folder: Path, ports: dict[int, int], services: dict[str, int]) -> str:
    """The text as it is rendered, but for folders, ports, and names, which Docker's own resolver knows alone."""
    text = text.replace("/tmp/", f"{folder}/").replace("/dev/stdout", f"{folder}/access.log")  # noqa: S108  # the container's own
    for inside, outside in ports.items():
        text = re.sub(rf"listen (127\.0\.0\.1:)?{inside}\b", f"listen 127.0.0.1:{outside}", text)
    for name, port in services.items():
        text = re.sub(rf"http://{name}:\d+;", f"http://127.0.0.1:{port};", text)
    return text


@contextmanager
def proxied(folder: Path) -> Iterator[tuple[int, int, dict[str, int]]]:
    """The proxy before three services: its port, the one that says whether it is well, and theirs."""
    with served() as web, served() as chat, served() as api:
        services = {"web": web, "chat": chat, "api": api}
        ports = {HEALTH_PORT: free_port(), PORT: free_port()}
        text = here(proxy_configuration(SERVICES, 10), folder, ports, services)
        (folder / "nginx.conf").write_text(text)
        tested = [NGINX, "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
        checked = subprocess.run([*tested, "-t"], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr
        with subprocess.Popen([*tested, "-g", "daemon off;"]) as process:
            try:
                assert wait_for(lambda: listens(ports[PORT]))
                yield ports[PORT], ports[HEALTH_PORT], services
            finally:
                process.terminate()


def ask(port: int, path: str, host: str, **headers: str) -> tuple[int, list[str]]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", path, headers={"Host": host, **headers})
        answer = connection.getresponse()
        return answer.status, answer.read().decode().split("\n")


def test_a_request_goes_where_its_host_and_its_path_lead(tmp_path: Path) -> None:
    with proxied(tmp_path) as (port, _, services):
        for path, host, service in (
            ("/", "localhost", "web"),
            ("/cards?page=2", f"localhost:{port}", "web"),
            ("/socket.io/?EIO=4", "127.0.0.1", "chat"),
            ("/socket.io/?EIO=4", "api.example.com", "api"),
            ("/", "api.example.com", "api"),
        ):
            status, told = ask(port, path, host)
            assert (status, told[:3]) == (200, [str(services[service]), path, host]), (path, host)


def test_a_host_that_no_service_claims_gets_no_answer(tmp_path: Path) -> None:
    with proxied(tmp_path) as (port, _, _services), pytest.raises(http.client.RemoteDisconnected):
        ask(port, "/", "rebound.example.net")


def test_it_passes_on_a_change_of_protocol_and_the_scheme_of_who_stands_before_it(tmp_path: Path) -> None:
    with proxied(tmp_path) as (port, _, _services):
        upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "X-Forwarded-Proto": "https"}
        assert ask(port, "/socket.io/", "localhost", **upgrade)[1][3:] == ["https", "websocket", "upgrade"]
        assert ask(port, "/", "localhost", **{"X-Forwarded-Proto": "gopher"})[1][3:5] == ["http", ""]


def test_it_says_itself_whether_it_is_well_and_writes_no_query_down(tmp_path: Path) -> None:
    with proxied(tmp_path) as (port, health, _):
        assert ask(health, "/", "localhost")[0] == 204
        ask(port, "/login?token=hunter2", "localhost")
        assert wait_for(lambda: "/login" in (tmp_path / "access.log").read_text())
        assert "hunter2" not in (tmp_path / "access.log").read_text()


def test_without_a_service_for_the_rest_there_is_nothing_there() -> None:
    text = proxy_configuration((ProxiedService(WebService(name="api", paths=("/api/*",)), 3000),), 1)
    assert "return 404;" in text
    assert "client_max_body_size 1m;" in text
