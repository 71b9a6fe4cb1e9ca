"""What pages of a frontend may do in a browser, wherever their files lie. Text alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_Source = TypeVar("_Source")
HTTPS_FOR = 31_536_000
"""Seconds that a browser keeps to HTTPS: a year."""
REFERRER = "strict-origin-when-cross-origin"
"""What other origins are told of a page: its origin, and by HTTPS only."""

# By directive of the Content-Security-Policy, what pages may load and call: their own files, and small ones that Vite
# writes into others as data. No page of anybody's shows them in a frame, and no script stands in a page itself.
_OWN: dict[str, tuple[str, ...]] = {
    "default-src": ("'self'",),
    "base-uri": ("'self'",),
    "connect-src": ("'self'",),
    "font-src": ("'self'", "data:"),
    "form-action": ("'self'",),
    "frame-ancestors": ("'none'",),
    "frame-src": ("'self'",),
    "img-src": ("'self'", "data:"),
    "media-src": ("'self'",),
    "object-src": ("'none'",),
    "script-src": ("'self'",),
    "style-src": ("'self'",),
    "worker-src": ("'self'",),
}
CLOSED = frozenset({"default-src", "base-uri", "frame-ancestors", "object-src"})
"""Directives to which nothing can be added."""


def policy_words(sources: Mapping[str, Sequence[_Source]]) -> list[str | _Source]:
    """The Content-Security-Policy of pages that may use these sources besides their own, by directive.

    It is given in the pieces of which it is made, in order, since a source may be known at deployment only. Raises
    `ValueError` for a directive to which none can be added.
    """
    wrong = sorted(sources.keys() - (_OWN.keys() - CLOSED))
    if wrong:
        allowed = ", ".join(each for each in _OWN if each not in CLOSED)
        raise ValueError(f"sources: {', '.join(wrong)}: nothing can be added to it; write one of {allowed}")
    words: list[str | _Source] = []
    for name, own in _OWN.items():
        words += ["; ", name] if words else [name]
        used: list[str | _Source] = [*own, *sources.get(name, ())]
        for source in dict.fromkeys(used):
            words += [" ", source]
    return words
