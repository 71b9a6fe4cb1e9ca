"""The plain texts inside user data: base64, gzip, bzip2 and multi-part wrappings taken off."""

from __future__ import annotations

import binascii
import bz2
import re
import zlib
from base64 import b64decode, b85decode
from email import message_from_string
from urllib.parse import unquote_to_bytes

_MAX_SIZE = 1 << 20  # bytes of one unpacked layer; user data itself is 16 KB at most
_BASE64 = re.compile(r"\s*[A-Za-z0-9+/]{4,}(?:\r?\n[A-Za-z0-9+/]+)*={0,2}\s*")
_BASE64_WORD = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/]{16,}={0,2}(?![\w+/=])")
_BASE64_LINES = re.compile(r"(?m)((?:^[ \t]*[A-Za-z0-9+/]{40,}[ \t]*\n)+)(^[ \t]*[A-Za-z0-9+/]+={0,2}[ \t]*$)?")
_SHORTEST = 20  # characters; a single word like `reboot` is base64 of something too
# Packed data only: any long word of these letters is base85 of something.
_BASE85_LINE = re.compile(r"(?m)^[ \t]*([0-9A-Za-z!#$%&()*+;<=>?@^_`{|}~-]{40,})$")
_DATA_URL = re.compile(r"data:[\w/+.;=-]*,([A-Za-z0-9%._~+/=!*'()-]+)")
CLOUD_CONFIG = re.compile(r"\A(?:##[^\n]*\n)?\s*#cloud-config")
"""How a text begins that cloud-init reads as its own configuration."""
INCLUDE = re.compile(r"\A\s*#include")
"""How a list begins of addresses whose contents cloud-init fetches and runs."""
# What the types of parts stand for.
_HEADERS: dict[str, tuple[str, re.Pattern[str] | None]] = {
    "text/cloud-config": ("#cloud-config", CLOUD_CONFIG),
    "text/cloud-config-archive": ("#cloud-config-archive", CLOUD_CONFIG),
    "text/x-include-url": ("#include", INCLUDE),
    "text/x-include-once-url": ("#include-once", INCLUDE),
}
_GZIP, _BZIP2 = b"\x1f\x8b", b"BZh"


class UnreadableError(ValueError):
    """Data that is no text under any wrapping known here."""


def unwrapped(text: str) -> str:
    """The text that a whole value stands for: the value itself, or what its base64 holds.

    Raises `UnreadableError` where it is base64 of something else than text.
    """
    text = text.removeprefix("\ufeff")  # editors on Windows put it before everything; cloud-init leaves it out
    data = _decoded(re.sub(r"\s", "", text)) if _BASE64.fullmatch(text) else None
    if data is None:
        return text
    plain = _as_text(data)
    if plain is None and len(text) >= _SHORTEST:
        raise UnreadableError("holds data that is not text")
    return text if plain is None else plain


def parts(text: str) -> list[str]:
    """The parts of a MIME multi-part text, else the text alone."""
    if not re.match(r"(?:[A-Za-z-]+:.*\n(?:[ \t].*\n)*)*?content-type:\s*multipart/", text, re.IGNORECASE):
        return [text]
    found = []
    for part in message_from_string(text).walk():
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            plain = _as_text(payload)
            if plain is None:
                raise UnreadableError("has a part that is not text")
            found.append(_headed(part.get_content_type(), plain))
    return found


def _headed(kind: str, text: str) -> str:
    """A part whose type says what it is needs no first line that says so; by itself it does."""
    header, said = _HEADERS.get(kind, ("", None))
    return text if said is None or said.match(text) else f"{header}\n{text}"


def embedded(text: str) -> list[str]:
    """The texts that stand in base64 or in a data URL inside another text, or packed in base85.

    What is not text inside is no script.
    """
    packed = [match[0] for match in _BASE64_WORD.finditer(text)]
    for match in _BASE64_LINES.finditer(text):
        packed += [match[0], match[1]]  # the last line may be what ends a here-document
    found = [_decoded(re.sub(r"\s", "", each)) for each in packed]
    found += [unquote_to_bytes(match[1]) for match in _DATA_URL.finditer(text)]
    found += [data for line in _BASE85_LINE.findall(text) if (data := _packed(line))]
    plain = [_as_text(data) for data in found if data]
    return [each for each in plain if each]


def _decoded(packed: str) -> bytes | None:
    stripped = packed.rstrip("=")
    try:
        return b64decode(stripped + "=" * (-len(stripped) % 4), validate=True)
    except binascii.Error:
        return None


def _packed(line: str) -> bytes | None:
    try:
        data = b85decode(line)
    except ValueError:
        return None
    return data if data.startswith((_GZIP, _BZIP2)) else None


def _as_text(data: bytes) -> str | None:
    if data.startswith((_GZIP, _BZIP2)):
        unpacked = _gunzipped(data) if data.startswith(_GZIP) else _bunzipped(data)
        if unpacked is None:
            return None
        data = unpacked
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return text if not re.search(r"[\x00-\x08\x0e-\x1f\x7f]", text) else None


def _gunzipped(data: bytes) -> bytes | None:
    try:
        reader = zlib.decompressobj(zlib.MAX_WBITS | 16)
        plain = reader.decompress(data, _MAX_SIZE)
    except zlib.error:
        return None
    return plain if reader.eof else None


def _bunzipped(data: bytes) -> bytes | None:
    reader = bz2.BZ2Decompressor()
    try:
        plain = reader.decompress(data, _MAX_SIZE)
    except OSError:
        return None
    return plain if reader.eof else None
