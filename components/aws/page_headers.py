"""What every answer with a page or a file of it says beside the file: the security headers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_YEAR = 31_536_000  # seconds

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


def content_policy(sources: Mapping[str, Sequence[pulumi.Input[str]]]) -> pulumi.Output[str]:
    """The Content-Security-Policy of pages that may use these sources besides their own, by directive.

    Raises `ValueError` for a directive to which none can be added.
    """
    wrong = sorted(sources.keys() - (_OWN.keys() - CLOSED))
    if wrong:
        allowed = ", ".join(each for each in _OWN if each not in CLOSED)
        raise ValueError(f"sources: {', '.join(wrong)}: nothing can be added to it; write one of {allowed}")
    words: list[pulumi.Input[str]] = []
    for name, own in _OWN.items():
        words += ["; ", name] if words else [name]
        for source in dict.fromkeys((*own, *sources.get(name, ()))):
            words += [" ", source]
    return pulumi.Output.concat(*words)


def page_headers(
    name: str, sources: Mapping[str, Sequence[pulumi.Input[str]]], child: pulumi.ResourceOptions
) -> aws.cloudfront.ResponseHeadersPolicy:
    """The headers, `<name>-headers`: HTTPS for a year, the type that is said, no frame, no address for others.

    There is no X-XSS-Protection: browsers have dropped what it switched on, and it opened holes of its own.
    """
    part = aws.cloudfront
    return part.ResponseHeadersPolicy(
        f"{name}-headers",
        comment=f"{name}: what browsers let its pages do",
        security_headers_config=part.ResponseHeadersPolicySecurityHeadersConfigArgs(
            content_security_policy=part.ResponseHeadersPolicySecurityHeadersConfigContentSecurityPolicyArgs(
                content_security_policy=content_policy(sources), override=True
            ),
            content_type_options=part.ResponseHeadersPolicySecurityHeadersConfigContentTypeOptionsArgs(override=True),
            frame_options=part.ResponseHeadersPolicySecurityHeadersConfigFrameOptionsArgs(
                frame_option="DENY", override=True
            ),
            referrer_policy=part.ResponseHeadersPolicySecurityHeadersConfigReferrerPolicyArgs(
                referrer_policy="strict-origin-when-cross-origin", override=True
            ),
            strict_transport_security=part.ResponseHeadersPolicySecurityHeadersConfigStrictTransportSecurityArgs(
                access_control_max_age_sec=_YEAR, override=True
            ),
        ),
        opts=child,
    )
