"""Where a request for a host and a path goes: the order in which nginx tries expressions. Pure arithmetic.

The most specific claim wins, as before a load balancer of AWS: host and path, then the host alone, then the path alone.
Of patterns that claim the same way, the one with more characters of its own wins.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from components.server.web import WebService, WebSite

_PLAIN = frozenset(f"{string.ascii_letters}{string.digits}/_-".encode())


@dataclass(frozen=True, slots=True)
class Routes:
    """What becomes of requests for one host."""

    claims: tuple[tuple[str, str], ...]
    """Expressions over the path and the services that get what matches, in the order in which they are tried."""
    rest: str | None
    """The service that gets everything else; none means the frontend or nobody."""
    frontend: bool
    """Whether the frontend's files get everything else."""


def routes(site: WebSite, host: str) -> Routes:
    """Where requests for a host go that is served."""
    own = [service for service in site.services if host in service.hosts]
    whole = next((service.name for service in own if not service.paths), None)
    anywhere = [] if whole else [service for service in site.services if service.paths and not service.hosts]
    frontend = site.frontend is not None and host in site.frontend.hosts
    default = site.default.name if site.default and not frontend else None
    return Routes(claims=(*_claims(own), *_claims(anywhere)), rest=whole or default, frontend=frontend)


def _claims(services: list[WebService]) -> list[tuple[str, str]]:
    """The patterns of services that claim the same way, the one with most characters of its own first."""
    pairs = [(pattern, service.name) for service in services for pattern in service.paths]
    pairs.sort(key=lambda pair: (wildcards(pair[0]) - len(pair[0]), wildcards(pair[0]), pair))
    return [(expression(pattern), name) for pattern, name in pairs]


def wildcards(pattern: str) -> int:
    """How many characters of a pattern stand for others."""
    return pattern.count("*") + pattern.count("?")


def expression(pattern: str) -> str:
    """A path pattern as an expression over nginx's path, which is decoded bytes: `*` any characters, `?` one."""
    open_ended = pattern.endswith("*")
    wild = {"*": ".*", "?": "."}
    parts = re.split(r"([*?])", pattern.rstrip("*") if open_ended else pattern)
    text = "".join(wild.get(part) or literal(part) for part in parts)
    any_byte = "(?s)" if any(part in wild for part in parts) else ""
    return rf"{any_byte}^{text}" if open_ended else rf"{any_byte}^{text}\z"


def literal(path: str) -> str:
    """A path as an expression that matches it alone, decoded as nginx does; no character of it means anything else."""
    return "".join(map(_escaped, unquote_to_bytes(path)))


def raw(path: str) -> str:
    """A path as an expression that matches it alone as it was sent, whatever follows as a query."""
    return rf"^{''.join(map(_escaped, path.encode()))}(?:[?]|\z)"


def _escaped(byte: int) -> str:
    """A byte in an expression between quotes of nginx."""
    if byte in _PLAIN:
        return chr(byte)
    return "[.]" if byte == ord(".") else rf"\x{byte:02x}"
