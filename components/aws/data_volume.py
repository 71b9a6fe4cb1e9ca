"""The disk that outlives machines: one encrypted EBS volume, and its daily snapshots where they are wanted."""

from typing import TypedDict

import pulumi
import pulumi_aws as aws

from components.aws.iam import trust
from components.aws.snapshots import TAG, snapshots_of
from components.deletion import forgotten, kept
from config.values import Deletion

_AT = "03:00"  # UTC


class DataVolumeArgs(TypedDict):
    """What the volume is made from."""

    zone: str
    """The availability zone of the volume and so of the one machine that can hold it."""
    size: int
    """Its size in GiB. It can grow, never shrink."""
    snapshots: int
    """Days that daily snapshots are kept; 0 means none."""
    deletion: Deletion
    """What becomes of the volume when it leaves the program."""
    tags: dict[str, str]
    """Tags for the volume, which its snapshots carry too."""


class DataVolume(pulumi.ComponentResource):
    """Guarantees one encrypted volume in one zone that outlives its machines, and a snapshot of it every day.

    With `snapshots` 0 there are no daily ones.
    """

    volume_id: pulumi.Output[str]
    """The volume's id."""
    volume_arn: pulumi.Output[str]
    """The volume's ARN."""

    def __init__(self, name: str, args: DataVolumeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:DataVolume", name, {}, opts)
        child = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=self), forgotten(args["deletion"]))
        role = _role(name, child) if args["snapshots"] else None
        volume = aws.ebs.Volume(
            f"{name}-volume",
            availability_zone=args["zone"],
            type="gp3",
            size=args["size"],
            encrypted=True,
            # Whoever wants the data gone says so; in every other case a deletion leaves a copy.
            final_snapshot=args["deletion"] != Deletion.DESTROY,
            tags={**args["tags"], "Name": name, **({TAG: role.name} if role else {})},
            opts=pulumi.ResourceOptions.merge(child, kept(args["deletion"])),
        )
        if role:
            _daily_snapshots(name, args, role, volume, child)
        self.volume_id = volume.id
        self.volume_arn = volume.arn
        self.register_outputs({"volumeId": self.volume_id, "volumeArn": self.volume_arn})


def _role(name: str, child: pulumi.ResourceOptions) -> aws.iam.Role:
    return aws.iam.Role(
        f"{name}-snapshots",
        description=f"Daily snapshots of {name}",
        assume_role_policy=trust("dlm.amazonaws.com"),
        tags={"Name": f"{name}-snapshots"},
        opts=child,
    )


def _daily_snapshots(
    name: str, args: DataVolumeArgs, role: aws.iam.Role, volume: aws.ebs.Volume, child: pulumi.ResourceOptions
) -> None:
    """The policy finds its volume by a tag, so the tag is one that no other volume has: the name of this very role."""
    region = args["zone"][:-1]
    allowed = aws.iam.RolePolicy(
        f"{name}-snapshots",
        role=role.id,
        policy=pulumi.Output.all(volume.arn, role.name).apply(lambda told: snapshots_of(told[0], told[1], region)),
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
                        interval=args["snapshots"], interval_unit="DAYS"
                    ),
                    copy_tags=True,
                )
            ],
        ),
        tags={"Name": f"{name}-snapshots"},
        opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=[allowed])),
    )
