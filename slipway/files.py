"""Files that are there whole or not at all, and folders that can take them."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from slipway.errors import UsageError

_DEVICES = Path("/dev")
_PAGE = 4096  # bytes; an empty file has room on a disk that is full


def must_take_files(folder: Path, option: str) -> None:
    """Make a folder and try whether files can be written there, before anything depends on it.

    `option` is how the user names another one. Raises `UsageError`.
    """
    probe = folder / f".probe.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_text(" " * _PAGE, encoding="utf-8")
        probe.unlink()
    except OSError as error:
        message = f"{folder}: no file can be written here: {error.strerror}. Give a folder that takes files: {option}."
        raise UsageError(message) from None


def write(file: Path, text: str, mode: int = 0o644) -> Path:
    """The file with this text, in a folder that is made when it is not there. An `OSError` names the file.

    A link stays a link: what it leads to is written. A pipe, a terminal or a device is written to and never replaced.
    """
    if _is_special(file):
        file.write_text(text, encoding="utf-8")  # of a folder, it says so
        return file
    file = file.resolve()
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(text, encoding="utf-8")
        unfinished.chmod(mode)
        return unfinished.replace(file)
    except OSError as error:
        with contextlib.suppress(OSError):  # where there is no folder either
            unfinished.unlink()
        error.filename = str(file)  # a full disk is told of without one, and nobody knows the unfinished one
        raise


def _is_special(file: Path) -> bool:
    """Whether this is anything but a file: also /dev/stdout, which may lead to one that others have open."""
    return file.exists() and (not file.is_file() or _DEVICES in file.absolute().parents)
