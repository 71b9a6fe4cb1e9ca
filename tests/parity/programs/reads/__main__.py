"""Resources that exist already: read by id, with and without an answer, as a parent of new ones."""

import pulumi
import pulumi_aws as aws

vpc = aws.ec2.Vpc.get("shared", "vpc-0123456789abcdef0")
aws.ec2.Subnet("inside", vpc_id=vpc.id, cidr_block="10.9.1.0/24", tags={"range": vpc.cidr_block, "owner": vpc.owner_id})
group = aws.ec2.SecurityGroup.get("group", "sg-0123456789abcdef0", opts=pulumi.ResourceOptions(depends_on=[vpc]))
pulumi.export("range", vpc.cidr_block)
pulumi.export("name", group.name)
