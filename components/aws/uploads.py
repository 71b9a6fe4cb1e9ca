"""Uploaded files: a private bucket, and a content delivery network that shows them to browsers."""

from typing import TypedDict

import pulumi
import pulumi_aws as aws

from components.aws.bucket import Admitted, Keeping, admit, private_bucket
from components.aws.cloudfront import CACHING_OPTIMIZED, ORIGIN, READING, YEAR, everywhere, signed_origin
from components.deletion import forgotten
from config.values import Deletion

_HOUR = 3_600
# A file that is opened as a page runs no script, and has no origin to run it in. Pictures, sound and video that an
# application's page embeds are shown as ever; a PDF is offered for download, since its viewer is a script.
_NO_PAGE = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"


class UploadsArgs(TypedDict):
    """What the place for uploads is made from."""

    origins: list[str]
    """The origins, as in https://app.example.com, whose scripts may read files and send them with a signed address."""
    deletion: Deletion
    """What becomes of the files when they leave the program."""
    destroy_objects: bool
    """Whether `destroy` also takes a bucket that has files in it."""


class Uploads(pulumi.ComponentResource):
    """Guarantees files that only roles of the account write, and that browsers read over HTTPS by their address alone.

    Whoever has the address of a file can read it. It comes from a host of its own (cloudfront.net), so nothing in it
    reaches the cookies or the pages of the application. That host's certificate is CloudFront's, which leaves the least
    TLS version at TLSv1 whatever is asked for; a domain and certificate of one's own would raise it.
    """

    bucket_name: pulumi.Output[str]
    """The bucket's name, for whoever writes files."""
    bucket_arn: pulumi.Output[str]
    """The bucket's ARN, for the policy of whoever writes files."""
    url: pulumi.Output[str]
    """Where files are read: https://, without a slash at the end; the file's key follows."""

    def __init__(self, name: str, args: UploadsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:Uploads", name, {}, opts)
        child = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=self), forgotten(args["deletion"]))
        bucket = private_bucket(name, Keeping(args["deletion"], args["destroy_objects"]), child)
        if args["origins"]:
            _let_scripts_send(name, bucket, args["origins"], child)
        distribution = _distribution(name, bucket, _headers(name, args["origins"], child), child)
        # By its ARN: CloudFront reads for whoever names the bucket as an origin, other customers included.
        ours = {"StringEquals": {"aws:SourceArn": distribution.arn}}
        admit(name, bucket, [Admitted("cloudfront.amazonaws.com", "s3:GetObject", ours)], child)
        self.bucket_name = bucket.bucket
        self.bucket_arn = bucket.arn
        self.url = pulumi.Output.concat("https://", distribution.domain_name)
        self.register_outputs({"bucketName": self.bucket_name, "bucketArn": self.bucket_arn, "url": self.url})


def _let_scripts_send(name: str, bucket: aws.s3.Bucket, origins: list[str], child: pulumi.ResourceOptions) -> None:
    """Let pages of these origins send a file to the bucket itself; the signature of the address is what allows it."""
    aws.s3.BucketCorsConfiguration(
        f"{name}-cors",
        bucket=bucket.id,
        cors_rules=[
            aws.s3.BucketCorsConfigurationCorsRuleArgs(
                allowed_methods=["PUT", "POST"],
                allowed_origins=origins,
                allowed_headers=["*"],
                expose_headers=["ETag"],
                max_age_seconds=_HOUR,
            )
        ],
        opts=child,
    )


def _headers(name: str, origins: list[str], child: pulumi.ResourceOptions) -> aws.cloudfront.ResponseHeadersPolicy:
    """What every answer says beside the file: it is what its type says, no page, and readable by these origins."""
    return aws.cloudfront.ResponseHeadersPolicy(
        f"{name}-headers",
        comment=f"{name}: files are never pages",
        security_headers_config=aws.cloudfront.ResponseHeadersPolicySecurityHeadersConfigArgs(
            content_type_options=aws.cloudfront.ResponseHeadersPolicySecurityHeadersConfigContentTypeOptionsArgs(
                override=True
            ),
            content_security_policy=aws.cloudfront.ResponseHeadersPolicySecurityHeadersConfigContentSecurityPolicyArgs(
                content_security_policy=_NO_PAGE, override=True
            ),
            strict_transport_security=(
                aws.cloudfront.ResponseHeadersPolicySecurityHeadersConfigStrictTransportSecurityArgs(
                    access_control_max_age_sec=YEAR, override=True
                )
            ),
        ),
        cors_config=_cors(origins) if origins else None,
        opts=child,
    )


def _cors(origins: list[str]) -> aws.cloudfront.ResponseHeadersPolicyCorsConfigArgs:
    return aws.cloudfront.ResponseHeadersPolicyCorsConfigArgs(
        access_control_allow_origins=aws.cloudfront.ResponseHeadersPolicyCorsConfigAccessControlAllowOriginsArgs(
            items=origins
        ),
        access_control_allow_methods=aws.cloudfront.ResponseHeadersPolicyCorsConfigAccessControlAllowMethodsArgs(
            items=READING
        ),
        access_control_allow_headers=aws.cloudfront.ResponseHeadersPolicyCorsConfigAccessControlAllowHeadersArgs(
            items=["*"]
        ),
        access_control_allow_credentials=False,
        access_control_max_age_sec=_HOUR,
        origin_override=True,
    )


def _distribution(
    name: str,
    bucket: aws.s3.Bucket,
    headers: aws.cloudfront.ResponseHeadersPolicy,
    child: pulumi.ResourceOptions,
) -> aws.cloudfront.Distribution:
    origin = signed_origin(name, bucket, child)
    return aws.cloudfront.Distribution(
        f"{name}-cdn",
        comment=name,
        enabled=True,
        is_ipv6_enabled=True,
        http_version="http2and3",
        price_class="PriceClass_100",
        origins=[origin],
        default_cache_behavior=aws.cloudfront.DistributionDefaultCacheBehaviorArgs(
            target_origin_id=ORIGIN,
            viewer_protocol_policy="https-only",
            allowed_methods=READING,
            cached_methods=READING,
            cache_policy_id=CACHING_OPTIMIZED,
            response_headers_policy_id=headers.id,
            compress=True,
        ),
        restrictions=everywhere(),
        viewer_certificate=aws.cloudfront.DistributionViewerCertificateArgs(cloudfront_default_certificate=True),
        tags={"Name": name},
        opts=child,
    )
