"""A single server for tests of releases: Debian with its nginx, real Node.js and PM2, and a small service.

Archives and a repository are at an https address of the test's own; systemd is a stand-in (`stand_ins/`).

Longer than 300 lines because server, files and load belong to one machine, which is made and ended as a whole.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import hashlib
import io
import json
import os
import shutil
import ssl
import subprocess
import tarfile
import threading
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Literal, Self

import pytest

from components.server import release_program as programs
from components.server.release import PORTS, Archive, Deployment, Front, ReleasedService, ReleaseSessions, Revision
from components.server.release_program import PLACE, release_program, release_units, standard_input
from components.server.sessions import session_keeper
from components.server.texts import bare_python
from tests.machines.ports import free_port
from tests.machines.root import HERE, Computer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

RELEASED = HERE / "released"
PROGRAM = "/usr/local/lib/slipway/release.py"
PAUSE = "PAUSE = 1.0"
HURRIED = 0.2  # of a second: what a deployment waits for is over in a fifth of the time
SECRET = 'a secret of "forty" signs: $HOME \\ + ümlaut'  # noqa: S105  # opens nothing
GIT = shutil.which("git") or "git"
TOKEN = "ghp_a-token-for-the-archives"  # noqa: S105
NGINX = """\
pid /run/nginx.pid;
worker_processes 2;
error_log /var/log/nginx/error.log;
events {{ worker_connections 2048; }}
http {{
  access_log off;
  map $http_upgrade $connection_upgrade {{ default upgrade; '' close; }}
  upstream web {{ include /etc/nginx/slipway/upstream-web.conf; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://web;
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_read_timeout 60s;
    }}
  }}
  server {{ listen 127.0.0.1:{nobody}; return 503; }}
}}
"""
SETUP = """\
set -e
mkdir -p /var/lib/slipway/incoming /etc/slipway/env /var/log/slipway
groupadd --gid 3990 slipway-data
useradd --system --user-group --shell /usr/sbin/nologin orders-web
useradd --system --user-group --shell /usr/sbin/nologin --create-home --home-dir /var/lib/slipway-build slipway-build
chmod -R go-w /etc/nginx /etc/slipway /usr/local/lib
git config --system http.sslCAInfo /certificate.pem
chmod -x /etc/systemd/system/*.service /etc/systemd/system/*.timer
nginx
"""


def tar(files: Mapping[str, str | bytes | Path | tarfile.TarInfo], mode: Literal["w", "w:xz"] = "w:xz") -> bytes:
    """An archive of these."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode=mode) as archive:
        for name, content in files.items():
            if isinstance(content, tarfile.TarInfo):
                archive.addfile(content)
            elif isinstance(content, str | bytes):
                data = content.encode() if isinstance(content, str) else content
                entry = tarfile.TarInfo(name)
                entry.size, entry.mode = len(data), 0o644
                archive.addfile(entry, io.BytesIO(data))
            else:
                archive.add(content, name)
    return made.getvalue()


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    """A member of an archive that is no file."""
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, target
    return entry


def release(version: str, *, locked: bool = False, **package: object) -> bytes:
    """A release of the small service, with a lock file where it shall be built."""
    lock = {"name": "orders", "lockfileVersion": 3, "packages": {"": {"name": "orders"}}}
    files: dict[str, str | bytes | Path | tarfile.TarInfo] = {
        "server.js": (RELEASED / "server.js").read_text(),
        "version": version,
        "package.json": json.dumps({"name": "orders", "type": "module", **package}),
    }
    return tar(files | ({"package-lock.json": json.dumps(lock)} if locked else {}))


@functools.cache
def runtime(node: Path, tools: Path) -> dict[str, bytes]:
    """What a server has of Node.js before there is a release."""
    npm = node.resolve().parent.parent / "lib" / "node_modules" / "npm"
    link = special("bin/npm", tarfile.SYMTYPE, "../lib/node_modules/npm/bin/npm-cli.js")
    return {
        "/node.tar": tar({"bin/node": node.resolve(), "lib/node_modules/npm": npm, "bin/npm": link}, "w"),
        "/tools.tar": tar({"node_modules": tools / "node_modules"}, "w"),
    }


def equipped(node: Path, tools: Path, folder: Path) -> Path:
    """The folder with a server's Node.js, npm, PM2 and pg, where the server looks for them."""
    for name, place in (("/node.tar", "opt/node"), ("/tools.tar", "opt/slipway")):
        (folder / place).mkdir(parents=True)
        command = ["tar", "--extract", "--no-same-owner", "--directory", str(folder / place)]
        subprocess.run(command, check=True, input=runtime(node, tools)[name])
    return folder


@contextlib.contextmanager
def paced(seconds: float) -> Iterator[None]:
    """The program with pauses of so many seconds between two looks at a service, where its own are of one."""
    own = programs._packed()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(programs, "bare_python", lambda source: bare_python(source.replace(PAUSE, f"PAUSE = {seconds}")))
        text = programs._packed.__wrapped__()
        assert (text == own) == (f"PAUSE = {seconds}" == PAUSE), f"no file of it says {PAUSE}"
        patch.setattr(programs, "_packed", lambda: text)
        yield


class Files:
    """Files at an https address that wants a token, and at a plain one that does not."""

    def __init__(self, folder: Path) -> None:
        self.held: dict[str, bytes] = {}
        self.public: set[str] = set()
        """What is given to everybody."""
        self.asked: list[tuple[str, str]] = []
        self.folder = folder
        self.certificate = folder / "certificate.pem"
        key = folder / "key.pem"
        subject = ("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1")
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
        subprocess.run([*command, "-keyout", key, "-out", self.certificate], capture_output=True, check=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        self._plain, self._secure = self._server(wants=False), self._server(wants=True)
        self._secure.socket = context.wrap_socket(self._secure.socket, server_side=True)
        self.plain, self.secure = self._plain.server_port, self._secure.server_port

    def _server(self, *, wants: bool) -> ThreadingHTTPServer:
        files = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path, said = self.path.partition("?")[0], self.headers.get("Authorization", "")
                files.asked.append((path, said))
                known = {f"Bearer {TOKEN}", f"Basic {base64.b64encode(f'x-access-token:{TOKEN}'.encode()).decode()}"}
                found = files.held.get(path)
                if found == b"elsewhere":
                    self.send_response(302)
                    self.send_header("Location", f"http://127.0.0.1:{files.plain}/v1")
                    self.end_headers()
                    return
                if path.startswith("/repository.git/") and said in known:
                    self._git(path)
                    return
                secret = wants and path not in files.public
                self.send_response(401 if secret and said not in known else 404 if found is None else 200)
                body = (found or b"") if said in known or not secret else b""
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                self.do_GET()

            def _git(self, path: str) -> None:
                env = {
                    "PATH": os.environ["PATH"],
                    "GIT_PROJECT_ROOT": str(files.folder),
                    "GIT_HTTP_EXPORT_ALL": "1",
                    "PATH_INFO": path,
                    "QUERY_STRING": self.path.partition("?")[2],
                    "REQUEST_METHOD": self.command,
                    "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                    "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                    "HTTP_GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                }
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                done = subprocess.run([GIT, "http-backend"], input=body, env=env, capture_output=True, check=True)
                head, _, rest = done.stdout.partition(b"\r\n\r\n")
                self.send_response(200)
                for line in head.decode().split("\r\n"):
                    self.send_header(*line.split(": ", 1))
                self.send_header("Content-Length", str(len(rest)))
                self.end_headers()
                self.wfile.write(rest)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        return ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> Self:
        for server in (self._plain, self._secure):
            threading.Thread(target=server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for server in (self._plain, self._secure):
            server.shutdown()
            server.server_close()


@dataclass
class Single:
    """A server that runs, and what is deployed to it."""

    computer: Computer
    files: Files
    front: int
    """nginx's port."""
    deployment: Deployment

    def of(self, version: str, content: bytes | None = None, **package: object) -> Deployment:
        """The deployment of a version, which is there to be fetched."""
        content = content or release(version, locked=False, **package)
        self.files.held[f"/{version}"] = content
        url = f"https://127.0.0.1:{self.files.secure}/{version}?signature=not-to-be-said"
        service = self.deployment.services[0]
        if package:  # with a fault, for which nobody waits
            service = replace(service, start_seconds=10)
        archive = Archive(url, hashlib.sha256(content).hexdigest(), TOKEN)
        return replace(self.deployment, release=archive, services=(service,))

    def commit(self, content: bytes) -> Deployment:
        """The deployment of a commit with this content, in a repository that wants a token."""
        work, bare = self.files.folder / "work", self.files.folder / "repository.git"
        work.mkdir(exist_ok=True)
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            archive.extractall(work, filter="data")
        person = ("-c", "user.name=a", "-c", "user.email=a@example.com")
        for words in (["init", "-q"], ["add", "-A"], [*person, "commit", "-q", "-m", "a"]):
            subprocess.run([GIT, *words], cwd=work, check=True)
        subprocess.run([GIT, "clone", "-q", "--bare", work, bare], check=True)
        head = subprocess.run([GIT, "rev-parse", "HEAD"], cwd=work, capture_output=True, check=True, text=True)
        where = f"https://127.0.0.1:{self.files.secure}/repository.git"
        return replace(self.deployment, release=Revision(where, head.stdout.strip(), TOKEN))

    def command(self, deployment: Deployment) -> str:
        """The command that deploys."""
        return f"base64 -d <<<{base64.b64encode(standard_input(deployment).encode()).decode()} | {PROGRAM} deploy"

    def deploy(self, deployment: Deployment, *, code: int = 0) -> str:
        """Deploy; what was said."""
        got, said = self.computer.run(self.command(deployment))
        assert got == code, f"{said}\n{self.computer.run('tail -n 40 /var/log/slipway/*.log')[1]}"
        return said

    def status(self) -> dict[str, Any]:
        """What the server says of itself. Any: JSON."""
        told: dict[str, Any] = json.loads(self.computer.output(f"{PROGRAM} status"))
        return told

    def served(self) -> str:
        """What nginx answers now."""
        return self.computer.output(f"curl -s -m 5 -w ' %{{http_code}}' http://127.0.0.1:{self.front}/")

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        """Write down the arguments of all processes there are meanwhile, in /var/seen."""
        look = "while [ ! -e /var/stop ]; do cat /proc/[0-9]*/cmdline; sleep 0.02; done"
        self.computer.output(f"({look}) >/var/seen 2>/dev/null & true")
        yield
        self.computer.output("touch /var/stop; sleep 1; tr '\\0' ' ' </var/seen | grep -q release.py")

    def kill(self, word: str, name: str = "KILL") -> None:
        """Send a signal to every process with this word in its command."""
        each = f'tr "\\0" " " <$p/cmdline 2>/dev/null | grep -q "{word}" && kill -{name} ${{p#/proc/}}'
        self.computer.output(f"for p in /proc/[0-9]*; do {each}; done; true")

    def crash(self) -> None:
        """Let the server go down as by a loss of power, and start again as far as nginx's and our own unit go."""
        for word in ("nginx", "node", "nginx"):  # what dies last may just have had a child
            self.kill(word)
            self.computer.output("sleep 0.5")
        self.computer.output(f"rm -rf /run/stand-in /run/nginx.pid; {PROGRAM} resume")

    def running(self) -> list[str]:
        """The slots that run."""
        return self.computer.output(
            "for s in blue green; do systemctl is-active orders-web@$s >/dev/null && echo $s; done; true"
        ).split()

    @contextlib.contextmanager
    def load(self, node: Path, rate: int = 300, sockets: int = 100) -> Iterator[dict[str, Any]]:
        """Ask at this pace, with so many sockets open; afterwards, what came of it. Any: JSON."""
        found: dict[str, Any] = {}
        command = [str(node), str(RELEASED / "load.mjs"), str(self.front), str(rate), str(sockets)]
        asking = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            yield found
            said, _ = asking.communicate(timeout=30)
            found |= json.loads(said)
        finally:
            asking.kill()
            asking.wait()


