"""Unpacks the archive on standard input into the working folder: run by itself, as a user who may do nothing else.

Nothing is written outside of the folder, and no link leads out of it, whatever the archive says.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import tarfile
from pathlib import Path, PurePosixPath


class Refused(Exception):  # noqa: N818  # it says what is wrong
    """The archive holds what no release may hold."""


def members(archive: tarfile.TarFile, most: int) -> list[tarfile.TarInfo]:
    """What is in the archive, made harmless; Refused where something in it cannot be meant well."""
    found, links, total = archive.getmembers(), set[PurePosixPath](), 0
    for each in found:
        path = PurePosixPath(each.name)
        total += each.size
        if not (each.isreg() or each.isdir() or each.issym() or each.islnk()):
            raise Refused(f"{each.name} is no file, folder or link")
        if path.is_absolute() or ".." in path.parts or links & {path, *path.parents}:
            raise Refused(f"{each.name} would be written elsewhere")
        if each.issym():
            target = os.path.normpath(path.parent / each.linkname)
            if each.linkname.startswith("/") or target.split("/")[0] == "..":
                raise Refused(f"{each.name} is a link that leads out: {each.linkname}")
            links.add(path)
        elif each.islnk():
            target_path = PurePosixPath(each.linkname)
            if target_path.is_absolute() or ".." in target_path.parts or links & {*target_path.parents}:
                raise Refused(f"{each.name} is a link that leads out: {each.linkname}")
        each.mode = 0o755 if each.isdir() or each.mode & 0o100 else 0o644
    if total > most:
        raise Refused(f"no room: unpacked it has {total >> 20} MiB, and there is room for {most >> 20}")
    return found


def unpack(most: int) -> None:
    """Unpack it, of at most so many bytes, and look at every link again as it now is."""
    tarfile.TarFile.extraction_filter = staticmethod(lambda member, _: member)  # ours has looked
    with tarfile.open(fileobj=sys.stdin.buffer, mode="r:*") as archive:
        archive.extractall(members=members(archive, most))  # noqa: S202  # looked at above
    home = Path.cwd().resolve()
    for folder, folders, files in os.walk(home):
        for path in (Path(folder, name) for name in (*folders, *files)):
            if path.is_symlink() and not path.resolve().is_relative_to(home):
                raise Refused(f"{path.relative_to(home)} is a link that leads out")


if __name__ == "__main__":
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: it ends with who started it, however that ends
    try:
        unpack(int(sys.argv[1]))
    except (Refused, tarfile.TarError, EOFError, OSError) as error:
        sys.exit(str(error) or type(error).__name__)
