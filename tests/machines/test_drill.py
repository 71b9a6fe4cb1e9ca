"""A drill finds what a backup lacks: each fault is made in a real repository and must be named."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sqlite3
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from slipway.cli import app
from slipway.drill import programs
from slipway.drill.command import Wanted, drill
from slipway.drill.repository import Repository
from slipway.errors import ProgramError, UsageError
from tests.conftest import ROOT
from tests.machines.backed_up import DATABASE, PASSPHRASE, REDIS_PASSWORD, STACK, told

if TYPE_CHECKING:
    from pathlib import Path

    from slipway.drill.outcome import Outcome
    from tests.machines.backed_up import Server

EVERYTHING = ("postgres", "sqlite", "redis")


@pytest.fixture(autouse=True)
def passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the drill reads; and a database that it must not ask."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RESTIC_PASSWORD", PASSPHRASE)
    monkeypatch.setenv("PGHOST", "/nonexistent")


def tried(server: Server, *kept: str, snapshot: str | None = None) -> Outcome:
    """The drill."""
    return drill(Wanted(Repository(str(server.repository), STACK), snapshot, kept))


def only(folder: Path, *parts: str) -> dict[str, Any]:  # Any: JSON
    """The manifest with these parts alone, so that a test waits for no other."""
    manifest = told(folder)
    manifest["parts"] = {kind: part for kind, part in manifest["parts"].items() if kind in parts}
    manifest["files"] = {}  # as if the server had sent other bytes itself: only what is in them can tell
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return manifest


def test_a_good_backup_comes_back_equal_and_says_how_old_it_is_and_how_long_it_took(kept: Server) -> None:
    outcome = tried(kept, *EVERYTHING)
    assert outcome.faults == []
    found = {(line.part, line.name): line.found for line in outcome.lines}
    assert found["postgres", "table public.people"] == 500
    assert found["sqlite", "table notes"] == 2000
    assert found["redis", "keys"] == 200
    assert 0 < outcome.point < 3600
    assert set(outcome.steps) == {"restore", *EVERYTHING}
    assert outcome.time >= sum(outcome.steps.values())


def test_what_is_missing_or_other_in_postgresql_is_named(server: Server) -> None:
    other = f"{DATABASE}_other"
    changes = (
        'drop table "odd "" name"',
        "update people set name = 'Person 7' where id = 7",
        "delete from sales.orders where person <= 10",
        "drop index by_name",
        "drop view glad",
        "select lo_unlink(4711)",
        "create table more (n int)",
    )
    server.postgres.sql(f"create database {other} template {DATABASE}")
    try:
        for change in changes:
            server.postgres.sql(change, other)
        with server.forged() as folder:
            only(folder, "postgres")
            command = [str(server.postgres.programs / "pg_dump"), "-Fc", "-f", str(folder / "postgres.dump"), other]
            subprocess.run(command, check=True, env=server.environment())
    finally:
        server.postgres.sql(f"drop database {other}")
    faults = {fault.partition(": ")[2] for fault in tried(server, "postgres").faults}
    assert 'table public.odd " name: the server had it, and it did not come back' in faults
    assert "table public.people: as many came back, with other content" in faults
    assert any(re.fullmatch(r"table sales\.orders_0: \d+ came back of 146", fault) for fault in faults)
    assert "indexes: 4 came back of 5" in faults
    assert "views: the server had it, and it did not come back" in faults
    assert "large objects: 0 came back of 1" in faults
    assert "table public.more: it came back, and the server did not have it" in faults


def test_a_truncated_dump_is_named_and_the_rest_is_compared(server: Server) -> None:
    with server.forged() as folder:
        os.truncate(folder / "postgres.dump", 60_000)
    outcome = tried(server)
    assert any(re.fullmatch(r"postgres\.dump: 60000 bytes came back of \d+", fault) for fault in outcome.faults)
    assert any(fault.startswith("postgres: pg_restore: ") for fault in outcome.faults)
    assert {line.verdict for line in outcome.lines if line.part in ("sqlite", "redis")} == {"same"}


@pytest.mark.parametrize("size", [40_000, 1000, 0])
def test_a_truncated_sqlite_file_is_named(server: Server, size: int) -> None:
    with server.forged() as folder:
        only(folder, "sqlite")
        os.truncate(folder / "sqlite.db", size)
    faults = tried(server).faults
    assert faults
    assert all(fault.startswith("sqlite: ") for fault in faults)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("update notes set text = 'A' where id = 1", "sqlite: table notes: as many came back, with other content"),
        (
            "update notes set text = cast('a' as blob) where id = 1",
            "sqlite: table notes: as many came back, with other content",
        ),
        ("delete from notes where id <= 3", "sqlite: table notes: 1997 came back of 2000"),
        ("drop index i", "sqlite: schema: 1 came back of 2"),
        ("drop table notes", "sqlite: table notes: the server had it, and it did not come back"),
    ],
)
def test_what_is_missing_or_other_in_sqlite_is_named(server: Server, change: str, fault: str) -> None:
    with server.forged() as folder:
        only(folder, "sqlite")
        with contextlib.closing(sqlite3.connect(folder / "sqlite.db")) as database:
            database.execute(change)
            database.commit()
    assert fault in tried(server).faults


def test_keys_that_redis_lost_are_named(server: Server) -> None:
    env = {**os.environ, "REDISCLI_AUTH": REDIS_PASSWORD}
    asked = ["redis-cli", "-p", str(server.redis.port)]
    with server.forged() as folder:
        only(folder, "redis")
        subprocess.run([*asked, "del", "key:1", "key:2"], check=True, env=env, capture_output=True)
        subprocess.run([*asked, "--rdb", folder / "redis.rdb"], check=True, env=env, capture_output=True)
        subprocess.run([*asked, "mset", "key:1", "1", "key:2", "2"], check=True, env=env, capture_output=True)
    assert tried(server).faults == ["redis: keys: 198 came back of 200"]


def test_a_truncated_dump_of_redis_is_named(server: Server) -> None:
    with server.forged() as folder:
        only(folder, "redis")
        os.truncate(folder / "redis.rdb", 500)
    (fault,) = tried(server).faults
    assert fault.startswith("redis: redis-check-rdb ")


def test_a_pack_with_flipped_bytes_is_named(server: Server) -> None:
    pack = max(
        (file for file in (server.repository / "data").rglob("*") if file.is_file()), key=lambda x: x.stat().st_size
    )
    held = bytearray(pack.read_bytes())
    for place in range(100, len(held) - 100, 500):
        held[place] ^= 0xFF
    pack.chmod(0o600)
    pack.write_bytes(held)
    try:
        faults = tried(server).faults
    except ProgramError as error:
        faults = [str(error)]
    assert any("ciphertext verification failed" in fault for fault in faults), faults


def test_a_part_that_the_server_keeps_and_the_backup_lacks_is_named(server: Server) -> None:
    with server.forged() as folder:
        only(folder, "redis")
    assert tried(server, "redis", "sqlite").faults == ["sqlite: the server keeps it, and the backup has none"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "manifest.json: it cannot be read out of the snapshot"),
        ("{", "manifest.json: it is not what a server writes"),
        ('{"parts": {"redis": {}}, "files": {}}', "manifest.json: it is not what a server writes"),
        ('{"parts": {}, "files": {}}', "there is no data in it"),
    ],
)
def test_a_snapshot_whose_manifest_is_missing_or_broken_is_named(
    server: Server, content: str | None, said: str
) -> None:
    with server.forged() as folder:
        (folder / "manifest.json").unlink()
        if content is not None:
            (folder / "manifest.json").write_text(content)
    with pytest.raises(ProgramError, match=said):
        tried(server)


def test_a_wrong_passphrase_is_said(kept: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESTIC_PASSWORD", "another")
    with pytest.raises(ProgramError, match="RESTIC_PASSWORD does not open it: it was made with another passphrase"):
        tried(kept)


def test_no_repository_and_one_without_a_backup_are_told_apart(server: Server, tmp_path: Path) -> None:
    for place, said in (("nowhere", "no backup was made yet"), ("empty", "it has no snapshot of shop-vps")):
        server.repository = tmp_path / place
        if place == "empty":
            server.restic("init")
        with pytest.raises(ProgramError, match=said):
            tried(server)


def test_an_old_newest_backup_is_a_fault_and_one_that_was_asked_for_is_none(server: Server) -> None:
    with server.forged() as folder:
        manifest = only(folder, "redis")
        manifest["parts"]["redis"]["taken"] = "2026-01-01T03:30:00Z"
        (folder / "manifest.json").write_text(json.dumps(manifest))
    outcome = tried(server)
    assert outcome.point > 26 * 3600
    assert [re.sub(r"\d+", "N", fault) for fault in outcome.faults] == [
        "the newest backup is N hours old: backups were missed"
    ]
    newest = max(server.snapshots(), key=lambda each: str(each["time"]))
    assert tried(server, snapshot=newest["id"][:10]).faults == []


def test_a_snapshot_that_is_not_there_is_refused_with_those_that_are(kept: Server) -> None:
    (there,) = kept.snapshots()
    with pytest.raises(UsageError, match=f"--snapshot feed: it names 0 snapshots; the newest are {there['id'][:8]}"):
        tried(kept, snapshot="feed")


def test_credentials_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RESTIC_PASSWORD")
    repository = Repository("s3:https://s3.example.com/backups/shop", STACK)
    with pytest.raises(UsageError, match="RESTIC_PASSWORD, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: not in the"):
        repository.check()
    for name in ("RESTIC_PASSWORD", "AWS_ACCESS_KEY_ID"):
        monkeypatch.setenv(name, "x")
    with pytest.raises(UsageError, match=r"^AWS_SECRET_ACCESS_KEY: not in the environment"):
        repository.check()


def test_a_program_that_is_missing_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ProgramError, match=r"the program restic is not on this machine; install it \(Debian's package"):
        programs.restic()
    with pytest.raises(ProgramError, match="redis-server"):
        programs.check_programs("redis")


def test_what_the_drill_starts_is_told_no_secret_and_no_way_to_a_live_database() -> None:
    names = set(programs.clean_environment({}))
    assert not {name for name in names if name.startswith(("RESTIC", "AWS", "PG", "REDIS"))}


def test_the_command_prints_the_table_and_json_and_ends_with_what_it_found(server: Server) -> None:
    stack = "drops-launch"  # which keeps Redis
    command = ["drill", stack, "--project", str(ROOT), "--repository", str(server.repository)]
    for count, ends in ((200, 0), (201, 1)):
        with server.forged() as folder:
            manifest = only(folder, "redis")
            manifest["parts"]["redis"]["contents"]["keys"]["count"] = count
            (folder / "manifest.json").write_text(json.dumps(manifest))
            server.restic("backup", "--host", stack, "--tag", stack, ".", cwd=folder)
        told_people = CliRunner().invoke(app, command)
        assert told_people.exit_code == ends, told_people.output
        assert "recovery point" in told_people.output
        assert "recovery time" in told_people.output
        assert ("differs  redis: keys: 200 came back of 201" in told_people.output) is bool(ends)
        told_programs = CliRunner().invoke(app, [*command, "--json"])
        assert told_programs.exit_code == ends
        document = json.loads(told_programs.stdout)
        assert document["equal"] is (not ends)
        assert document["contents"][0]["expected"] == count
        assert document["recovery_point_seconds"] >= 0
