"""The example service stays in the load balancer's rotation while a store is away, and uses it again when it is back.

An outage of minutes is made one of seconds: checks come every second instead of every 15 (the model's interval), so
that 12 seconds are what 3 minutes are in production. The time that a check waits for its answer is the real one.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import pytest

from components.server.migration import migration_runner
from config.services import Service
from tests.conftest import ROOT
from tests.machines.ports import free_port
from tests.machines.servers import PATIENCE, Postgres, Redis, released, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

EXAMPLE = ROOT / "examples" / "web-service"
INTERVAL, TIMEOUT = (int(Service.model_fields[f"health_{name}"].default) for name in ("interval", "timeout"))
SCALE = 15  # a second of the test is a quarter of a minute
OUTAGE = 180  # seconds before scaling: many times what a load balancer waits for (3 failed checks)
SECRET = "hunter2"  # noqa: S105 - no secret: it is what must not be shown


@dataclass
class Checks:
    """Asks for /health as a load balancer does, until it is told to stop."""

    service: Web
    results: list[int | str] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self.thread = threading.Thread(target=self._ask)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.done.set()
        self.thread.join(PATIENCE)

    def _ask(self) -> None:
        while not self.done.wait(INTERVAL / SCALE):
            try:
                self.results.append(self.service.get("/health", timeout=TIMEOUT)[0])
            except OSError as error:
                self.results.append(repr(error))


@dataclass
class Web:
    """The service as one process, which nothing starts again."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def get(self, path: str, *, timeout: float = 10) -> tuple[int, dict[str, object]]:
        """The status and the body of an answer."""
        status, _, body = self.answer(path, timeout=timeout)
        return status, json.loads(body)

    def answer(self, path: str, *, timeout: float = 10) -> tuple[int, http.client.HTTPMessage, str]:
        """The whole answer."""
        with closing(self.connection(timeout)) as connection:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.headers, response.read().decode()

    def connection(self, timeout: float = 10) -> http.client.HTTPConnection:
        """A connection to it."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def listens(self) -> bool:
        """Whether it answers at all."""
        try:
            return self.get("/health")[0] == 200
        except OSError:
            return False

    def is_ready(self, *, wanted: int = 200) -> bool:
        """Whether /ready has this status."""
        return self.get("/ready")[0] == wanted


@pytest.fixture(scope="session")
def example(require_program: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The service as a release has it: its files with the packages of its lock file."""
    return released(EXAMPLE, require_program("npm"), tmp_path_factory.mktemp("release") / "web")


@pytest.fixture
def start(node: Path, example: Path, tmp_path: Path) -> Iterator[Callable[..., Web]]:
    """Return a function that starts the service with these variables."""
    started: list[Web] = []

    def begin(**variables: str) -> Web:
        port, log = free_port(), tmp_path / f"log{len(started)}"
        environment = {"PATH": os.environ["PATH"], "HOST": "127.0.0.1", "PORT": str(port), **variables}
        with log.open("wb") as output:
            process = subprocess.Popen(
                [node, "src/server.js"], cwd=example, env=environment, stdout=output, stderr=subprocess.STDOUT
            )
        web = Web(port, process, log)
        started.append(web)
        assert wait_for(web.listens), log.read_text()
        return web

    yield begin
    for web in started:
        web.process.kill()
        web.process.wait(PATIENCE)


@pytest.mark.parametrize("outage", [Redis.stop, Redis.freeze], ids=["gone", "hangs"])
def test_no_check_of_the_load_balancer_fails_while_redis_is_away(
    start: Callable[..., Web], redis_server: Redis, outage: Callable[[Redis], None]
) -> None:
    web = start(REDIS_URL=redis_server.url)
    assert wait_for(web.is_ready)
    assert web.get("/") == (200, {"visits": 1})

    with Checks(web) as checks:
        outage(redis_server)
        end = time.monotonic() + OUTAGE / SCALE
        assert wait_for(lambda: web.is_ready(wanted=503))
        while time.monotonic() < end:
            assert web.get("/ready") == (503, {"status": "not ready", "checks": {"redis": "down"}})
            assert web.get("/") == (200, {"visits": None, "degraded": True})
            time.sleep(0.5)
        redis_server.stop()
        redis_server.start()
        assert wait_for(web.is_ready)
        assert wait_for(lambda: web.get("/") == (200, {"visits": 1}))  # this Redis keeps nothing

    assert set(checks.results) == {200}
    assert len(checks.results) >= OUTAGE / INTERVAL * 0.8  # the machine may be busy
    assert web.process.poll() is None
    assert web.log.read_text().count('"listening"') == 1, "the process was not the same all the time"


