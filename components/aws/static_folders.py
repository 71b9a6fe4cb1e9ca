"""Folders of files that a server has, shown to browsers from CloudFront, which fetches each file once."""

from pathlib import Path
from typing import TypedDict

import pulumi
import pulumi_aws as aws

from components.aws.cloudfront import CACHING_OPTIMIZED, READING, edge_function, everywhere

_ELSEWHERE = Path(__file__).parent / "edge" / "elsewhere.js"
_ORIGIN = "server"
_HOUR = 3_600  # seconds
# Not kept: a page of a new release may ask for a file a moment before the server has it.
_NOT_KEPT = (404, 500, 502, 503, 504)


class StaticFoldersArgs(TypedDict):
    """Which folders these are, and who has them."""

    host: str
    """The host of the server, as in www.example.com. It must answer HTTPS with a certificate for this name."""
    paths: list[str]
    """The paths of the folders there, each with a slash at both ends, as in /images/."""
    origins: list[str]
    """The origins, as in https://www.example.com, whose pages may use the files as fonts and script modules too."""
    price_class: str
    """Where CloudFront's servers stand: PriceClass_100, PriceClass_200 or PriceClass_All."""


class StaticFolders(pulumi.ComponentResource):
    """Guarantees that files of these folders come from CloudFront, and nothing else of the server does.

    A file stays as long as the server says, a year at most; without cookies, headers and query, so that what is kept is
    the same for everybody. Answers that are errors are not kept. It has CloudFront's own certificate and host.
    """

    url: pulumi.Output[str]
    """What stands before a folder's path: https://, without a slash at the end."""

    def __init__(self, name: str, args: StaticFoldersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:StaticFolders", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        distribution = _distribution(name, args, _headers(name, args["origins"], child), child)
        self.url = pulumi.Output.concat("https://", distribution.domain_name)
        self.register_outputs({"url": self.url})


def _headers(name: str, origins: list[str], child: pulumi.ResourceOptions) -> aws.cloudfront.ResponseHeadersPolicy:
    """Who may use the files beside pages that only show them. All else is what the server says."""
    cors = aws.cloudfront
    return cors.ResponseHeadersPolicy(
        f"{name}-headers",
        comment=f"{name}: which pages may use them",
        cors_config=cors.ResponseHeadersPolicyCorsConfigArgs(
            access_control_allow_origins=cors.ResponseHeadersPolicyCorsConfigAccessControlAllowOriginsArgs(
                items=origins
            ),
            access_control_allow_methods=cors.ResponseHeadersPolicyCorsConfigAccessControlAllowMethodsArgs(
                items=READING
            ),
            access_control_allow_headers=cors.ResponseHeadersPolicyCorsConfigAccessControlAllowHeadersArgs(items=["*"]),
            access_control_allow_credentials=False,
            access_control_max_age_sec=_HOUR,
            origin_override=True,
        ),
        opts=child,
    )


def _distribution(
    name: str,
    args: StaticFoldersArgs,
    headers: aws.cloudfront.ResponseHeadersPolicy,
    child: pulumi.ResourceOptions,
) -> aws.cloudfront.Distribution:
    return aws.cloudfront.Distribution(
        f"{name}-cdn",
        comment=name,
        enabled=True,
        is_ipv6_enabled=True,
        http_version="http2and3",
        price_class=args["price_class"],
        origins=[
            aws.cloudfront.DistributionOriginArgs(
                origin_id=_ORIGIN,
                domain_name=args["host"],
                custom_origin_config=aws.cloudfront.DistributionOriginCustomOriginConfigArgs(
                    http_port=80,
                    https_port=443,
                    origin_protocol_policy="https-only",
                    origin_ssl_protocols=["TLSv1.2"],
                ),
            )
        ],
        default_cache_behavior=_elsewhere(name, child),
        ordered_cache_behaviors=[
            aws.cloudfront.DistributionOrderedCacheBehaviorArgs(
                path_pattern=f"{path}*",
                target_origin_id=_ORIGIN,
                viewer_protocol_policy="https-only",
                allowed_methods=READING,
                cached_methods=READING,
                cache_policy_id=CACHING_OPTIMIZED,
                response_headers_policy_id=headers.id,
                compress=True,
            )
            for path in args["paths"]
        ],
        custom_error_responses=[
            aws.cloudfront.DistributionCustomErrorResponseArgs(error_code=code, error_caching_min_ttl=0)
            for code in _NOT_KEPT
        ],
        restrictions=everywhere(),
        viewer_certificate=aws.cloudfront.DistributionViewerCertificateArgs(cloudfront_default_certificate=True),
        tags={"Name": name},
        opts=child,
    )


def _elsewhere(name: str, child: pulumi.ResourceOptions) -> aws.cloudfront.DistributionDefaultCacheBehaviorArgs:
    function = edge_function(f"{name}-elsewhere", f"{name}: nothing but the folders", _ELSEWHERE, name, child)
    return aws.cloudfront.DistributionDefaultCacheBehaviorArgs(
        target_origin_id=_ORIGIN,
        viewer_protocol_policy="https-only",
        allowed_methods=READING,
        cached_methods=READING,
        cache_policy_id=CACHING_OPTIMIZED,
        function_associations=[
            aws.cloudfront.DistributionDefaultCacheBehaviorFunctionAssociationArgs(
                event_type="viewer-request", function_arn=function.arn
            )
        ],
        compress=True,
    )
