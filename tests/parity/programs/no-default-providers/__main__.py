"""Uses a default provider although the stack forbids it."""

import pulumi_aws as aws

aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
