"""An S3 server on this machine (moto's), a gate before it that breaks things, and a folder of uploads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import uuid
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import botocore.session  # type: ignore[import-untyped]  # it ships no types
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SERVER = """
import json, sys
from moto.server import ThreadedMotoServer

server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
server.start()
print(json.dumps(server.get_host_and_port()), flush=True)
sys.stdin.read()
"""
Fault = tuple[int, str]


@pytest.fixture(scope="session")
def s3_port() -> Iterator[int]:
    """The port of an S3 server that lives as long as the tests."""
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", _SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, env={**os.environ, "S3_UPLOAD_PART_MIN_SIZE": "1"},
    ) as server:  # fmt: skip
        assert server.stdout is not None
        yield int(json.loads(server.stdout.readline())[1])
        assert server.stdin is not None
        server.stdin.close()


@pytest.fixture(scope="session")
def s3_client(s3_port: int) -> Any:  # botocore ships no types
    """What asks the server itself."""
    session = botocore.session.get_session()
    session.set_credentials("key", "hush-hush-key")
    return session.create_client("s3", region_name="us-east-1", endpoint_url=f"http://127.0.0.1:{s3_port}")


@dataclass
class Gate:
    """What stands before the server: it hands on, and does what `fault` says of a request (method, path)."""

    port: int
    address: str = ""
    fault: Callable[[str, str], Fault | None] = lambda _method, _path: None
    before: Callable[[str, str], None] = lambda _method, _path: None
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Every request, as it came."""

    def count(self, method: str) -> int:
        return sum(each[0] == method for each in self.asked)


@pytest.fixture
def gate(s3_port: int) -> Iterator[Gate]:
    gate = Gate(s3_port)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            if self.headers.get("Expect"):  # the client waits for a word before it sends a body
                self.send_response_only(100)
                self.end_headers()
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            gate.asked.append((self.command, self.path))
            gate.before(self.command, self.path)
            if found := gate.fault(self.command, self.path):
                status, code = found
                self.reply(status, {}, f"<Error><Code>{code}</Code><Message>on purpose</Message></Error>".encode())
                return
            connection = HTTPConnection("127.0.0.1", gate.port, timeout=60)
            headers = {name: value for name, value in self.headers.items() if name != "Expect"}
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            self.reply(answer.status, dict(answer.getheaders()), answer.read())
            connection.close()

        def reply(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response_only(status)
            for name, value in headers.items():
                if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                    self.send_header(name, value)
            length = headers.get("Content-Length", "0") if self.command == "HEAD" else str(len(body))
            self.send_header("Content-Length", length)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = answer  # noqa: N815  # names of the library

        def log_message(self, *_: object) -> None:
            """Nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A client that was killed is what some tests are about."""

    with Server(("127.0.0.1", 0), Handler) as server:
        gate.address = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield gate
        server.shutdown()


@dataclass(frozen=True)
class Bucket:
    """A bucket of the test's own, asked behind the gate."""

    client: Any  # botocore ships no types
    name: str

    def objects(self) -> dict[str, bytes]:
        listed = self.client.list_objects_v2(Bucket=self.name).get("Contents", [])
        return {each["Key"]: self.read(each["Key"])["Body"].read() for each in listed}

    def read(self, key: str) -> Any:
        return self.client.get_object(Bucket=self.name, Key=key)

    def put(self, key: str, data: bytes, **how: Any) -> None:
        self.client.put_object(Bucket=self.name, Key=key, Body=data, **how)

    def begun(self) -> list[str]:
        return [each["Key"] for each in self.client.list_multipart_uploads(Bucket=self.name).get("Uploads", [])]


@pytest.fixture
def bucket(s3_client: Any, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "hush-hush-key",
        "AWS_ENDPOINT_URL_S3": gate.address,  # Amazon's own place is at the gate
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    name = f"uploads-{uuid.uuid4().hex[:12]}"
    s3_client.create_bucket(Bucket=name)
    return Bucket(s3_client, name)
