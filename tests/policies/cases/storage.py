"""Plans for the rules about buckets."""

from __future__ import annotations

from typing import Any

from plan.model import Secret, Unknown
from policies.aws.types import BUCKETS
from tests.policies.cases.building import Cases, a, text
from tests.policies.plans import opaque, template, whole

BUCKET = a(BUCKETS[0])
V2 = a(BUCKETS[1])
NAMED = a(BUCKETS[0], bucket="shop-files")
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
ACCOUNT = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
POLICY = "aws:s3/bucketPolicy:BucketPolicy"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
ACL = "aws:s3/bucketAcl:BucketAcl"
ALL = {"blockPublicAcls": True, "blockPublicPolicy": True, "ignorePublicAcls": True, "restrictPublicBuckets": True}
DENY = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
ODD = {
    "condition": {"bool": {"AWS:securetransport": ["False"]}},
    "resource": "*",
    "ACTION": ["s3:*"],
    "principal": {"AWS": ["*"]},
    "effect": "deny",
}
ALLOW = {"Effect": "Allow", "Principal": {"Service": "x"}, "Action": "s3:PutObject", "Resource": "*"}


def _but(statement: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in statement.items() if key != name}


def policy(*statements: Any, bucket: Any = None) -> Any:
    document = text({"Version": "2012-10-17", "Statement": list(statements)})
    return a(POLICY, "policy", bucket=bucket or whole(BUCKET), policy=document)


REFERRING = template(
    '{{"Statement": [{{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "{}/*", '
    '"Condition": {{"Bool": {{"aws:SecureTransport": "false"}}}}}}]}}',
    *whole(BUCKET, "arn").references,
)

CASES = {
    "bucket-blocks-public-access": Cases(
        good={
            "its own": [BUCKET, a(BLOCK, "b", bucket=whole(BUCKET), **ALL)],
            "of the second version": [V2, a(BLOCK, "b", bucket=whole(V2), **ALL)],
            "by name": [NAMED, a(BLOCK, "b", bucket="shop-files", **ALL)],
            "as a preview tells": [BUCKET, a(BLOCK, "b", bucket=opaque(BUCKET), **ALL)],
            "the account's": [BUCKET, a(ACCOUNT, "b", **ALL)],
            "as texts": [BUCKET, a(BLOCK, "b", bucket=whole(BUCKET), **dict.fromkeys(ALL, "true"))],
        },
        bad={
            "none": [BUCKET],
            "none of the second version": [V2],
            **{
                f"without {name}": [BUCKET, a(BLOCK, "b", bucket=whole(BUCKET), **{**ALL, name: False})] for name in ALL
            },
            "one that says nothing": [BUCKET, a(BLOCK, "b", bucket=whole(BUCKET))],
            "another bucket's": [BUCKET, other := a(BUCKETS[0], "other"), a(BLOCK, "b", bucket=whole(other), **ALL)],
            "open by its list": [a(BUCKETS[0], acl="public-read")],
            "open by a list beside it": [BUCKET, a(ACL, "acl", bucket=whole(BUCKET), acl="public-read-write")],
        },
        unproven={
            "unknown": [BUCKET, a(BLOCK, "b", bucket=whole(BUCKET), **{**ALL, "blockPublicAcls": Unknown()})],
            "of which bucket is unknown": [BUCKET, a(BLOCK, "b", bucket=Unknown(), **ALL)],
        },
    ),
    "bucket-takes-tls-only": Cases(
        good={
            "denied": [BUCKET, policy(DENY)],
            "among others": [BUCKET, policy(ALLOW, DENY)],
            "in odd letters": [BUCKET, policy(ODD)],
            "where that is said at all": [
                BUCKET,
                policy({**DENY, "Condition": {"BoolIfExists": {"aws:SecureTransport": "false"}}}),
            ],
            "a single statement": [
                BUCKET,
                a(POLICY, "policy", bucket=whole(BUCKET), policy=text({"Statement": DENY})),
            ],
            "an object": [BUCKET, a(POLICY, "policy", bucket=whole(BUCKET), policy={"Statement": [DENY]})],
            "of its own": [a(BUCKETS[1], policy=text({"Statement": [DENY]}))],
            "with references": [BUCKET, a(POLICY, "policy", bucket=whole(BUCKET), policy=REFERRING)],
        },
        bad={
            "none": [BUCKET],
            "another policy": [BUCKET, policy(ALLOW)],
            "denied to one": [BUCKET, policy({**DENY, "Principal": {"AWS": "arn:one"}})],
            "one action": [BUCKET, policy({**DENY, "Action": "s3:GetObject"})],
            "the contrary": [BUCKET, policy({**DENY, "Condition": {"Bool": {"aws:SecureTransport": "true"}}})],
            "only where something else holds too": [
                BUCKET,
                policy({**DENY, "Condition": {**DENY["Condition"], "StringEquals": {"aws:a": "b"}}}),  # type: ignore[dict-item]  # any JSON
            ],
            "all but one action": [BUCKET, policy({**_but(DENY, "Action"), "NotAction": "s3:GetObject"})],
            "all but every action": [BUCKET, policy({**_but(DENY, "Action"), "NotAction": "*"})],
            "all but one principal": [BUCKET, policy({**_but(DENY, "Principal"), "NotPrincipal": {"AWS": "arn:x"}})],
            "all but everybody": [BUCKET, policy({**_but(DENY, "Principal"), "NotPrincipal": "*"})],
            "allowed": [BUCKET, policy({**DENY, "Effect": "Allow"})],
        },
        unproven={
            "unknown": [BUCKET, a(POLICY, "policy", bucket=whole(BUCKET), policy=Unknown())],
            "secret": [BUCKET, a(POLICY, "policy", bucket=whole(BUCKET), policy=Secret())],
            **{
                f"an unknown {name}": [
                    BUCKET,
                    a(POLICY, "policy", bucket=whole(BUCKET), policy={"Statement": [{**DENY, name: Unknown()}]}),
                ]
                for name in DENY
                if name != "Resource"
            },
            "an unknown NotPrincipal": [
                BUCKET,
                a(POLICY, "policy", bucket=whole(BUCKET), policy={"Statement": [{**DENY, "NotPrincipal": Unknown()}]}),
            ],
            "an unknown NotAction": [
                BUCKET,
                a(POLICY, "policy", bucket=whole(BUCKET), policy={"Statement": [{**DENY, "NotAction": Unknown()}]}),
            ],
            "an unknown NotResource": [
                BUCKET,
                a(POLICY, "policy", bucket=whole(BUCKET), policy={"Statement": [{**DENY, "NotResource": Secret()}]}),
            ],
            "no JSON": [BUCKET, a(POLICY, "policy", bucket=whole(BUCKET), policy="{")],
        },
    ),
    "bucket-keeps-versions": Cases(
        good={
            "beside it": [
                BUCKET,
                a(VERSIONING, "v", bucket=whole(BUCKET), versioningConfiguration={"status": "Enabled"}),
            ],
            "inside": [a(BUCKETS[0], versioning={"enabled": True})],
            "inside the second version": [a(BUCKETS[1], versionings=[{"enabled": True}])],
        },
        bad={
            "none": [BUCKET],
            "suspended": [
                BUCKET,
                a(VERSIONING, "v", bucket=whole(BUCKET), versioningConfiguration={"status": "Suspended"}),
            ],
            "off": [a(BUCKETS[0], versioning={"enabled": False})],
        },
        unproven={"unknown": [BUCKET, a(VERSIONING, "v", bucket=whole(BUCKET), versioningConfiguration=Unknown())]},
    ),
}