def test_a_database_that_is_away_is_told_and_used_again(
    start: Callable[..., Web], postgres_server: Postgres, database: str, redis_server: Redis
) -> None:
    web = start(REDIS_URL=redis_server.url, DATABASE_URL=postgres_server.url(database))
    assert wait_for(web.is_ready)

    with Checks(web) as checks:
        postgres_server.stop()
        try:
            assert web.get("/ready") == (503, {"status": "not ready", "checks": {"database": "down", "redis": "up"}})
            assert web.get("/notes")[0] == 503
            time.sleep(3)
        finally:
            postgres_server.start()
        assert wait_for(web.is_ready)

    assert set(checks.results) == {200}
    assert web.process.poll() is None


def test_what_is_down_is_named_without_its_address_or_password(start: Callable[..., Web]) -> None:
    port = free_port()
    web = start(
        REDIS_URL=f"redis://:{SECRET}@127.0.0.1:{port}", DATABASE_URL=f"postgresql://app:{SECRET}@127.0.0.1:{port}/db"
    )
    said = [web.answer(path)[2] for path in ("/ready", "/", "/notes")]

    assert json.loads(said[0])["checks"] == {"database": "down", "redis": "down"}
    for text in (*said, web.log.read_text()):
        assert SECRET not in text
        assert "127.0.0.1" not in text


def test_ready_answers_in_time_when_redis_hangs(start: Callable[..., Web], redis_server: Redis) -> None:
    web = start(REDIS_URL=redis_server.url)
    assert wait_for(web.is_ready)
    redis_server.freeze()
    begun = time.monotonic()
    assert web.get("/ready")[0] == 503
    assert time.monotonic() - begun < TIMEOUT


def test_a_service_without_stores_is_ready(start: Callable[..., Web]) -> None:
    web = start()
    assert web.get("/ready") == (200, {"status": "ready", "checks": {}})
    assert web.get("/") == (200, {"visits": None, "degraded": True})
    assert web.get("/notes")[0] == 404


def test_idle_connections_live_longer_than_the_load_balancer_keeps_them(start: Callable[..., Web]) -> None:
    assert start().answer("/health")[1]["Keep-Alive"] == "timeout=65"


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_lets_the_request_end_that_is_being_answered(
    start: Callable[..., Web], redis_server: Redis, stop: signal.Signals
) -> None:
    web = start(REDIS_URL=redis_server.url)
    assert wait_for(web.is_ready)
    with closing(web.connection()) as idle, closing(web.connection()) as busy:
        idle.request("GET", "/health")
        idle.getresponse().read()
        redis_server.freeze()
        busy.request("GET", "/")  # takes the second that Redis has
        time.sleep(0.3)

        begun = time.monotonic()
        web.process.send_signal(stop)

        response = busy.getresponse()
        assert (response.status, json.loads(response.read())["degraded"]) == (200, True)
        assert web.process.wait(PATIENCE) == 0
        assert time.monotonic() - begun < 5, "a connection that is idle held it"


def test_its_migrations_run_once_on_three_machines_and_again_after_a_cut(  # noqa: PLR0913, PLR0917 - fixtures
    node: Path, example: Path, release_tools: Path, postgres_server: Postgres, database: str, tmp_path: Path
) -> None:
    runner = tmp_path / "migrate.mjs"
    runner.write_text(migration_runner())
    url = postgres_server.url(database)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "DATABASE_URL": url,
        "SLIPWAY_TOOLS": str(release_tools),
    }

    def machine(release: str) -> subprocess.Popen[str]:
        command = [str(node), str(runner), "--release", release, "--", "npm", "run", "--silent", "migrate"]
        return subprocess.Popen(
            command, cwd=example, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def said(machines: list[subprocess.Popen[str]]) -> list[str]:
        return sorted(machine.communicate(timeout=PATIENCE)[0] for machine in machines)

    assert said([machine("r1") for _ in range(3)]) == [
        "",
        "",
        "migrated 001_notes.sql\nmigrated 002_notes_by_time.sql\n",
    ]
    assert said([machine("r2")]) == [""]

    # As if the second file had been cut off: its index is there and not valid, its line in the ledger is not.
    postgres_server.sql("update pg_index set indisvalid = false where indexrelid = 'notes_by_time'::regclass", database)
    postgres_server.sql("delete from migrations where name like '002%'", database)
    assert said([machine("r3")]) == ["migrated 002_notes_by_time.sql\n"]
    valid = "select indisvalid from pg_index where indexrelid = 'notes_by_time'::regclass"
    assert postgres_server.sql(valid, database) == "t"
