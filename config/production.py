"""What production refuses of settings that are good enough elsewhere, in the same words for every cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.settings import refused_at

if TYPE_CHECKING:
    from pydantic_core import InitErrorDetails

KEPT = ("data that outlives a mistake", "write protect or retain")
"""What production needs of the deletion of data, and what to do."""


def unsafe_settings(*checks: tuple[bool, str, object, str, str]) -> list[InitErrorDetails]:
    """What production refuses: each check says whether it is wrong, its setting, what is given, needed, and to do."""
    return [
        refused_at((key,), given, f"production needs {what}", remedy)
        for wrong, key, given, what, remedy in checks
        if wrong
    ]
