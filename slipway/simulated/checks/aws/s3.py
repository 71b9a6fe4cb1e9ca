"""Buckets and their settings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import ApiError
from slipway.simulated.checks.aws.buckets import (
    check_acl,
    check_cors,
    check_encryption,
    check_lifecycle,
    check_lock,
    check_notification,
    check_replication,
    check_website,
)
from slipway.simulated.checks.aws.policies import check_policy, document_of, listed, size_of, statements_of
from slipway.simulated.checks.aws.principals import check_principals
from slipway.simulated.checks.forms import is_address

if TYPE_CHECKING:
    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud
    from slipway.simulated.store import Object

_BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
_FILES = ("aws:s3/bucketObjectv2:BucketObjectv2", "aws:s3/bucketObject:BucketObject")
_NAME = r"[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]"
_RESERVED = ("xn--", "sthree-", "amzn-s3-demo-")
_RESERVED_ENDS = ("-s3alias", "--ol-s3", ".mrap", "--x-s3")
_LARGEST_POLICY = 20480
# What is done with files, and what with buckets, as far as the name says it.
_OF_FILES = re.compile(r"s3:(get|put|delete|restore|replicate)object(?!lambda)\w*")
_OF_BUCKETS = re.compile(r"s3:(listbucket|getbucket|putbucket|deletebucket)\w*")


def check_bucket(asked: Asked, _cloud: Cloud) -> None:
    """The name is one that a bucket may have."""
    name = asked.text("bucket")
    wrong = not re.fullmatch(_NAME, name) or ".." in name or ".-" in name or "-." in name
    wrong = wrong or name.startswith(_RESERVED) or name.endswith(_RESERVED_ENDS) or is_address(name, 4)
    if name and wrong:
        raise ApiError("InvalidBucketName: The specified bucket is not valid.")


def check_bucket_policy(asked: Asked, cloud: Cloud) -> None:
    """A policy is about its own bucket, and lets everybody in only where that is allowed."""
    policy, bucket = asked.inputs.get("policy"), asked.text("bucket")
    if policy and size_of(policy) > _LARGEST_POLICY:
        raise ApiError("PolicyTooLarge: Policy exceeds the maximum allowed document size.")
    try:
        check_policy(policy, principal=True, resource=True)
    except ApiError as error:
        raise ApiError(f"MalformedPolicy: {str(error).partition(': ')[2]}") from None
    statements = list(statements_of(document_of(policy)))
    own = f"arn:aws:s3:::{bucket}"
    check_principals(statements, "MalformedPolicy: Invalid principal in policy", cloud)
    for resource in (each for statement in statements for each in listed(statement.get("Resource"))):
        if resource != own and not str(resource).startswith(f"{own}/") and resource != f"{own}*":
            raise ApiError("MalformedPolicy: Policy has invalid resource")
    if not all(_applies(statement, own) for statement in statements):
        raise ApiError("MalformedPolicy: Action does not apply to any resource(s) in statement")
    blocks = cloud.naming(_BLOCK, "bucket", bucket)
    if any(block.inputs.get("blockPublicPolicy") for block in blocks) and any(map(_public, statements)):
        raise ApiError(
            "AccessDenied: User: arn:aws:iam::123456789012:user/simulated is not authorized to perform: "
            f's3:PutBucketPolicy on resource: "{own}" because public policies are blocked by the BlockPublicPolicy '
            "setting in S3 Block Public Access."
        )


def check_bucket_empty(held: Object, cloud: Cloud) -> None:
    """A bucket with files in it stays, unless it was said that they may go.

    Files of a bucket are simulated only where the program makes them: those that a service writes are not.
    """
    if not held.inputs.get("forceDestroy") and any(cloud.naming(kind, "bucket", held.id) for kind in _FILES):
        raise ApiError("BucketNotEmpty: The bucket you tried to delete is not empty")


def _applies(statement: dict[str, Any], own: str) -> bool:
    """Whether each action of a statement is about one of its resources."""
    resources = [str(each) for each in listed(statement.get("Resource"))]
    files = any(each.startswith(f"{own}/") or each == f"{own}*" for each in resources)
    buckets = any(each in (own, f"{own}*") for each in resources)
    actions = [str(each).lower() for each in listed(statement.get("Action"))]
    return not resources or not any(
        (_OF_FILES.fullmatch(action) and not files) or (_OF_BUCKETS.fullmatch(action) and not buckets)
        for action in actions
    )


def _public(statement: dict[str, Any]) -> bool:
    """Whether a statement lets everybody in, as S3 sees it: a condition counts as a limit."""
    principal = statement.get("Principal")
    people = listed(principal.get("AWS")) if isinstance(principal, dict) else listed(principal)
    return statement.get("Effect") == "Allow" and "*" in people and not statement.get("Condition")


_SETTINGS = {
    "BucketAcl": check_acl,
    "BucketCorsConfiguration": check_cors,
    "BucketLifecycleConfiguration": check_lifecycle,
    "BucketNotification": check_notification,
    "BucketObjectLockConfiguration": check_lock,
    "BucketPolicy": check_bucket_policy,
    "BucketReplicationConfig": check_replication,
    "BucketServerSideEncryptionConfiguration": check_encryption,
    "BucketWebsiteConfiguration": check_website,
}
CREATING = {"Bucket": check_bucket, **_SETTINGS}
UPDATING = _SETTINGS
DELETING = {"Bucket": check_bucket_empty}
