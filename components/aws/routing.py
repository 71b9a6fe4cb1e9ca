"""The order in which a load balancer tries its rules. Pure arithmetic."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_BAND = 10_000  # a load balancer takes priorities from 1 to 50,000


def rule_priorities(specificity: Mapping[str, int]) -> dict[str, int]:
    """A priority for each service: more specific ones first, and as far as possible the same whatever others there are.

    `specificity` is 0 (least) to 3 by service. Numbering in order would renumber every later rule when one is added,
    and AWS refuses to swap two priorities that are both in use.
    """
    taken: dict[int, str] = {}
    for name in sorted(specificity):
        band = 3 - specificity[name]
        place = zlib.crc32(name.encode()) % _BAND
        while band * _BAND + place + 1 in taken:
            place = (place + 1) % _BAND
        taken[band * _BAND + place + 1] = name
    return {name: priority for priority, name in taken.items()}
