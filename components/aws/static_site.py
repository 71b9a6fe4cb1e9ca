"""A frontend of static files: a private bucket, and CloudFront, which shows them to browsers."""

from pathlib import Path
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from components.aws.bucket import Admitted, Keeping, admit, private_bucket
from components.aws.cloudfront import CACHING_OPTIMIZED, ORIGIN, READING, YEAR, edge_function, everywhere, signed_origin
from components.aws.page_headers import page_headers
from components.deletion import forgotten
from config.values import Deletion

_HASHED = "/assets/*"  # where Vite puts the files that have a hash of their content in their name
_PAGES = Path(__file__).parent / "edge" / "pages.js"


class SiteAddressArgs(TypedDict):
    """An address of one's own."""

    host: str
    """The host name, as in www.example.com. Whoever keeps its zone leads it to the distribution."""
    certificate_arn: pulumi.Input[str]
    """The ARN of a valid certificate for it, in us-east-1: CloudFront takes those of no other region."""


class StaticSiteArgs(TypedDict):
    """What a frontend is shown with."""

    address: NotRequired[SiteAddressArgs]
    """Its own address; without one it has the name that CloudFront gives it."""
    sources: dict[str, list[pulumi.Input[str]]]
    """What pages may load and call beside their own files, by directive of the Content-Security-Policy: the backend's
    origin under connect-src."""
    price_class: str
    """Where CloudFront's servers stand: PriceClass_100, PriceClass_200 or PriceClass_All."""
    deletion: Deletion
    """What becomes of the files when they leave the program."""
    destroy_objects: bool
    """Whether `destroy` also takes a bucket that has files in it."""


class StaticSite(pulumi.ComponentResource):
    """Guarantees files that only roles of the account write, and that browsers get over HTTPS from CloudFront alone.

    An address that names no file is answered with index.html, which a router in the browser reads. A file that is not
    there is 404 and never a page: a browser would keep a page in place of a script. Below /assets/ names say what is in
    a file, and it is kept as long as it says; everything else is kept nowhere unless it says so itself. With an address
    of its own it takes TLS 1.2 and later only; CloudFront's own certificate takes 1.0, whatever is asked for.
    """

    bucket_name: pulumi.Output[str]
    """The bucket's name, for whoever releases."""
    distribution_id: pulumi.Output[str]
    """The distribution's id, for whoever releases."""
    dns_name: pulumi.Output[str]
    """The distribution's own host name, to which an address leads."""
    zone_id: pulumi.Output[str]
    """The hosted zone of that name, which is AWS's."""
    url: pulumi.Output[str]
    """The address: https://, without a slash at the end."""

    def __init__(self, name: str, args: StaticSiteArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:StaticSite", name, {}, opts)
        child = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=self), forgotten(args["deletion"]))
        bucket = private_bucket(name, Keeping(args["deletion"], args["destroy_objects"]), child)
        distribution = _distribution(name, args, bucket, child)
        # By its ARN: CloudFront reads for whoever names the bucket as an origin, other customers included. Who may not
        # list a bucket is told 403 of a file that is not there, and nobody can tell it from one that is forbidden.
        ours = {"StringEquals": {"aws:SourceArn": distribution.arn}}
        reading = Admitted("cloudfront.amazonaws.com", "s3:GetObject", ours)
        missing = Admitted("cloudfront.amazonaws.com", "s3:ListBucket", ours, itself=True)
        admit(name, bucket, [reading, missing], child)
        self.bucket_name = bucket.bucket
        self.distribution_id = distribution.id
        self.dns_name = distribution.domain_name
        self.zone_id = distribution.hosted_zone_id
        self.url = pulumi.Output.concat("https://", args["address"]["host"] if "address" in args else self.dns_name)
        self.register_outputs(
            {
                "bucketName": self.bucket_name,
                "distributionId": self.distribution_id,
                "dnsName": self.dns_name,
                "zoneId": self.zone_id,
                "url": self.url,
            }
        )


