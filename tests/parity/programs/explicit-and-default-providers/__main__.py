"""A resource on the default provider, one on an explicit provider, one on a provider of an unknown region."""

import pulumi
import pulumi_aws as aws

east = aws.Provider("east", region="us-east-1")
vpc = aws.ec2.Vpc("default", cidr_block="10.0.0.0/16")
aws.ec2.Subnet("explicit", vpc_id=vpc.id, cidr_block="10.0.0.0/24", opts=pulumi.ResourceOptions(provider=east))
late = aws.Provider("late", region=vpc.region, secret_key=pulumi.Output.secret("not-a-key"))
aws.s3.Bucket("late", opts=pulumi.ResourceOptions(provider=late))
aws.s3.Bucket("child", opts=pulumi.ResourceOptions(parent=vpc))
aws.ec2.Subnet(
    "child-of-explicit",
    vpc_id=vpc.id,
    cidr_block="10.0.1.0/24",
    opts=pulumi.ResourceOptions(parent=aws.ec2.Vpc("owner", cidr_block="10.1.0.0/16", opts=pulumi.ResourceOptions(provider=east))),
)
pulumi.export("provider", east.id)
