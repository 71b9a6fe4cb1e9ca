"""The file `_headers` of a build for Cloudflare Pages: what is said with each of its files. Pure text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.page_policy import HTTPS_FOR, REFERRER, policy_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LONGEST = 2_000
"""Characters that Pages takes in one line; it ignores a longer one (developers.cloudflare.com/pages, Headers)."""
_POLICY = "  Content-Security-Policy: "
# Pages itself lets the scripts of every other site read all files; nothing here asks for that.
_OPEN = "  ! Access-Control-Allow-Origin\n"
_REST = f"""\
  Referrer-Policy: {REFERRER}
  Strict-Transport-Security: max-age={HTTPS_FOR}
  X-Content-Type-Options: nosniff
  X-Frame-Options: DENY

/assets/*
  Cache-Control: public, max-age={HTTPS_FOR}, immutable

/.well-known/apple-app-site-association
  Content-Type: application/json
"""
_OTHER_ADDRESS = """
https://:project.pages.dev/*
  X-Robots-Tag: noindex
"""


def headers_file(sources: Mapping[str, Sequence[str]], *, own_address: bool) -> str:
    """The whole file for pages that may use these sources besides their own, by directive.

    No header stands in two rules that fit the same path: Pages would join the two. With an address of its own, search
    engines are kept from the project's other one. A 404 is kept nowhere, whatever stands here: Pages sees to it.
    Raises `ValueError` for a directive to which nothing can be added, and for a policy that is too long for its line.
    """
    policy = "".join(policy_words(sources))
    most = LONGEST - len(_POLICY)
    if len(policy) > most:
        raise ValueError(
            f"sources: the Content-Security-Policy has {len(policy):,} characters, and Pages takes {most:,}: take some "
            "sources out"
        )
    return f"/*\n{_OPEN}{_POLICY}{policy}\n{_REST}{_OTHER_ADDRESS if own_address else ''}"
