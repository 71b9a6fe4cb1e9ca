"""Outputs of another stack: known, secret, missing, and used in a resource."""

import pulumi
import pulumi_aws as aws

network = pulumi.StackReference("organization/network/dev")
aws.ec2.Subnet("inside", vpc_id=network.require_output("vpcId"), cidr_block="10.0.1.0/24")
aws.s3.Bucket("bucket", tags={"token": network.get_output("token"), "none": network.get_output("missing")})
pulumi.export("vpc", network.get_output("vpcId"))
pulumi.export("token", network.get_output("token"))
