"""A real nginx with the rendered configuration, on loopback, in a folder of its own.

The text is the one that a server gets; only where things are is changed: each path of `PLACES` begins with the folder,
each port is a free one, and `listen` names the loopback. What Debian compiled in as places for temporary files is said
in front of the rest, since there is one nginx for each test. The program that chooses the certificate runs as it is;
`systemctl` and `nginx` are what it finds in the folder `bin`: scripts that know the folder's nginx.
"""

from __future__ import annotations

import gzip
import http.client
import json
import os
import re
import shutil
import ssl
import subprocess
import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from components.server.nginx import EMPTY_PORT, TLS_PROGRAM, configuration, first_state, upstream, upstream_file
from tests.machines.ports import free_port, listens
from tests.machines.servers import PATIENCE, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from components.server.web import WebSite

PLACES = (
    "/etc/nginx/nginx.conf",
    "/etc/nginx/slipway",
    "/etc/slipway",
    "/etc/letsencrypt",
    "/opt/",
    "/run/nginx.pid",
    "/usr/local/lib/slipway",
    "/var/lib/slipway",
    "/var/log/nginx",
)
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
PGREP = shutil.which("pgrep") or "pgrep"
OPENSSL = shutil.which("openssl") or "openssl"
Headers = dict[str, Any]  # Any: arguments by name, all of them texts
ANSWERS = 10  # seconds for an answer


