"""What a copy leaves in the bucket, with everything that happens to long copies: against an S3 server of moto's.

Longer than 300 lines because all that can go wrong with one copy stands in one place.
"""

from __future__ import annotations

import hashlib
import os
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from slipway.errors import ProgramError, UsageError
from slipway.uploads import bucket as bucket_module
from slipway.uploads import copying
from slipway.uploads.command import Order, copy
from slipway.uploads.place import Place

if TYPE_CHECKING:
    from pathlib import Path

    from slipway.uploads.outcome import Outcome
    from tests.uploads.conftest import Bucket, Gate

PART = 1 << 16  # bytes; less than S3's least, so that files of tests are small
CONTENT = {"a b.png": b"picture", "users/7/ä+&#?%.jpg": b"face", "users/\x01": b"!", "empty": b""}


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "PART", PART)
    monkeypatch.setattr("slipway.uploads.command.PART", PART)
    monkeypatch.setattr(bucket_module, "_TRIES", 3)
    # Between its tries the client waits for seconds.
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda _seconds: None, time=time.time))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "uploads"
    for name, content in CONTENT.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def copied(bucket: Bucket, folder: Path, **how: Any) -> Outcome:
    order = Order(stack="shop", place=Place(bucket.name, "us-east-1"), folder=folder, **{"parallel": 4, **how})
    return copy(order, lambda _done, _of: None)


def large(folder: Path, parts: int = 3) -> bytes:
    content = b"".join(bytes([number]) * PART for number in range(parts - 1)) + b"end"
    (folder / "film.mp4").write_bytes(content)
    return content


def test_the_bucket_has_every_file_with_its_sum_and_type(bucket: Bucket, folder: Path) -> None:
    outcome = copied(bucket, folder, prefix="pictures/", cache_control="max-age=3600")
    assert outcome.complete
    assert bucket.objects() == {f"pictures/{name}": content for name, content in CONTENT.items()}
    told = bucket.read("pictures/a b.png")
    assert told["ContentType"] == "image/png"
    assert told["CacheControl"] == "max-age=3600"
    assert told["Metadata"] == {"slipway-sha256": hashlib.sha256(b"picture").hexdigest()}
    assert (outcome.files, outcome.copied, outcome.checked, outcome.bytes) == (4, 4, 4, 12)


def test_a_second_copy_writes_nothing(bucket: Bucket, gate: Gate, folder: Path) -> None:
    large(folder)
    copied(bucket, folder)
    gate.asked.clear()
    outcome = copied(bucket, folder)
    assert outcome.complete
    assert (outcome.copied, outcome.same, outcome.checked) == (0, 5, 5)
    assert gate.count("PUT") == gate.count("POST") == gate.count("DELETE") == 0


def test_only_what_changed_is_copied_again(bucket: Bucket, gate: Gate, folder: Path) -> None:
    copied(bucket, folder)
    (folder / "a b.png").write_bytes(b"PICTURE")  # of the same size
    gate.asked.clear()
    outcome = copied(bucket, folder)
    assert (outcome.copied, outcome.same, gate.count("PUT")) == (1, 3, 1)
    assert bucket.objects()["a b.png"] == b"PICTURE"


def test_another_cache_control_is_told_of_what_is_there_too(bucket: Bucket, folder: Path) -> None:
    copied(bucket, folder)
    assert copied(bucket, folder, cache_control="no-store").copied == 4
    assert bucket.read("empty")["CacheControl"] == "no-store"


def test_a_dry_run_writes_nothing_and_counts_the_same(bucket: Bucket, gate: Gate, folder: Path) -> None:
    large(folder)
    outcome = copied(bucket, folder, dry_run=True)
    assert (outcome.copied, outcome.checked) == (5, 0)
    assert {method for method, _ in gate.asked} == {"GET"}
    assert copied(bucket, folder).copied == 5
    assert copied(bucket, folder, dry_run=True).same == 5


def test_a_large_file_comes_in_parts_and_is_whole(bucket: Bucket, gate: Gate, folder: Path) -> None:
    content = large(folder)
    assert copied(bucket, folder, read_back=True).complete
    assert bucket.objects()["film.mp4"] == content
    assert bucket.read("film.mp4")["Metadata"] == {"slipway-sha256": hashlib.sha256(content).hexdigest()}
    assert sum("partNumber" in path for _, path in gate.asked) == 3


def test_a_file_of_more_than_ten_thousand_parts_has_larger_parts(
    bucket: Bucket, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "_PARTS", 2)
    content = large(folder, 4)
    assert copied(bucket, folder, read_back=True).complete
    assert bucket.objects()["film.mp4"] == content


# -- what others wrote


def test_what_somebody_else_wrote_under_the_same_key_stays_and_is_told(bucket: Bucket, folder: Path) -> None:
    bucket.put("a b.png", b"another")
    bucket.put("empty", b"")
    outcome = copied(bucket, folder)
    assert list(outcome.faults) == ["a b.png"]
    assert "--replace" in outcome.faults["a b.png"]
    assert outcome.same == 1  # the same bytes are no conflict, whoever wrote them
    assert bucket.objects()["a b.png"] == b"another"
    assert copied(bucket, folder, replace=True).complete
    assert bucket.objects()["a b.png"] == b"picture"


