"""The log of every request to a load balancer."""

from dataclasses import dataclass
from typing import TypedDict

import pulumi
import pulumi_aws as aws

from components.aws.iam import policy_document

_DELETED = 7  # days in which a log that was deleted or overwritten can still be had


class AccessLogsArgs(TypedDict):
    """How long the log of every request is kept."""

    days: int
    """Days until a log expires."""
    destroy: bool
    """Whether the logs go with the stack; else a bucket that holds any is not deleted."""


@dataclass(frozen=True, slots=True)
class AccessLogs:
    """Where a load balancer may write."""

    bucket: pulumi.Output[str]
    """The bucket's name."""
    allowed: pulumi.Resource
    """What lets it write: it has to be there first, for AWS tries as soon as logs are switched on."""


def make_access_logs(
    name: str, args: AccessLogsArgs, account_id: pulumi.Input[str], child: pulumi.ResourceOptions
) -> AccessLogs:
    """A private bucket for the logs of load balancers of this account, in which nobody else writes."""
    bucket = aws.s3.Bucket(name, force_destroy=args["destroy"], tags={"Name": name}, opts=child)
    aws.s3.BucketOwnershipControls(
        name,
        bucket=bucket.id,
        rule=aws.s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
        opts=child,
    )
    # Keys of S3 itself: load balancers write no log to a bucket with a key of KMS.
    aws.s3.BucketServerSideEncryptionConfiguration(
        name,
        bucket=bucket.id,
        rules=[
            aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
                apply_server_side_encryption_by_default=aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                    sse_algorithm="AES256"
                )
            )
        ],
        opts=child,
    )
    _expire(name, bucket.id, args["days"], child)
    private = aws.s3.BucketPublicAccessBlock(
        name,
        bucket=bucket.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=child,
    )
    policy = aws.s3.BucketPolicy(
        name,
        bucket=bucket.id,
        policy=pulumi.Output.all(bucket.arn, account_id).apply(lambda known: logs_policy(known[0], known[1])),
        # S3 refuses two changes of who may reach a bucket at the same time.
        opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=[private])),
    )
    return AccessLogs(bucket.id, policy)


def _expire(name: str, bucket: pulumi.Output[str], days: int, child: pulumi.ResourceOptions) -> None:
    versions = aws.s3.BucketVersioning(
        name,
        bucket=bucket,
        versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
        opts=child,
    )
    aws.s3.BucketLifecycleConfiguration(
        name,
        bucket=bucket,
        rules=[
            aws.s3.BucketLifecycleConfigurationRuleArgs(
                id="expire",
                status="Enabled",
                filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
                expiration=aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(days=days),
                noncurrent_version_expiration=aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
                    noncurrent_days=_DELETED
                ),
                abort_incomplete_multipart_upload=(
                    aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(days_after_initiation=1)
                ),
            )
        ],
        opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=[versions])),
    )


def logs_policy(bucket_arn: str, account_id: str) -> str:
    """Load balancers may add logs of this account; nobody may do anything without TLS.

    The account in the path keeps others' load balancers out, for AWS writes it there itself. `aws:SourceArn` would
    narrow nothing more than that to this account, and AWS does not say that the delivery always sends it: where it is
    missing, no load balancer could be made.
    """
    return policy_document(
        {
            "Effect": "Allow",
            "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": f"{bucket_arn}/AWSLogs/{account_id}/*",
        },
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [bucket_arn, f"{bucket_arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    )
