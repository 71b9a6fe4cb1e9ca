"""`sys.exit(0)` ends a program well: what was registered is the plan."""

import sys

import pulumi
import pulumi_aws as aws

aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
pulumi.export("before", "yes")
sys.exit(0)
pulumi.export("after", "no")