@dataclass(frozen=True)
class Answer:
    """What came back over HTTP. A header that stands twice is there twice."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        return self.headers.get_all(name) or []

    @property
    def text(self) -> str:
        """The body as text, unpacked where it came packed."""
        packed = self.headers["Content-Encoding"] == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode()

    @property
    def said(self) -> Any:  # Any: JSON of any form
        """The body as JSON, which the process behind nginx writes and nginx does not."""
        try:
            return json.loads(self.text)
        except ValueError:
            raise AssertionError(f"{self.status}: {self.text}") from None


@dataclass
class Nginx:
    """One nginx. `changed` may change the text before it is written: so a test breaks what it guards."""

    site: WebSite
    changed: Callable[[str], str] = lambda text: text
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="slipway-nginx-")))
    http_port: int = field(default_factory=free_port)
    https_port: int = field(default_factory=free_port)
    empty: int = field(default_factory=free_port)
    first: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """The processes to which services lead from the start; none means that nothing is deployed."""
    process: subprocess.Popen[bytes] | None = None
    answered: int = 0
    """How many requests of `ask` have had an answer."""

    def __enter__(self) -> Self:
        self.write()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def place(self, path: str) -> Path:
        """Where a path of the server is here."""
        return self.folder / path.lstrip("/")

    def write(self) -> None:
        """Write everything, and choose the certificate."""
        self.folder.chmod(0o755)  # the workers are somebody else
        for name in ("var/log/nginx", "run", "written", "bin"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        for path, text in {**configuration(self.site), **first_state(self.site)}.items():
            self.put(path, self.changed(text))
        for service, ports in self.first.items():
            self.lead(service, ports, reload=False)
        self._stand_ins()
        self.choose_certificate()

    def put(self, path: str, text: str) -> Path:
        """Write one file of the server."""
        file = self.place(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self._here(text))
        return file

    def choose_certificate(self) -> None:
        """Run the program that does so."""
        program = self.place(TLS_PROGRAM)
        path = f"{self.folder}/bin:{os.environ['PATH']}"
        done = subprocess.run(
            ["/bin/sh", program], env={"PATH": path}, capture_output=True, check=False, text=True, timeout=PATIENCE
        )
        assert done.returncode == 0, done.stderr

    def check(self) -> subprocess.CompletedProcess[str]:
        """What `nginx -t` says."""
        return subprocess.run([*self._command(), "-t"], capture_output=True, check=False, text=True, timeout=PATIENCE)

    def start(self) -> None:
        """Start it and wait until it listens."""
        with (self.folder / "said").open("ab") as said:
            self.process = subprocess.Popen([*self._command(), "-g", "daemon off;"], stderr=said)
        up = wait_for(lambda: listens(self.https_port) or (self.process and self.process.poll() is not None))
        assert up, self.said()
        assert self.process.poll() is None, self.said()

    def stop(self) -> None:
        """End it at once."""
        if self.process:
            self.process.terminate()
            self.process.wait(PATIENCE)
            self.process = None

    def reload(self) -> None:
        """Let it read its configuration again, after a check, and wait until new workers are there."""
        assert self.check().returncode == 0, self.check().stderr
        before = self.workers()
        subprocess.run([*self._command(), "-s", "reload"], check=True, capture_output=True)
        assert wait_for(lambda: self._are_others(before))

    def _are_others(self, before: set[str]) -> bool:
        """Whether others take connections than before, and none of those any more."""
        now = self.workers()
        return bool(now) and now.isdisjoint(before)

    def workers(self) -> set[str]:
        """The processes that take connections: one that waits for its last ones to end says so in its name."""
        assert self.process
        asked = [PGREP, "--parent", str(self.process.pid), "--full", "worker process$"]
        return set(subprocess.run(asked, capture_output=True, check=False, text=True).stdout.split())

    def lead(self, service: str, ports: Sequence[int], *, reload: bool = True) -> None:
        """Lead a service to these processes, as a release does."""
        self.put(upstream_file(service), upstream(ports))
        if reload:
            self.reload()

    def release(self, files: Mapping[str, str], *, name: str = "1", link: str = "current") -> None:
        """Lay down a release of these files and let a link lead to it."""
        home = self.place(f"/opt/{self.site.application}")
        for path, text in files.items():
            file = home / "releases" / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        (home / link).unlink(missing_ok=True)
        (home / link).symlink_to(f"releases/{name}")

    def certify(self, *, key_of_another: bool = False) -> None:
        """Lay down a certificate where certbot does, and choose again, as after a renewal."""
        live = self.place(f"/etc/letsencrypt/live/{self.site.application}")
        live.mkdir(parents=True, exist_ok=True)
        for name in ("privkey.pem", "fullchain.pem", *(["privkey.pem"] if key_of_another else [])):
            self._openssl(live, name)
        before = self.workers()
        self.choose_certificate()
        assert wait_for(lambda: self._are_others(before)), "it was not told to read the certificate"

    def _openssl(self, live: Path, name: str) -> None:
        made = {
            "privkey.pem": "ecparam -name prime256v1 -genkey -noout -out privkey.pem",
            "fullchain.pem": "req -x509 -key privkey.pem -days 2 -subj /CN=real -out fullchain.pem",
        }
        subprocess.run([OPENSSL, *made[name].split()], cwd=live, capture_output=True, check=True)

    def certificate(self, host: str) -> str:
        """Who the certificate is for that is shown for a host."""
        with closing(self.connection(host)) as connection:
            assert isinstance(connection.sock, ssl.SSLSocket)
            shown = connection.sock.getpeercert(binary_form=True)
        asked = [OPENSSL, "x509", "-inform", "der", "-noout", "-subject"]
        return str(subprocess.run(asked, input=shown, capture_output=True, check=True).stdout, "utf-8").strip()

    def said(self) -> str:
        """What it said itself."""
        log = self.place("/var/log/nginx/error.log")
        return (self.folder / "said").read_text() + (log.read_text() if log.exists() else "")

    def log(self) -> list[dict[str, Any]]:
        """The lines of the log of requests, one of which is written just after its answer."""
        file = self.place("/var/log/nginx/access.log")
        assert wait_for(lambda: file.read_text().count("\n") >= self.answered), file.read_text()
        return [json.loads(line) for line in file.read_text().splitlines()]

    def ask(  # noqa: PLR0913  # what a request has
        self,
        path: str = "/",
        *,
        host: str = "",
        method: str = "GET",
        body: bytes | None = None,
        plain: bool = False,
        source: str = "127.0.0.1",
        **headers: str,
    ) -> Answer:
        """One request over HTTPS, or plain, from an address of the loopback."""
        host = host or self.site.hosts[0]
        with closing(self.connection(host, plain=plain, source=source)) as connection:
            answer = exchanged(connection, path, method=method, body=body, **{"Host": host, **headers})
        self.answered += 1
        return answer

    def connection(self, host: str, *, plain: bool = False, source: str = "127.0.0.1") -> http.client.HTTPConnection:
        """A connection that is open."""
        port = self.http_port if plain else self.https_port
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWERS, source_address=(source, 0))
        connection.connect()
        if not plain:
            connection.sock = anyone().wrap_socket(connection.sock, server_hostname=host)
        return connection

    def _command(self) -> list[str]:
        program = shutil.which("nginx", path="/usr/sbin") or "nginx"
        return [program, "-e", "stderr", "-c", str(self.place("/etc/nginx/nginx.conf"))]

    def _here(self, text: str) -> str:
        """The text of a file with the folder's places and ports."""
        for place in PLACES:
            text = text.replace(place, f"{self.folder}{place}")
        for of_server, here in (("80", self.http_port), ("443", self.https_port)):
            text = re.sub(rf"listen {of_server}\b", f"listen 127.0.0.1:{here}", text)
            text = re.sub(rf"listen \[::\]:{of_server}\b", f"listen [::1]:{here}", text)
        text = text.replace(f"127.0.0.1:{EMPTY_PORT}", f"127.0.0.1:{self.empty}")
        places = "".join(f"  {name}_temp_path {self.folder}/written/{name};\n" for name in _TEMPORARY)
        return text.replace("\nhttp {\n", f"\nhttp {{\n{places}")

    def _stand_ins(self) -> None:
        nginx = " ".join(self._command())
        pid = self.place("/run/nginx.pid")
        said = {
            "nginx": f'exec {nginx} "$@"',
            "systemctl": f"case $1 in is-active) test -s {pid};; reload) exec {nginx} -s reload;; esac",
        }
        for name, text in said.items():
            file = self.folder / "bin" / name
            file.write_text(f"#!/bin/sh\n{text}\n")
            file.chmod(0o755)


def exchanged(
    connection: http.client.HTTPConnection, path: str, *, method: str = "GET", body: bytes | None = None, **headers: str
) -> Answer:
    """One request on a connection that stays open, and its answer. In names of headers _ stands for -."""
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    return Answer(response.status, response.headers, response.read())


def anyone() -> ssl.SSLContext:
    """Trust in everyone: the certificate is a placeholder."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
