"""The folder that is copied: which files there are, and what of it is left alone or cannot be copied at all."""

from __future__ import annotations

import hashlib
import mimetypes
import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from slipway.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

LONGEST_KEY = 1024  # bytes of UTF-8; S3's limit, and that of whoever speaks like it
_UNKNOWN_TYPE = "application/octet-stream"
_TYPES = mimetypes.MimeTypes(filenames=())  # Python's own table: the same on every machine
for _ending, _type in ((".avif", "image/avif"), (".heic", "image/heic"), (".webp", "image/webp")):
    _TYPES.add_type(_type, _ending)


@dataclass(frozen=True, slots=True, order=True)
class File:
    """A file as it was found."""

    key: str
    """What it is called in the bucket."""
    path: Path = field(compare=False)
    size: int = field(compare=False)
    """Bytes."""
    changed: int = field(compare=False)
    """When it was changed, in nanoseconds."""

    @property
    def type(self) -> str:
        """What it is, by the ending of its name."""
        return _TYPES.guess_type(self.path.name)[0] or _UNKNOWN_TYPE


@dataclass(slots=True)
class Listing:
    """What is in the folder."""

    files: list[File] = field(default_factory=list)
    """What is copied, in order of the keys."""
    left_out: dict[str, int] = field(default_factory=lambda: {"dot files": 0, "links": 0, "special files": 0})
    """How many names were passed over, by the reason. A folder that is passed over counts as one."""
    faults: dict[str, str] = field(default_factory=dict)
    """What should be copied and cannot be, by path, with the reason and what to do."""

    @property
    def bytes(self) -> int:
        """How much there is."""
        return sum(file.size for file in self.files)


class ChangedError(Exception):
    """A file is not what it was when it was found, or changes while it is read."""


def demand_folder(folder: Path) -> None:
    """Raise `UsageError` where there is no such folder."""
    if not folder.is_dir():
        what = "is no folder" if folder.exists() else "is not there"
        raise UsageError(f"{folder}: {what}. Give the folder that has the uploaded files.")


def listing(folder: Path, prefix: str) -> Listing:
    """Every regular file below `folder`, named `prefix` and its path. No link is followed but `folder` itself.

    Raises `UsageError` where there is no such folder.
    """
    demand_folder(folder)
    found = Listing()
    _walk(folder.resolve(), folder.resolve(), prefix, found)
    found.files.sort()
    return found


def read_in_parts(file: File, part: int) -> Iterator[bytes]:
    """The bytes of a file, `part` at a time; at least one piece, an empty one of an empty file.

    Raises `ChangedError` where these are not the bytes of the file that was found.
    """
    with _opened(file) as opened:
        rest = file.size
        while True:
            data = opened.read(min(part, rest))
            if len(data) < min(part, rest):
                raise ChangedError
            rest -= len(data)
            if rest == 0 and (opened.read(1) or _differs(os.fstat(opened.fileno()), file)):
                raise ChangedError  # before the last piece is handed out, so nobody has a torn file whole
            yield data
            if rest == 0:
                return


def digest(file: File, part: int) -> str:
    """The SHA-256 sum of a file, as hexadecimal digits. Raises as `read_in_parts`."""
    total = hashlib.sha256()
    for data in read_in_parts(file, part):
        total.update(data)
    return total.hexdigest()


def changed_since(files: Iterable[File]) -> Iterator[File]:
    """The files that are no more what they were when they were found."""
    for file in files:
        try:
            if _differs(file.path.lstat(), file):
                yield file
        except OSError:
            yield file


def _walk(folder: Path, root: Path, prefix: str, found: Listing) -> None:
    try:
        with os.scandir(folder) as entries:
            names = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        found.faults[_shown(folder)] = f"it cannot be read: {error.strerror}; let it be readable for you"
        return
    for entry in names:
        path = folder / entry.name
        if entry.name.startswith("."):
            found.left_out["dot files"] += 1
        elif entry.is_symlink():
            found.left_out["links"] += 1
        elif entry.is_dir(follow_symlinks=False):
            _walk(path, root, prefix, found)
        elif not entry.is_file(follow_symlinks=False):
            found.left_out["special files"] += 1
        else:
            _add(path, prefix + path.relative_to(root).as_posix(), found)


def _add(path: Path, key: str, found: Listing) -> None:
    try:
        length = len(key.encode())
    except UnicodeEncodeError:
        found.faults[_shown(path)] = "its name is not UTF-8, and a bucket knows no other; rename it"
        return
    if length > LONGEST_KEY:
        found.faults[_shown(path)] = f"its key would have {length} bytes, and {LONGEST_KEY} are allowed; rename it"
        return
    try:
        status = path.lstat()
    except FileNotFoundError:
        return  # deleted meanwhile
    found.files.append(File(key, path, status.st_size, status.st_mtime_ns))


def _shown(path: Path) -> str:
    """A path as text that can be printed and stands in JSON."""
    return str(path).encode(errors="surrogateescape").decode(errors="backslashreplace")


def _opened(file: File) -> BinaryIO:
    try:
        handle = os.open(file.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)  # a pipe would wait for a writer
    except FileNotFoundError:
        raise ChangedError from None
    opened = os.fdopen(handle, "rb")
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode) or _differs(status, file):
        opened.close()
        raise ChangedError
    return opened


def _differs(status: os.stat_result, file: File) -> bool:
    return (status.st_size, status.st_mtime_ns) != (file.size, file.changed)
