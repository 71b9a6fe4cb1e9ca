"""Rules about buckets. What a bucket is set to stands in its own inputs or in resources beside it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies.aws.types import BUCKETS
from policies.documents import denies_plain_http, statements
from policies.inputs import Field, every, made, some, verdict
from policies.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from plan.graph import Graph
    from policies.finding import Verdict
    from policies.inputs import Answer

_BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
_ACCOUNT_BLOCK = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
_VERSIONING = ("aws:s3/bucketVersioning:BucketVersioning", "aws:s3/bucketVersioningV2:BucketVersioningV2")
_ACLS = ("aws:s3/bucketAcl:BucketAcl", "aws:s3/bucketAclV2:BucketAclV2")
_BLOCKED = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
_PUBLIC = frozenset({"PUBLIC-READ", "PUBLIC-READ-WRITE", "AUTHENTICATED-READ"})


@dataclass(frozen=True, slots=True)
class Beside:
    """Resources that belong to buckets: those of each bucket, and those of which the plan does not tell whose."""

    of: Mapping[str, list[Field]]
    unclear: list[Field]
    named: list[Field]  # of buckets by names that no bucket of the plan is known to have

    def answer(self, bucket: Field, told: list[Answer]) -> Answer:
        """Whether one of the answers holds for a bucket. An unclear neighbour may be the bucket's."""
        doubt = self.unclear or (self.named and bucket["bucket"].hidden)
        return some((*told, None)) if doubt and not self.of.get(bucket.resource.urn) else some(told)


def _beside(graph: Graph, *kinds: str) -> Beside:
    named = {each["bucket"].text(): each.resource.urn for each in made(graph, *BUCKETS) if each["bucket"].text()}
    of: defaultdict[str, list[Field]] = defaultdict(list)
    unclear: list[Field] = []
    elsewhere: list[Field] = []
    for each in made(graph, *kinds):
        bucket = graph.follow(each.resource, "bucket", BUCKETS)
        name = each["bucket"].text()
        urn = bucket.urn if bucket else named.get(name) if name else None
        if urn:
            of[urn].append(each)
        else:
            (elsewhere if name else unclear).append(each)
    return Beside(of, unclear, elsewhere)


def _judge_public(graph: Graph) -> Iterator[Verdict]:
    blocks, acls = _beside(graph, _BLOCK), _beside(graph, *_ACLS)
    account = some(_blocks(each) for each in made(graph, _ACCOUNT_BLOCK))
    wrong = "can be opened to everybody"
    for bucket in made(graph, *BUCKETS):
        own = blocks.of.get(bucket.resource.urn, [])
        blocked = some((account, blocks.answer(bucket, [_blocks(each) for each in own])))
        asked = [bucket["acl"], *(each["acl"] for each in acls.of.get(bucket.resource.urn, []))]
        public = next((each for each in asked if each.among(_PUBLIC)), None)
        lacking = [name for each in own for name in _BLOCKED if each[name].flag(default=False) is not True]
        because = ", ".join(f"{each.resource.name} lacks {name}" for each in own for name in lacking[:1])
        because = because or ("no aws.s3.BucketPublicAccessBlock is its own" if not own else "see its block")
        if blocks.unclear and not own:
            because = "a BucketPublicAccessBlock names a bucket that the plan does not hold"
        if public is not None:
            yield from verdict(bucket.resource, blocked or False, "is open to everybody", public.shown)
        else:
            yield from verdict(bucket.resource, blocked, wrong, because)


def _blocks(block: Field) -> Answer:
    return every(block[name].flag(default=False) for name in _BLOCKED)


def _judge_tls(graph: Graph) -> Iterator[Verdict]:
    beside = _beside(graph, _POLICY)
    for bucket in made(graph, *BUCKETS):
        fields = [bucket["policy"], *(each["policy"] for each in beside.of.get(bucket.resource.urn, []))]
        told: list[Answer] = []
        for field in fields:
            found = statements(field)
            told.append(None if found is None else some(denies_plain_http(each) for each in found))
        because = "no policy of it denies what comes without TLS (aws:SecureTransport)"
        holds = beside.answer(bucket, told)
        if holds is None:
            because = "its policy is known only after deployment"
        yield from verdict(bucket.resource, holds, "answers plain HTTP", because)


def _judge_versions(graph: Graph) -> Iterator[Verdict]:
    beside = _beside(graph, *_VERSIONING)
    for bucket in made(graph, *BUCKETS):
        inline = bucket["versioning"] if bucket["versioning"].given else bucket["versionings"]
        told = [inline["enabled"].flag(default=False)]
        own = beside.of.get(bucket.resource.urn, [])
        told += [each["versioningConfiguration"]["status"].among({"ENABLED"}) for each in own]
        because = "no aws.s3.BucketVersioning of it is Enabled"
        yield from verdict(bucket.resource, beside.answer(bucket, told), "forgets what is overwritten", because)


RULES = (
    Rule(
        id="bucket-blocks-public-access",
        title="Buckets cannot be opened to the public",
        severity="critical",
        level="mandatory",
        clouds=("aws",),
        references=(
            "FSBP S3.1",
            "FSBP S3.8",
            "CIS AWS 5.0 2.1.4",
            "CKV_AWS_53",
            "CKV_AWS_54",
            "CKV_AWS_55",
            "CKV_AWS_56",
        ),
        rationale=(
            "One access list or one policy with a star in it gives all files to everybody. The block refuses both, "
            "whoever writes them later. What the public shall see goes through CloudFront."
        ),
        remedy="Give each bucket an aws.s3.BucketPublicAccessBlock with all four settings True.",
        judge=_judge_public,
    ),
    Rule(
        id="bucket-takes-tls-only",
        title="Buckets answer encrypted requests only",
        severity="medium",
        level="advisory",
        clouds=("aws",),
        references=("FSBP S3.5", "CIS AWS 5.0 2.1.1", "CKV_AWS_379"),
        rationale="A client that asks by plain HTTP sends files and signatures where everybody on the way reads them.",
        remedy='Deny s3:* to "*" where aws:SecureTransport is false, in the bucket policy.',
        judge=_judge_tls,
    ),
    Rule(
        id="bucket-keeps-versions",
        title="Buckets keep what is overwritten",
        severity="medium",
        level="advisory",
        clouds=("aws",),
        references=("FSBP S3.14", "CKV_AWS_21"),
        rationale="Without versions a wrong upload or a deletion is final.",
        remedy='Make an aws.s3.BucketVersioning with status="Enabled", and a lifecycle that ends old versions.',
        judge=_judge_versions,
    ),
)
