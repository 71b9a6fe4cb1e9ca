"""A file is there whole or not at all, and what is no file is never replaced by one."""

from __future__ import annotations

import errno
import os
import tempfile
import threading
from pathlib import Path

import pytest

from slipway.errors import UsageError
from slipway.files import must_take_files, write
from tests.conftest import without


def test_a_link_stays_a_link_and_what_it_leads_to_is_written(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "kept")
    write(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "kept").read_text() == "new"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["kept", "link"]


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()), daemon=True)
    reader.start()
    write(pipe, "told")
    reader.join(10)  # nobody writes to a pipe that was replaced
    assert read == ["told"]
    assert pipe.is_fifo()


def test_what_cannot_be_written_is_named_as_the_user_named_it(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError) as refused:
        write(tmp_path, "text")
    assert refused.value.filename == str(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file/below") as below:
        write(tmp_path / "file" / "below", "text")
    assert below.value.filename == str(tmp_path / "file" / "below")


def test_a_link_in_a_circle_is_an_error_that_names_it_and_stays(tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to(tmp_path / "other")
    (tmp_path / "other").symlink_to(tmp_path / "one")
    with pytest.raises(OSError, match="levels of symbolic links") as refused:
        write(tmp_path / "one", "text")
    assert (refused.value.errno, refused.value.filename) == (errno.ELOOP, str(tmp_path / "one"))
    assert sorted(each.name for each in tmp_path.iterdir()) == ["one", "other"]
    with pytest.raises(OSError, match="one/below"):
        write(tmp_path / "one" / "below", "text")


@pytest.mark.parametrize("way", ["/dev/fd/{}", "/proc/self/fd/{}", "/proc/thread-self/fd/{}", "link"])
def test_an_open_file_is_written_to_and_never_replaced(tmp_path: Path, way: str) -> None:
    with (tmp_path / "log").open("w") as log:
        file = Path(way.format(log.fileno()))
        if way == "link":
            file = tmp_path / "link"
            file.symlink_to(f"/dev/fd/{log.fileno()}")
        write(file, "told")
        assert os.fstat(log.fileno()).st_nlink == 1  # it is there still
    assert (tmp_path / "log").read_text() == "told"
    assert not file.exists() or file.is_symlink()


def test_a_file_in_shared_memory_is_a_file_like_any_other() -> None:
    memory = "/dev/shm"  # noqa: S108 - this very folder
    if not os.access(memory, os.W_OK):
        without(f"needs {memory}")
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        file = Path(folder, "it")
        file.write_text("old")
        before = file.stat().st_ino
        write(file, "new")
        assert (file.read_text(), [each.name for each in Path(folder).iterdir()]) == ("new", ["it"])
        assert file.stat().st_ino != before


def test_a_device_that_is_full_is_named() -> None:
    if not Path("/dev/full").exists():
        without("needs /dev/full")
    with pytest.raises(OSError, match="No space left") as refused:
        write(Path("/dev/full"), "text")
    assert refused.value.filename == "/dev/full"


def test_a_folder_that_is_tried_out_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    must_take_files(tmp_path, "--out DIR")
    assert list(tmp_path.iterdir()) == []

    def full(self: Path, *_: object, **__: object) -> None:
        self.touch()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(UsageError, match="No space left on device"):
        must_take_files(tmp_path, "--out DIR")
    assert list(tmp_path.iterdir()) == []
