"""A program with a `config` module of its own, and modules that bear our names."""

import pulumi
import pulumi_aws as aws

import config
from plan import PLAN

aws.ec2.Vpc(config.NAME, cidr_block="10.0.0.0/16", tags={"plan": PLAN})
pulumi.export("name", config.NAME)
