"""DNS records at Cloudflare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.cloudflare.sdk import cloudflare

if TYPE_CHECKING:
    import pulumi

_TTL = 300  # seconds
_AUTOMATIC = 1  # the only one that a proxied record may have
# What a host leads to that Cloudflare answers itself: an address of no machine (RFC 6666).
NOWHERE = "100::"
_LONGEST = 255  # characters in one string of a TXT record (RFC 1035)


@dataclass(frozen=True, slots=True)
class Record:
    """One record, as Cloudflare takes it."""

    name: pulumi.Input[str]
    """The full name, without a dot at the end: it would be a difference at each deployment."""
    type: pulumi.Input[str]
    """Its type, as in CNAME."""
    content: pulumi.Input[str]
    """What it says; a name has no dot at the end here either."""
    priority: int | None = None
    """Of an MX record: lower is tried first."""
    proxied: bool = False
    """Whether requests go through Cloudflare's network: only for what a browser asks for."""


def record(
    logical: str, zone_id: pulumi.Input[str], said: Record, child: pulumi.ResourceOptions
) -> cloudflare.DnsRecord:
    """The record under a logical name."""
    return cloudflare.DnsRecord(
        logical,
        zone_id=zone_id,
        name=said.name,
        type=said.type,
        content=said.content,
        priority=said.priority,
        proxied=said.proxied,
        ttl=_AUTOMATIC if said.proxied else _TTL,
        opts=child,
    )


def quoted(text: str) -> str:
    """A text as Cloudflare takes it for a TXT record: in quoted strings, none of them too long.

    Without quotes it takes the text as well, but warns of it. Who reads the record joins the strings again.
    """
    if not (text.isascii() and text.isprintable()):
        raise ValueError(f"{text!r}: a TXT record takes printable ASCII; write other characters in an encoding of it")
    strings = [text[start : start + _LONGEST] for start in range(0, len(text), _LONGEST)]
    return " ".join('"' + string.replace("\\", "\\\\").replace('"', '\\"') + '"' for string in strings)