@pytest.mark.parametrize("size", ["small", "large"])
def test_what_the_application_writes_while_the_copy_runs_is_not_overwritten(
    bucket: Bucket, gate: Gate, folder: Path, size: str
) -> None:
    large(folder)
    key = "film.mp4" if size == "large" else "a b.png"

    def write(method: str, path: str) -> None:
        if (method == "PUT" and "a%20b" in path and size == "small") or ("partNumber=3" in path and size == "large"):
            gate.before = lambda _method, _path: None
            bucket.put(key, b"newer")

    gate.before = write
    outcome = copied(bucket, folder)
    assert list(outcome.faults) == [key]
    assert bucket.objects()[key] == b"newer"
    assert bucket.begun() == []


def test_a_copy_that_the_application_replaced_is_not_taken_back(bucket: Bucket, folder: Path) -> None:
    copied(bucket, folder)
    bucket.put("a b.png", b"PICTURE")
    assert list(copied(bucket, folder).faults) == ["a b.png"]
    assert bucket.objects()["a b.png"] == b"PICTURE"


# -- deleting


def test_nothing_is_deleted_that_nobody_asked_to(bucket: Bucket, folder: Path) -> None:
    copied(bucket, folder)
    (folder / "empty").unlink()
    outcome = copied(bucket, folder)
    assert (outcome.deleted, outcome.only_in_bucket) == (0, 1)
    assert "empty" in bucket.objects()


def test_asked_to_it_deletes_its_own_copies_below_the_prefix_only(bucket: Bucket, folder: Path) -> None:
    bucket.put("p/of the application", b"newer")
    copied(bucket, folder, prefix="p/")
    copied(bucket, folder, prefix="q/")
    (folder / "empty").unlink()
    assert copied(bucket, folder, prefix="p/", delete=True, dry_run=True).deleted == 1
    assert "p/empty" in bucket.objects()
    outcome = copied(bucket, folder, prefix="p/", delete=True)
    assert (outcome.deleted, outcome.only_in_bucket) == (1, 1)
    assert {"p/of the application", "q/empty"} < set(bucket.objects())
    assert "p/empty" not in bucket.objects()


def test_a_folder_without_files_is_taken_for_a_disk_that_is_not_mounted(bucket: Bucket, folder: Path) -> None:
    copied(bucket, folder)
    (folder.parent / "nothing").mkdir()
    with pytest.raises(UsageError, match="Is the disk mounted"):
        copied(bucket, folder.parent / "nothing", delete=True)
    assert len(bucket.objects()) == 4


# -- what breaks


@pytest.mark.parametrize("fault", [(500, "InternalError"), (503, "SlowDown")])
def test_a_server_that_fails_now_and_then_is_asked_again(
    bucket: Bucket, gate: Gate, folder: Path, fault: tuple[int, str]
) -> None:
    large(folder)
    failed: set[tuple[str, str]] = set()

    def once(method: str, path: str) -> tuple[int, str] | None:
        if (method, path) in failed:
            return None
        failed.add((method, path))
        return fault

    gate.fault = once
    assert copied(bucket, folder, parallel=16).complete
    assert len(failed) > 10


def test_a_server_that_goes_on_failing_ends_the_copy_and_what_was_copied_stays(
    bucket: Bucket, gate: Gate, folder: Path
) -> None:
    gate.fault = lambda method, path: (503, "SlowDown") if method == "PUT" and "users" in path else None
    with pytest.raises(ProgramError, match=r"SlowDown.*run the command again"):
        copied(bucket, folder, parallel=1)
    assert set(bucket.objects()) == {"a b.png", "empty"}
    gate.fault = lambda _method, _path: None
    assert (copied(bucket, folder).copied, len(bucket.objects())) == (2, 4)


def test_an_upload_in_parts_that_fails_is_thrown_away(bucket: Bucket, gate: Gate, folder: Path) -> None:
    large(folder)
    gate.fault = lambda _method, path: (503, "SlowDown") if "partNumber=2" in path else None
    with pytest.raises(ProgramError):
        copied(bucket, folder)
    assert "film.mp4" not in bucket.objects()
    assert bucket.begun() == []


def test_what_a_killed_copy_began_is_thrown_away_and_nothing_that_others_began(bucket: Bucket, folder: Path) -> None:
    content = large(folder)
    for key in ("film.mp4", "film.mp4", "theirs.mp4"):
        bucket.client.create_multipart_upload(Bucket=bucket.name, Key=key)
    outcome = copied(bucket, folder)
    assert outcome.aborted == 2
    assert bucket.begun() == ["theirs.mp4"]
    assert bucket.objects()["film.mp4"] == content


