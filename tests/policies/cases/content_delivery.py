"""Plans for the rules about CloudFront."""

from __future__ import annotations

from typing import Any

from plan.model import Secret, Unknown
from policies.aws.types import BUCKETS, DISTRIBUTION
from tests.policies.cases.building import Cases, a
from tests.policies.plans import opaque, whole

MULTITENANT = "aws:cloudfront/multitenantDistribution:MultitenantDistribution"
BUCKET = a(BUCKETS[0], "files")
HOST = whole(BUCKET, "bucketRegionalDomainName")
SERVER = {"domainName": "api.example.com", "originId": "api"}


def distribution(*origins: Any, viewers: Any = "redirect-to-https", **more: Any) -> Any:
    default = {"defaultCacheBehavior": {"viewerProtocolPolicy": viewers}}
    return a(DISTRIBUTION, origins=list(origins), **{**default, **more})


def custom(policy: Any, *versions: str) -> dict[str, Any]:
    return {**SERVER, "customOriginConfig": {"originProtocolPolicy": policy, "originSslProtocols": list(versions)}}


CASES = {
    "cdn-viewers-by-https": Cases(
        good={
            "redirected": [distribution()],
            "alone": [distribution(viewers="https-only")],
            "more behaviours of the other kind": [
                a(
                    MULTITENANT,
                    defaultCacheBehavior={"viewerProtocolPolicy": "https-only"},
                    cacheBehaviors=[{"viewerProtocolPolicy": "https-only"}],
                ),
            ],
            "more behaviours": [distribution(orderedCacheBehaviors=[{"viewerProtocolPolicy": "https-only"}])],
        },
        bad={
            "all": [distribution(viewers="allow-all")],
            "the second behaviour": [distribution(orderedCacheBehaviors=[{"viewerProtocolPolicy": "allow-all"}])],
            "nothing said": [distribution(defaultCacheBehavior={})],
            "a behaviour of the other kind": [
                a(
                    MULTITENANT,
                    defaultCacheBehavior={"viewerProtocolPolicy": "https-only"},
                    cacheBehaviors=[{"viewerProtocolPolicy": "allow-all"}],
                ),
            ],
        },
        unproven={
            "unknown": [distribution(viewers=Unknown())],
            "unknown behaviours": [distribution(orderedCacheBehaviors=Unknown())],
        },
    ),
    "cdn-tls-1-2": Cases(
        good={
            "1.2": [
                distribution(viewerCertificate={"acmCertificateArn": "a", "minimumProtocolVersion": "TLSv1.2_2021"})
            ],
            "1.3": [
                distribution(viewerCertificate={"acmCertificateArn": "a", "minimumProtocolVersion": "TLSv1.3_2025"})
            ],
            "CloudFront's own, which has its own rule": [
                distribution(viewerCertificate={"cloudfrontDefaultCertificate": True})
            ],
        },
        bad={
            "1.1": [
                distribution(viewerCertificate={"acmCertificateArn": "a", "minimumProtocolVersion": "TLSv1.1_2016"})
            ],
            "the default": [distribution(viewerCertificate={"acmCertificateArn": "a"})],
            "of the other kind": [a(MULTITENANT, viewerCertificate={"acmCertificateArn": "a"})],
            "a list": [distribution(viewerCertificate=[{"acmCertificateArn": "a", "minimumProtocolVersion": "TLSv1"}])],
        },
        unproven={
            "unknown": [distribution(viewerCertificate={"acmCertificateArn": "a", "minimumProtocolVersion": Unknown()})]
        },
    ),
    "cdn-own-certificate": Cases(
        good={"its own": [distribution(viewerCertificate={"acmCertificateArn": "a"})]},
        bad={
            "CloudFront's": [distribution(viewerCertificate={"cloudfrontDefaultCertificate": True})],
            "nothing said": [distribution()],
        },
        unproven={"unknown": [distribution(viewerCertificate={"cloudfrontDefaultCertificate": Unknown()})]},
    ),
    "cdn-reads-buckets-alone": Cases(
        good={
            "controlled": [BUCKET, distribution({"domainName": HOST, "originAccessControlId": "E1"})],
            "controlled by one of the plan": [
                BUCKET,
                one := a("aws:cloudfront/originAccessControl:OriginAccessControl", "oac"),
                distribution({"domainName": HOST, "originAccessControlId": whole(one)}),
            ],
            "a server": [distribution(custom("https-only"))],
            "a server by its name alone": [distribution(SERVER)],
            "a server before a bucket": [BUCKET, distribution({**custom("https-only"), "domainName": HOST})],
            "a server inside a network": [distribution({"domainName": HOST, "vpcOriginConfig": {"vpcOriginId": "v"}})],
            "the page of a bucket": [distribution({"domainName": "files.s3-website-eu-west-1.amazonaws.com"})],
        },
        bad={
            "open": [BUCKET, distribution({"domainName": HOST})],
            "of the other kind": [a(MULTITENANT, origins=[{"domainName": "files.s3.amazonaws.com"}])],
            "by name": [distribution({"domainName": "files.s3.eu-west-1.amazonaws.com"})],
            "by its old name": [distribution({"domainName": "files.s3.amazonaws.com"})],
            "an old identity": [
                distribution(
                    {"domainName": "x", "s3OriginConfig": {"originAccessIdentity": "origin-access-identity/x"}}
                )
            ],
            "the second origin": [BUCKET, distribution(custom("https-only"), {"domainName": HOST})],
        },
        unproven={
            "a secret host": [distribution({"domainName": Secret()})],
            "an unknown host": [distribution({"domainName": opaque(BUCKET)})],
            "an unknown control": [BUCKET, distribution({"domainName": HOST, "originAccessControlId": Unknown()})],
            "unknown origins": [a(DISTRIBUTION, origins=Unknown(), defaultCacheBehavior={})],
            "secret origins": [a(DISTRIBUTION, origins=Secret(), defaultCacheBehavior={})],
        },
    ),
    "cdn-fetches-by-https": Cases(
        good={
            "HTTPS": [distribution(custom("https-only", "TLSv1.2"))],
            "as the viewer, who comes by HTTPS": [distribution(custom("match-viewer"))],
            "a bucket": [BUCKET, distribution({"domainName": HOST, "originAccessControlId": "E1"})],
        },
        bad={
            "HTTP": [distribution(custom("http-only"))],
            "as the viewer": [distribution(custom("match-viewer"), viewers="allow-all")],
            "old TLS": [distribution(custom("https-only", "TLSv1.2", "TLSv1"))],
            "the second": [distribution(custom("https-only"), custom("http-only"))],
            "of the other kind": [a(MULTITENANT, origins=[custom("http-only")])],
        },
        unproven={"unknown": [distribution(custom(Unknown()))]},
    ),
}
