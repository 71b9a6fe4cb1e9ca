"""Which service gets a request, by the claims of host and path: the most specific one, as in every topology."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.move.facts import Claims


def leads(claims: Mapping[str, Claims], host: str, path: str) -> str | None:
    """The service that gets what is asked for this host and path; None where nobody does.

    Host and path go before the host alone, and that before the path alone. Of patterns that claim the same way, the one
    with more characters of its own wins.
    """
    found = [
        (bool(hosts), _own(pattern), service)
        for service, (hosts, paths) in claims.items()
        if host in hosts or not hosts
        for pattern in paths or ("",)
        if not pattern or _matches(pattern, path)
    ]
    return max(found)[2] if found else None


def _own(pattern: str) -> int:
    return len(pattern) - pattern.count("*") - pattern.count("?")


def _matches(pattern: str, path: str) -> bool:
    wild = {"*": ".*", "?": "."}
    return re.fullmatch("".join(wild.get(sign) or re.escape(sign) for sign in pattern), path) is not None
