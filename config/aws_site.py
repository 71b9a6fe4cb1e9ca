"""Where a frontend's files lie in a topology in AWS: nowhere, in a bucket behind CloudFront, or at Cloudflare."""

from typing import Annotated, Literal

from pydantic import Field

from config.pages import PagesSite
from config.site import NoSite, Site
from config.values import Matches

EdgeCertificateArn = Annotated[
    str,
    Matches(
        r"arn:aws:acm:us-east-1:\d{12}:certificate/[0-9a-f-]{36}",
        "the ARN of a certificate in ACM is wanted, of us-east-1: CloudFront takes those of no other region",
        "copy it from AWS Certificate Manager in us-east-1",
    ),
]


class CloudFrontSite(Site):
    """A private bucket with the frontend's files, and CloudFront, which alone reads it, before it."""

    kind: Literal["cloudfront"]
    """Always `cloudfront`."""
    price_class: Literal["100", "200", "all"] = "100"
    """Where its servers stand, in quotes: `100` is North America, Europe and Israel, `200` all but South America,
    Australia and New Zealand, `all` is everywhere. Others reach the nearest of these. It decides the price."""
    certificate_arn: EdgeCertificateArn | None = None
    """An existing certificate's ARN in us-east-1; none means one is made for the host of `frontend.url` and proven
    through `dns`."""


SiteSettings = Annotated[NoSite | CloudFrontSite | PagesSite, Field(discriminator="kind")]