def test_an_object_that_the_bucket_refuses_does_not_hinder_the_others(bucket: Bucket, gate: Gate, folder: Path) -> None:
    gate.fault = lambda method, path: (400, "KeyTooLongError") if method == "PUT" and "a%20b" in path else None
    outcome = copied(bucket, folder)
    assert outcome.faults == {"a b.png": "the bucket refuses it: PutObject: KeyTooLongError: on purpose"}
    assert outcome.checked == 3


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ((403, "AccessDenied"), "A copy takes s3:ListBucket"),
        ((403, "InvalidAccessKeyId"), "Use others"),
        ((404, "NoSuchBucket"), "there is no such bucket"),
        ((400, "AuthorizationHeaderMalformed"), "--region"),
    ],
)
def test_what_concerns_the_whole_bucket_ends_the_copy_and_says_what_to_do(
    bucket: Bucket, gate: Gate, folder: Path, fault: tuple[int, str], said: str
) -> None:
    gate.fault = lambda _method, _path: fault
    with pytest.raises((ProgramError, UsageError), match=said):
        copied(bucket, folder)


def test_without_credentials_nothing_is_asked(
    bucket: Bucket, gate: Gate, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    with pytest.raises(UsageError, match="there are no credentials"):
        copied(bucket, folder)
    assert gate.asked == []


def test_what_arrives_otherwise_than_it_was_sent_is_found(bucket: Bucket, gate: Gate, folder: Path) -> None:
    def spoil(method: str, _path: str) -> None:
        if method == "GET" and "a b.png" in bucket.objects():
            gate.before = lambda _method, _path: None
            told = bucket.read("a b.png")
            bucket.put("a b.png", b"PICTURE", Metadata=told["Metadata"], ContentType=told["ContentType"])

    gate.before = spoil
    outcome = copied(bucket, folder, read_back=True)
    assert list(outcome.faults) == ["a b.png"]
    assert "another content" in outcome.faults["a b.png"]


@pytest.mark.parametrize(
    ("content", "said"), [(None, "not in the bucket"), (b"short", "5 bytes of 7"), (b"PICTURE", "another content")]
)
def test_what_is_lost_or_replaced_before_the_last_look_is_found(
    bucket: Bucket, gate: Gate, folder: Path, content: bytes | None, said: str
) -> None:
    def spoil(method: str, path: str) -> None:
        if method == "GET" and "list-type" in path and len(bucket.objects()) == 4:
            gate.before = lambda _method, _path: None
            if content is None:
                bucket.client.delete_object(Bucket=bucket.name, Key="a b.png")
            else:
                bucket.put("a b.png", content)

    gate.before = spoil
    outcome = copied(bucket, folder)
    assert list(outcome.faults) == ["a b.png"]
    assert said in outcome.faults["a b.png"]
    assert outcome.checked == 3


# -- files that change


def test_a_file_that_changes_after_it_was_found_is_copied_as_it_is_then(
    bucket: Bucket, gate: Gate, folder: Path
) -> None:
    def write(_method: str, _path: str) -> None:
        gate.before = lambda _method, _path: None
        (folder / "a b.png").write_bytes(b"another picture")
        (folder / "empty").unlink()

    gate.before = write
    outcome = copied(bucket, folder)
    assert outcome.complete
    assert (outcome.files, outcome.copied) == (3, 3)
    assert bucket.objects()["a b.png"] == b"another picture"
    assert "empty" not in bucket.objects()


def test_a_file_that_changes_after_it_was_copied_is_told(bucket: Bucket, gate: Gate, folder: Path) -> None:
    def write(method: str, _path: str) -> None:
        if method == "HEAD":  # the last look
            gate.before = lambda _method, _path: None
            (folder / "a b.png").write_bytes(b"another picture")

    gate.before = write
    outcome = copied(bucket, folder)
    assert "changed or deleted after it was copied" in outcome.faults["a b.png"]
    assert copied(bucket, folder).complete


def test_a_large_file_that_changes_between_its_parts_is_never_there_torn(
    bucket: Bucket, gate: Gate, folder: Path
) -> None:
    content = large(folder)
    changed = (folder / "film.mp4").stat().st_mtime_ns

    def write(_method: str, path: str) -> None:
        if "partNumber=1" in path:
            gate.before = lambda _method, _path: None
            (folder / "film.mp4").write_bytes(content[::-1])
            os.utime(folder / "film.mp4", ns=(changed, changed))  # a clock that is too coarse shows no change

    gate.before = write
    assert copied(bucket, folder, read_back=True).complete
    assert bucket.objects()["film.mp4"] == content[::-1]
    assert bucket.begun() == []


def test_a_file_that_never_stands_still_is_told(bucket: Bucket, gate: Gate, folder: Path) -> None:
    content, turn = large(folder), iter(range(100))

    def write(_method: str, path: str) -> None:
        if "partNumber=1" in path:
            (folder / "film.mp4").write_bytes(content + bytes(next(turn)))

    gate.before = write
    outcome = copied(bucket, folder)
    assert "changes while it is read" in outcome.faults["film.mp4"]
    assert "film.mp4" not in bucket.objects()