def _distribution(
    name: str, args: StaticSiteArgs, bucket: aws.s3.Bucket, child: pulumi.ResourceOptions
) -> aws.cloudfront.Distribution:
    origin = signed_origin(name, bucket, child)
    headers = page_headers(name, args["sources"], child)
    return aws.cloudfront.Distribution(
        f"{name}-cdn",
        comment=name,
        aliases=[args["address"]["host"]] if "address" in args else None,
        enabled=True,
        is_ipv6_enabled=True,
        http_version="http2and3",
        price_class=args["price_class"],
        default_root_object="index.html",
        origins=[origin],
        default_cache_behavior=_pages(name, headers, child),
        # No function and no page in place of an error here: a script that is gone is gone.
        ordered_cache_behaviors=[
            aws.cloudfront.DistributionOrderedCacheBehaviorArgs(
                path_pattern=_HASHED,
                target_origin_id=ORIGIN,
                viewer_protocol_policy="redirect-to-https",
                allowed_methods=READING,
                cached_methods=READING,
                cache_policy_id=CACHING_OPTIMIZED,
                response_headers_policy_id=headers.id,
                compress=True,
            )
        ],
        restrictions=everywhere(),
        viewer_certificate=_certificate(args),
        tags={"Name": name},
        opts=child,
    )


def _pages(
    name: str, headers: aws.cloudfront.ResponseHeadersPolicy, child: pulumi.ResourceOptions
) -> aws.cloudfront.DistributionDefaultCacheBehaviorArgs:
    """Everything but hashed files: pages, and files whose names stay when their content changes."""
    function = edge_function(f"{name}-pages", f"{name}: what names no file is a page", _PAGES, name, child)
    return aws.cloudfront.DistributionDefaultCacheBehaviorArgs(
        target_origin_id=ORIGIN,
        viewer_protocol_policy="redirect-to-https",
        allowed_methods=READING,
        cached_methods=READING,
        cache_policy_id=_asking(name, child).id,
        response_headers_policy_id=headers.id,
        function_associations=[
            aws.cloudfront.DistributionDefaultCacheBehaviorFunctionAssociationArgs(
                event_type="viewer-request", function_arn=function.arn
            )
        ],
        compress=True,
    )


def _asking(name: str, child: pulumi.ResourceOptions) -> aws.cloudfront.CachePolicy:
    """Nothing is kept without being asked for. AWS's own policies keep everything for a while or nothing."""
    key = aws.cloudfront
    return key.CachePolicy(
        f"{name}-asking",
        comment=f"{name}: as long as a file says, else not at all",
        min_ttl=0,
        default_ttl=0,
        max_ttl=YEAR,
        parameters_in_cache_key_and_forwarded_to_origin=key.CachePolicyParametersInCacheKeyAndForwardedToOriginArgs(
            cookies_config=key.CachePolicyParametersInCacheKeyAndForwardedToOriginCookiesConfigArgs(
                cookie_behavior="none"
            ),
            headers_config=key.CachePolicyParametersInCacheKeyAndForwardedToOriginHeadersConfigArgs(
                header_behavior="none"
            ),
            query_strings_config=key.CachePolicyParametersInCacheKeyAndForwardedToOriginQueryStringsConfigArgs(
                query_string_behavior="none"
            ),
            enable_accept_encoding_brotli=True,
            enable_accept_encoding_gzip=True,
        ),
        opts=child,
    )


def _certificate(args: StaticSiteArgs) -> aws.cloudfront.DistributionViewerCertificateArgs:
    if "address" not in args:
        return aws.cloudfront.DistributionViewerCertificateArgs(cloudfront_default_certificate=True)
    return aws.cloudfront.DistributionViewerCertificateArgs(
        acm_certificate_arn=args["address"]["certificate_arn"],
        minimum_protocol_version="TLSv1.2_2021",
        ssl_support_method="sni-only",
    )
