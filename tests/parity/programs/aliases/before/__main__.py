"""The same resources under the names that they had before."""

import pulumi
import pulumi_aws as aws

vpc = aws.ec2.Vpc("old-vpc", cidr_block="10.0.0.0/16")


class Group(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("shop:old:Group", name, None, opts)


Group("group")
aws.s3.Bucket("group-bucket")
aws.ec2.Subnet("by-urn", vpc_id=vpc.id, cidr_block="10.0.1.0/24")
