"""A URN taken apart, once more than in `plan.urns`: a provider runs in other projects, without our other rooms."""

from __future__ import annotations


def type_of(urn: str) -> str:
    """The type in a URN, without those of its parents."""
    return urn.split("::", 3)[2].rpartition("$")[2]


def name_of(urn: str) -> str:
    """The logical name in a URN."""
    return urn.split("::", 3)[3]
