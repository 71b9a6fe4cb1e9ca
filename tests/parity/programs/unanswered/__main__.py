"""Needs the result of a look-up at once."""

import pulumi_aws as aws

aws.ec2.Vpc(aws.get_availability_zones().names[0], cidr_block="10.0.0.0/16")
