"""Values as SQL that says exactly the same, whoever reads it."""

from __future__ import annotations

import math
import re

__all__ = ["LONGEST", "Text", "Value", "literal", "name", "pieces"]


class Text(bytes):
    """A text as SQLite has it: bytes, which may be no sound UTF-8 and may have a zero among them."""


Value = None | int | float | Text | bytes

LONGEST = 40_000  # bytes of a text or blob that may stand in a statement; as hex digits they are twice as many
# What every splitter of statements takes for a part of a text: no line ends, nothing that ends or begins anything.
_PLAIN = re.compile(r"(?:(?!--|/\*|BEGIN TRANSACTION)[^\x00-\x1f\x7f;$`\\])*", re.IGNORECASE)
_DIGITS = 2**53  # up to here whole numbers are exact in a double
_STEP = 62


def name(text: str) -> str:
    """A name of a table or column, in quotes."""
    return '"' + text.replace('"', '""') + '"'


def literal(value: Value) -> str:
    """The value as SQL."""
    if value is None:
        return "NULL"
    if isinstance(value, Text):
        return _text(value)
    if isinstance(value, bytes):
        return f"X'{value.hex()}'"
    return _real(value) if isinstance(value, float) else str(value)


def pieces(value: bytes) -> list[str]:
    """A long value as blobs that fit into a statement each."""
    return [f"X'{value[start : start + LONGEST].hex()}'" for start in range(0, len(value), LONGEST)]


def _text(value: Text) -> str:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        text = ""
    if text and _PLAIN.fullmatch(text):
        return "'" + text.replace("'", "''") + "'"
    return f"CAST(X'{value.hex()}' AS TEXT)"


def _real(value: float) -> str:
    """A double by whole numbers and powers of two: versions of SQLite differ in how well they read decimals."""
    if math.isinf(value):
        return "9e999" if value > 0 else "-9e999"
    if value.is_integer() and abs(value) < _DIGITS:
        return repr(value) if "e" not in repr(value) else f"{int(value)}.0"
    fraction, exponent = math.frexp(value)
    whole = int(fraction * _DIGITS)
    exponent -= 53
    while whole % 2 == 0:
        whole //= 2
        exponent += 1
    sign, left = ("*", exponent) if exponent > 0 else ("/", -exponent)
    steps = [_STEP] * (left // _STEP) + [left % _STEP]
    return f"({whole}.0" + "".join(f"{sign}(1<<{step})" for step in steps if step) + ")"