@contextlib.contextmanager
def single(
    debian: Path, tools: Path, folder: Path, service: Mapping[str, Any], pause: float = HURRIED
) -> Iterator[Single]:
    """A server as it is before there is a release, with `equipped` tools. Any: fields of the service."""
    front, nobody, first = free_port(), free_port(), free_port(2 * PORTS)  # of both slots
    made = ReleasedService(
        **{
            "name": "web",
            "directory": ".",
            "entry": "server.js",
            "number": 0,
            "processes": 2,
            "health_path": "/health",
            "drain_seconds": 1,
            "env": {"NODE_ENV": "production"},
            "secrets": {"SESSION_SECRET": SECRET},
            "min_secret_lengths": {"SESSION_SECRET": 32},
            "start_seconds": 60,
            "front": Front("orders.example.com", "/health", front, tls=False),
            "first_port": first,
            **service,
        }
    )
    files = {f"/usr/bin/{name}": (HERE / "stand_ins" / name).read_text() for name in ("systemctl", "systemd-run")}
    files |= release_units("orders", {"web": made.drain_seconds}, sessions=ReleaseSessions("web", "."))
    files[f"{PLACE}/sessions.mjs"] = session_keeper("session")
    files["/etc/nginx/nginx.conf"] = NGINX.format(port=front, nobody=nobody)
    files["/etc/nginx/slipway/upstream-web.conf"] = f"server 127.0.0.1:{nobody};\n"
    with paced(pause), Files(folder) as held:
        files |= release_program()
        files["/certificate.pem"] = held.certificate.read_text()
        with Computer(debian, files, {"SSL_CERT_FILE": "/certificate.pem"}, above=tools) as computer:
            computer.output(SETUP)
            nothing = Archive("https://127.0.0.1/", "0" * 64)
            yield Single(computer, held, front, Deployment("orders", nothing, (made,)))
