"""Sets of addresses of both versions, and which of them are the internet's."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_network, summarize_address_range
from typing import TYPE_CHECKING

from policies.network.spans import NOTHING, Spans

if TYPE_CHECKING:
    from collections.abc import Iterable

_V4, _V6 = 2**32 - 1, 2**128 - 1
# More public addresses than these hold are the world's, in however many pieces they are written.
_WORLD_V4, _WORLD_V6 = 2**16, 2**96
_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Blocks:
    """A set of addresses."""

    v4: Spans = NOTHING
    v6: Spans = NOTHING

    @classmethod
    def read(cls, text: str) -> Blocks | None:
        """The addresses of a block as AWS takes it, such as 10.0.0.0/8; None where it is none."""
        try:
            network = ip_network(text.strip(), strict=False)
        except ValueError:
            return None
        spans = Spans(((int(network.network_address), int(network.broadcast_address)),))
        return cls(v4=spans) if network.version == 4 else cls(v6=spans)  # noqa: PLR2004 - the version of IP

    @classmethod
    def union(cls, parts: Iterable[Blocks]) -> Blocks:
        """What is in any of them; faster than one by one where they are many."""
        found = list(parts)
        return cls(
            Spans.of(span for part in found for span in part.v4.parts),
            Spans.of(span for part in found for span in part.v6.parts),
        )

    def __or__(self, other: Blocks) -> Blocks:
        """What is in either."""
        return Blocks(self.v4 | other.v4, self.v6 | other.v6)

    def __and__(self, other: Blocks) -> Blocks:
        """What is in both."""
        return Blocks(self.v4 & other.v4, self.v6 & other.v6)

    def __sub__(self, other: Blocks) -> Blocks:
        """What is in this and not in the other."""
        return Blocks(self.v4 - other.v4, self.v6 - other.v6)

    def __bool__(self) -> bool:
        """Whether any address is in it."""
        return bool(self.v4) or bool(self.v6)

    @property
    def public(self) -> Blocks:
        """Those of its addresses that belong to the internet."""
        return self - PRIVATE

    @property
    def is_world(self) -> bool:
        """Whether so many addresses of the internet are in it that it is no list of known peers."""
        found = self.public
        return found.v4.size > _WORLD_V4 or found.v6.size > _WORLD_V6

    def __str__(self) -> str:
        """The fewest blocks that make it up, in order; the first ones where they are many."""
        v4 = [
            str(block)
            for first, last in self.v4.parts
            for block in summarize_address_range(IPv4Address(first), IPv4Address(last))
        ]
        v6 = [
            str(block)
            for first, last in self.v6.parts
            for block in summarize_address_range(IPv6Address(first), IPv6Address(last))
        ]
        more = [f"{len(v4) + len(v6) - _SHOWN} more"] if len(v4) + len(v6) > _SHOWN else []
        return ", ".join((*(*v4, *v6)[:_SHOWN], *more)) or "no address"


NO_BLOCKS = Blocks()
EVERYWHERE_V4 = Blocks(v4=Spans(((0, _V4),)))
EVERYWHERE_V6 = Blocks(v6=Spans(((0, _V6),)))
EVERYWHERE = EVERYWHERE_V4 | EVERYWHERE_V6
# IANA's special-purpose registries, without the ranges for documentation: these stand for strangers in examples.
_SPECIAL = (
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"),
    *("198.18.0.0/15", "224.0.0.0/3"),
    *("::/128", "::1/128", "fc00::/7", "fe80::/10", "ff00::/8"),
)
PRIVATE = Blocks.union(block for text in _SPECIAL if (block := Blocks.read(text)) is not None)
INTERNET_V4, INTERNET_V6 = EVERYWHERE_V4 - PRIVATE, EVERYWHERE_V6 - PRIVATE
