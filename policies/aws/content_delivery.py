"""Rules about CloudFront: what viewers get, and how it fetches from origins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from plan.model import Unknown
from policies.aws.types import BUCKETS, DISTRIBUTION
from policies.inputs import demand, every, made, negated, some
from policies.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from policies.finding import Verdict
    from policies.inputs import Answer, Field

_MULTITENANT = "aws:cloudfront/multitenantDistribution:MultitenantDistribution"
_ENCRYPTED = frozenset({"HTTPS-ONLY", "REDIRECT-TO-HTTPS"})
_OLD = frozenset({"SSLV3", "TLSV1", "TLSV1.1"})
_MODERN = re.compile(r"TLSv1\.[23]_", re.IGNORECASE)
_S3_HOST = re.compile(r"\.s3[.-](?!website)[a-z0-9.-]*amazonaws\.com(\.cn)?$|\.s3\.amazonaws\.com$")


def _behaviours(distribution: Field) -> tuple[Field, ...]:
    ordered = [*distribution["orderedCacheBehaviors"].items(), *distribution["cacheBehaviors"].items()]
    return (distribution["defaultCacheBehavior"], *ordered)


def _judge_viewers(graph: Graph) -> Iterator[Verdict]:
    for distribution in made(graph, DISTRIBUTION, _MULTITENANT):
        for behaviour in _behaviours(distribution):
            policy = behaviour["viewerProtocolPolicy"]
            yield from demand(policy, policy.among(_ENCRYPTED), "shows its pages by plain HTTP")


def _judge_tls(graph: Graph) -> Iterator[Verdict]:
    for distribution in made(graph, DISTRIBUTION, _MULTITENANT):
        certificate = distribution["viewerCertificate"]
        least = certificate["minimumProtocolVersion"]
        text = least.text()
        modern = None if text is None else bool(_MODERN.match(text))
        holds = some((certificate["cloudfrontDefaultCertificate"].flag(default=certificate.absent), modern))
        yield from demand(least, holds, "takes connections with TLS older than 1.2")


def _judge_certificate(graph: Graph) -> Iterator[Verdict]:
    for distribution in made(graph, DISTRIBUTION):
        certificate = distribution["viewerCertificate"]
        default = certificate["cloudfrontDefaultCertificate"].flag(default=certificate.absent)
        wrong = "has CloudFront's own certificate, which takes TLS 1.0 whatever is asked for"
        yield from demand(certificate["cloudfrontDefaultCertificate"], negated(default), wrong)


def _from_bucket(graph: Graph, origin: Field) -> Answer:
    """Whether an origin is a bucket; those with settings of a web server are not, even where a bucket stands behind."""
    if origin["s3OriginConfig"].given:
        return True
    if origin["customOriginConfig"].given or origin["vpcOriginConfig"].given:
        return False
    host = origin["domainName"]
    if isinstance(host.value, Unknown):
        target = graph.get(host.value.target.urn) if host.value.target else None
        return None if target is None else target.type in BUCKETS
    text = host.text()
    return None if text is None else bool(_S3_HOST.search(text))


def _judge_access(graph: Graph) -> Iterator[Verdict]:
    for distribution in made(graph, DISTRIBUTION, _MULTITENANT):
        for origin in distribution["origins"].items():
            control = origin["originAccessControlId"]
            given = control.present
            if not origin.hidden:
                wrong = "fetches from a bucket that others may read too"
                yield from demand(control, some((given, negated(_from_bucket(graph, origin)))), wrong)
            else:
                yield from demand(origin, None, "fetches from a bucket that others may read too")


def _judge_origins(graph: Graph) -> Iterator[Verdict]:
    for distribution in made(graph, DISTRIBUTION, _MULTITENANT):
        encrypted = every(each["viewerProtocolPolicy"].among(_ENCRYPTED) for each in _behaviours(distribution))
        for origin in distribution["origins"].items():
            server = origin["customOriginConfig"]
            if server.absent:
                continue
            policy = server["originProtocolPolicy"]
            matched = every((policy.among({"MATCH-VIEWER"}), encrypted))
            yield from demand(policy, some((policy.among({"HTTPS-ONLY"}), matched)), "fetches from its origin in plain")
            for version in server["originSslProtocols"].items():
                yield from demand(version, negated(version.among(_OLD)), "fetches with TLS older than 1.2")


RULES = (
    Rule(
        id="cdn-viewers-by-https",
        title="CloudFront shows pages by HTTPS only",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("FSBP CloudFront.3", "CKV_AWS_34"),
        rationale="By plain HTTP everybody on the way reads and changes what viewers see and send.",
        remedy='Set viewer_protocol_policy="redirect-to-https" in every cache behaviour.',
        judge=_judge_viewers,
    ),
    Rule(
        id="cdn-tls-1-2",
        title="CloudFront takes TLS 1.2 or later only",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("CKV_AWS_174", "FSBP CloudFront.15"),
        rationale=(
            "TLS 1.0 and 1.1 have known weaknesses. With CloudFront's own certificate the version cannot be chosen: "
            "see cdn-own-certificate."
        ),
        remedy='Set minimum_protocol_version="TLSv1.2_2021" in viewer_certificate.',
        judge=_judge_tls,
    ),
    Rule(
        id="cdn-own-certificate",
        title="CloudFront has a certificate of one's own",
        severity="medium",
        level="advisory",
        clouds=("aws",),
        references=("FSBP CloudFront.7", "CKV2_AWS_42"),
        rationale="CloudFront's own certificate takes TLS 1.0, and its host changes when the distribution does.",
        remedy="Give the distribution a name in your zone, aliases, and a certificate of ACM in us-east-1.",
        judge=_judge_certificate,
    ),
    Rule(
        id="cdn-reads-buckets-alone",
        title="Buckets behind CloudFront are read by CloudFront alone",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("FSBP CloudFront.13",),
        rationale="Without it the bucket must be open, and everybody goes round the cache, its rules and its logs.",
        remedy="Make an aws.cloudfront.OriginAccessControl, name it in the origin, and allow it in the bucket policy.",
        judge=_judge_access,
    ),
    Rule(
        id="cdn-fetches-by-https",
        title="CloudFront fetches from origins by HTTPS",
        severity="high",
        level="mandatory",
        clouds=("aws",),
        references=("FSBP CloudFront.9", "FSBP CloudFront.10"),
        rationale="What the viewer sent encrypted would cross the internet in plain text behind the edge.",
        remedy='Set origin_protocol_policy="https-only" and origin_ssl_protocols=["TLSv1.2"].',
        judge=_judge_origins,
    ),
)
