"""Two instances of `examples/chat` behind an nginx, with one Redis for both or one for each: real servers on loopback.

All of it runs as in production: NODE_ENV, TLS and a password at Redis, and a proxy that says that TLS ended there.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.chat.clients import Client
from tests.machines.ports import free_port, listens
from tests.machines.servers import PATIENCE, Redis, as_unprivileged, wait_for

HERE = Path(__file__).parent
SESSION_SECRET = "what-signs-the-cookies-of-this-test"  # noqa: S105 - no secret: it is what must not be shown
PASSWORD = "correct%horse"  # noqa: S105 - as above
NAMES = ("a", "b")
ANSWERS = 10  # seconds for an answer that takes one: less than a dead connection to Redis takes to be noticed


@dataclass
class Certificate:
    """The certificate of a Redis on loopback, which is its own authority."""

    folder: Path

    def make(self, openssl: Path) -> None:
        """Write certificate and key."""
        who = ("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2")
        how = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        command = [str(openssl), "req", "-x509", *how, *who, "-keyout", "key.pem", "-out", "cert.pem"]
        subprocess.run(command, cwd=self.folder, capture_output=True, check=True)

    @property
    def path(self) -> Path:
        """What clients trust."""
        return self.folder / "cert.pem"

    def options(self, port: int) -> tuple[str, ...]:
        """What makes a Redis demand TLS and the password."""
        files = ("--tls-cert-file", str(self.path), "--tls-key-file", str(self.folder / "key.pem"))
        demands = ("--tls-ca-cert-file", str(self.path), "--tls-auth-clients", "no", "--requirepass", PASSWORD)
        return ("--port", "0", "--tls-port", str(port), *files, *demands)


@dataclass
class Answer:
    """What came back over HTTP."""

    status: int
    headers: http.client.HTTPMessage
    body: Any  # Any: JSON of any form, or nothing

    @property
    def cookies(self) -> str:
        """The cookies that it sets, as they are sent back."""
        return "; ".join(given.split(";")[0] for given in self.headers.get_all("Set-Cookie") or ())


def ask(port: int, path: str, *, method: str = "GET", body: object = None, **headers: str) -> Answer:
    """One request to a port of the loopback."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWERS)) as connection:
        sent = None if body is None else json.dumps(body)
        kind = {} if body is None else {"Content-Type": "application/json"}
        connection.request(method, path, sent, {**kind, **headers})
        response = connection.getresponse()
        text = response.read()
        is_json = "json" in (response.headers["Content-Type"] or "")
        return Answer(response.status, response.headers, json.loads(text) if is_json else text)


@dataclass
class Instance:
    """One process of the service, which nothing starts again."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def status(self, path: str) -> int:
        """The status of a page, 0 when nobody answers."""
        try:
            return ask(self.port, path).status
        except OSError:
            return 0

    def turns(self, path: str, status: int) -> bool:
        """Wait until the page has this status."""
        return wait_for(lambda: self.status(path) == status)

    def events(self, name: str) -> list[dict[str, Any]]:
        """The lines of its log that tell of this."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [line for line in lines if line["event"] == name]

    def is_the_first(self) -> bool:
        """Whether it is still the process that was started."""
        return self.process.poll() is None and len(self.events("listening")) == 1


