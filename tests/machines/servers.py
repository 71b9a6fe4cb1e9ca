"""Real servers and tools for the tests of what runs on machines: on loopback only, ended by the test that asked.

The tools of a release (`tools/package-lock.json`) are installed once into the cache folder.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from tests.conftest import ROOT, without
from tests.machines.ports import free_port, listens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("SLIPWAY_CACHE") or ROOT / ".cache").absolute() / "npm"
PATIENCE = 30  # seconds for a busy machine
NODE_AT_LEAST = 20


def wait_for(condition: Callable[[], object], *, seconds: float = PATIENCE) -> bool:
    """Ask until the answer is true, at most so long."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def installed(folder: Path, npm: Path) -> Path:
    """The folder that holds `node_modules` as the lock file in `folder` says, made once for each lock file."""
    lock = folder / "package-lock.json"
    home = CACHE / hashlib.sha256(lock.read_bytes()).hexdigest()[:16]
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{home.name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not home.exists():
            with tempfile.TemporaryDirectory(dir=CACHE) as name:
                made = Path(name) / "made"
                made.mkdir()
                for file in ("package.json", "package-lock.json"):
                    shutil.copy(folder / file, made)
                command = [str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
                done = subprocess.run(command, cwd=made, capture_output=True, check=False, text=True)
                if done.returncode != 0:
                    without(f"needs the packages of {folder.relative_to(ROOT)}, and npm ci says: {done.stderr[-500:]}")
                made.rename(home)
    return home


def released(example: Path, npm: Path, into: Path) -> Path:
    """An example as a release has it: its files with the packages of its lock file."""
    shutil.copytree(example, into, ignore=shutil.ignore_patterns("node_modules"))
    (into / "node_modules").symlink_to(installed(example, npm) / "node_modules")
    return into


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Wait for the end of a program: its exit code and what it said."""
    said = process.communicate(timeout=PATIENCE)[0]
    return process.returncode, said


@contextlib.contextmanager
def forwarded(node: Path, port: int, to: int) -> Iterator[None]:
    """A port that leads to another one from now on, as that of a database that comes late."""
    forward = "require('net').createServer(a=>{const b=require('net').connect(+process.argv[2],'127.0.0.1');"
    forward += "a.pipe(b).pipe(a);a.on('error',()=>b.destroy());b.on('error',()=>a.destroy())})"
    door = subprocess.Popen([node, "-e", f"{forward}.listen(+process.argv[1],'127.0.0.1')", str(port), str(to)])
    try:
        yield
    finally:
        door.kill()
        door.wait(PATIENCE)


@dataclass
class Postgres:
    """A PostgreSQL with passwords, as they are in production, and without the wish to survive a power cut."""

    programs: Path
    folder: Path
    port: int
    user: str = "app"
    password: str = "correct%horse/battery"  # noqa: S105 - no secret: the server ends with the test
    process: subprocess.Popen[Any] | None = field(default=None, repr=False)

    def create(self) -> None:
        """Make the cluster's files."""
        secret = self.folder / "password"
        secret.write_text(self.password)
        as_unprivileged(self.folder, secret)
        options = ("-U", self.user, "--pwfile=password", "--auth=scram-sha-256", "--locale=C")
        done = subprocess.run(
            [self.programs / "initdb", "-D", "data", *options],
            capture_output=True,
            check=False,
            text=True,
            **self._as(),
        )
        assert done.returncode == 0, done.stderr

    def start(self) -> None:
        """Start the server and wait until it answers."""
        command = [str(self.programs / "postgres"), "-D", "data", "-p", str(self.port), "-k", ""]
        quick = ("listen_addresses=127.0.0.1", "fsync=off", "max_connections=40", "log_min_messages=fatal")
        self.process = subprocess.Popen(
            [*command, *(part for setting in quick for part in ("-c", setting))],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self._as(),
        )
        assert wait_for(self._answers), "PostgreSQL does not start"

    def stop(self) -> None:
        """Stop the server at once, breaking its connections."""
        if self.process:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(PATIENCE)
            self.process = None

    def url(self, database: str, port: int = 0) -> str:
        """Where clients find this database; behind the door that this port is, where one is given."""
        return f"postgresql://{self.user}:{quote(self.password, safe='')}@127.0.0.1:{port or self.port}/{database}"

    def sql(self, text: str, database: str = "postgres") -> str:
        """What the server answers: values between bars, one row a line."""
        return self._psql(text, database).stdout.strip()

    def _answers(self) -> bool:
        return self._psql("select 1", "postgres", check=False).returncode == 0

    def _psql(self, text: str, database: str, *, check: bool = True) -> subprocess.CompletedProcess[str]:
        command = [str(self.programs / "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", text, self.url(database)]
        return subprocess.run(command, capture_output=True, check=check, text=True)

    def _as(self) -> dict[str, Any]:
        return {"cwd": self.folder, **as_unprivileged()}


@dataclass
class Redis:
    """A Redis that keeps nothing."""

    program: Path
    port: int
    options: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Where clients find it."""
        return f"redis://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the server and wait until it listens."""
        options = ("--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly", "no", "--dir", "/tmp")  # noqa: S108 - it writes nothing
        self.process = subprocess.Popen([self.program, *options, *self.options], stdout=subprocess.DEVNULL)
        assert wait_for(lambda: listens(self.port)), "Redis does not start"

    def stop(self) -> None:
        """Stop the server, breaking its connections."""
        if self.process:
            self.process.kill()
            self.process.wait(PATIENCE)
            self.process = None

    def freeze(self) -> None:
        """Let the server neither answer nor refuse, as a machine that hangs."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)


def as_unprivileged(*paths: Path) -> dict[str, Any]:  # Any: arguments of subprocess
    """What lets a program that refuses to be root run as somebody else, who gets these paths. Nothing unless we are."""
    if os.geteuid() != 0:
        return {}
    accounts = {account.pw_name: account for account in pwd.getpwall()}
    owner = accounts.get("postgres") or accounts["nobody"]
    for path in paths:
        os.chown(path, owner.pw_uid, owner.pw_gid)
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


@pytest.fixture(scope="session")
def node(require_program: Callable[[str], Path]) -> Path:
    """A Node.js that is new enough."""
    found = require_program("node")
    version = subprocess.run([found, "--version"], capture_output=True, check=True, text=True).stdout.strip()
    if int(re.findall(r"\d+", version)[0]) < NODE_AT_LEAST:
        without(f"needs Node.js {NODE_AT_LEAST} or newer, and node is {version}")
    return found


@pytest.fixture(scope="session")
def release_tools(require_program: Callable[[str], Path]) -> Path:
    """The folder whose `node_modules` holds pg and pm2, as the folder `slipway` of a release does."""
    return installed(HERE / "tools", require_program("npm"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A PostgreSQL for all tests of a run. Who stops it starts it again."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    program = found[-1] if found else shutil.which("initdb")
    if program is None:
        without("needs PostgreSQL's server programs (Debian's package postgresql)")
    # Not in pytest's own folder: that is root's alone.
    with tempfile.TemporaryDirectory(prefix="slipway-postgres-") as folder:
        server = Postgres(Path(program).parent, Path(folder), free_port())
        server.create()
        server.start()
        yield server
        server.stop()


@pytest.fixture
def database(postgres_server: Postgres, request: pytest.FixtureRequest) -> str:
    """An empty database of the test's own: its name on `postgres_server`."""
    name = f"db_{hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:12]}"
    postgres_server.sql(f"drop database if exists {name} with (force)")
    postgres_server.sql(f"create database {name}")
    return name


@pytest.fixture
def redis_server(require_program: Callable[[str], Path]) -> Iterator[Redis]:
    """A Redis of the test's own."""
    server = Redis(require_program("redis-server"), free_port())
    server.start()
    yield server
    server.stop()
