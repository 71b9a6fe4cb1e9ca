"""The topic that alarms write to and people read."""

import hashlib
from collections.abc import Iterable

import pulumi
import pulumi_aws as aws

from components.aws.iam import governed_by, policy_document

_ALARMS = "cloudwatch.amazonaws.com"


def topic(name: str, region: str, emails: Iterable[str], child: pulumi.ResourceOptions) -> aws.sns.Topic:
    """An encrypted topic that only alarms of this account and region write to, and these addresses are sent."""
    # Not alias/aws/sns: its policy cannot be changed and does not let CloudWatch in, so that alarms would ring unheard.
    key = aws.kms.Key(
        f"{name}-key",
        description=f"{name}: what alarms tell",
        enable_key_rotation=True,
        deletion_window_in_days=7,  # nothing lasting is written with it
        tags={"Name": name},
        opts=child,
    )
    made = aws.sns.Topic(f"{name}-topic", kms_master_key_id=key.arn, tags={"Name": name}, opts=child)
    aws.kms.KeyPolicy(
        f"{name}-key",
        key_id=key.id,
        policy=pulumi.Output.all(made.arn, made.owner).apply(lambda known: key_policy(known[0], known[1])),
        opts=child,
    )
    aws.sns.TopicPolicy(
        f"{name}-topic",
        arn=made.arn,
        policy=pulumi.Output.all(made.arn, made.owner).apply(lambda known: topic_policy(known[0], known[1], region)),
        opts=child,
    )
    for email in dict.fromkeys(emails):
        aws.sns.TopicSubscription(
            f"{name}-email-{short(email)}", topic=made.arn, protocol="email", endpoint=email, opts=child
        )
    return made


def short(email: str) -> str:
    """A name for an address that does not show it and stays when others come and go."""
    return hashlib.sha256(email.encode()).hexdigest()[:8]


def topic_policy(arn: str, account: str, region: str) -> str:
    """Alarms of this account and region may publish. People of the account need IAM's permission as for anything."""
    return policy_document(
        {
            "Effect": "Allow",
            "Principal": {"Service": _ALARMS},
            "Action": "sns:Publish",
            "Resource": arn,
            "Condition": {
                "StringEquals": {"aws:SourceAccount": account},
                "ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:{region}:{account}:alarm:*"},
            },
        }
    )


def key_policy(arn: str, account: str) -> str:
    """IAM of the account governs the key; CloudWatch may use it for messages to this topic, and for nothing else."""
    return policy_document(
        governed_by(account),
        {
            "Effect": "Allow",
            "Principal": {"Service": _ALARMS},
            "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
            "Resource": "*",
            "Condition": {"StringEquals": {"kms:EncryptionContext:aws:sns:topicArn": arn}},
        },
    )
