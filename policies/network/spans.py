"""Sets of whole numbers as intervals: addresses and ports are such sets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True)
class Spans:
    """A set of whole numbers: its intervals in order, apart from each other, each with both ends."""

    parts: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, parts: Iterable[tuple[int, int]]) -> Spans:
        """The set of all numbers in these intervals, which may overlap; one that ends before it begins is empty."""
        merged: list[tuple[int, int]] = []
        for first, last in sorted(part for part in parts if part[0] <= part[1]):
            if merged and first <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(merged[-1][1], last))
            else:
                merged.append((first, last))
        return cls(tuple(merged))

    def __or__(self, other: Spans) -> Spans:
        """What is in either."""
        if not other.parts or self.parts == other.parts:
            return self
        return Spans.of((*self.parts, *other.parts)) if self.parts else other

    def __and__(self, other: Spans) -> Spans:
        """What is in both."""
        if self.parts == other.parts or not self.parts:
            return self
        return Spans(tuple(self._common(other))) if other.parts else other

    def __sub__(self, other: Spans) -> Spans:
        """What is in this and not in the other."""
        if not self.parts or not other.parts:
            return self
        if self.parts == other.parts:
            return NOTHING
        left: list[tuple[int, int]] = []
        cuts = other.parts
        at = 0
        for first, last in self.parts:
            start = first
            while at < len(cuts) and cuts[at][1] < start:
                at += 1
            index = at
            while index < len(cuts) and cuts[index][0] <= last:
                if cuts[index][0] > start:
                    left.append((start, cuts[index][0] - 1))
                start = max(start, cuts[index][1] + 1)
                index += 1
            if start <= last:
                left.append((start, last))
        return Spans(tuple(left))

    def __bool__(self) -> bool:
        """Whether anything is in it."""
        return bool(self.parts)

    def __contains__(self, number: int) -> bool:
        """Whether a number is in it."""
        return any(first <= number <= last for first, last in self.parts)

    @property
    def size(self) -> int:
        """How many numbers are in it."""
        return sum(last - first + 1 for first, last in self.parts)

    def _common(self, other: Spans) -> Iterator[tuple[int, int]]:
        mine, theirs = 0, 0
        while mine < len(self.parts) and theirs < len(other.parts):
            first = max(self.parts[mine][0], other.parts[theirs][0])
            last = min(self.parts[mine][1], other.parts[theirs][1])
            if first <= last:
                yield first, last
            if self.parts[mine][1] < other.parts[theirs][1]:
                mine += 1
            else:
                theirs += 1


NOTHING = Spans()
