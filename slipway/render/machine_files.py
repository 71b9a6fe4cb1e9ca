"""The files that cloud-init's configuration puts on a machine, those that are packed in one of them too."""

from __future__ import annotations

import base64
import binascii
import gzip
import re
import zlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import yaml

from policies.encoded import embedded

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKED = "==> "  # begins each of the files that ours packs into one text


def machine_files(configuration: str) -> dict[str, str]:
    """The files by path. What is no text, or would not lie below the machine's root, is left out."""
    try:
        read = yaml.safe_load(configuration)
    except yaml.YAMLError:
        return {}
    listed = read.get("write_files") if isinstance(read, dict) else None
    found: dict[str, str] = {}
    for each in listed if isinstance(listed, list) else []:
        path, content = (each.get("path"), _content(each)) if isinstance(each, dict) else (None, None)
        if not isinstance(path, str) or content is None:
            continue
        packed = [text for text in embedded(content) if text.startswith(PACKED)]
        found |= dict(_unpacked("".join(packed))) if packed else {path: content}
    return {path: content for path, content in found.items() if _lies_below(path, found)}


def _content(entry: dict[str, object]) -> str | None:
    """The content as the machine gets it."""
    content, encoding = entry.get("content", ""), str(entry.get("encoding", ""))
    if not isinstance(content, str | bytes):
        return None
    data = content.encode() if isinstance(content, str) else content
    try:
        if "b64" in encoding or "base64" in encoding:
            data = base64.b64decode(data)
        if encoding.startswith("gz"):
            data = gzip.decompress(data)
        return data.decode()
    except (binascii.Error, OSError, EOFError, zlib.error, UnicodeDecodeError):
        return None


def _unpacked(text: str) -> Iterator[tuple[str, str]]:
    """The packed files, by path."""
    for part in re.split(rf"(?m)^{PACKED}", text)[1:]:
        path, _, content = part.partition("\n")
        yield path, content


def _lies_below(path: str, others: dict[str, str]) -> bool:
    """Whether the file can lie in a folder that stands for the machine's root: nowhere else, and in no other file."""
    place = PurePosixPath(path)
    return (
        re.fullmatch(r"/(?!/)[^\x00-\x1f\\:]+", path) is not None
        and ".." not in place.parts
        and str(place) == path
        and not any(str(above) in others for above in place.parents)
    )
