"""A URN taken apart: `urn:pulumi:STACK::PROJECT::TYPES::NAME`. The types are those of its parents, then its own.

Stack, project and types have no `::` in them; a logical name may have (Pulumi's `resource/urn` reads it so, too).
"""

from __future__ import annotations

_BEGINNING = "urn:pulumi:"
_PARTS = 4


def is_urn(text: str) -> bool:
    """Whether a text is one whole URN."""
    parts = text.split("::", _PARTS - 1)
    return text.startswith(_BEGINNING) and len(parts) == _PARTS and all(parts)


def name_of(urn: str) -> str:
    """The logical name in a URN; of what is none, its end."""
    return urn.split("::", _PARTS - 1)[-1]


def type_of(urn: str) -> str:
    """The type in a URN, without those of its parents; empty for what is no URN."""
    parts = urn.split("::", _PARTS - 1)
    return parts[2].rpartition("$")[2] if len(parts) == _PARTS else ""
