"""The disk that outlives machines: one encrypted EBS volume, and its daily snapshots where they are wanted."""

from typing import TypedDict

import pulumi
import pulumi_aws as aws

from components.aws.daily_snapshots import Kept, daily_snapshots, snapshot_role
from components.aws.snapshots import TAG
from components.deletion import forgotten, kept
from config.values import Deletion


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
        role = snapshot_role(name, child) if args["snapshots"] else None
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
            kept_for = Kept(args["zone"][:-1], args["snapshots"], volume.arn)
            daily_snapshots(name, kept_for, role, child)
        self.volume_id = volume.id
        self.volume_arn = volume.arn
        self.register_outputs({"volumeId": self.volume_id, "volumeArn": self.volume_arn})
