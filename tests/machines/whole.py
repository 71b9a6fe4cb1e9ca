"""A single server as cloud-init sets it up: what it is made from, and where it finds what it installs.

It has a network of its own, without a way out. On its loopback is a mirror of Debian that the test leads on to this
machine's own, and Node.js's archive.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import urlopen

from components.server.engine import engine_files
from components.server.health import health_files
from components.server.nginx import PACKAGES, configuration, first_state, upstream, upstream_file
from components.server.node import node_archive
from components.server.release_program import release_program, release_units
from components.server.single_server import Certificate, Postgres, Redis, SingleServer, Sources
from components.server.web import WebService, WebSite
from config.release import PG, PM2
from config.vps_containers import PROXY_PORT
from tests.machines.root import CACHE, HERE, Computer, mirror
from tests.machines.single import runtime, tar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PORT = 8222  # of the mirror; no server of ours has anything there
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBDk6WF+4rhERJYShEZ3xuRf4MIurkAy+U0jpIUUPb/Y deploy@orders"
OPERATOR = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAID5x9ckBJSDVB0OdWYTkGjlwL6h3DbawvAO1R4FldpCK ada@orders"
HOST = "orders.example.com"
SITE = WebSite(application="orders", hosts=(HOST,), services=(WebService(name="web"),), redirects={f"www.{HOST}": HOST})
HEALTH = health_files("orders", ["web"], volume=True, backups=False)
WHOLE = SingleServer(
    stack="orders-vps",
    app="orders",
    services=("web",),
    architecture="amd64",
    node="26.10.0",
    pm2=PM2,
    pg=PG,
    keys=(KEY,),
    ssh_networks=("203.0.113.7/32", "2001:db8::/48"),
    web_networks=(),
    volume=True,
    sqlite="/srv/orders/data.db",
    swap=0,
    redis=Redis(memory=64, full="noeviction"),
    postgres=Postgres(name="orders", user="orders_owner", memory=256, connections=40, cores=2),
    certificate=Certificate((HOST, f"www.{HOST}"), "team@example.com", "file"),
    sources=Sources(f"http://127.0.0.1:{PORT}/debian", f"http://127.0.0.1:{PORT}/node", None),
    programs={
        **configuration(SITE),
        **release_program(),
        **release_units("orders", {"web": 3}, data_path="/srv/orders"),
        **HEALTH.programs,
    },
    first={**first_state(SITE), **HEALTH.first},
    packages=PACKAGES,
    timers=HEALTH.timers,
    operators=(OPERATOR,),
)
ENGINE = engine_files(volume=True)
LED = WebSite(application="orders", hosts=(HOST,), services=(WebService(name="containers"),), redirects=SITE.redirects)
CONTAINERS = replace(
    WHOLE,
    sqlite=None,
    redis=None,
    postgres=None,
    containers=True,
    programs={**configuration(LED), **ENGINE.programs, upstream_file("containers"): upstream((PROXY_PORT,))},
    first={path: text for path, text in first_state(LED).items() if path != upstream_file("containers")},
    packages=(*PACKAGES, *ENGINE.packages),
    timers=ENGINE.timers,
)
"""A server whose services run in containers, as stacks/vps_machine.py makes it."""
FORMS = {
    "whole": replace(WHOLE, swap=2),
    "bare": replace(WHOLE, volume=False, sqlite=None, redis=None, postgres=None, swap=0, operators=()),
    "redis": replace(WHOLE, sqlite=None, postgres=None, web_networks=("198.51.100.0/24", "2001:db8::/32")),
    "postgres": replace(WHOLE, volume=False, sqlite=None, redis=None, architecture="arm64"),
    "record": replace(WHOLE, certificate=Certificate(("a.example.com",), "a@example.com", "cloudflare")),
    "mirrors": replace(WHOLE, sources=replace(WHOLE.sources, debian=None, npm="https://npm.example.com")),
    "containers": CONTAINERS,
}
_DEBS = CACHE.parent / "debian"
# Network and disk of the system are no machine's: cloud-init leaves them alone.
_CLOUD = "datasource_list: [NoCloud]\nnetwork: {config: disabled}\ngrowpart: {mode: 'off'}\nresize_rootfs: false\n"
_META = "instance-id: i-1\nlocal-hostname: orders\n"
_PREPARE = """\
set -e
ip link set lo up
mkdir -p /dev/shm /run/sshd && mount -t tmpfs shm /dev/shm
find /etc/cloud /var/lib/cloud /etc/ssh -type f -exec chmod 644 {} +
mv /usr/bin/stand-in-lsblk /usr/bin/lsblk
"""
BOOT = (
    "cloud-init init --local && cloud-init init && cloud-init modules --mode config && cloud-init modules --mode final"
)


def archive(node: Path, tools: Path, version: str) -> dict[str, bytes]:
    """Node.js as it is published, with a stand-in for npm, and what that installs."""
    top = node_archive(version, "amd64").removesuffix(".tar.xz")
    made = tar({f"{top}/bin/node": node.resolve(), f"{top}/bin/npm": HERE / "stand_ins" / "npm"}, "w")
    name = f"{top}.tar.xz"
    sums = f"{'0' * 64}  node-v{version}-linux-arm64.tar.xz\n{hashlib.sha256(made).hexdigest()}  {name}\n"
    where = f"/node/v{version}"
    return {
        f"{where}/{name}": made,
        f"{where}/SHASUMS256.txt": sums.encode(),
        "/tools.tar": runtime(node, tools)["/tools.tar"],
    }


class _Mirror(BaseHTTPRequestHandler):
    """Debian's packages, each fetched once, and what else the server asks for."""

    held: Mapping[str, bytes] = {}  # each mirror is a class of its own

    def do_GET(self) -> None:
        """Answer."""
        try:
            body = self.held[self.path] if self.path in self.held else self._debian()
        except HTTPError as error:
            self.send_error(error.code)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _debian(self) -> bytes:
        kept = _DEBS / hashlib.sha256(self.path.encode()).hexdigest()
        if kept.exists() and "/pool/" in self.path:
            return kept.read_bytes()
        with urlopen(mirror().removesuffix("/debian") + self.path, timeout=120) as answer:  # noqa: S310  # http
            body: bytes = answer.read()
        _DEBS.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(body)
        return body

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextlib.contextmanager
def booted(debian: Path, data: str, held: Mapping[str, bytes], disk: str = "") -> Iterator[Computer]:
    """A server that has this user data, before its first start. `disk` is the number of a loop device."""
    files = {f"/usr/bin/{name}": (HERE / "stand_ins" / name).read_text() for name in ("systemctl", "systemd-run")} | {
        "/usr/bin/stand-in-lsblk": (HERE / "stand_ins" / "lsblk").read_text(),
        "/etc/cloud/cloud.cfg.d/99_test.cfg": _CLOUD,
        "/var/lib/cloud/seed/nocloud/user-data": data,
        "/var/lib/cloud/seed/nocloud/meta-data": _META,
    }
    server: ThreadingHTTPServer | None = None
    with Computer(debian, files, {}, own_network=True) as computer:
        try:
            computer.output(_PREPARE)
            handler = type("Handler", (_Mirror,), {"held": held})
            server = ThreadingHTTPServer(("127.0.0.1", 0), handler, bind_and_activate=False)
            server.socket.close()
            server.socket = computer.listening(PORT)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            if disk:
                computer.output(
                    f"mknod /dev/sdc b 7 {disk}; [ -e /dev/loop{disk} ] || mknod /dev/loop{disk} b 7 {disk}"
                )
            yield computer
        finally:
            if server is not None:
                server.shutdown()
                server.server_close()
