"""Snapshots of one volume, taken each night by Amazon's lifecycle manager."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.aws.iam import trust
from components.aws.snapshots import TAG, snapshots_of

_AT = "03:00"  # UTC


@dataclass(frozen=True, slots=True)
class Kept:
    """What is copied, and for how long."""

    region: str
    """The AWS region."""
    days: int
    """Days that each snapshot is kept."""
    volume_arn: pulumi.Input[str]
    """The volume, which carries the tag `TAG` with the name of the role."""


def snapshot_role(name: str, child: pulumi.ResourceOptions) -> aws.iam.Role:
    """Who takes the snapshots. Its name is the volume's tag, so it is made before the volume."""
    return aws.iam.Role(
        f"{name}-snapshots",
        description=f"Daily snapshots of {name}",
        assume_role_policy=trust("dlm.amazonaws.com"),
        tags={"Name": f"{name}-snapshots"},
        opts=child,
    )


def daily_snapshots(name: str, kept: Kept, role: aws.iam.Role, child: pulumi.ResourceOptions) -> None:
    """The policy finds its volume by a tag, so the tag is one that no other volume has: the name of this very role."""
    allowed = aws.iam.RolePolicy(
        f"{name}-snapshots",
        role=role.id,
        policy=pulumi.Output.all(kept.volume_arn, role.name).apply(
            lambda told: snapshots_of(told[0], told[1], kept.region)
        ),
        opts=child,
    )
    aws.dlm.LifecyclePolicy(
        f"{name}-snapshots",
        description=f"Daily snapshots of {name}",
        execution_role_arn=role.arn,
        state="ENABLED",
        policy_details=aws.dlm.LifecyclePolicyPolicyDetailsArgs(
            policy_type="EBS_SNAPSHOT_MANAGEMENT",
            resource_types=["VOLUME"],
            target_tags={TAG: role.name},
            schedules=[
                aws.dlm.LifecyclePolicyPolicyDetailsScheduleArgs(
                    name="daily",
                    create_rule=aws.dlm.LifecyclePolicyPolicyDetailsScheduleCreateRuleArgs(
                        interval=24, interval_unit="HOURS", times=_AT
                    ),
                    retain_rule=aws.dlm.LifecyclePolicyPolicyDetailsScheduleRetainRuleArgs(
                        interval=kept.days, interval_unit="DAYS"
                    ),
                    copy_tags=True,
                )
            ],
        ),
        tags={"Name": f"{name}-snapshots"},
        opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=[allowed])),
    )
