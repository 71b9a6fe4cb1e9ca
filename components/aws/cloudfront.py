"""What CloudFront's distributions of files have in common, whatever the files are for."""

from pathlib import Path

import pulumi
import pulumi_aws as aws

# AWS's own policy CachingOptimized: the key is the path alone, no header, cookie or query, and a file stays as long as
# it says, a year at most.
CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
READING = ["GET", "HEAD"]
YEAR = 31_536_000  # seconds
ORIGIN = "bucket"


def signed_origin(
    name: str, bucket: aws.s3.Bucket, child: pulumi.ResourceOptions
) -> aws.cloudfront.DistributionOriginArgs:
    """The bucket as an origin of the id `ORIGIN`, which is asked with a signature: the bucket can stay private."""
    access = aws.cloudfront.OriginAccessControl(
        f"{name}-access",
        description=f"{name}: signs what is asked of the bucket",
        origin_access_control_origin_type="s3",
        signing_behavior="always",
        signing_protocol="sigv4",
        opts=child,
    )
    return aws.cloudfront.DistributionOriginArgs(
        origin_id=ORIGIN,
        domain_name=bucket.bucket_regional_domain_name,
        origin_access_control_id=access.id,
    )


def edge_function(
    logical: str, comment: str, source: Path, name: str, child: pulumi.ResourceOptions
) -> aws.cloudfront.Function:
    """A small program that CloudFront runs for a request before it looks whether it has the file. `name` is a tag."""
    return aws.cloudfront.Function(
        logical,
        comment=comment,
        runtime="cloudfront-js-2.0",
        code=source.read_text(encoding="utf-8"),
        publish=True,
        tags={"Name": name},
        opts=child,
    )


def everywhere() -> aws.cloudfront.DistributionRestrictionsArgs:
    """Shown to browsers of every country."""
    return aws.cloudfront.DistributionRestrictionsArgs(
        geo_restriction=aws.cloudfront.DistributionRestrictionsGeoRestrictionArgs(restriction_type="none")
    )
