"""Resources under existing ids."""

import pulumi
import pulumi_aws as aws

vpc = aws.ec2.Vpc("vpc", cidr_block="10.9.0.0/16", opts=pulumi.ResourceOptions(import_="vpc-0123456789abcdef0"))
aws.ec2.Subnet("inside", vpc_id=vpc.id, cidr_block="10.9.1.0/24")
pulumi.export("vpc", vpc.id)
