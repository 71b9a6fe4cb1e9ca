"""The continuous copy of a SQLite file, by real litestream to an S3 server on loopback."""

from __future__ import annotations

import json
import shutil
import urllib.request
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from components.server.programs.health.copying import LATE, place
from components.server.programs.health.copying import copying as looked
from components.server.programs.health.restarts import Seen
from slipway.drill.continuous import try_copy
from slipway.drill.outcome import Outcome
from slipway.drill.programs import Broken, contents
from slipway.errors import ProgramError, UsageError
from tests.machines.copied import IDENTITY, OTHER, Copying
from tests.machines.ports import free_port
from tests.machines.servers import wait_for

if TYPE_CHECKING:
    from pathlib import Path


def tried(copying: Copying, folder: Path, daily: dict[str, Any] | None = None) -> Outcome:
    """A drill of the continuous copy alone."""
    outcome = Outcome("shop-vps", "", "", "", 0)
    try_copy(copying.copy, daily, folder, outcome)
    return outcome


def restored(copying: Copying, folder: Path) -> list[tuple[int, str]]:
    """The rows that come back."""
    folder.mkdir(exist_ok=True)
    return copying.rows(copying.copy.restore(folder)[0])


def damaged(copying: Copying, key: str, kept: int | None = None) -> None:
    """Flip a byte in the middle of an object, or cut it off."""
    held = bytearray(copying.s3.get_object(Bucket=copying.bucket, Key=key)["Body"].read())
    held[len(held) // 2] ^= 0xFF if kept is None else 0
    copying.s3.put_object(Bucket=copying.bucket, Key=key, Body=bytes(held[: len(held) if kept is None else kept]))


def test_a_thousand_rows_outlive_the_death_of_application_and_copier_and_the_next_server_goes_on(
    copying: Copying, tmp_path: Path
) -> None:
    copying.start()
    blue, green = copying.write(0, 500), copying.write(500, 500)
    assert [each.stdout and each.stdout.readline() for each in (blue, green)] == ["written\n", "written\n"]
    assert copying.caught_up()
    copying.end()  # by SIGKILL, with the file open in all three
    first = restored(copying, tmp_path / "first")
    assert first == [(n, f"a private note {n}") for n in range(1000)]
    for key in copying.objects():
        held = copying.s3.get_object(Bucket=copying.bucket, Key=key)["Body"].read()
        assert held.startswith(b"age-encryption.org/v1\n"), key
        assert b"a private note" not in held

    copying.start()
    copying.write(1000, 100)
    copying.wait(1100)
    assert copying.caught_up()
    copying.end()
    assert len(restored(copying, tmp_path / "second")) == 1100

    before = copying.generations()
    shutil.rmtree(copying.file.parent / ".live.db-litestream")  # as on a server that got the file alone
    copying.start()
    copying.write(1100, 100)
    copying.wait(1200)
    assert copying.caught_up()
    copying.end()
    assert before < copying.generations(), "another generation"
    assert len(restored(copying, tmp_path / "third")) == 1200


@pytest.mark.parametrize("kept", [None, 1000, 100, 0], ids=["corrupted", "truncated", "of its head alone", "empty"])
@pytest.mark.parametrize("part", ["/wal/", "/snapshots/"])
def test_a_drill_finds_a_segment_that_is_not_as_it_was(
    written: Copying, tmp_path: Path, part: str, kept: int | None
) -> None:
    damaged(written, written.objects(part)[-1], kept)
    with pytest.raises(Broken):
        tried(written, tmp_path)


def test_a_drill_finds_that_a_segment_in_the_middle_of_a_log_is_gone(written: Copying, tmp_path: Path) -> None:
    segments = written.objects("/wal/")
    key = next(each for each, after in pairwise(segments) if each.rpartition("/")[0] == after.rpartition("/")[0])
    written.s3.delete_object(Bucket=written.bucket, Key=key)
    with pytest.raises(Broken):
        tried(written, tmp_path)


def test_a_drill_says_when_the_newest_change_was_copied_and_what_is_in_it(written: Copying, tmp_path: Path) -> None:
    daily = {"taken": "2026-01-01T00:00:00Z", "contents": {"table notes": {"count": 7, "sum": "0"}}}
    outcome = tried(written, tmp_path, daily)
    assert outcome.faults == []
    assert [(line.name, line.expected, line.found) for line in outcome.lines] == [("table notes", 7, 600)]
    assert outcome.copied
    assert 0 <= outcome.copied.point < 3600


def test_a_table_of_the_daily_copy_that_the_newer_one_lacks_differs(written: Copying, tmp_path: Path) -> None:
    daily = {"taken": "2026-01-01T00:00:00Z", "contents": {"table people": {"count": 7, "sum": "0"}}}
    assert tried(written, tmp_path, daily).faults == [
        "litestream: table people: the daily copy has it, and the newer one does not"
    ]


@pytest.mark.parametrize("lost", ["nothing", "its end"])
def test_a_copy_that_is_older_than_the_daily_one_must_be_the_same(written: Copying, tmp_path: Path, lost: str) -> None:
    if lost == "its end":
        for key in written.objects("/wal/")[-2:]:
            written.s3.delete_object(Bucket=written.bucket, Key=key)
    later = (datetime.now(UTC) + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    told = json.loads(contents("sqlite", _whole(written, tmp_path)))
    faults = tried(written, tmp_path, {"taken": later, "contents": told}).faults
    assert bool(faults) == (lost == "its end")
    assert all(fault.startswith("litestream: table notes: ") for fault in faults)


def _whole(copying: Copying, folder: Path) -> Path:
    """A copy of the live file with its log in it, as the daily copy is."""
    whole = folder / "whole.db"
    for end in ("", "-wal"):
        shutil.copy(f"{copying.file}{end}", f"{whole}{end}")
    copying.rows(whole)  # whoever closes it last puts the log into the file
    return whole


def test_another_identity_opens_nothing_and_is_not_said(
    written: Copying, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGE_IDENTITY", OTHER)
    with pytest.raises(Broken) as caught:
        tried(written, tmp_path)
    assert OTHER not in str(caught.value)
    assert IDENTITY not in str(caught.value)


def test_an_empty_bucket_is_named(copying: Copying, tmp_path: Path) -> None:
    with pytest.raises(Broken, match=r"there is no copy in http://127\.0\.0\.1:\d+/copies-\d+/shop\.sqlite"):
        tried(copying, tmp_path)


def test_what_a_drill_needs_is_named_before_it_begins(copying: Copying, monkeypatch: pytest.MonkeyPatch) -> None:
    copying.copy.check()
    monkeypatch.delenv("AGE_IDENTITY")
    with pytest.raises(UsageError, match=r"^AGE_IDENTITY: not in the environment"):
        copying.copy.check()
    monkeypatch.setenv("AGE_IDENTITY", IDENTITY)
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(ProgramError, match=r"litestream is not on this machine; install it \(version 0\.3\.13"):
        copying.copy.check()


def test_a_litestream_that_cannot_decrypt_is_refused(copying: Copying, tmp_path: Path) -> None:
    program = tmp_path / "bin" / "litestream"
    program.unlink()
    program.write_text("#!/bin/sh\necho v0.5.1\n")
    program.chmod(0o755)
    with pytest.raises(ProgramError, match=r"is v0\.5\.1, which cannot decrypt; put 0\.3\.13 on PATH"):
        copying.copy.check()


def test_the_server_is_well_while_the_copy_keeps_up_and_after_a_start_with_nothing_to_do(
    copying: Copying, tmp_path: Path
) -> None:
    seen = Seen(tmp_path / "seen.json")
    copying.start()
    for first in (0, 50, 100):
        copying.write(first, 50)
        copying.wait(first + 50)
        assert copying.caught_up()
        assert (list(looked(seen, copying.address, copying.file)), seen.copier["late"]) == ([], 0)
    copying.end()
    copying.start()
    assert wait_for(lambda: not list(looked(seen, copying.address, copying.file)) and seen.copier["late"] == 0)
    assert wait_for(lambda: b"operation_total" in _metrics(copying))
    for _ in range(LATE + 1):
        assert list(looked(seen, copying.address, copying.file)) == []
    assert seen.copier["late"] == 0


def test_a_bucket_out_of_reach_and_a_dead_copier_are_told_after_five_looks(copying: Copying, tmp_path: Path) -> None:
    seen = Seen(tmp_path / "seen.json")
    copying.start(endpoint=f"http://127.0.0.1:{free_port()}")
    copying.write(0, 50)
    assert wait_for(
        lambda: b"litestream_" in _metrics(copying) and place(copying.address, copying.file).written > (0, 0)
    )
    for _ in range(LATE - 1):
        assert list(looked(seen, copying.address, copying.file)) == []
    (fault,) = looked(seen, copying.address, copying.file)
    assert fault.word == "copying"
    assert fault.reason.startswith("litestream does not reach the bucket; for 5 minutes. journalctl")
    copying.end()
    (fault,) = looked(seen, copying.address, copying.file)
    assert fault.reason.startswith("litestream does not say how far it is: ")


def _metrics(copying: Copying) -> bytes:
    """What litestream says of itself; nothing while it does not answer."""
    try:
        with urllib.request.urlopen(copying.address, timeout=5) as answer:  # noqa: S310 - of this machine
            return bytes(answer.read())
    except OSError:
        return b""
