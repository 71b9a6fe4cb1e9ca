"""What every answer with a page or a file of it says beside the file: the security headers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.page_policy import HTTPS_FOR, REFERRER, policy_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def page_headers(
    name: str, sources: Mapping[str, Sequence[pulumi.Input[str]]], child: pulumi.ResourceOptions
) -> aws.cloudfront.ResponseHeadersPolicy:
    """The headers, `<name>-headers`: HTTPS for a year, the type that is said, no frame, no address for others.

    There is no X-XSS-Protection: browsers have dropped what it switched on, and it opened holes of its own. Raises
    `ValueError` for a directive to which no source can be added.
    """
    part = aws.cloudfront
    return part.ResponseHeadersPolicy(
        f"{name}-headers",
        comment=f"{name}: what browsers let its pages do",
        security_headers_config=part.ResponseHeadersPolicySecurityHeadersConfigArgs(
            content_security_policy=part.ResponseHeadersPolicySecurityHeadersConfigContentSecurityPolicyArgs(
                content_security_policy=pulumi.Output.concat(*policy_words(sources)), override=True
            ),
            content_type_options=part.ResponseHeadersPolicySecurityHeadersConfigContentTypeOptionsArgs(override=True),
            frame_options=part.ResponseHeadersPolicySecurityHeadersConfigFrameOptionsArgs(
                frame_option="DENY", override=True
            ),
            referrer_policy=part.ResponseHeadersPolicySecurityHeadersConfigReferrerPolicyArgs(
                referrer_policy=REFERRER, override=True
            ),
            strict_transport_security=part.ResponseHeadersPolicySecurityHeadersConfigStrictTransportSecurityArgs(
                access_control_max_age_sec=HTTPS_FOR, override=True
            ),
        ),
        opts=child,
    )
