"""Migrations run once per release, on a real PostgreSQL, however many machines start and whatever breaks.

Longer than 300 lines because each way to fail is a case of its own, and all of them share the machines.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import socketserver
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from components.server.migration import migration_runner
from tests.machines.ports import free_port
from tests.machines.servers import PATIENCE, Postgres, ended, forwarded, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

USER_DATA_SHARE = 5 * 1024  # bytes: user data has 16 KB for everything
LENT = "no lock holds in a pooler by transaction; set DIRECT_DATABASE_URL"


@dataclass
class Machines:
    """Starts the runner as machines do, and ends what is left of it."""

    node: Path
    tools: Path
    server: Postgres
    database: str
    folder: Path
    runner: str = field(default_factory=migration_runner)
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, release: str, script: str, *, wait: int = 60, **urls: str) -> subprocess.Popen[str]:
        """Start the runner with a shell script as the command of the release; `urls` are variables."""
        program = self.folder / "migrate.mjs"
        program.write_text(self.runner)
        environment = {
            "PATH": f"{self.server.programs}:{os.environ['PATH']}",
            "DATABASE_URL": self.server.url(self.database),
            "SLIPWAY_TOOLS": str(self.tools),
            **urls,
        }
        command = [str(self.node), str(program), "--release", release, "--wait", str(wait), "--", "sh", "-c", script]
        process = subprocess.Popen(
            command, cwd=self.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.started.append(process)
        return process

    def run(self, release: str, script: str, *, wait: int = 60, **urls: str) -> tuple[int, str]:
        """Start the runner and wait for it: its exit code and what it said."""
        return ended(self.start(release, script, wait=wait, **urls))

    def url(self, *, port: int) -> str:
        """The database of this test behind another door."""
        return self.server.url(self.database, port)

    def sql(self, text: str) -> str:
        """Ask the database of this test."""
        return self.server.sql(text, self.database)

    def waiting(self) -> int:
        """How many runners are connected."""
        return int(
            self.sql(
                "select count(*) from pg_stat_activity"
                " where datname = current_database() and application_name = 'slipway-migrate'"
            )
        )

    def ledger(self) -> str:
        """What the ledger says of each release."""
        return self.sql("select release, state, exit_code, finished_at is not null from slipway.migrations order by 1")

    def seen(self, name: str) -> list[str]:
        """The lines of a file that the commands write."""
        file = self.folder / name
        return file.read_text().splitlines() if file.exists() else []


@pytest.fixture
def machines(
    node: Path, release_tools: Path, postgres_server: Postgres, database: str, tmp_path: Path
) -> Iterator[Machines]:
    made = Machines(node, release_tools, postgres_server, database, tmp_path)
    yield made
    for process in made.started:
        process.kill()
        process.wait(PATIENCE)
        if process.stdout:
            process.stdout.close()


def test_the_runner_leaves_room_in_the_user_data() -> None:
    assert len(migration_runner().encode()) <= USER_DATA_SHARE


@pytest.mark.parametrize("count", [2, 5])
def test_machines_that_start_together_run_the_command_once(machines: Machines, count: int) -> None:
    together = [machines.start("r1", "echo ran >> runs; sleep 2; echo done >> runs") for _ in range(count)]

    assert [ended(process) for process in together] == [(0, "")] * count
    assert machines.seen("runs") == ["ran", "done"]
    assert machines.ledger() == "r1|done|0|t"


def test_no_machine_goes_on_before_the_command_has_ended(machines: Machines) -> None:
    machines.start("r1", "touch begun; while [ ! -e go ]; do sleep 0.1; done")
    assert wait_for((machines.folder / "begun").exists)
    other = machines.start("r1", "echo ran >> runs")
    assert wait_for(lambda: machines.waiting() == 2)
    with pytest.raises(subprocess.TimeoutExpired):
        other.wait(3)  # it asks every second

    (machines.folder / "go").touch()
    assert ended(other) == (0, "")
    assert machines.seen("runs") == []


def test_each_release_runs_once_and_a_machine_of_an_older_one_runs_nothing(machines: Machines) -> None:
    for release in ("r1", "r2", "r1", "r2"):
        assert machines.run(release, f"echo {release} >> runs") == (0, "")
    assert machines.seen("runs") == ["r1", "r2"]


def test_a_release_that_ends_elsewhere_just_before_the_lock_is_had_does_not_run_again(machines: Machines) -> None:
    machines.run("r1", "true")  # makes the ledger

    def end_elsewhere(said: bytes) -> None:
        if b"pg_try_advisory_lock(32488822435963257)" in said:
            machines.sql("insert into slipway.migrations (release, state) values ('r2', 'done')")

    with proxy(machines.server.port, end_elsewhere) as port:
        assert machines.run("r2", "echo ran >> runs", DATABASE_URL=machines.url(port=port)) == (0, "")
    assert machines.seen("runs") == []


def test_two_releases_do_not_migrate_at_the_same_time(machines: Machines) -> None:
    script = "echo begin >> runs; sleep 2; echo end >> runs"
    together = [machines.start(release, script) for release in ("r1", "r2")]

    assert [ended(process)[0] for process in together] == [0, 0]
    assert machines.seen("runs") == ["begin", "end", "begin", "end"]


def test_an_index_is_built_concurrently_while_four_machines_wait(machines: Machines) -> None:
    # The trap: with `pg_advisory_lock` in the place of `pg_try_advisory_lock` this test hangs. Each waiter then is in
    # one statement for as long as it waits, and CREATE INDEX CONCURRENTLY waits until the snapshots of all statements
    # are gone. PostgreSQL cannot see the deadlock, because the runner waits for the command outside of it.
    machines.sql("create table orders (id int); insert into orders select generate_series(1, 1000)")
    script = (
        "while [ ! -e go ]; do sleep 0.1; done; psql -Xq -v ON_ERROR_STOP=1 $DATABASE_URL"
        " -c 'create index concurrently by_id on orders (id)' && echo ran >> runs"
    )
    together = [machines.start("r1", script) for _ in range(5)]
    assert wait_for(lambda: machines.waiting() == 5)
    (machines.folder / "go").touch()

    assert [ended(process)[0] for process in together] == [0] * 5
    assert machines.seen("runs") == ["ran"]
    assert machines.sql("select indisvalid from pg_index where indexrelid = 'by_id'::regclass") == "t"


def test_a_failure_stops_all_machines_of_the_release_and_does_not_run_again(machines: Machines) -> None:
    script = "echo ran >> runs; sleep 2; exit 7"
    together = [machines.start("r1", script) for _ in range(3)]
    results = [ended(process) for process in together]
    results.append(machines.run("r1", script))

    assert [code for code, _ in results] == [1] * 4
    assert machines.seen("runs") == ["ran"]
    assert machines.ledger() == "r1|failed|7|t"
    for _, said in results:
        assert "release r1" in said
        assert "exit code 7" in said


def test_after_a_failure_the_message_says_what_lets_the_release_run_again(machines: Machines) -> None:
    machines.run("r1", "exit 7")
    _, said = machines.run("r1", "echo ran >> runs")
    assert "Nothing of it starts until the cause is mended" in said
    remedy = said.strip().splitlines()[-1].strip()
    assert remedy == "delete from slipway.migrations where release = 'r1';"

    machines.sql(remedy)
    assert machines.run("r1", "echo ran >> runs") == (0, "")
    assert machines.seen("runs") == ["ran"]


def test_a_new_release_runs_after_one_that_failed(machines: Machines) -> None:
    machines.run("r1", "exit 7")
    assert machines.run("r2", "true") == (0, "")
    assert machines.ledger() == "r1|failed|7|t\nr2|done|0|t"


def test_a_command_that_is_not_there_is_a_failure(machines: Machines) -> None:
    machines.run("r1", "no-such-program")
    assert machines.ledger() == "r1|failed|127|t"


def test_a_machine_that_dies_in_the_middle_takes_its_command_with_it_and_the_next_one_runs(machines: Machines) -> None:
    first = machines.start("r1", "sh -c 'echo $$ > pid; sleep 600'; echo late >> runs")
    assert wait_for(lambda: machines.seen("pid"))
    waiter = machines.start("r1", "echo ran >> runs")
    assert wait_for(lambda: machines.waiting() == 2)
    assert machines.ledger() == "r1|running||f"

    first.kill()

    assert ended(waiter) == (0, "")
    assert machines.seen("runs") == ["ran"]
    assert machines.ledger() == "r1|done|0|t"
    assert wait_for(lambda: gone(int(machines.seen("pid")[0])))


def test_a_lost_lock_kills_the_command_and_fails_because_another_machine_may_begin(machines: Machines) -> None:
    first = machines.start("r1", "sh -c 'echo $$ > pid; trap : TERM; while :; do sleep 1; done'; true")
    assert wait_for(lambda: machines.seen("pid"))

    machines.sql("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'")

    code, said = ended(first)
    assert (code, "lost the lock" in said) == (1, True), said
    assert wait_for(lambda: gone(int(machines.seen("pid")[0])))
    assert machines.run("r1", "echo ran >> runs") == (0, "")
    assert machines.seen("runs") == ["ran"]


def test_a_waiting_machine_survives_a_lost_connection(machines: Machines) -> None:
    first = machines.start("r1", "touch begun; while [ ! -e go ]; do sleep 0.1; done")
    assert wait_for((machines.folder / "begun").exists)
    waiter = machines.start("r1", "echo ran >> runs")
    assert wait_for(lambda: machines.waiting() == 2)

    # By the key of the migrations, one number. The runner's trial of its connection has a key of two.
    waiting = (
        "from pg_stat_activity where application_name = 'slipway-migrate'"
        " and pid not in (select pid from pg_locks where locktype = 'advisory' and objsubid = 1)"
    )
    broken = machines.sql(f"select pid {waiting}")
    machines.sql(f"select pg_terminate_backend(pid) {waiting}")
    assert wait_for(lambda: machines.sql(f"select pid {waiting}") not in {"", broken})
    (machines.folder / "go").touch()

    assert [ended(process) for process in (first, waiter)] == [(0, "")] * 2


def test_a_stop_reaches_the_command_and_is_no_failure(machines: Machines) -> None:
    script = "trap 'echo cleaned >> runs; exit 3' TERM; echo ready >> runs; while :; do sleep 0.1; done"
    process = machines.start("r1", script)
    assert wait_for(lambda: machines.seen("runs"))

    process.send_signal(signal.SIGTERM)

    assert ended(process)[0] == 128 + signal.SIGTERM
    assert machines.seen("runs") == ["ready", "cleaned"]
    assert machines.run("r1", "echo again >> runs") == (0, "")
    assert machines.seen("runs") == ["ready", "cleaned", "again"]


def test_the_wait_has_an_end(machines: Machines) -> None:
    machines.start("r1", "touch begun; sleep 60")
    assert wait_for((machines.folder / "begun").exists)

    assert machines.run("r1", "echo ran >> runs", wait=2) == (1, "migrate: migrations still run elsewhere after 2 s\n")
    assert machines.seen("runs") == []


def test_a_database_that_comes_late_is_waited_for(machines: Machines, node: Path) -> None:
    # A door that is shut at first stands for a database that fails over.
    port, real = free_port(), machines.server.port
    process = machines.start("r1", "true", DATABASE_URL=machines.url(port=port))
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(2)
    with forwarded(node, port, real):
        assert ended(process) == (0, "")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("127.0.0.1", "127.0.0.9"), "no database: ECONNREFUSED"),
        (("correct", "wrong"), "password authentication failed"),
        (("127.0.0.1", "no host"), "no database: "),
        (("/db_", "/no_db_"), "does not exist"),
    ],
    ids=["address", "password", "host", "database"],
)
def test_what_fails_is_said_without_the_secret(machines: Machines, change: tuple[str, str], reason: str) -> None:
    url = machines.server.url(machines.database).replace(*change)
    begun = time.monotonic()
    code, said = machines.run("r1", "echo ran >> runs", wait=2, DATABASE_URL=url)

    assert code == 1
    assert reason in said
    assert time.monotonic() - begun < 20
    for part in ("horse", "battery", "%25", "%2F"):
        assert part not in said
    assert machines.seen("runs") == []


def test_a_password_that_breaks_the_url_is_not_shown(machines: Machines) -> None:
    # Not percent-encoded, as people write it: a parser takes parts of it for host, port or database.
    for password in ("a#horse", "a/horse", "a?horse", "a@horse", "1/horse", "1#horse", "a%horse", "a@horse/b"):
        url = f"postgresql://app:{password}@127.0.0.1:{machines.server.port}/{machines.database}"
        code, said = machines.run("r1", "true", wait=1, DATABASE_URL=url)
        assert (code, "horse" in said) == (1, False), said


def test_nothing_that_is_secret_stands_in_the_ledger(machines: Machines) -> None:
    machines.run("r1", "echo $DATABASE_URL; exit 1")
    row = machines.sql("select * from slipway.migrations")
    assert row.count("|") == 5
    assert "horse" not in row


def test_a_pooler_by_session_is_as_good_as_the_direct_way(machines: Machines, pooled: Callable[..., str]) -> None:
    machines.sql("create table orders (id int); insert into orders select generate_series(1, 1000)")
    script = (
        "while [ ! -e go ]; do sleep 0.1; done; psql -Xq -v ON_ERROR_STOP=1 $DATABASE_URL"
        " -c 'create index concurrently by_id on orders (id)' && echo ran >> runs"
    )
    url = pooled("session")
    together = [machines.start("r1", script, DATABASE_URL=url) for _ in range(2)]
    assert wait_for(lambda: machines.waiting() == 2)
    (machines.folder / "go").touch()

    assert [ended(process) for process in together] == [(0, "")] * 2
    assert machines.seen("runs") == ["ran"]
    assert machines.sql("select indisvalid from pg_index where indexrelid = 'by_id'::regclass") == "t"


def test_a_machine_behind_a_pooler_by_session_waits_for_one_without(
    machines: Machines, pooled: Callable[..., str]
) -> None:
    url = pooled("session")
    first = machines.start("r1", "touch begun; while [ ! -e go ]; do sleep 0.1; done")
    assert wait_for((machines.folder / "begun").exists)
    code, said = machines.run("r1", "echo ran >> runs", wait=2, DATABASE_URL=url)
    assert (code, "still run elsewhere" in said) == (1, True), said

    (machines.folder / "go").touch()
    assert ended(first) == (0, "")
    assert machines.run("r1", "echo ran >> runs", DATABASE_URL=url) == (0, "")
    assert machines.seen("runs") == []


@pytest.mark.parametrize("mode", ["transaction", "statement"])
def test_a_pooler_that_lends_sessions_is_refused_and_the_direct_way_taken(
    machines: Machines, pooled: Callable[..., str], mode: str
) -> None:
    url = pooled(mode)
    code, said = machines.run("r1", "echo ran >> runs", DATABASE_URL=url)
    assert (code, LENT in said) == (1, True), said
    assert machines.seen("runs") == []
    assert machines.sql("select to_regclass('slipway.migrations') is null") == "t"
    assert machines.sql("select count(*) from pg_locks where locktype = 'advisory'") == "0"

    direct = machines.server.url(machines.database)
    assert machines.run("r1", "echo ran >> runs", DATABASE_URL=url, DIRECT_DATABASE_URL=direct) == (0, "")
    assert machines.seen("runs") == ["ran"]


def test_a_busy_pooler_that_lends_each_query_another_session_is_refused(
    machines: Machines, pooled: Callable[..., str]
) -> None:
    # Nobody gets the lock of another here: each query of anybody comes to the session that has rested longest.
    url = pooled("transaction", "server_round_robin = 1\n")
    command = [str(machines.server.programs / "psql"), "-Xqc", "select pg_sleep(1)", url]
    clients = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(9)]
    assert [client.wait(PATIENCE) for client in clients] == [0] * 9

    code, said = machines.run("r1", "echo ran >> runs", DATABASE_URL=url)
    assert (code, LENT in said) == (1, True), said
    assert machines.seen("runs") == []


def gone(pid: int) -> bool:
    """Whether no such process runs; one that nobody has waited for yet has ended."""
    try:
        return Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (ProcessLookupError, FileNotFoundError):
        return True


@contextlib.contextmanager
def proxy(upstream: int, hear: Callable[[bytes], object]) -> Iterator[int]:
    """The port of a proxy that hears what clients say before it passes it on."""

    class Passing(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            client: socket.socket = self.request
            with socket.create_connection(("127.0.0.1", upstream)) as server:
                while True:
                    for source in select.select([client, server], [], [])[0]:
                        data = source.recv(65536)
                        if not data:
                            return
                        if source is client:
                            hear(data)
                        (client if source is server else server).sendall(data)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Passing) as door:
        thread = threading.Thread(target=door.serve_forever)
        thread.start()
        yield int(door.server_address[1])
        door.shutdown()
        thread.join(PATIENCE)