@dataclass
class Site:
    """The whole, and everything in it that has to be ended."""

    folder: Path
    programs: dict[str, Path]
    release: Path
    certificate: Certificate
    shared: bool
    redis: list[Redis] = field(default_factory=list)
    instances: dict[str, Instance] = field(default_factory=dict)
    logs: list[Path] = field(default_factory=list)
    clients: list[Client] = field(default_factory=list)
    room: int = 0
    port: int = field(default_factory=free_port)
    proxy: subprocess.Popen[bytes] | None = None
    proxy_folder: Path | None = None

    def start(self) -> None:
        """Start one Redis or two, both instances, and the proxy; wait until all is ready."""
        for _ in NAMES[: 1 if self.shared else 2]:
            port = free_port()
            self.redis.append(Redis(self.programs["redis-server"], port, self.certificate.options(port)))
            self.redis[-1].start()
        for name in NAMES:
            self.instances[name] = self._instance(name, free_port())
        self._start_proxy()
        self._wait()

    def mend(self) -> None:
        """Undo what a test did: nobody is there, the next room is new, and what was ended runs again in its place."""
        self.room += 1
        while self.clients:
            self.clients.pop().end()
        for redis in self.redis:
            if redis.process:
                redis.process.send_signal(signal.SIGCONT)
            else:
                redis.start()
        for name, one in list(self.instances.items()):
            if one.process.poll() is not None:
                self.instances[name] = self._instance(name, one.port)
        self._wait()

    def _wait(self) -> None:
        for one in self.instances.values():
            assert one.turns("/ready", 200), one.log.read_text()

    @property
    def a(self) -> Instance:
        return self.instances["a"]

    @property
    def b(self) -> Instance:
        return self.instances["b"]

    def client(self, name: str, at: str, *options: str) -> Client:
        """Somebody who signs in through the proxy at instance `at`, and is in the test's room."""
        return self.people((name, at, *options))[0]

    def people(self, *who: tuple[str, ...]) -> list[Client]:
        """Several of them, each with a name, an instance and options."""
        made = [self._client(*one) for one in who]
        for client in made:
            client.sees("joined", ok=True)
        return made

    def _client(self, name: str, at: str, *options: str) -> Client:
        log = self.folder / f"client-{name}"
        command = [str(self.programs["node"]), "client.js", *options, f"http://127.0.0.1:{self.port}"]
        with log.open("wb") as errors:
            process = subprocess.Popen(
                [*command, f"room-{self.room}", name],
                cwd=self.release,
                env={"PATH": os.environ["PATH"], "COOKIE": f"instance={at}"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        self.clients.append(Client(process, log))
        return self.clients[-1]

    def ask(self, path: str, *, cookies: str, method: str = "GET", body: object = None) -> Answer:
        """One request through the proxy."""
        return ask(self.port, path, method=method, body=body, Cookie=cookies)

    def end(self) -> None:
        """End everything that was started here."""
        for client in self.clients:
            client.end()
        if self.proxy:
            self.proxy.terminate()
            self.proxy.wait(PATIENCE)
        for one in self.instances.values():
            one.process.kill()
            one.process.wait(PATIENCE)
        for redis in self.redis:
            redis.stop()
        if self.proxy_folder:
            shutil.rmtree(self.proxy_folder)

    def _instance(self, name: str, port: int) -> Instance:
        redis = self.redis[0 if self.shared else NAMES.index(name)]
        log = self.folder / f"log-{len(self.logs)}-{name}"
        self.logs.append(log)
        environment = {
            "PATH": os.environ["PATH"],
            "NODE_ENV": "production",
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "REDIS_URL": f"rediss://:{PASSWORD.replace('%', '%25')}@127.0.0.1:{redis.port}",
            "NODE_EXTRA_CA_CERTS": str(self.certificate.path),
            "SESSION_SECRET": SESSION_SECRET,
            "TRUST_PROXY": "1",
            "NOTICE_SECONDS": "2",
            "DRAIN_SECONDS": "4",
        }
        with log.open("wb") as output:
            process = subprocess.Popen(
                [self.programs["node"], "src/server.js"],
                cwd=self.release,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        return Instance(port, process, log)

    def _start_proxy(self) -> None:
        # Not in pytest's own folder: that is root's alone, and nginx need not be root.
        self.proxy_folder = Path(tempfile.mkdtemp(prefix="slipway-nginx-"))
        text = (HERE / "nginx.conf").read_text()
        for name, port in (("a", self.a.port), ("b", self.b.port), ("port", self.port)):
            text = text.replace(f"@{name}@", str(port))
        file = self.proxy_folder / "nginx.conf"
        file.write_text(text)
        who = as_unprivileged(self.proxy_folder, file)
        command = [str(self.programs["nginx"]), "-p", str(self.proxy_folder), "-c", str(file), "-e", "stderr"]
        with (self.folder / "nginx.log").open("wb") as log:
            self.proxy = subprocess.Popen(command, stderr=log, **who)
        assert wait_for(lambda: listens(self.port)), (self.folder / "nginx.log").read_text()
