"""What a person is told when the machine refuses."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from slipway.files import write
from slipway.rehearsal.logs import Log
from slipway.system_errors import explained
from tests.conftest import without


def full() -> OSError:
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_folder_for_scratch_is_named_with_the_way_to_another() -> None:
    temporary = tempfile.gettempdir()
    error = full()
    error.filename = f"{temporary}/slipway-rehearsal-x/main/plugin"
    remedy = f"No space left on device. Make room in {temporary}, or let TMPDIR name a folder that has some."

    assert explained(error) == f"{error.filename}: {remedy}"
    assert explained(full()) == f"{temporary}: {remedy}"


def test_another_full_folder_is_named_without_talk_of_scratch() -> None:
    error = full()
    error.filename = "/srv/shop/.cache/rehearsals/dev/up.log"
    assert explained(error) == f"{error.filename}: No space left on device. Make room there."


def test_what_is_no_full_disk_is_told_as_the_machine_says_it() -> None:
    assert explained(PermissionError(errno.EACCES, "Permission denied", "/srv/x")) == "/srv/x: Permission denied."


def test_what_is_no_full_disk_is_never_blamed_on_the_folder_for_scratch() -> None:
    assert tempfile.gettempdir()  # it is known from here on
    assert explained(OSError(errno.EMFILE, "Too many open files")) == "Too many open files."


@pytest.mark.parametrize("arguments", [["explain"], ["explain", "--json"], ["explain", "--help"]])
def test_standard_output_is_blamed_where_it_is_what_cannot_be_written(arguments: list[str]) -> None:
    if not Path("/dev/full").exists():
        without("needs /dev/full")
    with Path("/dev/full").open("w") as refusing:
        done = subprocess.run(
            [sys.executable, "-m", "slipway", *arguments],
            stdout=refusing,
            stderr=subprocess.PIPE,
            check=False,
            text=True,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("error: standard output")
    assert "No space left on device" in done.stderr


def test_a_file_or_a_log_that_finds_no_space_is_named_and_leaves_no_half_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, *_: object, **__: object) -> None:
        self.touch()
        raise full()

    monkeypatch.setattr(Path, "write_text", refuse)
    with pytest.raises(OSError, match="No space left") as written:
        write(tmp_path / "settings" / "dev.yaml", "a: b")
    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(Path, "touch", lambda _: None)
    with pytest.raises(OSError, match="No space left") as logged:
        Log(tmp_path / "up.log").note("something")

    assert written.value.filename == str(tmp_path / "settings" / "dev.yaml")
    assert logged.value.filename == str(tmp_path / "up.log")
    assert list((tmp_path / "settings").iterdir()) == []
