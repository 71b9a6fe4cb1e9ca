"""How long the parts of a move take, as estimates: minutes for each GiB, and what is assumed where no size is known."""

from __future__ import annotations

import math

# Measured with 1 GiB of rows on two busy cores and a local disk, PostgreSQL 15; rounded up. Docs: moving.md.
_DUMP, _RESTORE, _CHECK = 1.2, 1.6, 0.8
_FILE = 0.4  # copying a SQLite file over a network of 50 MiB a second
ASSUMED_GIB = 1.0


def dump_minutes(gib: float) -> int:
    """Minutes for a dump."""
    return _minutes(gib * _DUMP)


def restore_minutes(gib: float) -> int:
    """Minutes for a restore with its indexes."""
    return _minutes(gib * _RESTORE)


def check_minutes(gib: float) -> int:
    """Minutes for the comparison of two databases."""
    return _minutes(gib * _CHECK)


def file_minutes(gib: float) -> int:
    """Minutes for a copy of a file."""
    return _minutes(gib * _FILE)


def sources() -> str:
    """Where these figures come from, in one sentence."""
    return (
        f"PostgreSQL: {_DUMP} minutes a GiB to export, {_RESTORE} to import, {_CHECK} to compare, measured with 1 GiB on"
        " two cores (docs/moving.md); a network between adds its own. The trial in phase 2 gives yours."
    )


def _minutes(value: float) -> int:
    return max(1, math.ceil(value))
