"""What any setting may be before a model looks at it: plain data of a depth and size that people write.

Beyond these bounds readers disagree (numbers of more than 64 bits, half characters) or do not come to an end.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.values import Json

DEEPEST = 50  # mappings and lists inside one another
MOST = 100_000  # values in one file, each alias counted as what it stands for
_BITS = 64


def unfit(value: object) -> str | None:
    """What is wrong with a single value, as a rule and a remedy, or None."""
    if isinstance(value, str):
        half = any("\ud800" <= sign <= "\udfff" for sign in value)
        return "whole Unicode characters are wanted; write the character itself" if half else None
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int):
        return None if value.bit_length() < _BITS else "a number of less than 64 bits is wanted; correct it"
    if isinstance(value, float):
        return None if math.isfinite(value) else "a finite number is wanted; correct it"
    return "a text, a number, true, false or null is wanted; take the tag with ! out"


def unfit_inside(data: Json) -> str | None:
    """The first thing that is wrong in plain data, as a rule and a remedy, or None."""
    left: list[tuple[Json, int]] = [(data, 0)]
    while left:
        value, depth = left.pop()
        if depth > DEEPEST:
            return f"at most {DEEPEST} levels are allowed; write less deep"
        if isinstance(value, dict):
            wrong = next(filter(None, map(unfit, value)), None)
            left += [(item, depth + 1) for item in value.values()]
        elif isinstance(value, list):
            wrong = None
            left += [(item, depth + 1) for item in value]
        else:
            wrong = unfit(value)
        if wrong:
            return wrong
    return None
