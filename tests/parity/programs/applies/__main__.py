"""What an apply on an unknown value does in a preview: nothing."""

import ipaddress

import pulumi
import pulumi_aws as aws

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", assign_generated_ipv6_cidr_block=True)
aws.ec2.Subnet("parsed", vpc_id=vpc.id, ipv6_cidr_block=vpc.ipv6_cidr_block.apply(lambda c: str(ipaddress.ip_network(c))))
aws.ec2.Subnet("known", vpc_id=vpc.id, cidr_block=vpc.cidr_block.apply(lambda c: str(next(ipaddress.ip_network(c).subnets(8)))))
aws.s3.Bucket("split", bucket=vpc.arn.apply(lambda arn: f"logs-{arn.split(':')[4]}"))
aws.s3.Bucket("compared", tags={"stage": vpc.owner_id.apply(lambda owner: "prod" if owner == "123" else "dev")})
aws.s3.Bucket("joined", tags={"both": pulumi.Output.concat(vpc.id, "/", vpc.arn), "all": pulumi.Output.all(vpc.id, vpc.arn).apply("-".join)})
aws.s3.Bucket("formatted", bucket=pulumi.Output.format("x-{0}", vpc.id), tags=vpc.id.apply(lambda i: {"id": i}))
aws.s3.Bucket("documented", tags={"json": pulumi.Output.json_dumps({"vpc": vpc.id, "fixed": 1})})
vpc.id.apply(lambda i: aws.ec2.Subnet("created-in-apply", vpc_id=i, cidr_block="10.0.9.0/24"))
vpc.cidr_block.apply(lambda c: aws.ec2.Subnet("created-in-known-apply", vpc_id=vpc.id, cidr_block="10.0.8.0/24"))


def fail(_):
    raise RuntimeError("never run in a preview")


pulumi.export("raised", vpc.arn.apply(fail))
pulumi.export("length", vpc.arn.apply(len))
pulumi.export("first", vpc.arn.apply(lambda a: a[0]))
pulumi.export("number", pulumi.Output.from_input(2).apply(lambda n: n / 4))
