"""What a single server does to copy its data elsewhere, with real restic, PostgreSQL, SQLite and Redis.

Longer than 300 lines because one server with its data, which takes long to make, is looked at from every side.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from components.server.backups import SNIPPET, BackedUp, backup_files
from tests.machines.backed_up import DATABASE, PASSPHRASE, PROGRAMS, REDIS_PASSWORD, SECONDS, STACK, told
from tests.machines.ports import free_port, listens
from tests.machines.servers import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.machines.backed_up import Server

HOUR = 3600


def stand_in(server: Server, name: str, script: str) -> Path:
    """A program of that name that is found before the real one; the file that it may write."""
    folder = server.stand_ins
    program, log = folder / name, folder / f"{name}.log"
    real = f"$(PATH=${{PATH#{folder}:}} command -v {name})"
    program.write_text(f"#!/bin/sh\n{script}\n".replace("LOG", str(log)).replace("REAL", real))
    program.chmod(0o755)
    server.extra["PATH"] = f"{folder}:{server.postgres.programs}:{os.environ['PATH']}"
    return log


def test_a_run_makes_one_snapshot_with_a_manifest_and_leaves_nothing_behind(server: Server) -> None:
    (found,) = server.snapshots()
    assert found["tags"] == [STACK]
    assert found["hostname"] == STACK
    assert not (server.folder / "home" / "data").exists()
    with server.forged() as folder:
        manifest = told(folder)
        assert {file.name for file in folder.iterdir()} == {*manifest["files"], "manifest.json"}
        assert set(manifest["parts"]) == {"postgres", "sqlite", "redis"}
        assert manifest["parts"]["sqlite"]["version"] == 7
        with contextlib.closing(sqlite3.connect(folder / "sqlite.db")) as copy:
            assert copy.execute("pragma journal_mode").fetchone() == ("wal",), "it is as it was on the server"


def test_the_sums_do_not_depend_on_the_order_of_rows(server: Server) -> None:
    server.postgres.sql("update people set share = share where id < 100", DATABASE)  # rows move
    with server.forged() as folder:
        before = told(folder)["parts"]["postgres"]["contents"]
    env = {**server.environment(), "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8", "PGDATESTYLE": "German"}
    done = subprocess.run(
        [sys.executable, "-m", "backup", "contents", "postgres", DATABASE],
        capture_output=True, check=True, cwd=PROGRAMS, env=env, text=True,
    )  # fmt: skip
    assert json.loads(done.stdout) == before


def test_what_is_copied_while_others_write_is_one_moment(server: Server) -> None:
    server.postgres.sql("create table credit (n int); create table debit (n int)", DATABASE)
    with contextlib.closing(sqlite3.connect(server.sqlite)) as database:
        database.executescript("create table credit (n int); create table debit (n int)")
    ended = threading.Event()
    again = "insert into credit values (1); insert into debit values (1); commit and chain;\n"
    writer = subprocess.Popen(
        [server.postgres.programs / "psql", "-Xq", server.postgres.url(DATABASE)], stdin=subprocess.PIPE, text=True
    )

    def write() -> None:
        assert writer.stdin
        with contextlib.closing(sqlite3.connect(server.sqlite, timeout=30)) as database:
            writer.stdin.write("begin;\n")
            while not ended.is_set():
                writer.stdin.write(again)
                writer.stdin.flush()
                with database:
                    database.execute("insert into credit values (1)")
                    database.execute("insert into debit values (1)")

    thread = threading.Thread(target=write)
    thread.start()
    try:
        time.sleep(0.5)
        done = server.back_up()
        time.sleep(0.5)
    finally:
        ended.set()
        thread.join()
        writer.communicate(timeout=SECONDS)
        total = int(server.postgres.sql("select count(*) from credit", DATABASE))
        server.postgres.sql("drop table credit; drop table debit", DATABASE)
    assert done.returncode == 0, done.stderr
    with server.forged() as folder:
        parts = told(folder)["parts"]
        for kind, prefix in (("postgres", "table public."), ("sqlite", "table ")):
            credit, debit = (parts[kind]["contents"][f"{prefix}{name}"] for name in ("credit", "debit"))
            assert credit == debit, kind
            assert credit["count"] > 0, kind
        assert parts["postgres"]["contents"]["table public.credit"]["count"] < total, "others wrote on meanwhile"
        dumped = subprocess.run(
            [server.postgres.programs / "pg_restore", "--data-only", "--table=credit", "--file=-", "postgres.dump"],
            capture_output=True, check=True, cwd=folder, text=True,
        ).stdout  # fmt: skip
        rows = [line for line in dumped.splitlines() if line == "1"]
        assert len(rows) == parts["postgres"]["contents"]["table public.credit"]["count"], (
            "the dump's moment is another"
        )


def test_a_part_that_fails_is_named_with_the_others_and_nothing_is_sent(server: Server) -> None:
    (server.folder / "wrong").write_text("wrong")
    server.tell(
        postgres={"database": "gone", "user": "postgres"},
        sqlite="/nonexistent/data.db",
        redis={"port": server.redis.port, "password": str(server.folder / "wrong")},
    )
    done = server.back_up()
    assert done.returncode == 1
    assert "postgres: psql: psql: error: connection to server" in done.stderr
    assert 'database "gone" does not exist' in done.stderr
    assert "sqlite: /nonexistent/data.db: there is no such file" in done.stderr
    assert "redis: redis-cli" in done.stderr
    assert len(server.snapshots()) == 1
    assert not (server.folder / "home" / "data").exists()


def test_a_dump_that_breaks_off_fails_the_run(server: Server) -> None:
    stand_in(server, "pg_dump", "REAL \"$@\" | head -c 2000; echo 'pg_dump: the disk is full' >&2; exit 1")
    done = server.back_up()
    assert done.returncode == 1
    assert "postgres: pg_dump --format=custom: exit code 1: pg_dump: the disk is full" in done.stderr
    assert len(server.snapshots()) == 1


def test_a_database_that_would_fill_the_disk_is_not_dumped(server: Server) -> None:
    code = (
        "import os, runpy, sys; real = os.statvfs\n"
        "def full(path): return os.statvfs_result([*real(path)[:4], 1000, *real(path)[5:]])\n"
        "os.statvfs = full; sys.argv = ['backup', 'run', sys.argv[1]]\n"
        "runpy.run_module('backup', run_name='__main__', alter_sys=True)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, server.facts],
        capture_output=True, check=False, cwd=PROGRAMS, env=server.environment(), text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert "MiB are wanted, 256 MiB stay free" in done.stderr


def test_nobody_sees_what_opens_the_bucket_but_restic_and_it_in_its_environment(server: Server) -> None:
    seen = stand_in(server, "restic", 'echo "$@" >>LOG; exec REAL "$@"')
    others = [stand_in(server, name, 'env >>LOG; exec REAL "$@"') for name in ("pg_dump", "psql", "redis-cli")]
    done = server.back_up()
    assert done.returncode == 0, done.stderr
    for text in (done.stdout, done.stderr, seen.read_text(), *(log.read_text() for log in others)):
        assert PASSPHRASE not in text
        assert "not-used-and-never-shown" not in text
    assert REDIS_PASSWORD not in done.stderr + seen.read_text()
    assert all(log.read_text() for log in others)


def test_what_restic_says_of_a_secret_is_not_repeated(server: Server) -> None:
    stand_in(server, "restic", 'echo "Fatal: $RESTIC_PASSWORD $AWS_SECRET_ACCESS_KEY is no good" >&2; exit 1')
    done = server.back_up()
    assert "restic cat: exit code 1: Fatal: *** *** is no good" in done.stderr


@pytest.mark.parametrize("name", ["RESTIC_REPOSITORY", "RESTIC_PASSWORD"])
def test_what_is_missing_in_the_environment_is_named(server: Server, name: str) -> None:
    server.extra[name] = ""
    done = server.back_up()
    assert done.returncode == 1
    assert f"restic: {name} not in the environment" in done.stderr


def test_a_wrong_passphrase_fails_and_makes_no_repository_anew(server: Server) -> None:
    server.extra["RESTIC_PASSWORD"] = "another"  # noqa: S105 - it opens nothing
    done = server.back_up()
    assert done.returncode == 1
    assert "wrong password or no key found" in done.stderr
    server.extra.clear()
    assert len(server.snapshots()) == 1


def test_a_second_run_at_the_same_time_does_nothing(server: Server) -> None:
    with (server.folder / "home" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = server.back_up()
    assert done.returncode == 1
    assert "another backup runs; this one did nothing" in done.stderr
    assert len(server.snapshots()) == 1


def test_the_lock_of_a_run_that_was_killed_is_removed(server: Server) -> None:
    killed = subprocess.Popen(
        [shutil.which("restic") or "", "--no-cache", "backup", "--stdin"],
        env=server.environment(), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    assert wait_for(lambda: any("tmp" not in file.name for file in (server.repository / "locks").iterdir()))
    killed.kill()
    killed.communicate()
    done = server.back_up()
    assert done.returncode == 0, done.stderr
    assert not [*(server.repository / "locks").iterdir()]


def test_a_run_that_is_stopped_removes_its_copies(server: Server) -> None:
    began = stand_in(server, "pg_dump", "echo begun >LOG; exec sleep 60")
    command = [sys.executable, "-m", "backup", "run", str(server.facts)]
    run = subprocess.Popen(command, cwd=PROGRAMS, env=server.environment(), stderr=subprocess.PIPE, text=True)
    assert wait_for(began.exists)
    run.send_signal(signal.SIGTERM)
    said = run.communicate(timeout=SECONDS)[1]
    assert run.returncode == 1
    assert "stopped by SIGTERM" in said
    assert not (server.folder / "home" / "data").exists()
    assert len(server.snapshots()) == 1


def test_old_copies_are_removed_but_for_the_last_of_each_week(server: Server) -> None:
    now = datetime.now(UTC)
    days = [now - timedelta(days=days) for days in range(1, 25)]
    for day in days:
        server.restic(
            "backup", "--host", STACK, "--tag", STACK, "--time", day.strftime("%Y-%m-%d %H:%M:%S"), str(server.facts)
        )
    server.tell(days=3)
    done = server.back_up()
    assert done.returncode == 0, done.stderr
    weekly = {day.isocalendar()[:2]: day for day in sorted([*days, now])}.values()
    expected = {day.date() for day in [now, *days[:2], *weekly]}
    found = [datetime.fromisoformat(each["time"][:19]).date() for each in server.snapshots()]
    assert set(found) == expected
    assert len(found) == len(expected), "of today only the newest is kept"


def damage(server: Server) -> None:
    """Flip bytes of every pack of data."""
    for pack in (server.repository / "data").rglob("*"):
        if pack.is_file():
            held = bytearray(pack.read_bytes())
            held[len(held) // 2] ^= 0xFF
            pack.chmod(0o600)
            pack.write_bytes(held)


def test_once_a_week_a_part_of_the_data_is_read_and_what_is_broken_fails_the_run(server: Server) -> None:
    asked = stand_in(server, "restic", 'echo "$@" >>LOG; exec REAL "$@"')
    assert server.back_up().returncode == 0
    assert "check" not in asked.read_text().split(), "it was checked by the run before"
    state = server.folder / "home" / "state.json"
    state.write_text(json.dumps({"good": 1.0, "checked": time.time() - 8 * 24 * HOUR}))
    stand_in(
        server, "restic", 'echo "$@" >>LOG; [ "$1" != check ] || set -- check --read-data-subset=1/1; exec REAL "$@"'
    )
    damage(server)
    done = server.back_up()
    assert done.returncode == 1
    assert "slipway: restic check" in done.stderr
    assert json.loads(state.read_text())["good"] == 1.0, "a run whose check fails is no good one"
    assert "check --read-data-subset=" in asked.read_text()


def aged(server: Server, hours: float | None) -> tuple[subprocess.CompletedProcess[str], Path]:
    """Ask how old the last good backup is, when it is so old."""
    state: dict[str, Any] = {} if hours is None else {"good": time.time() - hours * HOUR}
    (server.folder / "home" / "state.json").write_text(json.dumps(state))
    return server.program("age", str(server.facts)), server.folder / "well" / "backup"


def test_while_the_last_good_backup_is_young_there_is_a_file_that_everybody_may_read(server: Server) -> None:
    started = stand_in(server, "systemctl", 'echo "$@" >LOG')
    done, well = aged(server, 25.9)
    assert done.returncode == 0
    assert well.stat().st_mode & 0o777 == 0o644
    assert well.parent.stat().st_mode & 0o005 == 0o005
    assert not started.exists()


@pytest.mark.parametrize(("hours", "last"), [(26.1, "20"), (None, "there is none yet"), (-30, "20")])
def test_when_one_was_missed_the_file_goes_and_it_is_tried_again(
    server: Server, hours: float | None, last: str
) -> None:
    started = stand_in(server, "systemctl", 'echo "$@" >LOG')
    server.extra["JOURNAL_STREAM"] = "1:1"
    aged(server, 1)
    done, well = aged(server, hours)
    assert not well.exists()
    assert done.stderr.startswith(f"<3>slipway: no good backup of {STACK} in 26 hours; the last one: {last}")
    assert started.read_text() == "start --no-block slipway-backup.service\n"


def test_nginx_answers_200_while_the_file_is_there_and_503_without_it(
    tmp_path: Path, require_program: Callable[[str], Path]
) -> None:
    nginx, port = require_program("nginx"), free_port()
    snippet = backup_files(BackedUp(STACK, "03:30", 14, None, None, redis=True)).programs[SNIPPET]
    (tmp_path / "backup.conf").write_text(snippet.replace("/var/lib/slipway/well", str(tmp_path / "well")))
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{}} http {{\n"
        f"access_log off; client_body_temp_path {tmp_path}/body; server {{ listen 127.0.0.1:{port};"
        f" include {tmp_path}/backup.conf; }} }}\n"
    )
    running = subprocess.Popen([nginx, "-p", tmp_path, "-c", tmp_path / "nginx.conf"], stderr=subprocess.PIPE)
    try:
        assert wait_for(lambda: listens(port))

        def asked(path: str) -> str:
            command = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", f"http://127.0.0.1:{port}{path}"]
            return subprocess.run(command, capture_output=True, check=True, text=True).stdout

        assert asked("/.well-known/slipway/backup") == "503"
        (tmp_path / "well").mkdir()
        (tmp_path / "well" / "backup").write_text("young\n")
        assert asked("/.well-known/slipway/backup") == "200"
        assert asked("/.well-known/slipway/other") == "404"
    finally:
        running.terminate()
        running.communicate(timeout=SECONDS)
