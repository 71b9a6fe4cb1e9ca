"""A private bucket with all that makes it one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.aws.iam import policy_document
from components.deletion import kept
from config.values import Deletion

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MULTIPART_DAYS = 7


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long a bucket and what lies in it stay."""

    deletion: Deletion
    """What becomes of the bucket when it leaves the program."""
    destroy_objects: bool
    """Whether the bucket may be deleted with files in it."""
    days: int = 0
    """Days after which a file goes by itself; 0 means that it stays."""
    former_days: int = 30
    """Days that a deleted or overwritten file can be had back."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """A service of AWS that may do something with a bucket or its files."""

    service: str
    """Its name, as in cloudfront.amazonaws.com."""
    action: str
    """What it may do, such as s3:GetObject."""
    conditions: Mapping[str, Mapping[str, pulumi.Input[str]]]
    """On whose behalf: conditions as IAM has them. Without any, each customer of AWS could send the service."""
    keys: str = "*"
    """Which files."""
    itself: bool = False
    """Whether it is done to the bucket itself and not to its files."""


def private_bucket(name: str, keeping: Keeping, child: pulumi.ResourceOptions) -> aws.s3.Bucket:
    """A bucket that nothing can make public: `<name>-bucket`. `admit` completes it.

    Encrypted, owned by this account whoever writes, and with former versions of its files. `child` are the options of
    the component's children.
    """
    bucket = aws.s3.Bucket(
        f"{name}-bucket",
        force_destroy=keeping.destroy_objects and keeping.deletion == Deletion.DESTROY,
        tags={"Name": name},
        opts=pulumi.ResourceOptions.merge(child, kept(keeping.deletion)),
    )
    aws.s3.BucketPublicAccessBlock(
        f"{name}-closed",
        bucket=bucket.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=child,
    )
    aws.s3.BucketOwnershipControls(
        f"{name}-owner",
        bucket=bucket.id,
        rule=aws.s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
        opts=child,
    )
    aws.s3.BucketServerSideEncryptionConfiguration(
        f"{name}-encryption",
        bucket=bucket.id,
        rules=[
            aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
                apply_server_side_encryption_by_default=(
                    aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                        sse_algorithm="AES256"
                    )
                )
            )
        ],
        opts=child,
    )
    versions = aws.s3.BucketVersioning(
        f"{name}-versions",
        bucket=bucket.id,
        versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
        opts=child,
    )
    aws.s3.BucketLifecycleConfiguration(
        f"{name}-lifecycle",
        bucket=bucket.id,
        rules=_lifecycle(keeping),
        opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=[versions])),
    )
    return bucket


def admit(
    name: str, bucket: aws.s3.Bucket, admitted: Sequence[Admitted], child: pulumi.ResourceOptions
) -> aws.s3.BucketPolicy:
    """The policy of a private bucket, `<name>-policy`: these services come in, and nobody without TLS.

    The account's own roles come in by their own policies.
    """
    allowed = [_allowed(bucket, one) for one in admitted]
    document = pulumi.Output.all(_only_over_tls(bucket), *allowed).apply(_document)
    return aws.s3.BucketPolicy(f"{name}-policy", bucket=bucket.id, policy=document, opts=child)


def _lifecycle(keeping: Keeping) -> list[aws.s3.BucketLifecycleConfigurationRuleArgs]:
    expiry = aws.s3.BucketLifecycleConfigurationRuleExpirationArgs
    every_file = aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix="")
    return [
        aws.s3.BucketLifecycleConfigurationRuleArgs(
            id="files",
            status="Enabled",
            filter=every_file,
            # A marker that stands for a deleted file whose versions are gone is of no use.
            expiration=expiry(days=keeping.days) if keeping.days else expiry(expired_object_delete_marker=True),
            noncurrent_version_expiration=aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
                noncurrent_days=keeping.former_days
            ),
        ),
        aws.s3.BucketLifecycleConfigurationRuleArgs(
            id="unfinished",  # parts of broken uploads are not listed, but paid for
            status="Enabled",
            filter=every_file,
            abort_incomplete_multipart_upload=(
                aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
                    days_after_initiation=_MULTIPART_DAYS
                )
            ),
        ),
    ]


def _only_over_tls(bucket: aws.s3.Bucket) -> pulumi.Output[dict[str, object]]:
    return pulumi.Output.from_input(
        {
            "Sid": "OnlyOverTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [bucket.arn, pulumi.Output.concat(bucket.arn, "/*")],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    )


def _allowed(bucket: aws.s3.Bucket, admitted: Admitted) -> pulumi.Output[dict[str, object]]:
    return pulumi.Output.from_input(
        {
            "Effect": "Allow",
            "Principal": {"Service": admitted.service},
            "Action": admitted.action,
            "Resource": bucket.arn if admitted.itself else pulumi.Output.concat(bucket.arn, f"/{admitted.keys}"),
            "Condition": admitted.conditions,
        }
    )


def _document(statements: Sequence[dict[str, object]]) -> str:
    return policy_document(*statements)
