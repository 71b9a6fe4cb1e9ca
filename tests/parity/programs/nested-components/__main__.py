"""Two components deep, with outputs of the inner one used outside."""

import pulumi
import pulumi_aws as aws


class Inner(pulumi.ComponentResource):
    vpc_id: pulumi.Output[str]

    def __init__(self, name, opts=None):
        super().__init__("shop:index:Inner", name, {"note": "inner"}, opts)
        vpc = aws.ec2.Vpc(name, cidr_block="10.0.0.0/16", opts=pulumi.ResourceOptions(parent=self))
        self.vpc_id = vpc.id
        self.register_outputs({"vpcId": vpc.id, "range": vpc.cidr_block, "secret": pulumi.Output.secret(vpc.arn)})


class Outer(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("shop:index:Outer", name, None, opts)
        self.inner = Inner(f"{name}-inner", pulumi.ResourceOptions(parent=self))
        aws.ec2.Subnet(
            name, vpc_id=self.inner.vpc_id, cidr_block="10.0.1.0/24", opts=pulumi.ResourceOptions(parent=self, depends_on=[self.inner])
        )
        self.register_outputs({"inner": self.inner.vpc_id, "list": [self.inner.vpc_id, "known"], "whole": self.inner})


outer = Outer("outer")
aws.s3.Bucket("after", opts=pulumi.ResourceOptions(depends_on=[outer]))
pulumi.export("vpc", outer.inner.vpc_id)
