"""Prints to both streams and logs in every severity."""

import sys

import pulumi
import pulumi_aws as aws

print("to standard output")
print("to standard error", file=sys.stderr)
pulumi.log.info("an information")
pulumi.log.warn("a warning")
pulumi.log.debug("not shown")
aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
