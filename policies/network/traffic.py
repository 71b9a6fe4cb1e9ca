"""Sets of traffic: protocols, with their ports where they have any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies.network.spans import NOTHING, Spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TCP, UDP, ICMP, ICMP_V6 = 6, 17, 1, 58
NUMBERS = {
    "hopopt": 0,
    "icmp": ICMP,
    "igmp": 2,
    "ipv4": 4,
    "tcp": TCP,
    "egp": 8,
    "igp": 9,
    "udp": UDP,
    "rdp": 27,
    "dccp": 33,
    "ipv6": 41,
    "rsvp": 46,
    "gre": 47,
    "esp": 50,
    "ah": 51,
    "icmpv6": ICMP_V6,
    "ipv6-icmp": ICMP_V6,
    "ospf": 89,
    "ospfigp": 89,
    "pim": 103,
    "vrrp": 112,
    "l2tp": 115,
    "sctp": 132,
    "udplite": 136,
}
PORTS = Spans(((0, 65535),))
_MESSAGES = Spans(((0, 65535),))  # type * 256 + code
_OTHERS = Spans(((0, 255),)) - Spans.of((number, number) for number in (TCP, UDP, ICMP, ICMP_V6))
_BYTE = 256


@dataclass(frozen=True, slots=True)
class Traffic:
    """What may pass: ports of TCP and UDP, messages of ICMP (type * 256 + code), and other protocols by number."""

    tcp: Spans = NOTHING
    udp: Spans = NOTHING
    icmp: Spans = NOTHING
    icmpv6: Spans = NOTHING
    others: Spans = NOTHING

    @classmethod
    def ports(cls, protocol: int, ports: Spans) -> Traffic:
        """These ports of a protocol; of one that has none, all of it. Of ICMP the ports are messages."""
        names = {TCP: "tcp", UDP: "udp", ICMP: "icmp", ICMP_V6: "icmpv6"}
        if protocol in names:
            return cls(**{names[protocol]: ports})
        return cls(others=Spans(((protocol, protocol),)))

    @classmethod
    def union(cls, parts: Iterable[Traffic]) -> Traffic:
        """What is in any of these."""
        total = cls()
        for part in parts:
            total |= part
        return total

    def __or__(self, other: Traffic) -> Traffic:
        """What is in either."""
        return Traffic(
            self.tcp | other.tcp,
            self.udp | other.udp,
            self.icmp | other.icmp,
            self.icmpv6 | other.icmpv6,
            self.others | other.others,
        )

    def __and__(self, other: Traffic) -> Traffic:
        """What is in both."""
        return Traffic(
            self.tcp & other.tcp,
            self.udp & other.udp,
            self.icmp & other.icmp,
            self.icmpv6 & other.icmpv6,
            self.others & other.others,
        )

    def __sub__(self, other: Traffic) -> Traffic:
        """What is in this and not in the other."""
        return Traffic(
            self.tcp - other.tcp,
            self.udp - other.udp,
            self.icmp - other.icmp,
            self.icmpv6 - other.icmpv6,
            self.others - other.others,
        )

    def __bool__(self) -> bool:
        """Whether anything may pass."""
        return bool(self.tcp.parts or self.udp.parts or self.icmp.parts or self.icmpv6.parts or self.others.parts)

    def whole_protocols(self) -> Traffic:
        """The same protocols, each with all of its ports or messages."""
        return Traffic(
            PORTS if self.tcp else Spans(),
            PORTS if self.udp else Spans(),
            _MESSAGES if self.icmp else Spans(),
            _MESSAGES if self.icmpv6 else Spans(),
            self.others,
        )

    def rows(self) -> Iterator[tuple[str, str]]:
        """Each protocol with its ports as a person reads them, e.g. `tcp` and `80, 8000-8999`."""
        if self == ALL:
            yield "all", "all"
            return
        for name, ports in (("tcp", self.tcp), ("udp", self.udp)):
            if ports:
                yield name, "all" if ports == PORTS else shown(ports)
        for name, messages in (("icmp", self.icmp), ("icmpv6", self.icmpv6)):
            if messages:
                yield name, "all" if messages == _MESSAGES else f"types {shown(_types(messages))}"
        if self.others:
            yield "other", "all" if self.others == _OTHERS else f"protocols {shown(self.others)}"

    def __str__(self) -> str:
        """The rows in one line, e.g. `tcp 443 and udp 53`."""
        return " and ".join(f"{name} {ports}" if ports != name else "everything" for name, ports in self.rows())


def message_spans(kind: int, code: int) -> Spans:
    """The messages of ICMP with a type and a code, of which -1 means any."""
    if kind < 0:
        return _MESSAGES
    if code < 0:
        return Spans(((kind * _BYTE, kind * _BYTE + _BYTE - 1),))
    return Spans(((kind * _BYTE + code, kind * _BYTE + code),))


def shown(ports: Spans) -> str:
    """Ports as a person reads them."""
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in ports.parts)


def _types(messages: Spans) -> Spans:
    return Spans.of((first // _BYTE, last // _BYTE) for first, last in messages.parts)


ALL = Traffic(PORTS, PORTS, _MESSAGES, _MESSAGES, _OTHERS)
# What a web server listens on; HTTP/3 comes over UDP.
WEB = Traffic(tcp=Spans(((80, 80), (443, 443))), udp=Spans(((443, 443),)))
