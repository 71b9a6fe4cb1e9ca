"""Which files of a folder are copied, and which are not."""

from __future__ import annotations

import errno
import os
import socket
from typing import TYPE_CHECKING, Any

import pytest

from slipway.errors import UsageError
from slipway.uploads.folder import ChangedError, File, Listing, changed_since, digest, listing, read_in_parts

if TYPE_CHECKING:
    from pathlib import Path


def keys(found: Listing) -> list[str]:
    return [file.key for file in found.files]


def only(folder: Path) -> File:
    (file,) = listing(folder, "").files
    return file


def test_every_regular_file_is_found_under_the_prefix_and_its_path(tmp_path: Path) -> None:
    (tmp_path / "users" / "7").mkdir(parents=True)
    for name in ("a b.png", "users/7/ä+&#?.jpg", "users/empty"):
        (tmp_path / name).touch()
    assert keys(listing(tmp_path, "pictures/")) == [
        "pictures/a b.png", "pictures/users/7/ä+&#?.jpg", "pictures/users/empty",
    ]  # fmt: skip


def test_no_link_is_followed_and_no_dot_file_or_socket_taken(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "folder"
    outside.mkdir()
    folder.mkdir()
    (outside / "secret").write_text("hush")
    (folder / "file").symlink_to(outside / "secret")
    (folder / "deeper").symlink_to(outside)
    (folder / ".env").write_text("hush")
    (folder / ".git").mkdir()
    (folder / ".git" / "config").touch()
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(folder / "socket"))
        found = listing(folder, "")
    assert found.files == []
    assert found.left_out == {"dot files": 2, "links": 2, "special files": 2}
    assert found.faults == {}


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "volume").mkdir()
    (tmp_path / "volume" / "a").touch()
    (tmp_path / "uploads").symlink_to(tmp_path / "volume")
    assert keys(listing(tmp_path / "uploads", "")) == ["a"]


def test_names_that_no_bucket_takes_are_told_and_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"na\xefve.png")).touch()
    long = tmp_path.joinpath(*(["d" * 250] * 4), "ä" * 20)
    long.parent.mkdir(parents=True)
    long.touch()
    found = listing(tmp_path, "")
    assert found.files == []
    assert [why.partition(";")[0] for why in found.faults.values()] == [
        "its key would have 1044 bytes, and 1024 are allowed",
        "its name is not UTF-8, and a bucket knows no other",
    ]
    assert f"{tmp_path}/na\\xefve.png" in found.faults


def test_a_folder_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "open").touch()
    scandir = os.scandir

    def refusing(path: Path) -> Any:  # Any: an iterator that is a context too
        if path.name == "closed":  # root may read everything
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    found = listing(tmp_path, "")
    assert keys(found) == ["open"]
    assert "cannot be read: Permission denied" in found.faults[str(tmp_path / "closed")]


@pytest.mark.parametrize("name", ["missing", "file"])
def test_what_is_no_folder_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match=r"Give the folder"):
        listing(tmp_path / name, "")


@pytest.mark.parametrize(
    ("name", "type_"),
    [("a.png", "image/png"), ("A.JPG", "image/jpeg"), ("a.webp", "image/webp"), ("a.svg", "image/svg+xml"),
     ("a.pdf", "application/pdf"), ("a", "application/octet-stream")],
)  # fmt: skip
def test_the_type_is_told_by_the_ending(tmp_path: Path, name: str, type_: str) -> None:
    (tmp_path / name).touch()
    assert only(tmp_path).type == type_


@pytest.mark.parametrize(("size", "parts"), [(0, [0]), (1, [1]), (4, [4]), (5, [4, 1]), (8, [4, 4])])
def test_a_file_is_read_in_parts(tmp_path: Path, size: int, parts: list[int]) -> None:
    (tmp_path / "a").write_bytes(b"x" * size)
    assert [len(data) for data in read_in_parts(only(tmp_path), 4)] == parts


@pytest.mark.parametrize("content", [b"", b"123", b"12345", b"123456789"])
def test_a_file_that_changed_is_not_read(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(b"1234")
    file = only(tmp_path)
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(ChangedError):
        digest(file, 4)
    assert list(changed_since([file])) == [file]


@pytest.mark.parametrize("content", [b"12345678901", b"123456789012", b"123456789012345"])
def test_a_file_that_changes_while_it_is_read_is_not_read_to_its_end(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(b"12345678abcd")
    reading = read_in_parts(only(tmp_path), 4)
    next(reading)
    (tmp_path / "a").write_bytes(content)
    os.utime(tmp_path / "a", ns=(1, 1))
    with pytest.raises(ChangedError):
        list(reading)


def test_a_file_that_became_a_link_or_a_pipe_is_not_read(tmp_path: Path) -> None:
    for make in (lambda path: path.symlink_to("/etc/passwd"), os.mkfifo):
        (tmp_path / "a").write_bytes(b"1234")
        file = only(tmp_path)
        (tmp_path / "a").unlink()
        make(tmp_path / "a")
        with pytest.raises((ChangedError, OSError)):
            digest(file, 4)
        (tmp_path / "a").unlink()


def test_a_file_that_is_gone_has_changed(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    file = only(tmp_path)
    (tmp_path / "a").unlink()
    with pytest.raises(ChangedError):
        digest(file, 4)
    assert list(changed_since([file])) == [file]
