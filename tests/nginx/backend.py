"""A process behind nginx that says what it was asked: JSON with the service, the path as it came, and the headers.

The query says what else it shall do, in this order: `seconds` to wait, `drop` the connection instead of an answer,
`status`, `bytes` of text as the answer, `header` to send, as in `header=X-Frame-Options:DENY`, as often as wanted.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


@dataclass
class Backend:
    """One such process, as a thread, on a port of its own."""

    service: str
    asked: list[str] = field(default_factory=list)
    """Method and path of each request, in order."""

    def __post_init__(self) -> None:
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _handler(backend: Backend) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "backend"

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            backend.asked.append(f"{self.command} {self.path}")
            wanted = {name: values[-1] for name, values in self._query().items()}
            time.sleep(float(wanted.get("seconds", 0)))
            if "drop" in wanted:
                self.close_connection = True
                return
            is_text = "bytes" in wanted
            said = "text " * (int(wanted["bytes"]) // 5) if is_text else json.dumps(self._said(body))
            self.send_response(int(wanted.get("status", 200)))
            self.send_header("Content-Type", "text/plain" if is_text else "application/json")
            self.send_header("Content-Length", str(len(said)))
            for header in self._query().get("header", []):
                self.send_header(*header.split(":", 1))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(said.encode())

        def _query(self) -> dict[str, list[str]]:
            return parse_qs(urlsplit(self.path).query)

        def _said(self, body: bytes) -> dict[str, Any]:  # Any: what becomes JSON
            headers = [[name.lower(), value] for name, value in self.headers.items()]
            return {
                "service": backend.service,
                "port": backend.port,
                "path": self.path,
                "headers": headers,
                "bytes": len(body),
            }

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _answer  # noqa: N815  # the standard library's names

    return Handler
