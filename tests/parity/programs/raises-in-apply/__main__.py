"""Raises in an apply on a known value."""

import pulumi_aws as aws

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
aws.s3.Bucket("bucket", bucket=vpc.cidr_block.apply(lambda c: str(int(c))))
