"""What an image is built from: the files that a `.dockerignore` leaves, and one digest of all of them.

The digest is of names, contents and whether a file may be run, and of the Dockerfile: the same on every machine that
has the same files. Times, owners and other rights have no part in it; Git keeps none of them.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from config.dockerignore import Ignored, PatternError
from config.errors import printable
from config.secret_files import looks_secret

if TYPE_CHECKING:
    from collections.abc import Iterator

IGNORE = ".dockerignore"
_MIB = 1 << 20
MOST_MIB = 256  # a Node application without its packages has less than a tenth of it
_CHUNK = 1 << 20  # bytes that are read at once
_SHOWN = 3  # of several files, in a message


class ContextError(Exception):
    """What an image cannot be built from: which setting is wrong, the rule, and what to do."""

    def __init__(self, setting: str, rule: str, remedy: str) -> None:
        """`setting` is `context` or `dockerfile`."""
        super().__init__(f"{rule}; {remedy}")
        self.setting, self.rule, self.remedy = setting, rule, remedy


@dataclass(slots=True)
class _Found:
    """What lies in a context, by path."""

    files: dict[str, os.stat_result] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)


def content_digest(context: Path, dockerfile: Path) -> str:
    """The SHA-256 sum of what an image is built from, as 64 hexadecimal digits.

    Raises `ContextError` where that is not there, cannot be read, holds what has no place in an image, or is larger
    than 256 MiB.
    """
    if not context.is_dir():
        raise ContextError("context", "there is no such folder", "name one relative to the project's root")
    if not dockerfile.is_file():
        raise ContextError("dockerfile", "there is no such file", "write one there, or name another")
    found = _found(context, _ignored(context, dockerfile))
    _check_names(found)
    _check_links(context, found)
    _check_size(found)
    _check_secrets(context, found)
    sums = hashlib.sha256()
    # Each entry has a fixed number of fields with a known end, so that no two contexts make the same bytes.
    _enter(sums, "dockerfile", "", _sum(dockerfile, dockerfile.name, "dockerfile"))
    for path in sorted({*found.files, *found.links}):
        if path in found.links:
            _enter(sums, "link", path, found.links[path])
        else:
            kind = "program" if found.files[path].st_mode & stat.S_IXUSR else "file"
            _enter(sums, kind, path, _sum(context / path, path, "context"))
    return sums.hexdigest()


def _enter(sums: hashlib._Hash, *fields: str) -> None:
    sums.update("\0".join((*fields, "\n")).encode("utf-8", "surrogateescape"))


def _ignored(context: Path, dockerfile: Path) -> Ignored:
    """The ignore file of the Dockerfile, else that of the context, as BuildKit looks for them."""
    for file in (dockerfile.with_name(f"{dockerfile.name}{IGNORE}"), context / IGNORE):
        if file.is_file():
            try:
                return Ignored(file.read_text(encoding="utf-8"))
            except PatternError as error:
                raise ContextError(
                    "context", f"{file.name}: {error}: this is no pattern", "correct it, or take it out"
                ) from None
            except (OSError, UnicodeError):
                raise ContextError("context", f"{file.name}: it cannot be read", "make it a readable text") from None
    return Ignored("")


def _found(context: Path, ignored: Ignored) -> _Found:
    found = _Found()
    for path, entry in _entries(context, "", ignored):
        if entry.is_symlink():
            found.links[path] = str((context / path).readlink())
        elif entry.is_file():
            found.files[path] = entry.stat()
    return found


def _entries(folder: Path, above: str, ignored: Ignored) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """What is let in, but for folders themselves; sockets and the like are left out by who reads this."""
    try:
        with os.scandir(folder) as scanned:
            entries = sorted(scanned, key=lambda entry: entry.name)
    except OSError:
        rule = f"{printable(above or '.')}: this folder cannot be read"
        raise ContextError("context", rule, f"let it be read, or name it in {IGNORE}") from None
    for entry in entries:
        path = posixpath.join(above, entry.name)
        if entry.is_dir(follow_symlinks=False):
            if not ignored.skips(path):
                yield from _entries(folder / entry.name, path, ignored)
        elif not ignored.keeps_out(path):
            yield path, entry


def _check_names(found: _Found) -> None:
    """Builders send names as UTF-8, and so does a message tell them."""
    for path in sorted({*found.files, *found.links}):
        try:
            path.encode()
        except UnicodeEncodeError:
            rule = f"{printable(path)}: this name is no UTF-8, and no builder takes it"
            raise ContextError("context", rule, f"rename it, or name its folder in {IGNORE}") from None


def _check_links(context: Path, found: _Found) -> None:
    """A builder does not follow links: one that leads elsewhere leads nowhere in the image."""
    root = context.resolve()
    for path, leads in found.links.items():
        target = Path(os.path.realpath(context / path))  # of a link that leads to itself, too
        # Who leaves and comes back by the context's own name does not come back in the image.
        leaves = posixpath.normpath(posixpath.join(posixpath.dirname(path), leads)).split("/")[0] == ".."
        if leaves or posixpath.isabs(leads) or not target.is_relative_to(root) or not target.exists():
            rule = f"{printable(path)}: this link leads out of the context, or to nothing"
            raise ContextError("context", rule, f"put the file itself there, or name the link in {IGNORE}")


def _check_size(found: _Found) -> None:
    size = sum(status.st_size for status in found.files.values())
    if size > MOST_MIB * _MIB:
        largest = sorted(found.files, key=lambda path: (-found.files[path].st_size, path))[:_SHOWN]
        shown = ", ".join(f"{printable(path)} ({found.files[path].st_size / _MIB:.0f} MiB)" for path in largest)
        rule = f"{size / _MIB:.0f} MiB in {len(found.files)} files, and {MOST_MIB} are allowed; the largest: {shown}"
        raise ContextError("context", rule, f"name what the image does not need in {IGNORE}, as in node_modules")


def _check_secrets(context: Path, found: _Found) -> None:
    secret = sorted(path for path in (*found.files, *found.links) if looks_secret(context, path))
    if secret:
        more = f" and {len(secret) - _SHOWN} more" if len(secret) > _SHOWN else ""
        shown = ", ".join(map(printable, secret[:_SHOWN]))
        rule = f"secrets have no place in an image, and these look like some: {shown}{more}"
        raise ContextError("context", rule, f"name them in {IGNORE}")


def _sum(file: Path, name: str, setting: str) -> str:
    sums = hashlib.sha256()
    try:
        with file.open("rb") as opened:
            while chunk := opened.read(_CHUNK):
                sums.update(chunk)
    except OSError:
        rule = f"{printable(name)}: it cannot be read"
        raise ContextError(setting, rule, f"let it be read, or name it in {IGNORE}") from None
    return sums.hexdigest()
