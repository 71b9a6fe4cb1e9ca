"""What the engine hands down from a parent: retainOnDelete, deletedWith, protect; and what stops it."""

import pulumi
import pulumi_aws as aws


class Box(pulumi.ComponentResource):
    def __init__(self, name, child=None, opts=None):
        super().__init__("shop:index:Box", name, {"size": 1}, opts)
        self.vpc = aws.ec2.Vpc(
            name, cidr_block="10.0.0.0/16", opts=pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=self), child)
        )
        aws.ec2.Subnet(name, vpc_id=self.vpc.id, cidr_block="10.0.0.0/24", opts=pulumi.ResourceOptions(parent=self.vpc))


bucket = aws.s3.Bucket("bucket")
Box("retained", opts=pulumi.ResourceOptions(retain_on_delete=True, protect=True))
Box("with-bucket", opts=pulumi.ResourceOptions(deleted_with=bucket))
Box("released", child=pulumi.ResourceOptions(retain_on_delete=False, protect=False), opts=pulumi.ResourceOptions(retain_on_delete=True, protect=True))
aws.s3.Bucket(
    "options",
    opts=pulumi.ResourceOptions(
        ignore_changes=["tags"],
        replace_on_changes=["bucket"],
        delete_before_replace=True,
        additional_secret_outputs=["arn"],
        custom_timeouts=pulumi.CustomTimeouts(create="5m"),
    ),
)
