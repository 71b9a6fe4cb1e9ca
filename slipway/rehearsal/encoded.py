"""Texts that a state holds encoded, as it holds user data, in clear."""

from __future__ import annotations

import base64
import binascii
import gzip
import re
import zlib
from typing import Any

_ENCODED = re.compile(r"[A-Za-z0-9+/]{64,}={0,2}\Z")
_GZIP = b"\x1f\x8b"


def plain(value: Any) -> Any:
    """A value of any JSON in which long texts in base64, compressed or not, are what they stand for."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return _decoded(value) if isinstance(value, str) and _ENCODED.match(value) else value


def _decoded(text: str) -> str:
    try:
        held = base64.b64decode(text, validate=True)
        return (gzip.decompress(held) if held.startswith(_GZIP) else held).decode()
    except (binascii.Error, UnicodeDecodeError, OSError, EOFError, zlib.error):
        return text  # only looks like it
