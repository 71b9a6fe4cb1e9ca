"""Assets and archives as the engine records them: with the SHA-256 of their contents.

An archive that is not a file is hashed as the tar that the engine would make of it (Go's `archive/tar`, USTAR, mode
0600, no dates), read in `sdk/go/common/resource/archive/archive.go` of 3.258.
"""

from __future__ import annotations

import hashlib
import stat
import tarfile
import zipfile
from typing import TYPE_CHECKING

from .wire import ASSET_SIGNATURE, SIGNATURE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .wire import Json

_ARCHIVE_FILES = (".tar", ".tgz", ".tar.gz", ".zip", ".jar")
_BOOKKEEPING = ".pulumi"
_BLOCK = 512
_NAME = 100  # bytes of a file name that the plain header holds
_CHECKSUM = slice(148, 156)


class MissingAssetError(Exception):
    """An asset that the engine could not read either."""


class _NotHashableError(Exception):
    """The contents are not here to be read, or need a header that the plain format has not."""


def described(asset: dict[str, Json], folder: Path) -> dict[str, Json]:
    """The asset or archive with its hash; without one where its contents cannot be read here (an address, say).

    Paths are relative to the program's `folder`, wherever the program has gone since: so the engine reads them.
    Raises `MissingAssetError` where the engine would find nothing either.
    """
    shown = {key: value for key, value in asset.items() if value != "" or key == "text"}
    try:
        shown["hash"] = _hash(shown, folder)
    except _NotHashableError:
        return shown
    except OSError as error:
        raise MissingAssetError(f"{error.filename}: {error.strerror}") from None
    return shown


def _hash(asset: dict[str, Json], folder: Path) -> str:
    if asset[SIGNATURE] == ASSET_SIGNATURE:
        return hashlib.sha256(_contents(asset, folder)).hexdigest()
    path = asset.get("path")
    if isinstance(path, str) and path.endswith(_ARCHIVE_FILES):
        return hashlib.sha256((folder / path).read_bytes()).hexdigest()
    digest = hashlib.sha256()
    seen = set()
    for name, data in _members(asset, folder):
        if name not in seen:
            seen.add(name)
            digest.update(_header(name, len(data)) + data + bytes(-len(data) % _BLOCK))
    digest.update(bytes(2 * _BLOCK))
    return digest.hexdigest()


def _contents(asset: dict[str, Json], folder: Path) -> bytes:
    path, text = asset.get("path"), asset.get("text")
    if isinstance(path, str):
        return (folder / path).read_bytes()
    if isinstance(text, str):
        return text.encode()
    raise _NotHashableError


def _members(archive: dict[str, Json], folder: Path) -> Iterator[tuple[str, bytes]]:
    """The files of an archive in the engine's order."""
    path, assets = archive.get("path"), archive.get("assets")
    if isinstance(path, str):
        root = folder / path
        if path.endswith(_ARCHIVE_FILES):
            yield from _packed(root)
            return
        if not stat.S_ISDIR(root.stat().st_mode):
            raise MissingAssetError(f"'{root}' is neither a recognized archive type nor a directory")
        for file in _walk(root):
            yield file.relative_to(root).as_posix(), file.read_bytes()
    elif isinstance(assets, dict):
        for name in sorted(assets):
            asset = assets[name]
            if not isinstance(asset, dict):
                raise _NotHashableError
            if asset[SIGNATURE] == ASSET_SIGNATURE:
                yield name, _contents(asset, folder)
            else:
                yield from ((f"{name}/{inner}", data) for inner, data in _members(asset, folder))
    else:
        raise _NotHashableError


def _packed(file: Path) -> Iterator[tuple[str, bytes]]:
    """The files inside an archive file, in its own order."""
    try:
        if file.name.endswith((".zip", ".jar")):
            with zipfile.ZipFile(file) as packed:
                yield from ((info.filename, packed.read(info)) for info in packed.infolist() if not info.is_dir())
        else:
            with tarfile.open(file) as packed:
                for info in packed:
                    stream = packed.extractfile(info) if info.isfile() else None
                    if stream is not None:
                        yield info.name, stream.read()
    except (zipfile.BadZipFile, tarfile.TarError) as error:
        raise MissingAssetError(f"{file}: {error}") from None


def _walk(folder: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name == _BOOKKEEPING or (entry.is_symlink() and entry.is_dir()):
            continue
        if entry.is_dir():
            yield from _walk(entry)
        else:
            yield entry


def _header(name: str, size: int) -> bytes:
    """A USTAR header as Go writes it."""
    encoded = name.encode()
    if len(encoded) > _NAME or not name.isascii():
        raise _NotHashableError
    header = bytearray(_BLOCK)
    fields = {0: encoded, 100: b"0000600", 108: b"0000000", 116: b"0000000", 124: b"%011o" % size, 136: b"0" * 11}
    fields |= {156: b"0", 257: b"ustar", 263: b"00", 329: b"0000000", 337: b"0000000"}
    for start, content in fields.items():
        header[start : start + len(content)] = content
    header[_CHECKSUM] = b" " * 8
    header[_CHECKSUM] = b"%06o\0 " % sum(header)
    return bytes(header)
