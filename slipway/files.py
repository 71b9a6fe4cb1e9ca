"""Files that are there whole or not at all, and folders that can take them."""

from __future__ import annotations

import contextlib
import errno
import os
import re
from pathlib import Path

from slipway.errors import UsageError

_OPEN_ONES = re.compile(r"/dev/fd|/proc/\d+(/task/\d+)?/fd")  # folders of what a process has open
_LINKS = 40  # as many as the system follows
_PAGE = 4096  # bytes; an empty file has room on a disk that is full


def must_take_files(folder: Path, option: str) -> None:
    """Make a folder and try whether files can be written there, before anything depends on it.

    `option` is how the user names another one. Raises `UsageError`.
    """
    probe = folder / f".probe.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            probe.write_text(" " * _PAGE, encoding="utf-8")
        finally:
            probe.unlink(missing_ok=True)
    except OSError as error:
        message = f"{folder}: no file can be written here: {error.strerror}. Give a folder that takes files: {option}."
        raise UsageError(message) from None


def hide_from_git(folder: Path) -> None:
    """Make a folder that git ignores. A project of somebody else's may not say so: the folder says it itself."""
    ignore = folder / ".gitignore"
    if not ignore.exists():
        write(ignore, "*\n")


def write(file: Path, text: str, mode: int = 0o644) -> Path:
    """The file with this text, in a folder that is made when it is not there. An `OSError` names the file.

    A link stays a link: what it leads to is written. A pipe, a terminal or a device is written to and never replaced,
    and so is a file by the name of something that is open, as /dev/stdout: others write to it too.
    """
    try:
        if _is_open_elsewhere(file) or (file.exists() and not file.is_file()):
            file.write_text(text, encoding="utf-8")  # of a folder, it says so
            return file
        return _replaced(Path(os.path.realpath(file)), text, mode)
    except OSError as error:
        error.filename = str(file)  # a full disk is told of without one, and nobody knows the unfinished one
        raise


def _replaced(file: Path, text: str, mode: int) -> Path:
    if file.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(text, encoding="utf-8")
        unfinished.chmod(mode)
        return unfinished.replace(file)
    except OSError:
        with contextlib.suppress(OSError):  # where there is no folder either
            unfinished.unlink()
        raise


def _is_open_elsewhere(file: Path) -> bool:
    """Whether a path leads, over whatever links, to one of a process's open files."""
    for _ in range(_LINKS):
        file = Path(os.path.realpath(file.parent), file.name)
        if _OPEN_ONES.fullmatch(str(file.parent)):
            return True
        try:
            file = file.parent / file.readlink()
        except OSError:
            return False
    return False
