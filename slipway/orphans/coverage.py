"""Which types of a stack AWS does not list by tags: what nobody looked at is named, not taken for clean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slipway.orphans.records import types_in_a_cloud
from slipway.orphans.types import known_types
from slipway.simulated.sdk import declared

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class NotCovered:
    """A type, how many resources of it the stack has, and why none of them would be found as an orphan."""

    type: str
    count: int
    reason: str


def not_covered(types: Iterable[str], aws_sdk: Path | None) -> tuple[NotCovered, ...]:
    """The types that no orphan can be found of, by type. `aws_sdk` is the folder of the project's AWS SDK."""
    counted = types_in_a_cloud(types).items()
    found = ((kind, count, _reason(kind, aws_sdk)) for kind, count in counted)
    return tuple(NotCovered(kind, count, reason) for kind, count, reason in found if reason)


def _reason(kind: str, aws_sdk: Path | None) -> str:
    package = kind.partition(":")[0]
    if package != "aws":
        return f"only AWS is asked, not {package}"
    if kind in known_types():
        return known_types()[kind].unlisted
    if aws_sdk is None or "tagsAll" not in declared(aws_sdk, kind).outputs:
        return "it has no tags, or none that AWS lists it by"
    return ""
