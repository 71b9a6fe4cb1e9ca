"""Distributions. The provider disables one before it deletes it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import ApiError
from slipway.simulated.checks.aws.lb import check_issued
from slipway.simulated.checks.aws.lookups import DISTRIBUTION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

_CERTIFICATE = "aws:acm/certificate:Certificate"
_FAR = (
    "InvalidViewerCertificate: The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or "
    "doesn't include a valid certificate chain."
)
_METHODS = ({"GET", "HEAD"}, {"GET", "HEAD", "OPTIONS"}, {"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"})


def check_distribution(asked: Asked, cloud: Cloud) -> None:
    """Behaviours name origins, names of one's own come with a certificate, and no other distribution has them."""
    known = {each.get("originId") for key in ("origins", "originGroups") for each in asked.inputs.get(key) or ()}
    for behaviour in _behaviours(asked):
        if behaviour.get("targetOriginId") not in known:
            raise ApiError("NoSuchOrigin: One or more of your origins or origin groups do not exist.")
        if set(behaviour.get("allowedMethods") or ()) not in _METHODS:
            raise ApiError("InvalidArgument: The parameter AllowedMethods does not match a set that is allowed.")
    _check_certificate(asked, cloud)
    for alias in asked.inputs.get("aliases") or ():
        if any(other.id != asked.id for other in cloud.naming(DISTRIBUTION, "aliases", alias)):
            raise ApiError(
                "CNAMEAlreadyExists: One or more of the CNAMEs you provided are already associated with a different "
                "resource."
            )


def _check_certificate(asked: Asked, cloud: Cloud) -> None:
    viewer = asked.inputs.get("viewerCertificate") or {}
    arn = viewer.get("acmCertificateArn")
    if not arn:
        if asked.inputs.get("aliases") and not viewer.get("iamCertificateId"):
            raise ApiError(
                "InvalidViewerCertificate: To add an alternate domain name (CNAME) to a CloudFront distribution, you "
                "must attach a trusted certificate that validates your authorization to use the domain name."
            )
        return
    held = cloud.naming(_CERTIFICATE, "arn", arn)
    if not re.match(r"arn:aws:acm:us-east-1:", arn) or not (held or cloud.told_of(arn)):
        raise ApiError(_FAR)
    try:
        check_issued(arn, cloud)
    except ApiError:
        raise ApiError(_FAR) from None


def _behaviours(asked: Asked) -> Iterator[dict[str, Any]]:
    yield asked.inputs.get("defaultCacheBehavior") or {}
    yield from asked.inputs.get("orderedCacheBehaviors") or ()


CREATING = {"Distribution": check_distribution}
UPDATING = CREATING
