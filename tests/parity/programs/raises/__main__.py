"""Raises at the top."""

import pulumi_aws as aws

aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
raise ValueError("the shelf is empty")
