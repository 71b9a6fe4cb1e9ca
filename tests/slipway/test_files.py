"""A file is there whole or not at all, and what is no file is never replaced by one."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest

from slipway.files import write

if TYPE_CHECKING:
    from pathlib import Path


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
