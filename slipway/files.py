"""Files that are there whole or not at all, and folders that can take them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from slipway.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


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
    """The file with this text, in a folder that is made when it is not there. An `OSError` names the file."""
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(text, encoding="utf-8")
        unfinished.chmod(mode)
        return unfinished.replace(file)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        error.filename = error.filename or str(file)  # a full disk is told of without one
        raise
